"""What a result depends on, as one short text: equal keys, equal results."""

import hashlib
import json
import site
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["code_of", "installed", "point_key", "surroundings"]

_PACKAGE = Path(__file__).resolve().parents[3]


def point_key(cells: str, parameters: Mapping[str, object], around: str) -> str:
    """Return the key of one run.

    Parameters
    ----------
    cells : str
        From `code_of`.
    parameters : mapping
        Every parameter with its value, defaults too.
    around : str
        From `surroundings`.

    Returns
    -------
    str
        20 hexadecimal digits.
    """
    values = json.dumps(parameters, sort_keys=True, ensure_ascii=False, default=repr)
    return _digest([cells.encode(), values.encode(), around.encode()])


def code_of(nb: "NotebookNode") -> str:
    """Return a notebook's code: what its words say, or its stored outputs, changes no result."""
    return json.dumps([c.source for c in nb.cells if c.cell_type == "code"], ensure_ascii=False)


@cache
def surroundings() -> str:
    """Return a digest of Python, the installed packages, `mlops_lab` and the data.

    Shipped data counts with its content; downloaded data, which may be large and is verified when
    it is loaded, with names, sizes and times of change.
    """
    from mlops_lab.data.folders import cache_folder, datasets_folder  # its package needs numpy

    downloaded = _states(cache_folder())
    return _digest([installed().encode(), *_contents(datasets_folder()), *downloaded])


@cache
def installed() -> str:
    """Return a digest of Python, the installed packages and the source of `mlops_lab`."""
    # Of the environment, not of `sys.path`: setuptools adds its own copies there once imported.
    folders = site.getsitepackages() + [site.getusersitepackages()] * bool(site.ENABLE_USER_SITE)
    # Their folders' names hold name and version; reading each one's own text takes far longer.
    marks = ("*.dist-info", "*.egg-info", "*.egg-link")
    names = sorted(
        {p.name for folder in folders for mark in marks for p in Path(folder).glob(mark)}
    )
    return _digest([sys.version.encode(), *map(str.encode, names), *_contents(_PACKAGE)])


def _contents(folder: Path) -> Iterator[bytes]:
    for path in _files(folder):
        if not {"__pycache__", "_shipped"} & {*path.relative_to(folder).parts}:
            yield path.relative_to(folder).as_posix().encode()
            yield path.read_bytes()


def _states(folder: Path) -> Iterator[bytes]:
    for path in _files(folder):
        state = path.stat()
        yield f"{path} {state.st_size} {state.st_mtime_ns}".encode()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:20]
