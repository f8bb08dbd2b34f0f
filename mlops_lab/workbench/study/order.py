"""Where cells go when three orders of them are made into one."""

from collections.abc import Collection, Sequence

__all__ = ["woven"]


def woven(
    base: Sequence[str], mine: Sequence[str], new: Sequence[str], wanted: Collection[str]
) -> list[str]:
    """Put the cells of a merged notebook in order.

    Parameters
    ----------
    base, mine, new : sequence of str
        The cells of what was given, of the learner's file and of the newest version, by name.
    wanted : collection of str
        Those that the merged notebook has; each is in `mine` or `new`.

    Returns
    -------
    list of str
        In the learner's order, or in the newest where that has moved what was given. A cell that
        only one side has comes after the cell that it follows there, the learner's own first.

    Examples
    --------
    >>> woven("abc", "axbc", "abnc", set("axbnc"))
    ['a', 'x', 'b', 'n', 'c']
    >>> woven("abc", "axbc", "cab", set("axbc"))
    ['c', 'a', 'x', 'b']
    """
    if base and _common(base, new) == _common(new, base):
        order = _with(list(mine), new, own=set(mine) - {*base, *new})
    else:
        order = _with([each for each in new if each in wanted], mine, own=set())
    return [each for each in order if each in wanted]


def _common(one: Sequence[str], other: Sequence[str]) -> list[str]:
    known = set(other)
    return [each for each in one if each in known]


def _with(order: list[str], other: Sequence[str], own: Collection[str]) -> list[str]:
    placed, at = set(order), 0
    for each in other:
        if each in placed:
            at = order.index(each) + 1
            continue
        while at < len(order) and order[at] in own:  # what the learner wrote below that cell
            at += 1
        order.insert(at, each)
        placed.add(each)
        at += 1
    return order
