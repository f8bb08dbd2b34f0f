"""Tell whose a file is and which assignment it answers, from its path and its cells."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from mlops_lab.workbench.classroom.book.write import Student
from mlops_lab.workbench.classroom.frozen import Release
from mlops_lab.workbench.classroom.loose import Loose

__all__ = ["find_assignment", "find_student", "names_of"]

_CANVAS = re.compile(r"([^_]+)_(?:late_)?(\d+)_(\d+)_.+", re.IGNORECASE)
_MOODLE = re.compile(r"([^_]+)_(\d+)_assignsubmission_(?:file|onlinetext)_?.*", re.IGNORECASE)
_ENDING = re.compile(r"\.ipynb(\.\w+)?$|\.\w+$", re.IGNORECASE)


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


def names_of(student: Student) -> list[set[str]]:
    """List what a student may be called in a path: by id, by address, by name."""
    words = plain(student.name.replace(",", " ")).split()
    turned = [words[1:] + words[:1], words[-1:] + words[:-1]]
    names = {" ".join(each) for each in (words, *turned)} | {"".join(e) for e in (words, *turned)}
    mails = {plain(student.email), plain(student.email.partition("@")[0])}
    return [{plain(student.id)} - {""}, mails - {""}, names - {""}]


def find_student(
    path: PurePosixPath, students: Mapping[str, Sequence[set[str]]], stems: Iterable[str] = ()
) -> tuple[str | None, str]:
    """Find whose a file is.

    Parameters
    ----------
    path : PurePosixPath
        A folder a student, or a file named by student, as Canvas and Moodle do it too. The
        outermost part that names somebody counts, as a student chooses only what is inside.
    students : mapping of str to sequence of set of str
        What `names_of` gives, by id.
    stems : iterable of str
        Names of the released notebooks, which are no names of students.

    Returns
    -------
    str or None
        The id.
    str
        Why there is none, as a sentence.
    """
    boring = sorted({plain(stem) for stem in stems}, key=len, reverse=True)
    for part in path.parts:
        for clue in _clues(_ENDING.sub("", part) if part == path.name else part):
            found = _named(clue, students, boring)
            if len(found) > 1:
                return None, f"It could be from any of {', '.join(sorted(found)[:5])}."
            if found:
                return found[0], ""
    return None, "Its path names nobody in the roster."


def _clues(part: str) -> list[str]:
    """Give what a learning platform put in front, as a student chose the rest."""
    if match := _MOODLE.fullmatch(part):
        return [match[1]]
    if match := _CANVAS.fullmatch(part):
        return [match[2], match[1], part]
    return [part]


def _named(
    clue: str, students: Mapping[str, Sequence[set[str]]], boring: Sequence[str]
) -> list[str]:
    text = plain(clue)
    for rank in range(3):
        if whole := [name for name, known in students.items() if text in known[rank]]:
            return whole
    for stem in boring:
        text = " ".join(f" {text} ".replace(f" {stem} ", " ").split())
    for rank in range(3):
        inside = [name for name, known in students.items() if _holds(text, known[rank])]
        if inside:
            return _longest(inside, text, students, rank)
    return []


def _holds(text: str, names: Iterable[str]) -> bool:
    return any(f" {name} " in f" {text} " for name in names)


def _longest(
    found: Sequence[str], text: str, students: Mapping[str, Sequence[set[str]]], rank: int
) -> list[str]:
    """Of Ann Lee and Ann Lee Park take the longer, where the text holds both."""
    sizes = {
        name: max(len(each) for each in students[name][rank] if _holds(text, [each]))
        for name in found
    }
    return [name for name in found if sizes[name] == max(sizes.values())]


def find_assignment(
    path: PurePosixPath, loose: Loose | None, known: Sequence[Release]
) -> str | None:
    """Find which assignment a file answers; None when nothing tells.

    Its metadata counts first, then the grade ids in it, then its path.
    """
    ids = {one.assignment for one in known}
    if loose and loose.assignment:
        return loose.assignment if loose.assignment in ids else None
    shared = {one.assignment: _shared(loose, one) for one in known} if loose else {}
    best = [name for name, count in shared.items() if count == max(shared.values())]
    if len(best) == 1 and shared[best[0]]:
        return best[0]
    text = " ".join(map(plain, [*path.parts[:-1], _ENDING.sub("", path.name)]))
    named = {one.assignment for one in known if _holds(text, _titles(one))}
    if len(named) == 1:
        return named.pop()
    return ids.pop() if len(ids) == 1 else None


def _shared(loose: Loose, release: Release) -> int:
    graded = {*release.answers, *(task.grade_id for task in release.tasks)}
    return len(graded & {cell.grade_id for cell in loose.cells})


def _titles(release: Release) -> set[str]:
    return {plain(PurePosixPath(release.notebook).stem), plain(release.assignment)}
