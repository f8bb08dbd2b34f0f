"""Which names may become files and folders, and files that are written whole or not at all."""

import os
import re
import stat
from pathlib import Path

from mlops_lab.core import replacing

__all__ = ["is_safe_name", "private_folder", "private_mode", "safe_file_name", "write_whole"]

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


def private_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing, that only its owner can enter.

    In a folder into which its group may write, the group can enter it, too: those people work
    together. One that is there keeps its permissions.
    """
    for one in reversed([one for one in (path, *path.parents) if not one.exists()]):
        one.mkdir(mode=0o700, exist_ok=True)
        if _of_group(one.parent):
            one.chmod(one.stat().st_mode | stat.S_IRWXG)


def private_mode(folder: Path) -> int:
    """Return permissions of a new private file: its owner's, and its group's in their folder."""
    return 0o660 if _of_group(folder) else 0o600


def _of_group(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_IWGRP)


def write_whole(path: Path, content: bytes, *, public: bool = False) -> None:
    """Write a file beside its place, bring it to the disk, then put it there in one step.

    Parameters
    ----------
    path : Path
    content : bytes
    public : bool
        Let the umask say who may read a new file; otherwise `private_mode` does. A file that is
        replaced keeps its permissions.
    """
    first = 0o666 if public else 0o600
    with (
        replacing(path) as part,
        open(part, "wb", opener=lambda name, flags: os.open(name, flags, first)) as file,
    ):
        if path.is_file():
            os.fchmod(file.fileno(), path.stat().st_mode & 0o777)
        elif not public:
            os.fchmod(file.fileno(), private_mode(path.parent))
        file.write(content)
