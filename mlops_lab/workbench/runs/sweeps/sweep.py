"""Run one notebook at many points, and continue where an earlier run was stopped."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.many import Job, Limits, Lost, run_many
from mlops_lab.workbench.runs.notebook import read_notebook
from mlops_lab.workbench.runs.parameters import Parameter, declared
from mlops_lab.workbench.runs.run import REFUTED, Run, starting_folder
from mlops_lab.workbench.runs.sweeps.ended import done_of
from mlops_lab.workbench.runs.sweeps.hold import hold
from mlops_lab.workbench.runs.sweeps.key import code_of, point_key, surroundings
from mlops_lab.workbench.runs.sweeps.points import MOST
from mlops_lab.workbench.runs.sweeps.register import Register, read_register
from mlops_lab.workbench.runs.sweeps.table import (
    COMPLETE,
    Done,
    keep,
    kept,
    read_point,
    write_table,
)
from mlops_lab.workbench.runs.used import used_values
from mlops_lab.workbench.runs.values import resolve

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Log", "Progress", "Runner", "sweep"]

Runner = Callable[[Sequence[Job]], Iterator[Run | Lost]]
"""What runs the jobs: each job gives one result, in any order."""
Log = Callable[[int, str, Done], None]
"""What is told of each point that has ended, now or earlier: number, key, what came of it."""


@dataclass(frozen=True)
class Progress:
    """How far a sweep is.

    Attributes
    ----------
    total, done : int
        Points of the sweep, and those that have ended.
    known : int
        How many of these an earlier run had left.
    failed : int
        How many of `done` did not come to their end.
    refuted : int
        How many came to it with a finding that does not hold.
    stale : int
        How many other points the folder has, from before the notebook's code, `mlops_lab`, the
        packages or the data changed.
    numbers : sequence of int
        The column ``point`` of each point asked for, in their order.
    """

    total: int
    done: int
    known: int
    failed: int
    refuted: int
    stale: int = 0
    numbers: Sequence[int] = ()


def sweep(
    notebook: Path,
    points: Sequence[Mapping[str, object]],
    out: Path,
    *,
    force: bool = False,
    keep_copies: bool = False,
    log: Log | None = None,
    runner: Runner | None = None,
    workers: int | None = None,
    **limits: Unpack[Limits],
) -> Iterator[Progress]:
    """Run a notebook at many points, into one table in a folder.

    One folder is one sweep of one notebook as it was when the sweep began: to save another version
    of it meanwhile changes no point. The folder is locked while it runs. Points that are new to it
    are added to those that it has; no row is ever lost. Rows of points that were not asked for
    again, and whose notebook, packages or data have changed since, say that they are stale.

    A point that ended in an earlier run, passed or failed, is not run again as long as the
    notebook's code, the parameters, `mlops_lab`, the data and the installed packages are as they
    were. Each point is kept as it ends, so a sweep that is killed goes on where it was.

    A finding that does not hold is recorded with its value, and the point goes on: a table of only
    those points where all claims hold would lean to the claims.

    Parameters
    ----------
    notebook : Path
    points : sequence of mapping
        Typed values; what a point does not name has the notebook's default.
    out : Path
        Folder for ``results.parquet``, ``results.csv``, ``sweep.json`` and ``points/``; made when
        it is not there.
    force : bool
        Run points again that an earlier run has left.
    keep_copies : bool
        Keep each executed notebook, as ``notebooks/<point>/<name>.ipynb``.
    log : callable, optional
        Called after a point is kept, first for those of earlier runs; of equal points once.
    runner : callable, optional
        What runs the jobs; parallel processes on this machine by default.
    workers : int, optional
        How many at once, as in `run_many`.
    **limits
        As in `run_many`. Points that started in another folder count as not run yet.

    Yields
    ------
    Progress
        Once at the beginning, then after each point. The table holds every point of the last one.

    Raises
    ------
    RefusedError
        Before any kernel starts: a notebook or a point that cannot be run so, no points at all or
        more than `MOST`, a folder that cannot be written, holds the sweep of another notebook, or
        is at work.
    """
    import nbformat  # only a run needs it, and it slows every other command down

    source = read_notebook(notebook)
    text = nbformat.writes(source)
    known = declared(source)
    if not points:
        raise RefusedError("There are no points to run.")
    if len(points) > MOST:
        raise RefusedError(f"{len(points):,} points are too many for a sweep; {MOST:,} at most.")
    given = [resolve(known, point) for point in points]
    code, around = code_of(source), surroundings() + _elsewhere(notebook, limits.get("cwd", "here"))
    with hold(out, "sweep"):
        register = read_register(out, notebook, code)
        state = _State(register, around, log)
        numbers = register.add([used_values(source, known, point) for point in given])
        state.ask(numbers, force=force)
        jobs = dict[str, Job]()
        for number, point in zip(numbers, given, strict=True):
            if (key := state.key(number)) not in state.found:
                copies = out / "notebooks" / str(number) if keep_copies else None
                jobs.setdefault(key, Job(notebook, point, copies, text))
        limits["keep_going"] = True
        run_jobs = runner or (lambda todo: run_many(todo, workers=workers, **limits))
        register.write()
        yield state.progress()
        try:
            for key, done in state.found.items():
                state.tell(key, done)
            for result in run_jobs(list(jobs.values())) if jobs else ():
                values = _values(result, source, known)
                state.add(point_key(code, values, around), done_of(result, values))
                yield state.progress()
        finally:  # also when it is stopped: the table has all that has ended
            state.write()


def _elsewhere(notebook: Path, cwd: str) -> str:
    place = starting_folder(notebook, cwd)
    return {"here": "", "notebook": " notebook"}.get(cwd, f" {place}")


def _values(
    result: Run | Lost, source: "NotebookNode", known: Mapping[str, Parameter]
) -> dict[str, object]:
    if isinstance(result, Lost):
        return used_values(source, known, result.job.parameters)
    return result.parameters


class _State:
    """What has ended so far, counted as it comes: a sweep may have many thousands of points."""

    def __init__(self, register: Register, around: str, log: Log | None) -> None:
        self.register, self.around, self.log = register, around, log
        self.numbers: Sequence[int] = ()
        self.keys: dict[int, str] = {}
        self.asked: dict[str, list[int]] = {}  # numbers by key: of equal points one runs for all
        self.found: dict[str, Done] = {}  # of those asked for
        self.others: dict[str, Done | None] = {}  # read once
        self.known = self.done = self.stale = 0
        self.states = Counter[str]()
        self.next = 0.0

    def key(self, number: int) -> str:
        """Return the key that the result of a point has now."""
        return point_key(self.register.code, self.register.entries[number - 1].values, self.around)

    def ask(self, numbers: Sequence[int], *, force: bool) -> None:
        """Set which points are asked for, and find what an earlier run has left of them."""
        self.numbers = tuple(numbers)
        for number in numbers:
            self.asked.setdefault(self.key(number), []).append(number)
        for key in self.asked:
            if not force and (old := kept(self.register.out, key)):
                self._count(key, old)
        self.known = self.done
        rest = {*range(1, len(self.register.entries) + 1)} - {*numbers}
        self.stale = sum(self._is_stale(number) for number in rest)

    def _is_stale(self, number: int) -> bool:
        return self.register.entries[number - 1].key not in ("", self.key(number))

    def _count(self, key: str, done: Done) -> None:
        self.found[key] = done
        for number in self.asked[key]:
            self.register.entries[number - 1].key = key
        self.done += len(self.asked[key])
        self.states[done.state] += len(self.asked[key])

    def add(self, key: str, done: Done) -> None:
        """Take in what came of a point, and write the table now and then."""
        keep(self.register.out, key, done)
        self._count(key, done)
        self.tell(key, done)
        if (begin := time.monotonic()) >= self.next:
            self.write()
            took = time.monotonic() - begin
            self.next = begin + max(2.0, 20 * took)  # a long table is written less often

    def tell(self, key: str, done: Done) -> None:
        """Tell who wants to know that a point has ended."""
        if self.log is not None:
            self.log(self.asked[key][0], key, done)

    def _find(self, key: str) -> Done | None:
        if key in self.found:
            return self.found[key]
        if key not in self.others:
            self.others[key] = read_point(self.register.out, key)
        return self.others[key]

    def write(self) -> None:
        """Write the table of all that has ended, in this run and earlier ones."""
        rows = self.register.rows(self._find)
        ended = [(number, done, self._is_stale(number)) for number, _, done in rows]
        if ended:
            write_table(self.register.out, ended)
        self.register.write()

    def progress(self) -> Progress:
        """Say how far the points are that were asked for."""
        failed = self.done - sum(self.states[state] for state in COMPLETE)
        return Progress(
            len(self.numbers), self.done, self.known, failed, self.states[REFUTED],
            self.stale, self.numbers,
        )  # fmt: skip
