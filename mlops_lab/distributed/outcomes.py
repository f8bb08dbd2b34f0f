"""What became of the workers of a launch."""

from __future__ import annotations

import pickle
import signal
from dataclasses import dataclass
from typing import Any

from mlops_lab.core import LabError
from mlops_lab.distributed.host import Ended

__all__ = ["Outcome", "WorkerError", "outcome"]


@dataclass(frozen=True)
class Outcome:
    """What became of one worker.

    Attributes
    ----------
    rank : int
        Its number in the group, from 0.
    pid : int
        The id of its process, which has ended.
    value : object
        What the job returned; None where it failed.
    error : str or None
        What ended it: kind and text of an exception, or how the process ended; None for success.
    code : int
        Exit code of the process; minus the signal, where one killed it.
    trace : str
        Traceback of the exception, if there was one.
    """

    rank: int
    pid: int
    value: Any
    error: str | None
    code: int
    trace: str = ""


class WorkerError(LabError, RuntimeError):
    """A worker failed.

    Attributes
    ----------
    outcomes : list of Outcome
        Of all workers of the group.
    """

    def __init__(self, outcomes: list[Outcome]) -> None:
        told = [f"worker {one.rank}: {one.error}" for one in outcomes if one.error]
        # The others often fail because one has: its own error is no broken connection.
        traces = sorted((one.trace for one in outcomes if one.trace), key=_of_connection)
        super().__init__("\n".join([*told, *traces[:1]]))
        self.outcomes = outcomes


def outcome(rank: int, ended: Ended, patience: float) -> Outcome:
    """Say what became of a worker.

    Parameters
    ----------
    rank : int
    ended : Ended
    patience : float
        Seconds that the launch had.
    """
    report = ended.report
    if report and report.value is not None:
        return Outcome(rank, ended.pid, pickle.loads(report.value), None, ended.code)
    if report:
        return Outcome(rank, ended.pid, None, report.error, ended.code, report.trace)
    how = f"killed by {signal.Signals(-ended.code).name}" if ended.code < 0 else "ended"
    if ended.cut:
        how = f"took too long, {patience:g} s or 30 s after another had failed"
    return Outcome(rank, ended.pid, None, f"{how} (exit code {ended.code})", ended.code)


def _of_connection(trace: str) -> bool:
    last = trace.strip().splitlines()[-1]
    return "Connection" in last or "gloo" in last
