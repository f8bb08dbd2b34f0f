"""How a sweep is asked for on the command line, and how far it is, for all commands that sweep."""

import functools
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlops_lab.workbench.runs.options import COURSE, CWD, JOBS, MEMORY, TIMEOUT

if TYPE_CHECKING:
    from mlops_lab.workbench.runs.many import Limits
    from mlops_lab.workbench.runs.sweeps.sweep import Progress, Runner

__all__ = ["How", "followed", "how_to_sweep"]

_OPTIONS = (
    click.option("--force", is_flag=True, help="Run points again that are in the folder already."),
    JOBS,
    TIMEOUT,
    MEMORY,
    click.option("--cluster", metavar="ADDRESS", help="Run on a Dask cluster, as in tcp://host:8786."),
    CWD,
    COURSE,
)  # fmt: skip


@dataclass(frozen=True)
class How:
    """How the points of a sweep are to be run.

    Attributes
    ----------
    force : bool
        Also those that the folder has.
    workers : int or None
        How many at once.
    cluster : str or None
        The address of a Dask scheduler.
    limits : Limits
        What holds for each run.
    """

    force: bool
    workers: int | None
    cluster: str | None
    limits: "Limits"

    def runner(self) -> "Runner | None":
        """Return what runs the jobs; None for this machine's own processes."""
        from mlops_lab.workbench.runs.sweeps.cluster import on_cluster

        return on_cluster(self.cluster, **self.limits) if self.cluster else None


def how_to_sweep(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command the options of every sweep; it gets them as ``how``, a `How`."""

    @functools.wraps(command)
    def asked(
        *args: Any,  # noqa: ANN401  what click gives
        force: bool,
        workers: int | None,
        timeout: int | None,
        memory: float | None,
        cluster: str | None,
        cwd: str,
        course: Path | None,
        **own: Any,  # noqa: ANN401
    ) -> None:
        from mlops_lab.workbench.runs.many import Limits

        ceiling = None if memory is None else int(memory * 2**30)
        limits = Limits(timeout=timeout, ceiling=ceiling, course=course, cwd=cwd)
        command(*args, how=How(force, workers, cluster, limits), **own)

    return functools.reduce(lambda made, option: option(made), reversed(_OPTIONS), asked)


def followed(coming: "Iterator[Progress]", label: str) -> "Progress":
    """Show how far a sweep is, on standard error, and give where it has come to."""
    last = next(coming)  # a sweep tells at once what it knows
    with click.progressbar(length=last.total, label=label, file=sys.stderr) as bar:
        bar.update(last.done)
        for last in coming:
            bar.update(last.done - bar.pos)
    return last
