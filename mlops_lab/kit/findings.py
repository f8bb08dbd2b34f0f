"""Claims a lesson makes, each measured, compared with a bound, and recorded."""

import os
import re
from dataclasses import dataclass
from html import escape

from mlops_lab.core import LabError
from mlops_lab.kit.output import is_shown_cell_by_cell, show_data
from mlops_lab.kit.records import FINDING, plain

__all__ = ["GO_ON", "Finding", "FindingError", "anchor", "finding", "findings"]

GO_ON = "MLOPS_LAB_FINDINGS"
"""The environment variable that lets a notebook go on after a claim that fails: ``record``.

A sweep sets it. A point that stopped there would be missing from its means, which would then lean
to the claims.
"""


class FindingError(LabError, AssertionError):
    """A claim of the lesson did not hold on this run."""


@dataclass(frozen=True)
class Finding:
    """One claim: what was measured, the bound it was held against, and whether it held."""

    name: str
    value: float
    bound: str
    holds: bool


_made: dict[str, Finding] = {}  # this kernel's findings; running a cell again replaces its own


def finding(
    name: str,
    value: float,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    between: tuple[float, float] | None = None,
) -> None:
    """Compare a measured value with a bound, show both, record them; stop when it fails.

    In a sweep, a claim that fails is recorded and the notebook goes on.

    Parameters
    ----------
    name : str
        What is claimed, unique in the lesson.
    value : float
        What was measured. NaN holds against nothing.
    at_least, at_most : float
        The bound; the value itself is allowed.
    between : (low, high)
        Both are allowed. Exactly one of the three bounds must be given.

    Raises
    ------
    FindingError
        When the value misses the bound, with both; not in a sweep.
    ValueError
        For no name, no bound, more than one, a bound of NaN, or an empty interval.
    """
    low, high = _limits(name, at_least, at_most, between)
    number = _number(name, value)
    made = Finding(name, number, _words(at_least, at_most, between), low <= number <= high)
    _made[name] = made
    _show(made)
    if not made.holds and not _goes_on():
        raise FindingError(f"{name}: measured {number:.4g}, but the claim needs {made.bound}")


def findings() -> None:
    """List each finding so far: whether it holds, what was measured, the bound, a link to it.

    Where the whole notebook is run by a program, a text without the numbers is printed instead. It
    is the same on any machine as long as every claim holds, so a stored copy can be compared.

    Raises
    ------
    FindingError
        When no finding was made; when one does not hold, except in a sweep.
    """
    failed = [one.name for one in _made.values() if not one.holds]
    text = "".join(f"{_verdict(one)}  {one.name}\n" for one in _made.values())
    if _made and is_shown_cell_by_cell():
        show_data({"text/html": _listed(list(_made.values())), "text/plain": text})
    else:
        print(text, end="")  # noqa: T201  text to compare
    if not _made:
        raise FindingError("no finding was made yet; run the lesson's cells from the top")
    if failed and not _goes_on():
        raise FindingError(f"these claims do not hold: {'; '.join(failed)}")


def _goes_on() -> bool:
    return os.environ.get(GO_ON) == "record"


def _limits(
    name: str,
    at_least: float | None,
    at_most: float | None,
    between: tuple[float, float] | None,
) -> tuple[float, float]:
    given = [bound for bound in (at_least, at_most, between) if bound is not None]
    if not isinstance(name, str) or not name.strip() or len(given) != 1:
        raise ValueError(
            f"a finding needs a name and one bound of at_least, at_most or between; "
            f"got {name!r} with {len(given)} bounds"
        )
    low = float("-inf") if at_least is None else _number(name, at_least)
    high = float("inf") if at_most is None else _number(name, at_most)
    if between is not None:
        if not isinstance(between, tuple | list) or len(between) != 2:
            raise ValueError(f"{name}: between takes (low, high); got {between!r}")
        low, high = _number(name, between[0]), _number(name, between[1])
    if not low <= high:
        raise ValueError(f"{name}: a bound is a number, or goes from low to high; got {given[0]}")
    return low, high


def _number(name: str, given: object) -> float:
    if not hasattr(given, "__float__"):  # text has none, numpy's scalars and Decimal have
        raise TypeError(f"{name}: value and bounds must be numbers; got {given!r}")
    return float(given)


def _words(
    at_least: float | None, at_most: float | None, between: tuple[float, float] | None
) -> str:
    if between is not None:
        return f"between {between[0]:g} and {between[1]:g}"
    return f"at least {at_least:g}" if at_least is not None else f"at most {at_most:g}"


def anchor(name: str) -> str:
    """Name the place on a page where a finding is shown, for links to it.

    Examples
    --------
    >>> anchor("the label model beats 70 %")
    'finding-the-label-model-beats-70'
    """
    words = re.findall(r"\w+", name.lower())
    return "-".join(["finding", *words])


def _verdict(made: Finding) -> str:
    return "holds" if made.holds else "FAILS"


_COLUMNS = ("6%", "54%", "20%", "20%")  # the same in each table, so that tables line up
_LEFT = "text-align:left; vertical-align:top; white-space:normal"


def _show(made: Finding) -> None:
    cells = (_verdict(made), made.name, f"measured {made.value:.4g}", made.bound)
    row = "".join(
        f"<td style='{_LEFT}; width:{width}'>{escape(cell)}</td>"
        for width, cell in zip(_COLUMNS, cells, strict=True)
    )
    place = anchor(made.name)
    data = {
        FINDING: {
            "name": made.name,
            "value": plain(made.value),
            "holds": made.holds,
            "bound": made.bound,
        },
        "text/html": f"<table id='{place}' style='width:100%; margin:0'><tr>{row}</tr></table>",
        "text/plain": f"{made.name}: measured {made.value:.4g}, {made.bound}: {_verdict(made)}",
    }
    show_data(data)


def _listed(made: list[Finding]) -> str:
    heads = "".join(
        f"<th scope='col' style='{_LEFT}; width:{width}'>{head}</th>"
        for width, head in zip(_COLUMNS, ("State", "Claim", "Measured", "Needs"), strict=True)
    )
    rows = "".join(
        f"<tr><td style='{_LEFT}'>{_verdict(one)}</td><td style='{_LEFT}'>"
        f"<a href='#{anchor(one.name)}'>{escape(one.name)}</a></td>"
        f"<td style='{_LEFT}'>{one.value:.4g}</td><td style='{_LEFT}'>{escape(one.bound)}</td></tr>"
        for one in made
    )
    return (
        f"<table style='width:100%; margin:0'><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )
