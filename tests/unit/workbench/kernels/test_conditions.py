"""When a fork would be what a fresh kernel is."""

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from mlops_lab.workbench.kernels.conditions import differing, fingerprint, shadowed, supported


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("OMP_NUM_THREADS", True),
        ("PYTHONPATH", True),
        ("TF_ENABLE_ONEDNN_OPTS", True),
        ("HOME", True),
        ("LC_ALL", True),
        ("PATH", False),
        ("MLOPS_LAB_DATA", False),
        ("JPY_PARENT_PID", False),
    ],
)
def test_variables_that_are_read_at_start(name: str, counts: bool) -> None:
    expected = [name] if counts else []
    for ours, theirs in (({}, {name: "1"}), ({name: "1"}, {}), ({name: "1"}, {name: "2"})):
        assert differing(ours, theirs) == expected
    assert differing({name: "1"}, {name: "1"}) == []


def test_a_folder_may_hold_what_a_fresh_kernel_would_import(tmp_path: Path) -> None:
    for name in ("numpy.py", "other.py", "notes.txt", "pandas.txt"):
        (tmp_path / name).touch()
    (tmp_path / "scipy").mkdir()
    (tmp_path / "sklearn").mkdir()
    (tmp_path / "sklearn" / "__init__.py").touch()
    loaded = {
        name: ModuleType(name) for name in ("numpy.linalg", "pandas", "scipy", "sklearn.tree")
    }
    assert shadowed(tmp_path, loaded) == ["numpy", "sklearn"]
    (tmp_path / "matplotlibrc").touch()
    assert shadowed(tmp_path, {}) == ["matplotlibrc"]
    assert shadowed(tmp_path / "missing", loaded) == []


def test_a_checkout_is_no_other_than_what_was_imported_from_it(tmp_path: Path) -> None:
    for folder in ("here", "there"):
        (tmp_path / folder / "package").mkdir(parents=True)
        (tmp_path / folder / "package/__init__.py").touch()
        (tmp_path / folder / "module.py").touch()
    package, module = ModuleType("package"), ModuleType("module")
    package.__path__ = [str(tmp_path / "here/package")]
    package.__file__ = str(tmp_path / "here/package/__init__.py")
    module.__file__ = str(tmp_path / "here/module.py")
    loaded = {"package": package, "package.part": ModuleType("package.part"), "module": module}
    assert shadowed(tmp_path / "here", loaded) == []
    assert shadowed(tmp_path / "there", loaded) == ["module", "package"]


def test_the_fingerprint_follows_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed, package = tmp_path / "site-packages", tmp_path / "package"
    for folder in (installed, package):
        folder.mkdir()
    module = package / "inner" / "module.py"
    module.parent.mkdir()
    module.touch()
    monkeypatch.setattr(sys, "path", [str(installed)])
    before = fingerprint(package)
    assert fingerprint(package) == before
    (installed / "report.txt").touch()
    assert fingerprint(package) == before
    (installed / "other.dist-info").mkdir()  # as an installation does
    after = fingerprint(package)
    assert after != before
    times = module.stat()
    os.utime(module, ns=(times.st_atime_ns, times.st_mtime_ns + 1))
    assert fingerprint(package) != after


def test_other_systems_say_why_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "needs Linux, not darwin" in str(supported())
