"""What is shipped of a simulation is what its script writes."""

import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[3] / "datasets"
# The glyphs may differ by a grey level, and the nets take nine minutes: each has its own test.
OWN = {FOLDER / name / "make.py" for name in ("glyphs", "nets")}
SCRIPTS = sorted(set(FOLDER.glob("*/make.py")) - OWN)


def same(made: Path, shipped: Path) -> bool:
    """Compare what is inside: packing it may differ from one zlib to another."""
    if shipped.suffix != ".npz":
        new, old = made.read_bytes(), shipped.read_bytes()
        return new == old or gzip.decompress(new) == gzip.decompress(old)
    with np.load(made) as new, np.load(shipped) as old:
        return new.files == old.files and all(np.array_equal(new[k], old[k]) for k in old.files)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.parent.name)
def test_the_script_writes_the_shipped_files_again(script: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, script, tmp_path], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    shipped = {path.name for path in script.parent.iterdir() if path.is_file()}
    assert shipped == {path.name for path in tmp_path.iterdir()} | {"README.md", "make.py"}
    for made in tmp_path.iterdir():
        assert same(made, script.parent / made.name), made.name
        if made.suffix == ".gz":  # no time stamp, so that bytes repeat
            assert (script.parent / made.name).read_bytes()[4:8] == bytes(4)
