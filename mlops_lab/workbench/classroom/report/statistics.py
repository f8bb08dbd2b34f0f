"""The figures of a report: intervals, difficulty, discrimination, reliability."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Discrimination", "Summary", "alpha", "discrimination", "summary", "wilson"]

_Z = 1.959963984540054  # the normal distribution's 97.5 percent point
SMALL = 5
FEW = 10


@dataclass(frozen=True)
class Summary:
    """Where totals lie.

    Attributes
    ----------
    n : int
        How many.
    mean, low, high : float or None
        The mean and its 95 percent t interval, within 0 and the most that can be had. The
        interval is None for fewer than 5, and all are None for none.
    quartiles : tuple of float or None
        Lower quartile, median and upper quartile, between neighbours in a straight line.
    least, most : float or None
        The ends.
    """

    n: int
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    quartiles: tuple[float, float, float] | None = None
    least: float | None = None
    most: float | None = None


def summary(totals: Sequence[float], of: float) -> Summary:
    """Describe totals.

    Parameters
    ----------
    totals : sequence of float
        Points, from 0 up; may be empty.
    of : float
        The most that can be had; totals above it, by bonus points, move the bound.

    Examples
    --------
    >>> summary([2.0, 4.0, 9.0], of=9)
    Summary(n=3, mean=5.0, low=None, high=None, quartiles=(3.0, 4.0, 6.5), least=2.0, most=9.0)
    """
    import numpy as np

    if not totals:
        return Summary(0)
    values = np.asarray(totals, dtype=float)
    low = high = None
    mean = float(values.mean())
    if len(values) >= SMALL:
        from scipy.special import stdtrit  # Student's t; scipy.stats takes a second to import

        spread = float(values.std(ddof=1)) / math.sqrt(len(values))
        half = float(stdtrit(len(values) - 1, 0.975)) * spread
        low, high = max(0.0, mean - half), min(max(of, float(values.max())), mean + half)
    lower, median, upper = (float(one) for one in np.quantile(values, (0.25, 0.5, 0.75)))
    return Summary(
        n=len(values), mean=mean, low=low, high=high, quartiles=(lower, median, upper),
        least=float(values.min()), most=float(values.max()),
    )  # fmt: skip


def wilson(shares: Sequence[float]) -> tuple[float, float, float] | None:
    """Return a mean share with its 95 percent Wilson interval.

    For shares of all or nothing this is Wilson's interval of a proportion (Wilson 1927, JASA 22).
    Shares between vary less than all or nothing with the same mean, so that the interval is then
    on the safe side: rather too wide.

    Parameters
    ----------
    shares : sequence of float
        Each from 0 to 1; what is above 1, by bonus points, counts as 1.

    Returns
    -------
    tuple of float or None
        Mean, lower and upper end; None for no shares.

    Examples
    --------
    >>> [round(one, 3) for one in wilson([1.0] * 8 + [0.0] * 2)]
    [0.8, 0.49, 0.943]
    """
    n = len(shares)
    if not n:
        return None
    mean = sum(min(1.0, max(0.0, one)) for one in shares) / n
    wide = _Z**2 / n
    centre = (mean + wide / 2) / (1 + wide)
    half = _Z * math.sqrt(mean * (1 - mean) / n + wide / (4 * n)) / (1 + wide)
    # At the ends rounding could leave the mean a little outside.
    return mean, max(0.0, min(mean, centre - half)), min(1.0, max(mean, centre + half))


@dataclass(frozen=True)
class Discrimination:
    """How a task goes with the others.

    Attributes
    ----------
    r : float or None
        Corrected item-total correlation: of the task's points with the total of the others.
    low, high : float or None
        Its 95 percent interval by Fisher's transformation; None for fewer than 10 students.
    n : int
        Students it is computed from.
    why : str
        Why there is no r; empty where there is one.
    """

    r: float | None
    low: float | None
    high: float | None
    n: int
    why: str = ""


Points = Mapping[str, Sequence[float | None]]


def discrimination(points: Points) -> dict[str, Discrimination]:
    """Correlate the points of each task with the total of the other tasks.

    Parameters
    ----------
    points : mapping of str to sequence of float or None
        For each task the points of all students, in the same order; None where there are none
        yet. Tasks that fewer than half of the students have points for are left out, then
        students with a gap in what is left.

    Returns
    -------
    dict of str to Discrimination
        For all tasks; with the reason for those without a figure.

    Examples
    --------
    >>> found = discrimination({"a": [0, 1, 2, 3], "b": [1, 2, 3, 5], "c": [4, 4, 4, 4]})
    >>> round(found["a"].r, 3), found["c"].why
    (0.983, 'all have the same points')
    """
    used, rows = _complete(points)
    found = {}
    for task in points:
        if task not in used:
            found[task] = Discrimination(None, None, None, 0, "not graded for most")
        elif len(used) == 1:
            found[task] = Discrimination(None, None, None, len(rows), "there is no other task")
        else:
            at = used.index(task)
            rest = [sum(row) - row[at] for row in rows]
            found[task] = _correlation([row[at] for row in rows], rest)
    return found


def _correlation(own: Sequence[float], rest: Sequence[float]) -> Discrimination:
    n = len(own)
    if n < SMALL - 1:
        return Discrimination(None, None, None, n, f"{n} students are too few")
    if max(own) - min(own) < 1e-9:
        return Discrimination(None, None, None, n, "all have the same points")
    if max(rest) - min(rest) < 1e-9:
        return Discrimination(None, None, None, n, "the others have the same total for all")
    import numpy as np

    r = float(np.corrcoef(own, rest)[0, 1])
    if n < FEW or abs(r) > 1 - 1e-9:  # the transformation has no value at the ends
        return Discrimination(r, None, None, n)
    around = _Z / math.sqrt(n - 3)
    return Discrimination(
        r, math.tanh(math.atanh(r) - around), math.tanh(math.atanh(r) + around), n
    )


@dataclass(frozen=True)
class Alpha:
    """Cronbach's alpha, with what it is computed from; `why` where there is no value."""

    value: float | None
    tasks: int
    n: int
    why: str = ""


def alpha(points: Points) -> Alpha:
    """Return Cronbach's alpha over tasks (Cronbach 1951, Psychometrika 16).

    k / (k - 1) * (1 - sum of the tasks' variances / variance of the total).

    Parameters
    ----------
    points : mapping of str to sequence of float or None
        As in `discrimination`, and with the same ones left out.

    Returns
    -------
    Alpha
        Without a value for fewer than two tasks or three students, or totals that are all equal.

    Examples
    --------
    Two tasks that always agree.

    >>> alpha({"a": [0, 1, 2], "b": [0, 1, 2]}).value
    1.0
    """
    used, rows = _complete(points)
    k, n = len(used), len(rows)
    if k < 2:
        return Alpha(None, k, n, "it needs two graded tasks")
    if n < 3:
        return Alpha(None, k, n, "it needs three students with all points")
    import numpy as np

    table = np.asarray(rows, dtype=float)
    total = float(table.sum(axis=1).var(ddof=1))
    if total < 1e-12:
        return Alpha(None, k, n, "all have the same total")
    value = k / (k - 1) * (1 - float(table.var(axis=0, ddof=1).sum()) / total)
    return Alpha(value, k, n)


def _complete(points: Points) -> tuple[list[str], list[list[float]]]:
    """Return the tasks that are used, and the points of the students who have all of them."""
    columns = list(points.values())
    begun = [row for row in zip(*columns, strict=True) if any(one is not None for one in row)]
    names = list(points)
    used = [
        at
        for at in range(len(names))
        if begun and 2 * sum(r[at] is not None for r in begun) >= len(begun)
    ]
    chosen = [[row[at] for at in used] for row in begun]
    whole = [[v for v in row if v is not None] for row in chosen]
    return [names[at] for at in used], [row for row in whole if used and len(row) == len(used)]
