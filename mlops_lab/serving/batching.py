"""Micro-batching: requests wait a bounded time, in a bounded queue, to share one call of a model.

Everything but the call itself happens in the event loop's thread, so there are no locks. The call
happens in one worker thread: a model is never run twice at once, and the loop goes on meanwhile.
"""

import asyncio
import os
import sys
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from mlops_lab.serving.calls import Call, Result, Told
from mlops_lab.serving.errors import RequestError
from mlops_lab.serving.runners import Arrays, Runner

__all__ = ["Answer", "Engine"]


class Answer(NamedTuple):
    """What came of one request.

    Attributes
    ----------
    outputs : dict of str to array
        The request's own rows.
    waited, took : float
        Seconds in the queue, and in the call of the model.
    batch : int
        Rows in that call, this request's and others'.
    """

    outputs: Arrays
    waited: float
    took: float
    batch: int


Shape = tuple[tuple[int, ...], ...]


@dataclass(slots=True, eq=False)
class _Job:
    inputs: Arrays
    rows: int
    shape: Shape
    arrived: float
    answer: asyncio.Future[Answer]
    timer: asyncio.TimerHandle | None = None


@dataclass(slots=True, eq=False)
class _Lane:
    """What waits for one model. Jobs of another shape than the first cannot share its call."""

    jobs: deque[_Job] = field(default_factory=deque)
    rows: int = 0


class Engine:
    """Runs models in one worker thread, in batches.

    Parameters
    ----------
    batch_size : int
        Most rows in one call.
    window : float
        Seconds that the first job of a batch waits for others; full batches go at once.
    queue_size : int
        Most rows that wait, over all models.
    slowdown : float
        Seconds added to each call.
    told : callable
        Told of each call: model, inputs, rows, seconds.
    nice : int
        By how much the thread gives way to others, where the system can do it; 0 to 19.
    """

    def __init__(
        self,
        *,
        batch_size: int,
        window: float,
        queue_size: int,
        slowdown: float = 0.0,
        told: Told | None = None,
        nice: int = 0,
    ) -> None:
        self.batch_size = batch_size
        self.window = window if batch_size > 1 else 0.0
        self.queue_size = queue_size
        self.call = Call(batch_size, slowdown, told)
        self.waiting = 0
        self.lanes: dict[Runner, _Lane] = {}
        self.busy = False
        self.alarm: asyncio.TimerHandle | None = None
        self.alarm_at = 0.0
        self.worker = ThreadPoolExecutor(1, "inference", initializer=_give_way, initargs=(nice,))

    def submit(
        self, runner: Runner, inputs: Arrays, timeout: float | None = None
    ) -> asyncio.Future[Answer]:
        """Queue the rows of one request; the future gives the answer, or a `RequestError`.

        Raises
        ------
        RequestError
            503 if the queue is full, 413 if the request could not even fit an empty one.
        """
        rows = len(next(iter(inputs.values())))
        self._admit(rows)
        loop = asyncio.get_running_loop()
        shape = tuple(value.shape[1:] for value in inputs.values())
        job = _Job(inputs, rows, shape, time.perf_counter(), loop.create_future())
        lane = self.lanes.setdefault(runner, _Lane())
        lane.jobs.append(job)
        lane.rows += rows
        self.waiting += rows
        if timeout is not None:
            job.timer = loop.call_later(timeout, self._late, runner, job, timeout)
        self._look()
        return job.answer

    def _admit(self, rows: int) -> None:
        if rows > self.queue_size:
            message = (
                f"{rows} instances came in one request; at most {self.queue_size} are allowed. "
                "Send several requests, or use the :batch endpoint."
            )
            raise RequestError(413, "too-many-instances", message, "instances")
        if self.waiting + rows > self.queue_size:
            message = f"The queue is full: {self.waiting} of {self.queue_size} instances wait."
            raise RequestError(503, "full", message, "", {"Retry-After": "1"})

    def _late(self, runner: Runner, job: _Job, timeout: float) -> None:
        if job.answer.done():
            return
        lane = self.lanes.get(runner)
        if lane and job in lane.jobs:  # not begun, so the model never sees it
            lane.jobs.remove(job)
            self._leave(lane, job)
        message = f"No answer within {timeout:.3g} seconds."
        job.answer.set_exception(RequestError(504, "timeout", message))

    def _leave(self, lane: _Lane, job: _Job) -> None:
        lane.rows -= job.rows
        self.waiting -= job.rows

    def _look(self) -> None:
        """Begin the batch that is due first, or set the alarm for it."""
        if self.busy:
            return
        lanes = [(self._due(lane), runner) for runner, lane in self.lanes.items() if lane.jobs]
        if not lanes:
            return
        due, runner = min(lanes, key=lambda pair: pair[0])
        now = time.perf_counter()
        if due <= now:
            self._begin(runner, now)
        elif self.alarm is None or due < self.alarm_at:
            self._set_alarm(due, now)

    def _due(self, lane: _Lane) -> float:
        first = lane.jobs[0].arrived
        return first if lane.rows >= self.batch_size else first + self.window

    def _set_alarm(self, due: float, now: float) -> None:
        if self.alarm is not None:
            self.alarm.cancel()
        self.alarm_at = due
        self.alarm = asyncio.get_running_loop().call_later(due - now, self._ring)

    def _ring(self) -> None:
        self.alarm = None
        self._look()

    def _begin(self, runner: Runner, now: float) -> None:
        lane = self.lanes[runner]
        jobs = [lane.jobs.popleft()]
        rows = jobs[0].rows
        while lane.jobs and lane.jobs[0].shape == jobs[0].shape:
            if rows + lane.jobs[0].rows > self.batch_size:
                break
            jobs.append(lane.jobs.popleft())
            rows += jobs[-1].rows
        for job in jobs:
            self._leave(lane, job)
        if not lane.jobs:
            del self.lanes[runner]
        self.busy = True
        loop = asyncio.get_running_loop()
        inputs = [job.inputs for job in jobs]
        running = loop.run_in_executor(self.worker, self.call, runner, inputs)
        running.add_done_callback(lambda done: self._end(done, jobs, rows, now))

    def _end(
        self,
        done: asyncio.Future[tuple[list[Result], float]],
        jobs: list[_Job],
        rows: int,
        begun: float,
    ) -> None:
        self.busy = False
        results, took = done.result()
        for job, result in zip(jobs, results, strict=True):
            if job.timer is not None:
                job.timer.cancel()
            if job.answer.done():
                pass  # answered 504 meanwhile
            elif isinstance(result, Exception):
                job.answer.set_exception(_failed(result))
            else:
                job.answer.set_result(Answer(result, begun - job.arrived, took, rows))
        self._look()

    def close(self) -> None:
        """End the worker thread; call it when nothing waits."""
        self.worker.shutdown(wait=False, cancel_futures=True)


def _failed(error: BaseException) -> RequestError:
    # The model took these rows in a batch and broke: the caller's values, as a rule, such as an
    # index beyond an embedding. The server itself is well.
    said = f"The model could not run on this input: {type(error).__name__}: {error}"[:500]
    return RequestError(422, "model", said, "instances")


def _give_way(nice: int) -> None:
    if nice and sys.platform == "linux":  # elsewhere a thread has no niceness of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)
