"""Processor time of calls, measured in turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = ["processor_seconds"]


def processor_seconds(
    calls: Mapping[str, Callable[[], object]], rounds: int = 9, *, warm_up: bool = True
) -> dict[str, NDArray[np.float64]]:
    """Measure the processor time of each call, round by round.

    In a round every call runs once, the first one changing from round to round, so that a busy
    moment of the machine strikes all alike. Processor time, of all threads of this process, does
    not count the time for which another process had the core.

    Parameters
    ----------
    calls : mapping of name -> function without arguments, at least one
    rounds : int, at least 1
    warm_up : bool
        Run each call once before, uncounted.

    Returns
    -------
    mapping of name -> seconds of each round, shape (rounds,)

    Raises
    ------
    ValueError
        For no call, or no round.

    Examples
    --------
    >>> sorted(processor_seconds({"a": lambda: 1, "b": lambda: 2}, 3))
    ['a', 'b']
    """
    if not calls or rounds < 1:
        raise ValueError(f"need at least one call and one round; got {len(calls)} and {rounds}")
    if warm_up:
        for call in calls.values():
            call()
    names, taken = list(calls), {name: np.zeros(rounds) for name in calls}
    for i in range(rounds):
        for k in range(len(names)):
            name = names[(i + k) % len(names)]
            start = time.process_time()
            calls[name]()
            taken[name][i] = time.process_time() - start
    return taken
