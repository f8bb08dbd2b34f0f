"""Limits for many statistics at once, from what good days look like."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Limits", "fit_limits"]


@dataclass(frozen=True)
class Limits:
    """How far each statistic may lie above what is usual. Make one with `fit_limits`.

    Attributes
    ----------
    usual, spread : dict of str to float
        Mean and standard deviation of each statistic on good days.
    most : float
        How many standard deviations above the mean a batch may lie.
    """

    usual: Mapping[str, float]
    spread: Mapping[str, float]
    most: float

    def far(self, statistics: Mapping[str, float]) -> dict[str, float]:
        """Return how many standard deviations above the usual each statistic lies.

        A statistic that never varied is infinitely far as soon as it is higher. One that good days
        did not have is left out.
        """
        found = dict[str, float]()
        for name in statistics.keys() & self.usual.keys():
            above = statistics[name] - self.usual[name]
            if self.spread[name] > 0:
                found[name] = above / self.spread[name]
            else:
                found[name] = np.inf if above > 1e-12 else 0.0
        return found

    def fires(self, statistics: Mapping[str, float]) -> dict[str, float]:
        """Return the statistics that lie too far above the usual, the farthest first."""
        far = {name: z for name, z in self.far(statistics).items() if z > self.most}
        return dict(sorted(far.items(), key=lambda one: (-one[1], one[0])))


def fit_limits(clean: Sequence[Mapping[str, float]], *, slack: float = 1.1) -> Limits:
    """Learn limits from good days.

    One limit serves for all statistics together: the farthest that any of them went on any good
    day, and a little more. A limit for each alone would fire more often the more there are.

    Parameters
    ----------
    clean : sequence of mapping
        The statistics of each good day, all with the same names. With 40 days about one new good
        day in twenty fires; with fewer, more do.
    slack : float, 1 or more
        By how much the farthest may be exceeded.

    Returns
    -------
    Limits

    Raises
    ------
    ValueError
        For fewer than two days, days with different statistics, or a slack below 1.
    """
    if len(clean) < 2:
        raise ValueError(f"limits need two good days or more, not {len(clean)}")
    if slack < 1:
        raise ValueError(f"slack must be 1 or more, not {slack}")
    names = list(clean[0])
    for number, day in enumerate(clean):
        if day.keys() != clean[0].keys():
            differing = ", ".join(sorted(day.keys() ^ clean[0].keys()))
            raise ValueError(f"day {number} and day 0 differ in their statistics: {differing}")
    table = np.array([[day[name] for name in names] for day in clean])
    means, spreads = table.mean(axis=0), table.std(axis=0, ddof=1)
    spreads[np.ptp(table, axis=0) == 0] = 0.0  # rounding leaves a trace of spread
    limits = Limits(
        dict(zip(names, means.tolist(), strict=True)),
        dict(zip(names, spreads.tolist(), strict=True)),
        np.inf,
    )
    farthest = max(max(limits.far(day).values(), default=0.0) for day in clean)
    return Limits(limits.usual, limits.spread, slack * farthest)
