"""Run one notebook at many points, and continue where an earlier run was stopped."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Unpack

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.many import Job, Limits, Lost, run_many
from mlops_lab.workbench.runs.notebook import read_notebook
from mlops_lab.workbench.runs.parameters import declared
from mlops_lab.workbench.runs.report import reason
from mlops_lab.workbench.runs.run import REFUTED, Run
from mlops_lab.workbench.runs.sweeps.key import code_of, point_key, surroundings
from mlops_lab.workbench.runs.sweeps.points import MOST
from mlops_lab.workbench.runs.sweeps.table import COMPLETE, Done, keep, kept, write_table
from mlops_lab.workbench.runs.values import resolve

__all__ = ["Progress", "Runner", "sweep"]

Runner = Callable[[Sequence[Job]], Iterator[Run | Lost]]
"""What runs the jobs: each job gives one result, in any order."""


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
    """

    total: int
    done: int
    known: int
    failed: int
    refuted: int


def sweep(
    notebook: Path,
    points: Sequence[Mapping[str, object]],
    out: Path,
    *,
    force: bool = False,
    keep_copies: bool = False,
    runner: Runner | None = None,
    workers: int | None = None,
    **limits: Unpack[Limits],
) -> Iterator[Progress]:
    """Run a notebook at many points, into one table in a folder.

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
        Folder for ``results.parquet``, ``results.csv`` and ``points/``; made when it is not there.
    force : bool
        Run points again that an earlier run has left.
    keep_copies : bool
        Keep each executed notebook, as ``notebooks/<point>/<name>.ipynb``.
    runner : callable, optional
        What runs the jobs; parallel processes on this machine by default.
    workers : int, optional
        How many at once, as in `run_many`.
    **limits
        As in `run_many`.

    Yields
    ------
    Progress
        Once at the beginning, then after each point. The table holds every point of the last one.

    Raises
    ------
    RefusedError
        Before any kernel starts: a notebook or a point that cannot be run so, no points at all or
        more than `MOST`.
    """
    source = read_notebook(notebook)
    known = declared(source)
    if not points:
        raise RefusedError("There are no points to run.")
    if len(points) > MOST:
        raise RefusedError(f"{len(points):,} points are too many for a sweep; {MOST:,} at most.")
    given = [resolve(known, point) for point in points]
    defaults = {each.name: each.default for each in known.values() if each.literal}
    code, around = code_of(source), surroundings()
    keys = [point_key(code, {**defaults, **point}, around) for point in given]
    found = {} if force else {key: old for key in {*keys} if (old := kept(out, key))}
    jobs = dict[str, Job]()
    for i, (key, point) in enumerate(zip(keys, given, strict=True), 1):
        if key not in found:
            copies = out / "notebooks" / str(i) if keep_copies else None
            jobs.setdefault(key, Job(notebook, point, copies))
    limits["keep_going"] = True
    run_jobs = runner or (lambda todo: run_many(todo, workers=workers, **limits))
    state = _State(out, keys, found)
    yield state.progress()
    try:
        for result in run_jobs(list(jobs.values())) if jobs else ():
            asked = result.job.parameters if isinstance(result, Lost) else result.parameters
            values = {**defaults, **asked}
            state.add(point_key(code, values, around), _done(result, values))
            yield state.progress()
    finally:  # also when it is stopped: the table has all that has ended
        state.write()


class _State:
    """What has ended so far, counted as it comes: a sweep may have many thousands of points."""

    def __init__(self, out: Path, keys: Sequence[str], found: dict[str, Done]) -> None:
        self.out, self.keys, self.found = out, keys, found
        self.points = Counter(keys)  # of points with equal values one runs for all
        self.known = self.done = sum(self.points[key] for key in found)
        self.states = Counter[str]()
        for key, done in found.items():
            self.states[done.state] += self.points[key]
        self.next = 0.0

    def add(self, key: str, done: Done) -> None:
        keep(self.out, key, done)
        self.found[key] = done
        self.done += self.points[key]
        self.states[done.state] += self.points[key]
        if (begin := time.monotonic()) >= self.next:
            self.write()
            took = time.monotonic() - begin
            self.next = begin + max(2.0, 20 * took)  # a long table is written less often

    def write(self) -> None:
        ended = [(i, self.found[key]) for i, key in enumerate(self.keys, 1) if key in self.found]
        if ended:
            write_table(self.out, ended)

    def progress(self) -> Progress:
        failed = self.done - sum(self.states[state] for state in COMPLETE)
        return Progress(len(self.keys), self.done, self.known, failed, self.states[REFUTED])


def _done(result: Run | Lost, parameters: Mapping[str, object]) -> Done:
    if isinstance(result, Lost):
        return Done("lost", 0.0, 0, result.reason, parameters)
    why = None if result.state == "passed" else reason(result)
    values = {str(row["name"]): row["value"] for row in result.records}
    for row in result.findings:
        values |= {str(row["name"]): row["value"], f"{row['name']} holds": row["holds"]}
    findings = tuple(str(row["name"]) for row in result.findings)
    return Done(
        result.state, round(result.seconds, 3), result.memory, why, parameters, values, findings
    )
