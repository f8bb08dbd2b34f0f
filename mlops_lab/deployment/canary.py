"""How long a canary runs, whom it harms until it is stopped, and what stops a harmless one."""

from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlops_lab.serving import simulate_release
from mlops_lab.serving.sequential import evidence

__all__ = ["Trial", "canary_trials", "dashboard_stops", "end_stops", "sprt_stops"]

_BLOCK = 128
"""Bad answers drawn at once: few releases need many more."""


class Trial(NamedTuple):
    """For each simulated release: requests until the alarm, and how many the canary answered."""

    requests: NDArray[np.int64]
    canary: NDArray[np.int64]


def canary_trials(
    draws: int,
    *,
    share: float,
    old: float,
    new: float,
    ratio: float = 2.0,
    level: float = 0.05,
    told: float | None = None,
    most: int = 60_000,
    seed: int | np.random.Generator,
) -> Trial:
    """Run canaries until the sequential test `mlops_lab.serving.sprt` stops them.

    Only bad answers move that test, so only these are drawn one by one: how many requests lie
    between them is geometric, and how many of the good ones the canary answered is binomial.

    Parameters
    ----------
    draws : int, from 1
        Releases to simulate.
    share : float, between 0 and 1
        Of the requests that go to the canary.
    old, new : float, above 0, below 1
        Chance of a bad answer from either version.
    ratio : float, above 1
        The harm that the test is made for, as a multiple of `old`.
    level : float, between 0 and 1
        The chance of a false stop that the test keeps, if it is told the true share.
    told : float, between 0 and 1
        The share that the test takes the canary to have; the true one by default.
    most : int, from 1
        Requests after which a release is left running.
    seed : int or Generator

    Returns
    -------
    Trial
        Arrays of shape (draws,). A release that was never stopped counts all its requests.
    """
    given = share if told is None else told
    if draws < 1 or most < 1:
        raise ValueError(f"draws and most must be from 1; got {draws} and {most}")
    for name, value in {"share": share, "told": given, "old": old, "new": new}.items():
        if not 0 < value < 1:
            raise ValueError(f"{name} must lie between 0 and 1; got {value}")
    _harm(ratio, level)
    rng = np.random.default_rng(seed)
    up, down = evidence(np.array([True, False]), share=given, ratio=ratio)
    rate = share * new + (1 - share) * old  # of bad answers
    requests, canary = np.full(draws, most), np.zeros(draws, dtype=np.int64)
    running = np.arange(draws)
    at, weight, seen = np.zeros((3, draws, 1))
    bad = 0
    while running.size:
        at = at + np.cumsum(rng.geometric(rate, (running.size, _BLOCK)), axis=1)
        by_canary = rng.random(at.shape) < share * new / rate
        weight = weight + np.cumsum(np.where(by_canary, up, down), axis=1)
        seen = seen + np.cumsum(by_canary, axis=1)
        over = at > most
        ends = over | (weight >= -np.log(level))
        done = np.flatnonzero(ends.any(axis=1))
        first = ends[done].argmax(axis=1)
        late, which = over[done, first], running[done]
        requests[which] = np.where(late, most, at[done, first])
        good = requests[which] - (bad + first + 1 - late)
        canary[which] = seen[done, first] - (late & by_canary[done, first])
        canary[which] += rng.binomial(good, share * (1 - new) / (1 - rate))
        left = ~ends.any(axis=1)
        running, bad = running[left], bad + _BLOCK
        at, weight, seen = at[left, -1:], weight[left, -1:], seen[left, -1:]
    return Trial(requests, canary)


def dashboard_stops(
    draws: int,
    *,
    shares: Sequence[float],
    stage: int,
    old: float,
    new: float,
    times: float,
    seed: int | np.random.Generator,
) -> NDArray[np.bool_]:
    """Ramp up in stages, and stop after one in which the canary's error rate is `times` the old's.

    Parameters
    ----------
    draws : int, from 1
    shares : sequence of floats, between 0 and 1
        The canary's share of requests, stage by stage.
    stage : int, from 1
        Requests in a stage.
    old, new : float, 0 to 1
        As of `canary_trials`.
    times : float, above 0
        A stage is stopped above this ratio. Rates are read off the stage's requests alone.
    seed : int or Generator

    Returns
    -------
    Bool array of shape (draws,): which releases were stopped.
    """
    _stages(draws, shares, stage)
    if not times > 0:
        raise ValueError(f"times must be above 0; got {times}")
    rng = np.random.default_rng(seed)
    stopped = np.zeros(draws, dtype=bool)
    for share in shares:
        canary = rng.binomial(stage, share, draws)
        bad, others = rng.binomial(canary, new), rng.binomial(stage - canary, old)
        rate = others / np.maximum(stage - canary, 1)
        stopped |= bad > times * rate * canary
    return stopped


def end_stops(
    draws: int,
    *,
    shares: Sequence[float],
    stage: int,
    old: float,
    new: float,
    level: float = 0.05,
    seed: int | np.random.Generator,
) -> NDArray[np.bool_]:
    """Ramp up in the same stages, and look once, at the end, at all of them together.

    Given how many answers of a stage are bad, those of a harmless canary are binomial with its
    share. Their sum over stages, less what is expected, over its standard deviation, is compared
    with the quantile of the normal law: a one-sided Mantel-Haenszel test (1959).

    Parameters
    ----------
    draws, shares, stage, old, new, seed
        As of `dashboard_stops`.
    level : float, between 0 and 1
        The chance of a false stop, where bad answers are many.

    Returns
    -------
    Bool array of shape (draws,): which releases were stopped.
    """
    _stages(draws, shares, stage)
    _harm(2.0, level)
    rng, part = np.random.default_rng(seed), np.asarray(shares)
    canary = rng.binomial(stage, part, (draws, len(part)))
    by_canary = rng.binomial(canary, new)
    bad = by_canary + rng.binomial(stage - canary, old)
    extra = np.sum(by_canary - part * bad, axis=1)
    spread = np.sqrt(np.sum(part * (1 - part) * bad, axis=1))
    return np.asarray(extra > NormalDist().inv_cdf(1 - level) * spread)


def sprt_stops(
    draws: int,
    *,
    shares: Sequence[float],
    stage: int,
    old: float,
    new: float,
    ratio: float = 2.0,
    level: float = 0.05,
    seed: int | np.random.Generator,
) -> NDArray[np.bool_]:
    """Ramp up in the same stages, with one sequential test that carries its evidence along.

    The weights of `mlops_lab.serving.sprt` depend on the share, so each stage adds its own.

    Parameters
    ----------
    draws, shares, stage, old, new, seed
        As of `dashboard_stops`.
    ratio, level : float
        The harm that the test is made for, and the chance of a false stop that it keeps.

    Returns
    -------
    Bool array of shape (draws,): which releases were stopped.
    """
    _stages(draws, shares, stage)
    _harm(ratio, level)
    rng = np.random.default_rng(seed)
    stopped = np.zeros(draws, dtype=bool)
    for i in range(draws):
        steps = []
        for share in shares:
            release = simulate_release(stage, share=share, old=old, new=new, seed=rng)
            steps.append(evidence(release.canary[release.bad], share=share, ratio=ratio))
        weight = np.cumsum(np.concatenate(steps))
        stopped[i] = weight.max(initial=0.0) >= -np.log(level)
    return stopped


def _harm(ratio: float, level: float) -> None:
    if not ratio > 1 or not 0 < level < 1:
        raise ValueError(f"ratio must be above 1, level between 0 and 1; got {ratio}, {level}")


def _stages(draws: int, shares: Sequence[float], stage: int) -> None:
    if draws < 1 or stage < 1:
        raise ValueError(f"draws and stage must be from 1; got {draws} and {stage}")
    if not shares or not all(0 < share < 1 for share in shares):
        raise ValueError(f"shares must lie between 0 and 1, one a stage; got {list(shares)}")
