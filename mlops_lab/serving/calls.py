"""One call of a model for the rows of many requests; this happens in the worker's thread."""

import time
from collections.abc import Callable, Sequence

import numpy as np

from mlops_lab.serving.runners import Arrays, Runner

__all__ = ["Call", "Result", "Told"]

Told = Callable[[Runner, Arrays, int, float], None]
Result = Arrays | Exception


class Call:
    """Runs the inputs of several requests at once, and takes the outputs apart again.

    Parameters
    ----------
    batch_size : int
        Most rows in one call; a request that has more is run in pieces.
    slowdown : float
        Seconds added to each call.
    told : callable, optional
        Told of each call: model, inputs, rows, seconds.
    """

    def __init__(self, batch_size: int, slowdown: float, told: Told | None) -> None:
        self.batch_size = batch_size
        self.slowdown = slowdown
        self.told = told

    def __call__(self, runner: Runner, requests: Sequence[Arrays]) -> tuple[list[Result], float]:
        """Return each request's outputs, or the error it caused, and the seconds it all took."""
        start = time.perf_counter()
        counts = [len(next(iter(inputs.values()))) for inputs in requests]
        try:
            inputs, outputs = self._run(runner, requests)
        except Exception as error:  # noqa: BLE001  whatever a runtime says
            if len(requests) == 1:
                return [error], time.perf_counter() - start
            # One of them broke it: the others are not to pay for that.
            alone = [self(runner, [one])[0][0] for one in requests]
            return alone, time.perf_counter() - start
        took = time.perf_counter() - start
        if self.told:
            self.told(runner, inputs, sum(counts), took)
        results: list[Result] = []
        at = 0
        for rows in counts:
            results.append({name: value[at : at + rows] for name, value in outputs.items()})
            at += rows
        return results, took

    def _run(self, runner: Runner, requests: Sequence[Arrays]) -> tuple[Arrays, Arrays]:
        inputs = requests[0]
        if len(requests) > 1:
            inputs = {name: np.concatenate([one[name] for one in requests]) for name in inputs}
        pieces = []
        for at in range(0, len(next(iter(inputs.values()))), self.batch_size):
            piece = {name: value[at : at + self.batch_size] for name, value in inputs.items()}
            pieces.append(runner.run(piece))
            if self.slowdown:
                time.sleep(self.slowdown)
        if len(pieces) == 1:
            return inputs, pieces[0]
        return inputs, {name: np.concatenate([p[name] for p in pieces]) for name in pieces[0]}
