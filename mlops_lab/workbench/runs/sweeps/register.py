"""Which notebook the sweep of a folder is of, and which points it has, by number."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.sweeps.table import Done, read_point, write_text

__all__ = ["Entry", "Register", "read_register"]

_FILE = "sweep.json"


@dataclass
class Entry:
    """A point of a sweep.

    Attributes
    ----------
    values : dict
        Every parameter with its value.
    key : str
        Of the latest result; empty before the first.
    """

    values: Mapping[str, object]
    key: str = ""


@dataclass
class Register:
    """The points of a folder, each with its number for good: a sweep is extended, never replaced.

    Attributes
    ----------
    out : Path
    notebook : Path
    code : str
        Its code cells, from `code_of`.
    entries : list of Entry
        By number, which begins at 1.
    """

    out: Path
    notebook: Path
    code: str
    entries: list[Entry] = field(default_factory=list)

    def add(self, points: Sequence[Mapping[str, object]]) -> list[int]:
        """Return the number of each point: the one that it has, or the next.

        Points with equal values are as many rows as they were asked for at once.
        """
        free = defaultdict[str, list[int]](list)
        for number, entry in enumerate(self.entries, 1):
            free[_identity(entry.values)].append(number)
        numbers = []
        for values in points:
            having = free[_identity(values)]
            if not having:
                self.entries.append(Entry(values))
            numbers.append(having.pop(0) if having else len(self.entries))
        return numbers

    def rows(self, find: Callable[[str], Done | None]) -> Iterator[tuple[int, Entry, Done]]:
        """Yield the points that have ended, with what came of each."""
        for number, entry in enumerate(self.entries, 1):
            if entry.key and (done := find(entry.key)):
                yield number, entry, done

    def write(self) -> None:
        """Write it into its folder."""
        content = {
            "notebook": str(self.notebook.resolve()),
            "code": _digest(self.code),
            "points": [[entry.key, entry.values] for entry in self.entries],
        }
        write_text(self.out / _FILE, json.dumps(content, ensure_ascii=False, default=repr))


def read_register(out: Path, notebook: Path, code: str) -> Register:
    """Read which points a folder's sweep has; none where there is no sweep.

    Parameters
    ----------
    out : Path
    notebook : Path
        What is to be swept. It may have changed since, and may have been moved if it has not.
    code : str
        From `code_of`.

    Raises
    ------
    RefusedError
        When the folder holds the sweep of another notebook.
    """
    file = out / _FILE
    if not file.exists():
        return Register(out, notebook, code, _of_older(out))
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        before = Path(content["notebook"])
        entries = [Entry(dict(values), str(key)) for key, values in content["points"]]
        same = content["code"] == _digest(code) and before.name == notebook.name
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RefusedError(
            f"{file} cannot be read: {error!r}. Name another folder with -o."
        ) from error
    if before != notebook.resolve() and not same:
        raise RefusedError(
            f"{out} holds the sweep of {before}, and one folder is one sweep of one notebook. "
            f"Name another folder with -o for {notebook}."
        )
    return Register(out, notebook, code, entries)


def _of_older(out: Path) -> list[Entry]:
    """Return points of a folder from before there was a register, in the order they ended in."""
    files = [(path.stat().st_mtime_ns, path) for path in (out / "points").glob("*.json")]
    found = {}
    for _, path in sorted(files):
        if done := read_point(out, path.stem):
            found[_identity(done.parameters)] = Entry(done.parameters, path.stem)
    return list(found.values())


def _identity(values: Mapping[str, object]) -> str:
    return json.dumps(values, sort_keys=True, ensure_ascii=False, default=repr)


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()[:20]
