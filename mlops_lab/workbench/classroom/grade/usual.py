"""What answers give where the master's own give values: the same kind of thing, or a refusal.

A test that compares sees no difference where there is nothing to compare: no values at all, not
a number, or an object that agrees with whatever it is asked. So what comes of each call in a test
is held against what came of the same call of the master's own solution, in these respects only:
what kind of thing it is, whether there is anything in it, whether its numbers are finite, and
whether an error was due.
"""

import re
import sys
from collections.abc import Iterable
from numbers import Real
from typing import TYPE_CHECKING, Any, cast

from mlops_lab.workbench.classroom.grade.kinds import features, oddity

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["Usual", "Watch"]

Usual = dict[str, dict[str, list[str]]]
"""By test and place, the features of all that came there."""

_LONGEST = 300  # characters of a place; what a loop leads ever further to is not looked at


class Watch:
    """Looks at what comes of a test's calls.

    Parameters
    ----------
    usual : Usual
        What came of the master's own solutions.
    in_place : bool
        Let tests see what answers change in their arguments, and keep where they do.

    Attributes
    ----------
    seen : Usual
        What came, by test and place.
    """

    def __init__(self, usual: Usual | None = None, *, in_place: bool = False) -> None:
        self.usual: Usual = usual or {}
        self._in_place = in_place
        self.seen: Usual = {}
        self._test = ""
        self._values: dict[str, set[str]] = {}  # of the answers' own names
        self._came: dict[tuple[str, frozenset[str]], None] = {}  # in order, each once

    def begin(self, test: str, source: str) -> None:
        """Begin a test; the answers' values that it uses are looked at first."""
        self._test, self._came = test, {}
        for name, found in self._values.items():
            if re.search(rf"\b{re.escape(name)}\b", source):
                self._put(f":{name}", found)

    def value(self, name: str, value: Any) -> None:  # noqa: ANN401  of any type
        """Take the value of an answer's name."""
        self._values[name] = features(value)

    def note(self, origin: str, value: Any) -> None:  # noqa: ANN401  of any type
        """Take what came of a call or an attribute; an outcome stands for an error."""
        if self._test and len(origin) <= _LONGEST:
            self._put(self._place(origin), features(value))

    def works_in_place(self, origin: str) -> bool:
        """Say whether a call is for what it changes in its arguments."""
        known = self.usual.get(self._test, {})
        return self._in_place or (bool(known) and "changes" in known.get(self._place(origin), ()))

    def changed(self, origin: str) -> None:
        """Keep that a call has changed its arguments."""
        if self._test and len(origin) <= _LONGEST:
            self._put(self._place(origin), {"changes"})

    def end(self, value: Any) -> None:  # noqa: ANN401  of any type
        """Take the value with which a test ends, which may be credit."""
        if type(value).__name__ == "ndarray" and value.ndim == 0:
            value = value.item()
        truth = type(value).__name__ in ("bool", "bool_")
        kind = ("yes" if value else "no") if truth else "other"
        self._put("", {"end credit" if isinstance(value, Real) and not truth else f"end {kind}"})

    def oddities(self, hidden: Iterable[int], usual: Usual | None = None) -> list[tuple[bool, str]]:
        """Say what came in the present test that was not of the kind that is due.

        Parameters
        ----------
        hidden : iterable of int
            Lines that nobody may see.
        usual : Usual, optional
            More of what came of the master's.

        Returns
        -------
        list of (bool, str)
            Whether it happened in a hidden line, and a sentence.
        """
        secret, odd = set(hidden), []
        for place, found in self._came:
            where, _, origin = place.partition(":")
            due = {*self.usual.get(self._test, {}).get(place, [])}
            due |= {*(usual or {}).get(self._test, {}).get(place, [])}
            told = oddity(found, due) if due else ""
            if told and not where and not origin:
                odd.append((False, told))
            elif told:
                lines = {int(line) for line in where.split(",") if line}
                odd.append((bool(lines & secret), f"{origin} gave {told}."))
        return odd

    def _put(self, place: str, found: Iterable[str]) -> None:
        self._came[place, frozenset(found)] = None
        known = self.seen.setdefault(self._test, {}).setdefault(place, [])
        known += sorted(set(found) - {*known})

    def _place(self, origin: str) -> str:
        """Name a call by the test's lines through which it came, the innermost first."""
        found, frame = list[int](), cast("FrameType | None", sys._getframe(1))
        while frame is not None:
            if frame.f_code.co_filename == f"<test {self._test}>":
                found.append(frame.f_lineno)
            frame = frame.f_back
        return f"{','.join(map(str, found))}:{origin}"
