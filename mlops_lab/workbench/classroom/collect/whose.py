"""Tell whose a file is from its path: what a student can choose never decides alone."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from mlops_lab.workbench.classroom.model import Student

__all__ = ["Whose", "names_of", "plain", "without_ending"]

_CANVAS = re.compile(r"([^_]+)_(?:late_)?(\d+)_(\d+)_.+", re.IGNORECASE)
_MOODLE = re.compile(r"([^_]+)_(\d+)_assignsubmission_(?:file|onlinetext)_?.*", re.IGNORECASE)
_ENDING = re.compile(r"\.ipynb(\.\w+)?$|\.\w+$", re.IGNORECASE)

_HARMLESS = frozenset(
    {
        *("answer", "answers", "attempt", "copy", "corrected", "draft", "final", "finished"),
        *("assignment", "exercise", "homework", "hw", "lab", "lesson", "notebook", "part"),
        *("late", "new", "project", "resubmission", "revised", "solution", "solutions", "solved"),
        *("submission", "submitted", "task", "update", "updated", "version", "week"),
        *("by", "for", "from", "my", "of", "the"),
    }
)
"""Words beside a name that are no part of a name."""

_NUMBERED = re.compile(r"(?:hw|lab|task|part|week|ex|v)?\d+(?:\.\d+)*")


def plain(text: str) -> str:
    """Fold case and accents, and make every mark but those of an address a space.

    Examples
    --------
    >>> plain("Müller-Lüdenscheid, Ève")
    'muller ludenscheid eve'
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    folded = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w@.+]|_", " ", folded).split())


def without_ending(name: str) -> str:
    """Take ``.ipynb``, also ``.ipynb.txt``, or another ending off."""
    return _ENDING.sub("", name)


def names_of(student: Student) -> list[set[str]]:
    """List what a student may be called in a path: by id, by address, by name."""
    words = plain(student.name.replace(",", " ")).split()
    turned = [words[1:] + words[:1], words[-1:] + words[:-1]]
    names = {" ".join(each) for each in (words, *turned)} | {"".join(e) for e in (words, *turned)}
    mails = {plain(student.email), plain(student.email.partition("@")[0])}
    return [{plain(student.id)} - {""}, mails - {""}, names - {""}]


@dataclass(frozen=True)
class Whose:
    """Whose each file of one collection is.

    A learning platform, or whoever collects, names the outer folders, or the files where no
    folders are; a student names what is inside. So one level of folders counts for all files:
    the outermost of which half the names are of the roster. Where a name is only a part of what
    stands there, the rest has to be words and numbers that are no part of a name.

    Attributes
    ----------
    paths : sequence of PurePosixPath
        Of all files that came in.
    students : mapping of str to sequence of set of str
        What `names_of` gives, by id.
    titles : sequence of str
        Names of the released notebooks and assignments, which are no names of students.
    """

    paths: Sequence[PurePosixPath]
    students: Mapping[str, Sequence[set[str]]]
    titles: Sequence[str] = ()
    _seen: dict[str, tuple[list[str], str]] = field(default_factory=dict)

    def find(self, path: PurePosixPath) -> tuple[str | None, str]:
        """Find whose a file is.

        Parameters
        ----------
        path : PurePosixPath
            One of `paths`.

        Returns
        -------
        str or None
            The id.
        str
            Why there is none, as a sentence, with those it could be from.
        """
        if self._level is None and (folder := self._strange_folder(path)):
            named = self._named(without_ending(path.name))[0]
            why = f"The folder {folder} names nobody in the roster."
            if named:
                why += f" What the file calls itself, {named[0]}, is not enough."
            return None, why
        part = path.parts[min(self._level or 0, len(path.parts) - 1)]
        if self._level is None or part == path.name:
            part = without_ending(path.name)
        found, why = self._named(part)
        return (found[0], "") if len(found) == 1 and not why else (None, why)

    def owner(self, path: PurePosixPath) -> str:
        """Name whoever a file counts for: a student, or what stands where one should be named.

        Parameters
        ----------
        path : PurePosixPath
            One of `paths`.

        Returns
        -------
        str
            The id of `find`; without one, the folder or the name that nobody in the roster has,
            with the file's own name left out where a platform has put something in front.
        """
        student, _ = self.find(path)
        if student:
            return student
        if self._level is None:
            part = self._strange_folder(path) or path.name
        else:
            part = path.parts[min(self._level, len(path.parts) - 1)]
        return f"?{' '.join(_platform(part)) or part}"

    @cached_property
    def _level(self) -> int | None:
        """Which level of folders names students; None where none does."""
        shares = []
        for level, names in enumerate(self._folders):
            known = sum(bool(_platform(one)) or bool(self._named(one)[0]) for one in names)
            if 2 * known >= len(names):
                return level
            shares.append(known / len(names))
            if any(len(one.parts) == level + 2 and ".ipynb" in one.name for one in self.paths):
                break  # notebooks lie here: what is further in, a student has named
        return shares.index(max(shares)) if any(shares) else None

    @cached_property
    def _folders(self) -> list[set[str]]:
        levels = defaultdict[int, set[str]](set)
        for path in self.paths:
            for level, part in enumerate(path.parts[:-1]):
                levels[level].add(part)
        return [levels[level] for level in sorted(levels)]

    def _strange_folder(self, path: PurePosixPath) -> str | None:
        """Find a folder that is neither around all files nor named by an assignment."""
        for level, part in enumerate(path.parts[:-1]):
            if len(self._folders[level]) > 1 and plain(part) not in self._stems:
                return part
        return None

    @cached_property
    def _stems(self) -> list[str]:
        return sorted({plain(title) for title in self.titles}, key=len, reverse=True)

    @cached_property
    def _ranks(self) -> list[dict[str, list[str]]]:
        ranks: list[dict[str, list[str]]] = [{}, {}, {}]
        for student, names in self.students.items():
            for rank, own in zip(ranks, names, strict=True):
                for name in own:
                    rank.setdefault(name, []).append(student)
        return ranks

    def _named(self, part: str) -> tuple[list[str], str]:
        """Return whom a part of a path names, and why nobody or nobody for certain."""
        if part not in self._seen:
            self._seen[part] = self._judged(part)
        return self._seen[part]

    def _judged(self, part: str) -> tuple[list[str], str]:
        clues = _platform(part) or [part]
        sure = [found for clue in clues if (found := self._sure(clue))]
        both = [one for one in sure[0] if all(one in each for each in sure)] if sure else []
        if len(both) == 1:
            return both, ""
        inside = {one for clue in clues for one in self._inside(clue)}
        some = sorted({one for each in sure for one in each} or inside)
        if len(some) > 1:
            return some, f"It could be from any of {', '.join(some[:5])}."
        if not some:
            return [], "Its path names nobody in the roster."
        (clue,) = [clue for clue in clues if some[0] in self._inside(clue)][:1]
        rest = " ".join(self._rest(self._words(clue), some[0]))
        return some, f"It could be from {some[0]}, but {rest} is no part of that name."

    def _sure(self, clue: str) -> list[str]:
        """Return those whom a clue names whole, or with harmless words beside the name."""
        text = plain(clue)
        for rank in self._ranks:
            if text in rank:
                return rank[text]
        words = self._words(clue)
        certain = []
        for student in sorted(self._inside(clue)):
            rest = self._rest(words, student)
            number = any(word.isdigit() for word in rest) and plain(student).isdigit()
            others = self._naming(rest) - {student}
            if not number and not others and all(map(self._harmless, rest)):
                certain.append(student)
        return certain

    def _words(self, clue: str) -> list[str]:
        text = plain(clue)
        for stem in self._stems:
            text = " ".join(f" {text} ".replace(f" {stem} ", " ").split())
        return text.split()

    def _harmless(self, word: str) -> bool:
        return word in self._harmless_words or bool(_NUMBERED.fullmatch(word))

    @cached_property
    def _harmless_words(self) -> set[str]:
        return {*_HARMLESS, *(word for stem in self._stems for word in stem.split())}

    def _inside(self, clue: str) -> set[str]:
        """Return all whose id, address or name is among the words of a clue."""
        return self._naming(self._words(clue))

    def _naming(self, words: Sequence[str]) -> set[str]:
        spans = {text for _, _, text in _spans(words, self._longest)}
        return {one for rank in self._ranks for text in spans & rank.keys() for one in rank[text]}

    def _rest(self, words: Sequence[str], student: str) -> list[str]:
        """Return the words that are in none of a student's names."""
        own = set().union(*self.students[student])
        taken = {
            place
            for start, end, text in _spans(words, self._longest)
            if text in own
            for place in range(start, end)
        }
        return [word for place, word in enumerate(words) if place not in taken]

    @cached_property
    def _longest(self) -> int:
        return max((len(name.split()) for rank in self._ranks for name in rank), default=1)


def _spans(words: Sequence[str], longest: int) -> Iterator[tuple[int, int, str]]:
    for start in range(len(words)):
        for end in range(start + 1, min(start + longest, len(words)) + 1):
            yield start, end, " ".join(words[start:end])


def _platform(part: str) -> list[str]:
    """Return what a learning platform put in front; nothing where none has named a part."""
    if match := _MOODLE.fullmatch(part):
        return [match[1]]
    if match := _CANVAS.fullmatch(part):
        return [match[2], match[1]]
    return []
