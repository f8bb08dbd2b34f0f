"""Search strategies: each trains nets of a space, as many as it may, in an order of its own."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from mlops_lab.search.space import Space

__all__ = [
    "STRATEGIES",
    "Strategy",
    "Train",
    "bayesian",
    "controller",
    "evolution",
    "grid",
    "hill_climb",
    "random_search",
]

Train: TypeAlias = Callable[[int], float]
"""Trains the net of a number and gives its validation accuracy; it keeps its own log."""
Strategy: TypeAlias = Callable[..., None]


def random_search(train: Train, space: Space, budget: int, rng: np.random.Generator) -> None:
    """Train nets drawn without replacement (Bergstra and Bengio 2012)."""
    _check(space, budget)
    for net in rng.permutation(len(space))[:budget]:
        train(int(net))


def grid(train: Train, space: Space, budget: int, rng: np.random.Generator) -> None:
    """Train every combination of as many choices as the budget allows.

    The choices are taken in a random order; all others stay at one option, drawn at random: a
    guess. What is left of the budget is not used.
    """
    _check(space, budget)
    varied: list[int] = []
    for at in rng.permutation(len(space.sizes)).tolist():
        if np.prod([space.sizes[one] for one in [*varied, at]]) <= budget:
            varied.append(at)
    fixed = space.codes[rng.integers(len(space))]
    ranges = [
        range(size) if at in varied else [int(fixed[at])] for at, size in enumerate(space.sizes)
    ]
    for code in itertools.product(*ranges):
        train(space.number(code))


def hill_climb(train: Train, space: Space, budget: int, rng: np.random.Generator) -> None:
    """Start anywhere; change one choice at random, and stay there unless it is worse."""
    _check(space, budget)
    net = int(rng.integers(len(space)))
    score = train(net)
    for _ in range(budget - 1):
        child = space.mutate(net, rng)
        new = train(child)
        if new >= score:
            net, score = child, new


def evolution(
    train: Train,
    space: Space,
    budget: int,
    rng: np.random.Generator,
    *,
    alive: int = 10,
    rivals: int = 4,
) -> None:
    """Regularized evolution (Real and others 2019).

    The best of `rivals` nets, drawn from the `alive` youngest, has a child that differs in one
    choice; the oldest dies, however good it is.

    Parameters
    ----------
    train, space, budget, rng
    alive : int, 1 or more
        The first ones are drawn at random; a budget that is smaller ends among them.
    rivals : int, 1 to alive
    """
    _check(space, budget)
    if not 1 <= rivals <= alive:
        raise ValueError(f"rivals must be from 1 to alive = {alive}; got {rivals}")
    first = rng.permutation(len(space))[: min(alive, budget)].tolist()
    living = deque(((train(net), net) for net in first), maxlen=alive)
    for _ in range(budget - len(first)):
        drawn = rng.permutation(len(living))[:rivals]
        _, parent = max(living[one] for one in drawn)
        child = space.mutate(parent, rng)
        living.append((train(child), child))


def controller(
    train: Train,
    space: Space,
    budget: int,
    rng: np.random.Generator,
    *,
    rate: float = 3.0,
    memory: float = 0.7,
) -> None:
    """Reinforcement learning of which option to draw: REINFORCE (Williams 1992).

    Each option has a weight; the softmax over a choice's weights is the chance to draw it. After
    each training, the weights move along the gradient of the log chance of what was drawn, times
    the reward: accuracy minus its running mean.

    Parameters
    ----------
    train, space, budget, rng
    rate : float, above 0
        Size of a move, for accuracies from 0 to 1.
    memory : float, 0 to below 1
        Of the running mean: what it keeps at each training.
    """
    _check(space, budget)
    if not (rate > 0 and 0 <= memory < 1):
        raise ValueError(f"need rate above 0 and memory from 0 to below 1; got {rate}, {memory}")
    weights = [np.zeros(size) for size in space.sizes]
    usual = None
    for _ in range(budget):
        chances = [np.exp(w - w.max()) / np.exp(w - w.max()).sum() for w in weights]
        code = [int((rng.random() > c.cumsum()[:-1]).sum()) for c in chances]
        score = train(space.number(code))
        usual = score if usual is None else usual
        for w, chance, drawn in zip(weights, chances, code, strict=True):
            w += rate * (score - usual) * ((np.arange(len(w)) == drawn) - chance)
        usual = memory * usual + (1 - memory) * score


def bayesian(
    train: Train,
    space: Space,
    budget: int,
    rng: np.random.Generator,
    *,
    first: int = 8,
    length: float = 2.5,
    noise: float = 0.05,
) -> None:
    """Bayesian optimization: a Gaussian process and expected improvement (Mockus 1978).

    Two nets' accuracies are correlated by exp(-d / length), where d counts the choices in which
    they differ. Some nets drawn at random set mean and scale; then the net of highest expected
    improvement over the best accuracy so far is trained, and the process updated.

    Parameters
    ----------
    train, space, budget, rng
    first : int, 2 or more
        Nets drawn at random; a smaller budget ends among them.
    length : float, above 0, in choices
    noise : float, above 0
        Variance of a training's luck, as a share of the variance of nets.
    """
    from scipy.special import ndtr

    _check(space, budget)
    if first < 2 or not (length > 0 and noise > 0):
        raise ValueError(
            f"need first of 2 or more, length and noise above 0; got {first}, {length}, {noise}"
        )
    seen = rng.permutation(len(space))[: min(first, budget)].tolist()
    scores = [train(net) for net in seen]
    mean, scale = float(np.mean(scores)), max(float(np.std(scores)), 1e-6)
    guess, cov = np.zeros(len(space)), np.exp(-space.apart / length)
    new = list(zip(seen, scores, strict=True))
    while len(seen) < budget:
        for net, score in new:
            gain = cov[net] / (cov[net, net] + noise)
            guess += gain * ((score - mean) / scale - guess[net])
            cov -= np.outer(gain, cov[net])
        spread = np.sqrt(np.maximum(cov.diagonal(), 1e-12))
        z = (guess - (max(scores) - mean) / scale) / spread
        promise = spread * (z * ndtr(z) + np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi))
        promise[seen] = -1
        net = int(promise.argmax())
        seen.append(net)
        scores.append(train(net))
        new = [(net, scores[-1])]


STRATEGIES: dict[str, Strategy] = {
    "grid": grid,
    "random": random_search,
    "hill climbing": hill_climb,
    "evolution": evolution,
    "controller": controller,
    "Bayesian": bayesian,
}
"""Every strategy by its name."""


def _check(space: Space, budget: int) -> None:
    if not 1 <= budget <= len(space):
        raise ValueError(f"budget must be from 1 to the {len(space)} nets there are; got {budget}")
