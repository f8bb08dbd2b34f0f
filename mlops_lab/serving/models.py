"""The model folder: which models and versions there are, watched while the server runs."""

import logging
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlops_lab.serving.errors import RequestError
from mlops_lab.serving.folder import labels, mark, scan
from mlops_lab.serving.runners import Runner
from mlops_lab.serving.unserved import EXPECTED, nothing_served, unserved

__all__ = ["Models", "Version"]

_LOG = logging.getLogger(__name__)
_MESSAGE = 500
"""Most characters of an error that a status gives."""


@dataclass(frozen=True, eq=False)
class Version:
    """One version of a model.

    Attributes
    ----------
    state : str
        "LOADING", "AVAILABLE", or "END" if it could not be loaded.
    error : str
        Why it, or the file that was to replace it, could not be loaded.
    runner : Runner or None
        What answers; None unless available.
    mark : tuple
        By what a changed file is told: path, time, size, inode.
    """

    model: str
    number: int
    state: str
    error: str
    runner: Runner | None
    mark: tuple[Any, ...]


class Models:
    """The models of a folder. Readers see one whole table; `refresh` puts another in its place."""

    def __init__(self, folder: Path, load: Callable[[Path], Runner]) -> None:
        self.folder = folder
        self.load = load
        self.table: Mapping[str, Mapping[int, Version]] = {}
        self.labels: Mapping[str, Mapping[str, int]] = {}
        self.problems: dict[str, str] = {}
        self.owners: Mapping[Runner, Version] = {}
        self.lock = threading.Lock()
        self.told: list[str] | None = None  # what lay aside at the last look; None before it

    def refresh(self, keep: Collection[tuple[str, int]] = ()) -> None:
        """Look into the folder: load what is new or changed, forget what is gone.

        Takes as long as loading does, so it is called in a thread of its own. A version that is
        gone stays as long as ``keep`` names it, since a route sends requests there. One that is
        broken becomes END with its error; if it was to replace one that works, that works on.
        """
        with self.lock:
            found = scan(self.folder)
            for model in sorted({*found, *self.table}):
                self._forget(model, found.get(model, {}), keep)
                for number, path in sorted(found.get(model, {}).items()):
                    self._renew(model, number, path)
            self._read_labels(found)
            versions = [one for many in self.table.values() for one in many.values()]
            self.owners = {one.runner: one for one in versions if one.runner is not None}
            self._tell(found)

    def _forget(
        self, model: str, found: Mapping[int, Path], keep: Collection[tuple[str, int]]
    ) -> None:
        old = self.table.get(model, {})
        left = {n: v for n, v in old.items() if n in found or (model, n) in keep}
        if left.keys() != old.keys():
            rest = {name: versions for name, versions in self.table.items() if name != model}
            self.table = {**rest, model: left} if left else rest

    def _renew(self, model: str, number: int, path: Path) -> None:
        seen = mark(path)
        old = self.table.get(model, {}).get(number)
        if seen is None or (old and old.mark == seen):
            return
        if old is None:
            self._put(Version(model, number, "LOADING", "", None, ()))
        working = old.runner if old else None
        try:
            new = Version(model, number, "AVAILABLE", "", self.load(path), seen)
        except Exception as error:  # noqa: BLE001  whatever a file makes a runtime say is told
            said = f"{type(error).__name__}: {error}"[:_MESSAGE]
            _LOG.warning("Version %d of %r cannot be loaded, %s: %s", number, model, path, said)
            new = Version(model, number, "AVAILABLE" if working else "END", said, working, seen)
        self._put(new)

    def _tell(self, found: Mapping[str, Mapping[int, Path]]) -> None:
        aside = unserved(self.folder)
        if not found and self.told is None:
            _LOG.warning("%s", nothing_served(self.folder))
        elif new := [sentence for sentence in aside if sentence not in (self.told or ())]:
            _LOG.warning("Not served: %s Expected is %s.", " ".join(new[:5]), EXPECTED)
        self.told = aside

    def unready(self) -> str:
        """Say why no model can answer; empty when one can."""
        if self.owners:
            return ""
        broken = [one for many in self.table.values() for one in many.values()]
        if not broken:
            return nothing_served(self.folder)
        said = (
            f"version {one.number} of {one.model!r} is {one.state}: {one.error}" for one in broken
        )
        return f"No model can answer: {'; '.join(said)}"[:_MESSAGE]

    def _put(self, version: Version) -> None:
        if version.runner is not None:
            self.owners = {**self.owners, version.runner: version}
        versions = {**self.table.get(version.model, {}), version.number: version}
        self.table = {**self.table, version.model: versions}

    def _read_labels(self, found: Mapping[str, Mapping[int, Path]]) -> None:
        read: dict[str, Mapping[str, int]] = {}
        for model in found:
            try:
                read[model] = labels(self.folder / model / "labels.json")
            except FileNotFoundError:
                continue
            except (OSError, ValueError) as error:
                if str(error) != self.problems.get(model):
                    _LOG.warning("labels.json of %s is left out: %s", model, error)
                self.problems[model] = str(error)
                read[model] = self.labels.get(model, {})  # those that were right before
            else:
                self.problems.pop(model, None)
        self.labels = read

    def versions(self, model: str) -> Mapping[int, Version]:
        """Return all versions of a model; 404 names the models that there are."""
        if model not in self.table:
            raise RequestError(
                404,
                "unknown-model",
                f"No model {model[:100]!r}; there are {_listed(sorted(self.table))}.",
                "model",
            )
        return self.table[model]

    def available(self, model: str) -> list[int]:
        """Return the numbers of the versions that can answer, rising."""
        return sorted(n for n, one in self.versions(model).items() if one.runner is not None)

    def find(self, model: str, number: int) -> Version:
        """Return a version; 404 names those that there are, 503 says that it cannot answer yet."""
        found = self.versions(model).get(number)
        if found is None:
            raise RequestError(
                404,
                "unknown-version",
                f"Model {model!r} has no version {number}; there are "
                f"{_listed(sorted(self.versions(model)))}.",
                "version",
            )
        if found.runner is None:
            why = f": {found.error}" if found.error else ""
            message = f"Version {number} of {model!r} is {found.state}{why}"
            raise RequestError(503, "not-available", message, "version", {"Retry-After": "1"})
        return found

    def labelled(self, model: str, label: str) -> int:
        """Return the version that a label stands for; 404 names the labels that there are."""
        self.versions(model)
        known = self.labels.get(model, {})
        if label not in known:
            listed = _listed(sorted(known))
            message = f"Model {model!r} has no label {label[:100]!r}; there are {listed}."
            raise RequestError(404, "unknown-label", message, "label")
        return known[label]

    def highest(self, model: str) -> int:
        """Return the highest version that can answer; 503 when none can."""
        numbers = self.available(model)
        if not numbers:
            message = f"No version of {model!r} can answer; its status says why."
            raise RequestError(503, "not-available", message, "model", {"Retry-After": "1"})
        return numbers[-1]


def _listed(names: Iterable[object]) -> str:
    told = [str(name) for name in names]
    return ", ".join(told[:20]) + (" and more" if len(told) > 20 else "") if told else "none"
