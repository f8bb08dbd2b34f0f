"""The model folder on disk: what is in it, and how a version gets into it whole."""

import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

__all__ = ["FILES", "is_name", "is_version", "labels", "mark", "save_model", "scan"]

FILES = ("model.tflite", "model.keras")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_VERSION = re.compile(r"[1-9][0-9]{0,17}")


def is_name(text: str) -> bool:
    """Say whether a folder of this name can be a model's."""
    return bool(_NAME.fullmatch(text))


def is_version(text: str) -> bool:
    """Say whether a folder of this name can be a version's: a whole number from 1 on."""
    return bool(_VERSION.fullmatch(text))


def scan(folder: Path) -> dict[str, dict[int, Path]]:
    """Return the model files by name and version; whatever has another form is left alone."""
    found: dict[str, dict[int, Path]] = {}
    for model in _folders(folder):
        if not is_name(model.name):
            continue
        files = {
            int(version.name): version / file
            for version in _folders(model)
            if is_version(version.name)
            for file in FILES
            if (version / file).is_file()
        }
        if files:
            found[model.name] = files
    return found


def _folders(folder: Path) -> list[Path]:
    try:
        return sorted(one for one in folder.iterdir() if one.is_dir())
    except OSError:  # gone, or not ours to read, since it was listed
        return []


def mark(path: Path) -> tuple[Any, ...] | None:
    """Return that by which a changed file is told: name, time, size, inode; None if it is gone."""
    try:
        seen = path.stat()
    except OSError:
        return None
    return path.name, seen.st_mtime_ns, seen.st_size, seen.st_ino


def labels(path: Path) -> dict[str, int]:
    """Read a file of labels; ValueError says what is wrong in it."""
    document = json.loads(path.read_bytes())
    if not isinstance(document, dict):
        raise ValueError('an object such as {"stable": 1} is allowed')
    for label, number in document.items():
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise ValueError(f"{label!r} is {number!r}; a version, 1 or more, is allowed")
    return document


def save_model(folder: str | Path, name: str, version: int, content: Any) -> Path:  # noqa: ANN401
    """Put a version of a model into a model folder, whole or not at all.

    Parameters
    ----------
    folder : str or Path
        The model folder; made if it is missing.
    name : str
        The model: letters, digits, ``_``, ``-`` and ``.``, no dot in front.
    version : int
        1 or more. One that is there already is replaced.
    content : bytes or keras model
        What ``model.tflite`` holds, or a Keras model, which is saved as ``model.keras``.

    Returns
    -------
    Path
        The version's folder.
    """
    if not is_name(name):
        raise ValueError(f"model name {name!r}: letters, digits, _ - . are allowed, no dot first")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise ValueError(f"version {version!r}: a whole number, 1 or more, is allowed")
    place = Path(folder) / name
    place.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".new-", dir=place))
    try:
        _write(beside, content)
        beside.chmod(0o755)
        return _move(beside, place / str(version))
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _write(folder: Path, content: Any) -> None:  # noqa: ANN401
    if isinstance(content, bytes | bytearray | memoryview):
        (folder / FILES[0]).write_bytes(content)
    elif hasattr(content, "save") and hasattr(content, "inputs"):
        content.save(folder / FILES[1])
    else:
        raise TypeError(
            f"content is a {type(content).__name__}; the bytes of a .tflite file, or a Keras "
            "model, is allowed"
        )


def _move(beside: Path, target: Path) -> Path:
    if target.exists():  # a folder cannot be renamed onto one that holds files
        old = Path(tempfile.mkdtemp(prefix=".old-", dir=target.parent))
        os.rename(target, old / target.name)  # noqa: PTH104
        beside.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        beside.rename(target)
    return target
