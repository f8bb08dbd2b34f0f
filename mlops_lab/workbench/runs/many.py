"""Run many notebooks at once, each in a process of its own, the longest first."""

import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import TypedDict, Unpack

from mlops_lab.threads import cores
from mlops_lab.workbench.kernels import ForkUnavailableError, warmed
from mlops_lab.workbench.runs import past
from mlops_lab.workbench.runs.errors import KernelError, RefusedError
from mlops_lab.workbench.runs.notebook import read_notebook
from mlops_lab.workbench.runs.parameters import declared
from mlops_lab.workbench.runs.preload import preload
from mlops_lab.workbench.runs.run import Run, copy_name
from mlops_lab.workbench.runs.values import resolve
from mlops_lab.workbench.runs.worker import begin_worker, run_one

__all__ = [
    "Job",
    "Limits",
    "Lost",
    "cores",
    "longest_first",
    "prepare_jobs",
    "run_many",
    "usual_workers",
]


@dataclass(frozen=True)
class Job:
    """One notebook to run, its parameters, the folder for its copy, and its text where that is set.

    All are as `run` takes them.
    """

    notebook: Path
    parameters: Mapping[str, object] = field(default_factory=dict)
    out: Path | None = None
    text: str | None = None


class Limits(TypedDict, total=False):
    """What holds for every run of a call, each as `run` takes it."""

    timeout: int | None
    ceiling: int | None
    course: Path | None
    keep_going: bool
    cwd: str
    stills: bool


@dataclass(frozen=True)
class Lost:
    """A job that gave no result, and why: no kernel, or its process was killed."""

    job: Job
    reason: str


def usual_workers() -> int:
    """Say how many to run at once: one more than there are cores, since one of them mostly waits.

    It waits for its kernel to start and to end, or for a server's answers.
    """
    return cores() + 1


def prepare_jobs(
    notebooks: Sequence[Path],
    typed: Mapping[str, object],
    texts: Sequence[tuple[str, str]] = (),
    *,
    out: Path | None = None,
    course: Path | None = None,
) -> list[Job]:
    """Check every notebook, parameter and copy before the first kernel starts.

    Parameters
    ----------
    notebooks : sequence of Path
    typed, texts
        Parameters, which every notebook must have, as `resolve` takes them.
    out, course
        As in `run`.

    Returns
    -------
    list of Job

    Raises
    ------
    RefusedError
        For a notebook that cannot be run so, and for two whose copies would have one name.
    """
    jobs, copies = [], dict[str, Path]()
    for path in notebooks:
        source = read_notebook(path)
        try:
            jobs.append(Job(path, resolve(declared(source), typed, texts), out))
        except RefusedError as error:
            lines = "\n".join(f"{path}: {line}" for line in str(error).splitlines())
            raise RefusedError(lines) from error
        name = copy_name(path, source, course)
        if out is not None and (first := copies.setdefault(name, path)) != path:
            raise RefusedError(
                f"The copies of {first} and {path} would both be {name}.ipynb. Keep them in two "
                "folders, with one call each."
            )
    return jobs


def longest_first(jobs: Sequence[Job]) -> list[Job]:
    """Order jobs by the seconds that they took last time; those that never ran come before all."""
    usual = past.seconds(job.notebook for job in jobs)
    return sorted(jobs, key=lambda job: usual[job.notebook], reverse=True)


def run_many(
    jobs: Sequence[Job],
    *,
    workers: int | None = None,
    **limits: Unpack[Limits],
) -> Iterator[Run | Lost]:
    """Run jobs in parallel processes, and give each result as it comes.

    Those that took longest last time begin first, and those that never ran before them: the last
    to end is then seldom a long one. Each computes with one thread, unless ``OMP_NUM_THREADS`` says
    how many: threads of several that share the cores would wait for each other most of the time.

    Parameters
    ----------
    jobs : sequence of Job
        In any order; the results come in that of their ends.
    workers : int, optional
        How many at once, at least 1; `usual_workers` by default.
    **limits
        As in `run`.

    Yields
    ------
    Run or Lost
        One for each job.

    Raises
    ------
    KeyboardInterrupt
        After every kernel was ended. What had come by then stays.
    """
    order = longest_first(jobs)
    number = min(workers or usual_workers(), max(len(jobs), 1))
    modules = preload({job.notebook for job in jobs})
    # One kernel would import sooner what it needs than a template beside it.
    with warmed(modules) if len(jobs) > 1 else nullcontext() as template:
        context = _context()
        if template is not None:
            with suppress(
                ForkUnavailableError
            ):  # without it kernels start afresh, and its log says why
                template.ready(None)
        yield from _in_pool(order, number, context, limits)


def _context() -> BaseContext:
    # Forked from a server that has imported papermill once, and never from this process, which
    # may be a kernel with threads.
    if os.name != "posix":
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver, resource_tracker

    light = f"{__package__}.lighter"
    forkserver.set_forkserver_preload([light, __name__, "papermill", "nbclient", "psutil"])
    resource_tracker.ensure_running()  # its start would let Ctrl-C in again
    with _later():  # while it imports, Ctrl-C would end it with a traceback
        forkserver.ensure_running()
    return multiprocessing.get_context("forkserver")


@contextmanager
def _later() -> Iterator[None]:
    """Let Ctrl-C wait for the end of the block, and in processes started there until they ask.

    Held back, not ignored: one that was ignored would be lost, and nobody would stop.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _in_pool(
    jobs: Sequence[Job], number: int, context: BaseContext, limits: Limits
) -> Iterator[Run | Lost]:
    # A pipe, whose end comes to every worker: an event would wait for those that were killed.
    told, stop = context.Pipe(duplex=False)
    begin = (told, dict(os.environ))
    with told, stop, ProcessPoolExecutor(number, context, begin_worker, begin) as pool:
        waiting = {pool.submit(run_one, job, limits): job for job in jobs}
        took = dict[Path, float]()
        try:
            for future in as_completed(waiting):
                result = _result(future, waiting[future])
                if isinstance(result, Run):
                    took[result.notebook] = result.seconds
                yield result
        finally:  # Ctrl-C, or nobody wants the rest
            stop.close()  # what a worker has taken already cannot be cancelled, but interrupted
            past.remember(took)
            pool.shutdown(wait=True, cancel_futures=True)


def _result(future: "Future[Run]", job: Job) -> Run | Lost:
    try:
        return future.result()
    except KernelError as error:
        return Lost(job, str(error))
    except BrokenProcessPool:
        return Lost(job, "a process of the pool was killed, and the rest cannot go on without it")
