"""What earlier runs took, so that the longest can begin first."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from mlops_lab.core import write_whole

__all__ = ["MOST", "remember", "seconds"]

MOST = 1_000
"""The most notebooks that are remembered: those that ran last, of those that are still there."""

_FILE = "seconds.json"


def seconds(notebooks: Iterable[Path]) -> dict[Path, float]:
    """Return the seconds that notebooks took last time; infinity for one that never ran.

    Parameters
    ----------
    notebooks : iterable of Path
        Told apart by their whole paths. The record is read once for all of them.

    Returns
    -------
    dict of Path to float
        Infinity too where the record cannot be read: it only decides who begins first.
    """
    known = _read()
    return {one: known.get(str(one.resolve()), float("inf")) for one in dict.fromkeys(notebooks)}


def remember(took: Mapping[Path, float]) -> None:
    """Keep the seconds that notebooks took, and forget those that are gone.

    Nothing happens where that cannot be written: a full or read-only home costs the order of the
    next run, not this one.
    """
    if not took:
        return
    now = {str(one.resolve()): round(each, 2) for one, each in took.items()}
    before = {path: each for path, each in _read().items() if path not in now}
    there = {path: each for path, each in (before | now).items() if _is_there(path)}
    latest = dict([*there.items()][-MOST:])  # in the order in which they ran last
    file = _file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, json.dumps(latest, indent=1))
    except OSError:
        return


def _read() -> dict[str, float]:
    try:
        known = json.loads(_file().read_text(encoding="utf-8"))
        return {str(key): float(value) for key, value in known.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _is_there(path: str) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):  # a folder that may not be read, or no path at all
        return False


def _file() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("mlops-lab", appauthor=False)) / "runs" / _FILE
