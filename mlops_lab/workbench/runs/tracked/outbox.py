"""Results of single runs that are not logged yet: a folder that the next command looks into."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from mlops_lab.workbench.runs.sweeps.table import Done, write_text
from mlops_lab.workbench.runs.tracked.entry import Entry

__all__ = ["Outbox"]


class Outbox:
    """Entries on disk, each until it is logged; a run of the same name replaces its copy only.

    Parameters
    ----------
    folder : Path
        Made for the first entry, and gone with the last.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, entry: Entry) -> Entry:
        """Keep an entry and the notebook that it is of; give it with that notebook's place."""
        self.folder.mkdir(parents=True, exist_ok=True)
        copy = None
        if entry.copy is not None:
            copy = self.folder / entry.result / entry.copy.name
            copy.parent.mkdir(exist_ok=True)
            shutil.copyfile(entry.copy, copy)
        kept = Entry(entry.experiment, entry.name, entry.done, entry.tags, copy)
        content = {
            **vars(kept),
            "done": vars(kept.done),
            "copy": None if copy is None else copy.name,
        }
        write_text(self._file(entry.result), json.dumps(content, ensure_ascii=False, default=repr))
        return kept

    def entries(self) -> Iterator[Entry]:
        """Yield what waits, the oldest first; what cannot be read is left where it is."""
        for file in sorted(self.folder.glob("*.json"), key=lambda one: one.stat().st_mtime_ns):
            try:
                read = json.loads(file.read_text(encoding="utf-8"))
                copy = self.folder / file.stem / read["copy"] if read["copy"] else None
                yield Entry(
                    read["experiment"], read["name"], Done(**read["done"]), read["tags"], copy
                )
            except (ValueError, KeyError, TypeError):
                continue

    def remove(self, entry: Entry) -> None:
        """Forget an entry that is logged."""
        self._file(entry.result).unlink(missing_ok=True)
        if entry.copy is not None and entry.copy.parent == self.folder / entry.result:
            entry.copy.unlink(missing_ok=True)
            entry.copy.parent.rmdir()
        if not any(self.folder.iterdir()):
            self.folder.rmdir()

    def _file(self, result: str) -> Path:
        return self.folder / f"{result}.json"
