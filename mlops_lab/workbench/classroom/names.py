"""Which names may become files and folders, and files that are written whole or not at all."""

import os
import re
from pathlib import Path

from mlops_lab.workbench.runs.notebook import beside

__all__ = ["is_safe_name", "safe_file_name", "write_whole"]

_SAFE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._@+-]{0,98}[A-Za-z0-9_@+-])?")
_RESERVED = {"con", "prn", "aux", "nul", *(f"{w}{n}" for w in ("com", "lpt") for n in range(1, 10))}
_LONGEST = 100


def is_safe_name(text: str) -> bool:
    """Tell whether an id can be a folder's name on Linux, macOS and Windows.

    Letters, digits and ``. _ @ + -``, at most 100 of them, beginning with a letter or digit and
    not ending with a dot.

    Examples
    --------
    >>> [is_safe_name(each) for each in ("4.5", "ada@x.org", "..", "a/b", "-x", "NUL", "")]
    [True, True, False, False, False, False, False]
    """
    return bool(_SAFE.fullmatch(text)) and text.split(".")[0].casefold() not in _RESERVED


def safe_file_name(name: str) -> str:
    """Make a file's name harmless, and keep it where it is.

    Examples
    --------
    >>> safe_file_name("05_drift_assignment.ipynb"), safe_file_name("../Mein Heft (2).ipynb")
    ('05_drift_assignment.ipynb', 'Mein_Heft__2.ipynb')
    """
    plain = re.sub(r"[^A-Za-z0-9._@+-]", "_", name.replace("\\", "/").rpartition("/")[2])
    stem, dot, ending = plain.rpartition(".")
    stem = (stem if dot else ending).strip("._-")[: _LONGEST - len(ending) - 1] or "submission"
    short = f"{stem}.{ending}" if dot else stem
    return short if is_safe_name(short) else "submission"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place, bring it to the disk, then put it there in one step."""
    part = beside(path)
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
