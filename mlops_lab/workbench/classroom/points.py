"""Points as people give them: without what binary arithmetic adds behind the last decimal."""

from collections.abc import Iterable

__all__ = ["added", "rounded"]

_DECIMALS = 9


def rounded(points: float) -> float:
    """Take off what binary arithmetic has added; nine decimals stay.

    Examples
    --------
    >>> rounded(14.999999999999998), rounded(2 / 3)
    (15.0, 0.666666667)
    """
    return round(float(points), _DECIMALS)


def added(points: Iterable[float]) -> float:
    """Add points up as on paper.

    Examples
    --------
    >>> added([0.1, 0.1, 0.1])
    0.3
    """
    return rounded(sum(points))
