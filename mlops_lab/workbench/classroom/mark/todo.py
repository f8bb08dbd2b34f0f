"""What there is to mark: each answer in words, with all that a marker looks at."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.answers import Answers
from mlops_lab.workbench.classroom.book import marks, results, submissions
from mlops_lab.workbench.classroom.book.gone import gone
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release, load_release, read_student
from mlops_lab.workbench.classroom.mark.asked import Asked, asked_in
from mlops_lab.workbench.classroom.model import Mark, Submission

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from sqlalchemy import Engine

__all__ = ["Item", "digest_of_answer", "to_mark"]


@dataclass(frozen=True)
class Item:
    """One answer that a person marks.

    Attributes
    ----------
    submission : int
        Its number in the grade book.
    student : str
        Whose it is; a marker need not see it.
    asked : Asked
        The task: title, question, rubric, model answer and what it is worth.
    answer : str
        What the student wrote; empty when nothing.
    mark : Mark or None
        What was given so far.
    digest : str
        Of the answer.
    done : bool
        Whether it has points, from a person or, as missing answers do, without one.
    notes : tuple of str
        What was unusual about it, a sentence each, for the marker.
    """

    submission: int
    student: str
    asked: Asked
    answer: str
    mark: Mark | None
    digest: str
    done: bool
    notes: tuple[str, ...] = ()

    @property
    def task(self) -> str:
        """The grade_id of the task."""
        return self.asked.task

    @property
    def of(self) -> float:
        """The points that can be given."""
        return self.asked.of


@dataclass(frozen=True)
class _Open:
    """A release, with what is read of it only once."""

    release: Release
    student: "NotebookNode"
    asked: tuple[Asked, ...]


def to_mark(
    folder: ClassFolder, book: "Engine", assignment: str, *, again: bool = False
) -> list[Item]:
    """List the answers that a person has to mark.

    Parameters
    ----------
    folder : ClassFolder
        The class.
    book : Engine
        From `open_book`.
    assignment : str
        Its id.
    again : bool
        Those too that are `done`.

    Returns
    -------
    list of Item
        Of the submission that counts for each student; task by task, the students in an order
        that is the same each time and has nothing to do with their names.

    Raises
    ------
    RefusedError
        When the assignment was not released.
    """
    newest = _opened(folder, assignment)
    known, found = {newest.release.number: newest}, []
    for one in _counting(book, assignment):
        if one.release not in known:
            known[one.release] = _opened(folder, assignment, one.release)
        found += _items(folder, book, one, known[one.release], again=again)
    # Where releases differ, the newest says which task comes first.
    places = {one.task: one.place for each in known.values() for one in each.asked}
    places |= {one.task: one.place for one in newest.asked}
    return sorted(found, key=lambda item: (places[item.task], item.task, _shuffled(item)))


def _opened(folder: ClassFolder, assignment: str, number: int | None = None) -> _Open:
    release = load_release(folder.frozen, assignment, number)
    student = read_student(release)
    return _Open(release, student, asked_in(release, student))


def _counting(book: "Engine", assignment: str) -> list[Submission]:
    """Return the submission that counts for each student, where its answers can be read."""
    from mlops_lab.workbench.classroom.collect.counts import counting

    found, away = counting(submissions(book, assignment)), gone(book)
    return [one for one in found.values() if not one.problem and one.student not in away]


def _items(
    folder: ClassFolder, book: "Engine", one: Submission, opened: _Open, *, again: bool
) -> list[Item]:
    given, computed = marks(book, one.id), results(book, one.id)
    done = {task for task, result in computed.items() if result.points is not None} | set(given)
    wanted = [asked for asked in opened.asked if again or asked.task not in done]
    if not wanted:
        return []
    written = _read(folder, one, opened)
    return [
        Item(
            submission=one.id,
            student=one.student,
            asked=asked,
            answer=(answer := _answer(asked, written)),
            mark=given.get(asked.task),
            digest=digest_of_answer(answer),
            done=asked.task in done,
            notes=tuple(_notes(asked, written, opened.release)),
        )
        for asked in wanted
    ]


def _answer(asked: Asked, written: Answers) -> str:
    return "" if asked.task in written.untouched else written.sources.get(asked.task, "")


def _notes(asked: Asked, written: Answers, release: Release) -> Iterator[str]:
    """Yield what was unusual about an answer, and about its whole file."""
    others = tuple(f"{name}: " for name in release.answers if name != asked.task)
    yield from (note for note in written.notes if not note.startswith(others))
    if asked.task in written.untouched:
        yield "The answer is still as it was handed out, or empty."
    if asked.task not in release.answers:
        yield "The task has no cell of its own for the answer: look into the submission."


def _read(folder: ClassFolder, one: Submission, opened: _Open) -> Answers:
    from mlops_lab.workbench.classroom.collect.files import listed
    from mlops_lab.workbench.classroom.collect.keep import beside
    from mlops_lab.workbench.classroom.lenient import UnreadableError
    from mlops_lab.workbench.classroom.submission import (
        LostFileError,
        is_as_collected,
        read_submission,
    )

    try:
        found = read_submission(folder, one, opened.release, opened.student)
    except LostFileError as error:
        return Answers({}, notes=(f"The submission cannot be read: {error}",))
    except UnreadableError as error:
        return Answers({}, notes=(f"The submission cannot be read. {error}",))
    notes = list(found.notes)
    if not is_as_collected(folder, one):
        notes.append("The file is not as it was collected: somebody changed it.")
    if files := beside(folder.path / one.path):
        notes.append(f"Files beside the notebook: {listed(files)}.")
    return replace(found, notes=tuple(notes))


def _shuffled(item: Item) -> str:
    # Another order for each task: nobody always comes last, when the marker is tired.
    return hashlib.sha256(f"{item.task}\n{item.student}".encode()).hexdigest()


def digest_of_answer(answer: str) -> str:
    """Return the SHA-256 of an answer, shortened; it begins with a letter, so it stays text.

    Examples
    --------
    >>> digest_of_answer("Because.")
    'd8e18bd2e335cd'
    """
    return f"d{hashlib.sha256(answer.encode('utf-8', 'surrogatepass')).hexdigest()[:13]}"
