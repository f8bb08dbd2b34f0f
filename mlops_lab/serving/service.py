"""What a server does with a request once it is read: route, run, shadow. No HTTP in here."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from mlops_lab.serving import routes
from mlops_lab.serving.batching import Answer, Engine
from mlops_lab.serving.errors import RequestError
from mlops_lab.serving.log import RequestLog
from mlops_lab.serving.metrics import Metrics
from mlops_lab.serving.models import Models, Version
from mlops_lab.serving.runners import Arrays, Runner, load
from mlops_lab.serving.settings import Settings

__all__ = ["Picked", "Service"]

_LOG = logging.getLogger(__name__)
_LOW_QUEUE = 64
"""Rows of shadow and bulk work that wait, in units of one batch at least."""
_LOW_NICE = 10
_SAME = 1e-3
"""Scores that differ by less, relative to their size, agree."""


class Picked(NamedTuple):
    """The version that answers, and the one that is asked the same in its shadow."""

    version: Version
    runner: Runner
    shadow: Version | None = None


class Service:
    """Models, routes and the two lanes they are run in.

    The online lane is bounded and batched. Shadow and bulk work has a lane and a thread of its
    own, which gives way to the online one.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.log = RequestLog(settings.log)
        self.routes: Mapping[str, routes.Route] = {}  # replaced, as `refresh` reads it elsewhere
        self.models = Models(
            settings.folder,
            lambda path: load(path, batch_size=settings.batch_size, threads=settings.threads),
        )
        self.online = Engine(
            batch_size=settings.batch_size,
            window=settings.batch_window,
            queue_size=settings.queue_size,
            slowdown=settings.slowdown,
            told=self._told,
        )
        self.low = Engine(
            batch_size=settings.batch_size,
            window=0.0,
            queue_size=max(_LOW_QUEUE, 4 * settings.batch_size),
            slowdown=settings.slowdown,
            told=self._told,
            nice=_LOW_NICE,
        )
        self.metrics.watch({"online": lambda: self.online.waiting, "low": lambda: self.low.waiting})
        self.shadowing: set[asyncio.Task[None]] = set()

    def _told(self, runner: Runner, inputs: Arrays, rows: int, seconds: float) -> None:
        of = self.models.owners.get(runner)
        if of is not None:
            self.metrics.call(of.model, str(of.number), inputs, rows, seconds)

    def refresh(self) -> None:
        """Look into the model folder; blocking."""
        self.models.refresh(
            {(model, n) for model, route in self.routes.items() for n in routed(route)}
        )

    async def watch(self) -> None:
        """Refresh for ever, off the loop."""
        while True:
            await asyncio.sleep(self.settings.poll)
            try:
                await asyncio.get_running_loop().run_in_executor(None, self.refresh)
            except Exception:  # noqa: BLE001  the folder may be well again at the next look
                _LOG.exception("The model folder could not be read.")

    def scraped(self) -> bytes:
        """Return the metrics in Prometheus' text format."""
        states = {
            (model, str(number)): one.runner is not None
            for model, versions in self.models.table.items()
            for number, one in versions.items()
        }
        return self.metrics.text(states)

    def pick(self, model: str, version: str, label: str, key: str) -> Picked:
        """Return the version that a request is for: named, labelled, routed, or the highest."""
        if version or label:
            return self._picked(model, self.number(model, version, label))
        route = self.routes.get(model)
        if route is None:
            return self._picked(model, self.models.highest(model))
        choice = routes.choose(route, key)
        return self._picked(model, choice.version, choice.shadow)

    def number(self, model: str, version: str, label: str) -> int:
        """Return the number that a path names, as it is or by a label."""
        if label:
            return self.models.labelled(model, label)
        if not version.isascii() or not version.isdigit() or len(version) > 18:
            message = f"version is {version[:40]!r}; a whole number is expected."
            raise RequestError(400, "unknown-version", message, "version")
        return int(version)

    def _picked(self, model: str, number: int, shadow: int | None = None) -> Picked:
        version = self.models.find(model, number)
        assert version.runner is not None  # find gives no other
        other = None if shadow is None else self.models.versions(model).get(shadow)
        return Picked(version, version.runner, other)

    async def answer(self, picked: Picked, inputs: Arrays, started: float) -> Answer:
        """Run a request in the online lane, and its shadow in the other."""
        left = self.settings.timeout - (time.perf_counter() - started)
        if left <= 0:
            raise self._late()
        future = self.online.submit(picked.runner, inputs, left)
        if picked.shadow is not None:
            self._shadow(picked.version, picked.shadow, inputs, future)
        try:
            return await future
        except RequestError as refusal:
            # The queue was given what was left of it.
            raise (self._late() if refusal.kind == "timeout" else refusal) from None

    def _late(self) -> RequestError:
        return RequestError(504, "timeout", f"No answer within {self.settings.timeout:g} seconds.")

    def _shadow(
        self, version: Version, shadow: Version, inputs: Arrays, online: asyncio.Future[Answer]
    ) -> None:
        told = self._teller(version, shadow)
        own = version.runner.inputs if version.runner else None
        if shadow.runner is None or shadow.runner.inputs != own:
            told("failed")
            return
        try:
            other = self.low.submit(shadow.runner, inputs, self.settings.timeout)
        except RequestError:
            told("dropped")
            return
        task = asyncio.ensure_future(self._compare(online, other, version, shadow))
        self.shadowing.add(task)
        task.add_done_callback(self.shadowing.discard)

    def _teller(self, version: Version, shadow: Version) -> Callable[[str], None]:
        names = version.model, str(version.number), str(shadow.number)
        return lambda outcome: self.metrics.compared(*names, outcome)

    async def _compare(
        self,
        online: asyncio.Future[Answer],
        other: asyncio.Future[Answer],
        version: Version,
        shadow: Version,
    ) -> None:
        told = self._teller(version, shadow)
        begun = time.perf_counter()
        both = await asyncio.gather(asyncio.shield(online), other, return_exceptions=True)
        first, second = both
        if isinstance(first, BaseException):
            return  # the caller got no answer to compare with
        if isinstance(second, BaseException):
            told("dropped" if getattr(second, "kind", "") == "timeout" else "failed")
            return
        took = time.perf_counter() - begun
        self.metrics.timing(shadow.model, str(shadow.number), took, second)
        gap = difference(first.outputs, second.outputs)
        names = version.model, str(version.number), str(shadow.number)
        self.metrics.gap.labels(*names).observe(gap)
        told("agree" if agree(first.outputs, second.outputs) else "differ")

    def set_route(self, model: str, route: routes.Route) -> None:
        """Send a model's requests elsewhere from now on; those under way end where they began."""
        known = self.models.available(model)
        for field, number in routed_fields(route).items():
            if number not in known:
                listed = ", ".join(map(str, known)) or "none"
                message = f"{field} is {number}; the versions that can answer are {listed}."
                raise RequestError(409, "route", message, field)
        self.routes = {**self.routes, model: route}

    def drop_route(self, model: str) -> None:
        """Send a model's requests to its highest version again."""
        self.routes = {name: route for name, route in self.routes.items() if name != model}

    def close(self) -> None:
        """End the threads and close the log."""
        for task in self.shadowing:
            task.cancel()
        self.online.close()
        self.low.close()
        self.log.close()


def routed_fields(route: routes.Route) -> dict[str, int]:
    """Return the versions that a route names, by field."""
    names = ("version", "shadow", "canary")
    return {name: getattr(route, name) for name in names if hasattr(route, name)}


def routed(route: routes.Route) -> set[int]:
    """Return the versions that a route names."""
    return set(routed_fields(route).values())


def difference(first: Arrays, second: Arrays) -> float:
    """Return the largest difference of any output; infinite where shapes or names differ."""
    if first.keys() != second.keys():
        return float("inf")
    gaps = [0.0]
    for name, array in first.items():
        if array.shape != second[name].shape:
            return float("inf")
        gap = np.abs(array.astype(np.float64) - second[name].astype(np.float64))
        gaps.append(float(np.max(gap, initial=0.0)))
    return max(gaps)


def agree(first: Arrays, second: Arrays) -> bool:
    """Tell whether two versions gave the same decisions: class by class, or number by number."""
    if difference(first, second) == float("inf"):
        return False
    for name, array in first.items():
        other = second[name]
        if array.ndim == 2 and array.shape[1] > 1:  # scores of classes: the same class
            same = bool((array.argmax(1) == other.argmax(1)).all())
        else:
            same = bool(np.allclose(array, other, rtol=_SAME, atol=_SAME))
        if not same:
            return False
    return True
