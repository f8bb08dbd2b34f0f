"""What earlier runs took, so that the longest can begin first."""

import json
import os
from pathlib import Path

__all__ = ["remember", "seconds"]

_FILE = "seconds.json"


def seconds(notebook: Path) -> float:
    """Give the seconds that a notebook took last time; infinity for one that never ran.

    Parameters
    ----------
    notebook : Path
        Told apart by its whole path.

    Returns
    -------
    float
        Infinity too where the record cannot be read: it only decides who begins first.
    """
    return _read().get(str(notebook.resolve()), float("inf"))


def remember(notebook: Path, took: float) -> None:
    """Keep the seconds that a notebook took; nothing happens where that cannot be written."""
    file = _file()
    known = _read() | {str(notebook.resolve()): round(took, 2)}
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(known, indent=1), encoding="utf-8")
        beside.replace(file)
    except OSError:
        return  # a full or read-only home costs the order of the next run, not this one


def _read() -> dict[str, float]:
    try:
        known = json.loads(_file().read_text(encoding="utf-8"))
        return {str(key): float(value) for key, value in known.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _file() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("mlops-lab", appauthor=False)) / "runs" / _FILE
