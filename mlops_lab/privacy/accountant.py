"""The privacy accountant: what noisy training on random batches has cost, as epsilon."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, logsumexp

__all__ = ["epsilon"]

ORDERS = range(2, 129)


def epsilon(q: float, noise: float, steps: int, delta: float) -> float:
    """Return epsilon, for a delta, of noisy gradients on Poisson batches.

    Each step takes each row with chance q, clips each row's gradient to the norm c, sums, and adds
    normal noise of standard deviation `noise` times c. Rényi divergences of integer order a
    (Mironov, Talwar and Zhang, "Rényi differential privacy of the sampled Gaussian mechanism",
    2019) add up over steps, and become epsilon by Canonne, Kamath and Steinke, "The discrete
    Gaussian for differential privacy", 2020, Proposition 12. The best of the orders 2 to 128 is an
    upper bound; fractional orders and numerical composition give lower ones.

    Parameters
    ----------
    q : float, above 0, at most 1
        Each row's chance to be in a batch. Shuffled batches are no Poisson batches: this epsilon
        does not hold for them.
    noise : float, 0 or more
        In clipping norms. Without noise epsilon is infinite.
    steps : int, at least 1
    delta : float, above 0 and below 1
        Chance that the promise fails: below 1 / rows.

    Raises
    ------
    ValueError
        For a value out of its range.

    Examples
    --------
    >>> round(epsilon(0.1, 4, 300, 1e-5), 2)
    1.93
    """
    if not 0 < q <= 1 or not 0 < delta < 1 or not noise >= 0 or steps < 1:
        raise ValueError(
            "need q in (0, 1], noise of 0 or more, a step or more and delta in (0, 1); "
            f"got q {q}, noise {noise}, steps {steps}, delta {delta}"
        )
    if noise == 0:
        return float("inf")
    found = []
    for a in ORDERS:
        divergence = steps * _step(q, noise, a)
        found.append(divergence + np.log1p(-1 / a) - (np.log(delta) + np.log(a)) / (a - 1))
    return float(max(min(found), 0.0))


def _step(q: float, noise: float, a: int) -> float:
    """Return the Rényi divergence of order a that one step costs."""
    if q == 1:
        return a / (2 * noise**2)
    k = np.arange(a + 1)
    binomial = gammaln(a + 1) - gammaln(k + 1) - gammaln(a - k + 1)
    chance = k * np.log(q) + (a - k) * np.log1p(-q)
    return float(logsumexp(binomial + chance + (k * k - k) / (2 * noise**2)) / (a - 1))
