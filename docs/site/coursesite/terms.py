"""The terms of the course: where each is explained, and in which words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from docutils.nodes import make_id

from coursesite.course import Lesson, SiteError

__all__ = ["Place", "Term", "anchored", "bold", "explained", "in_order", "terms"]

_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_END = re.compile(r"(?<=[.!?])[\"')]*\s+(?=[A-Z*\"(0-9])")
_MARKS = re.compile(r"^(?:[-*]|\d+\.)\s+")
_CLOSED = ("card", "recap")
"""Cells in which bold is no explanation: the card's rows, and the recap, which says all again."""


@dataclass(frozen=True)
class Place:
    """Where a lesson explains a term.

    Attributes
    ----------
    lesson : Lesson
    cell : str
        The id of the cell.
    bold : str
        The term as the lesson has it in bold.
    sentence : str
        Markdown.
    """

    lesson: Lesson
    cell: str
    bold: str
    sentence: str

    @property
    def anchor(self) -> str:
        """The place in the lesson's page."""
        return f"term-{self.lesson.id.replace('.', '-')}-{make_id(self.bold)}"


@dataclass(frozen=True)
class Term:
    """A term of the glossary, with the place of its first explanation, and the later ones."""

    name: str
    first: Place
    again: tuple[Place, ...] = ()
    used: tuple[Lesson, ...] = field(default=())

    @property
    def anchor(self) -> str:
        """The place in the glossary."""
        return f"term-{make_id(self.name)}"


def terms(lessons: Sequence[Lesson]) -> list[Term]:
    """Find all terms, in the order in which the course explains them.

    Parameters
    ----------
    lessons : sequence of Lesson
        A term that two of them explain belongs to the one that a reader comes to first.

    Returns
    -------
    list of Term

    Raises
    ------
    SiteError
        When a lesson does not explain a term that is listed for it, or does so twice.
    """
    places: dict[str, list[Place]] = {}
    for lesson in in_order(lessons):
        for name, place in _explanations(lesson):
            said = places.setdefault(name.casefold(), [])
            if said and said[-1].lesson is lesson:
                raise SiteError(f"lesson {lesson.id} explains {name!r} twice")
            said.append(place)
    return [_term(_name(lessons, key), found, lessons) for key, found in places.items()]


def in_order(lessons: Sequence[Lesson]) -> list[Lesson]:
    """Put lessons in the order in which they can be taken: what one builds on comes before it.

    Raises
    ------
    SiteError
        When lessons build on each other in a circle.
    """
    waiting, done = list(lessons), list[Lesson]()
    while waiting:
        open_ = {one.id for one in waiting}
        ready = next((one for one in waiting if not open_ & set(one.builds)), None)
        if ready is None:
            raise SiteError(f"these lessons build on each other in a circle: {sorted(open_)}")
        waiting.remove(ready)
        done.append(ready)
    return done


def _explanations(lesson: Lesson) -> Iterator[tuple[str, Place]]:
    listed = {one["term"]: one for one in lesson.choice.get("terms", [])}
    found = list(bold(lesson))
    for word, entry in listed.items():
        cells = [cell for cell, said in found if said == word]
        if len(cells) != 1:
            raise SiteError(
                f"lesson {lesson.id} has **{word}** {len(cells)} times before its recap; "
                "a term is explained once"
            )
        sentence = explained(lesson.cell(cells[0]).source, word, entry)
        yield _called(entry), Place(lesson, cells[0], word, sentence)


def _called(entry: dict[str, str]) -> str:
    return str(entry.get("name", entry["term"]))


def _name(lessons: Sequence[Lesson], key: str) -> str:
    entries = (entry for lesson in lessons for entry in lesson.choice.get("terms", []))
    return next(name for entry in entries if (name := _called(entry)).casefold() == key)


def _term(name: str, found: Sequence[Place], lessons: Sequence[Lesson]) -> Term:
    word = re.compile(rf"\b{re.escape(name)}s?\b", re.IGNORECASE)
    explain = [place.lesson for place in found]
    used = tuple(
        lesson
        for lesson in lessons
        if lesson not in explain and any(word.search(text) for text in _texts(lesson))
    )
    return Term(name, found[0], tuple(found[1:]), used)


def _texts(lesson: Lesson) -> Iterator[str]:
    return (cell.source for cell in lesson.nb.cells if cell.cell_type == "markdown")


def bold(lesson: Lesson) -> Iterator[tuple[str, str]]:
    """Yield what a lesson has in bold outside of its card and recap: the cell's id, the words."""
    for cell in lesson.nb.cells:
        if cell.cell_type == "markdown" and cell.id not in _CLOSED:
            yield from ((cell.id, words) for words in _BOLD.findall(cell.source))


def explained(text: str, word: str, entry: dict[str, int]) -> str:
    """Cut out of a cell the sentences that explain a term.

    Parameters
    ----------
    text : str
        The cell's Markdown.
    word : str
        What is bold in it.
    entry : dict
        With ``from`` (0 or less) and ``to`` (0 or more), counted from the sentence with the word.

    Examples
    --------
    >>> explained("First. A **net** is one. Fine.", "net", {})
    'A **net** is one.'
    """
    paragraphs = re.split(r"\n\s*\n|\n(?=(?:[-*]|\d+\.)\s)", text)
    paragraph = next(one for one in paragraphs if f"**{word}**" in one)
    sentences = _END.split(_MARKS.sub("", paragraph.strip()).replace("\n", " "))
    at = next(i for i, one in enumerate(sentences) if f"**{word}**" in one)
    first, last = at + entry.get("from", 0), at + entry.get("to", 0)
    if first < 0 or last >= len(sentences):
        raise SiteError(f"the paragraph of **{word}** has no sentences from {first} to {last}")
    said = " ".join(sentences[first : last + 1]).strip()
    return f"{said[:-1]}." if said.endswith(":") else said  # what follows is left out


def anchored(source: str, place: Place, name: str) -> str:
    """Return the bold word of a place its anchor, and lead from it to the glossary."""
    link = f"[{{term}}`{place.bold} <{name}>`]{{#{place.anchor} .term}}"
    return source.replace(f"**{place.bold}**", link, 1)
