"""Read the rubric of a task that a person marks, as the masters write it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Line", "Rubric", "before_rubric", "read_rubric"]

# Where a rubric begins: bold words, or nbgrader's own region for tasks without an answer cell.
_BEGIN = re.compile(r"\*\*Rubric:?\*\*:?|^### BEGIN MARK SCHEME$", re.MULTILINE)
_END = re.compile(r"^### END MARK SCHEME$", re.MULTILINE)
_ENTRY = re.compile(r" {0,3}(?:[-*+]|\d{1,3}[.)])\s+(\S.*)")
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBER = rf"(half a|an?|{'|'.join(_WORDS)}|\d+(?:[.,]\d+)?)"
_EACH = re.compile(rf"\b{_NUMBER} points? (?:each|per line|a line)\b", re.IGNORECASE)
_OWN = re.compile(
    rf"^\(?{_NUMBER} points?\)?[:.]?\s+(?=\S)|(?:\s*:|\s+\()\s*{_NUMBER} points?\)?\.?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Line:
    """One line of a rubric; `points` is None where it does not say what it is worth."""

    text: str
    points: float | None

    def __str__(self) -> str:
        return self.text if self.points is None else f"{self.text} ({self.points:g})"


@dataclass(frozen=True)
class Rubric:
    """What a task is marked by.

    Attributes
    ----------
    note : str
        What is said of all lines, as Markdown, such as ``one point each``; may be empty.
    lines : tuple of Line
        In the master's order; empty when there is no rubric, or one without a list.
    """

    note: str = ""
    lines: tuple[Line, ...] = ()

    @property
    def adds_up(self) -> bool:
        """Whether each line is worth points, so that they can be ticked."""
        return bool(self.lines) and all(line.points is not None for line in self.lines)

    @property
    def ticks(self) -> tuple[str, ...]:
        """What can be ticked, a text each; nothing unless it adds up."""
        return tuple(str(line) for line in self.lines) if self.adds_up else ()

    @property
    def text(self) -> str:
        """What is only read, as Markdown."""
        note = self.note[:1].upper() + self.note[1:]
        return "\n\n".join([note, *(f"- {line}" for line in self.lines if not self.adds_up)])


def before_rubric(text: str) -> str:
    r"""Return the part of a task's text that comes before its rubric.

    Examples
    --------
    >>> before_rubric("Say why.\n\n**Rubric**, one point each.\n\n- It does.")
    'Say why.'
    """
    found = _BEGIN.search(text)
    return (text[: found.start()] if found else text).rstrip()


def read_rubric(text: str) -> Rubric:
    r"""Read what follows ``**Rubric**`` in a task's text.

    Parameters
    ----------
    text : str
        Markdown. Points are read from the note (``one point each``, ``2 points each``) or from
        the beginning or end of a line (``2 points: ...``, ``... (2 points)``).

    Examples
    --------
    >>> read_rubric("**Rubric**, 2 points each.\n\n- It names\n  a price.\n- It stops.").lines
    (Line(text='It names a price.', points=2.0), Line(text='It stops.', points=2.0))
    >>> read_rubric("**Rubric**\n\n- It stops (half a point)").lines
    (Line(text='It stops', points=0.5),)
    """
    found = _BEGIN.search(text)
    if found is None:
        return Rubric()
    note, entries = _divided(_END.split(text[found.end() :])[0].splitlines())
    each = _EACH.search(note)
    worth = _number(each[1]) if each else None
    lines = tuple(_line(entry, worth) for entry in entries)
    return Rubric(note.strip(" \n,;:"), lines)


def _divided(lines: Iterable[str]) -> tuple[str, list[str]]:
    """Part the list's entries, each on one line, from what stands around them."""
    around: list[str] = []
    entries: list[str] = []
    inside = after_blank = False
    for line in lines:
        if begun := _ENTRY.fullmatch(line):
            entries.append(begun[1].strip())
            inside = True
        elif inside and line.strip() and (line.startswith(" ") or not after_blank):
            entries[-1] += f" {line.strip()}"
        else:
            inside = inside and not line.strip()  # a paragraph ends the list
            around.append(line)
        after_blank = not line.strip()
    return "\n".join(around), entries


def _line(entry: str, worth: float | None) -> Line:
    own = _OWN.search(entry)
    if own is None:
        return Line(entry, worth)
    return Line((entry[: own.start()] + entry[own.end() :]).strip(), _number(own[1] or own[2]))


def _number(text: str) -> float:
    plain = text.casefold()
    if plain in ("a", "an"):
        return 1.0
    if plain == "half a":
        return 0.5
    return float(_WORDS.index(plain)) if plain in _WORDS else float(plain.replace(",", "."))
