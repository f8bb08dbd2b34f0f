"""Successive halving: many nets begin, few end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mlops_lab.search.table import Table

__all__ = ["Halved", "halving"]


class Halved(NamedTuple):
    """What a run of successive halving has chosen and spent.

    Attributes
    ----------
    score : float
        Validation accuracy of the winner at the last rung.
    net : int
        The winner.
    steps : int
        Steps of training of all nets together.
    started : int
        Nets that were begun.
    """

    score: float
    net: int
    steps: int
    started: int


def halving(
    table: Table,
    steps: int,
    seed: int,
    rng: np.random.Generator,
    *,
    rungs: Sequence[int] = (20, 60, 180, 240),
    keep: float = 1 / 3,
) -> Halved:
    """Train many nets to the first rung, a share of the best to the next, and so on.

    Successive halving (Jamieson and Talwalkar 2016); a training goes on where it stopped, so a
    rung costs only the further steps.

    Parameters
    ----------
    table : Table
    steps : int
        Of training, of all nets together; as many nets start as it allows.
    seed : int
        The training seed of all nets.
    rng : Generator
        Draws the nets.
    rungs : ascending numbers of steps at which the table has looked
    keep : float, above 0 and below 1
        At least one net goes on.

    Raises
    ------
    ValueError
        For rungs at which the table has not looked or that do not ascend, a share out of range,
        or steps that do not bring one net to the last rung.
    """
    looks = {int(step): look for look, step in enumerate(table.steps)}
    unknown = [rung for rung in rungs if rung not in looks]
    if unknown or not rungs or list(rungs) != sorted(set(rungs)):
        raise ValueError(f"rungs must ascend, each one of {sorted(looks)}; got {list(rungs)}")
    if not 0 < keep < 1:
        raise ValueError(f"keep must lie between 0 and 1; got {keep}")
    further = np.diff([0, *rungs])
    started = next(
        (n for n in range(len(table.space), 0, -1) if _cost(n, further, keep) <= steps), 0
    )
    if not started:
        raise ValueError(f"one net needs {rungs[-1]} steps to the last rung; got {steps} for all")
    nets = rng.permutation(len(table.space))[:started]
    for rung, going in zip(rungs, _sizes(started, len(rungs), keep), strict=True):
        nets = nets[:going]
        score = table.valid[nets, seed, looks[rung]]
        best = np.argsort(-score, kind="stable")
        nets, score = nets[best], score[best]
    return Halved(float(score[0]), int(nets[0]), _cost(started, further, keep), started)


def _sizes(started: int, rungs: int, keep: float) -> list[int]:
    sizes = [started]
    while len(sizes) < rungs:
        sizes.append(max(1, int(sizes[-1] * keep + 1e-9)))
    return sizes


def _cost(started: int, further: np.ndarray, keep: float) -> int:
    return int(np.dot(_sizes(started, len(further), keep), further))
