"""Collect submissions: whose, for what, in time or not; all of them kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mlops_lab.workbench.classroom.answers import answers_from
from mlops_lab.workbench.classroom.book import add_submission, students, submissions
from mlops_lab.workbench.classroom.collect.counts import current, same
from mlops_lab.workbench.classroom.collect.entries import Entry, read_entries
from mlops_lab.workbench.classroom.collect.keep import digest_of, keep, keep_unplaced
from mlops_lab.workbench.classroom.collect.match import find_assignment, find_student, names_of
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release, load_release, read_student, releases
from mlops_lab.workbench.classroom.late import days_late
from mlops_lab.workbench.classroom.loose import Loose, UnreadableError, read_loose
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from sqlalchemy import Engine

__all__ = ["Collected", "collect"]

ON_TIME, LATE, DUPLICATE, REPLACED = "on time", "late", "duplicate", "replaced"
MISSING, UNREADABLE, UNPLACED = "missing", "unreadable", "unplaced"


@dataclass(frozen=True)
class Collected:
    """What became of one file, or that a student has handed in nothing.

    Attributes
    ----------
    state : str
        ``on time``, ``late``, ``duplicate``, ``replaced``, ``missing``, ``unreadable`` or
        ``unplaced``, which is a file of nobody or for nothing known.
    student, assignment : str
        Ids; empty when not known.
    sentence : str
        Why.
    source : str
        The file's path in what was collected; empty for what is missing.
    submission : int or None
        Its number in the grade book.
    """

    state: str
    student: str
    assignment: str
    sentence: str
    source: str = ""
    submission: int | None = None


@dataclass
class _Desk:
    """What one collection goes by, and what it has seen."""

    folder: ClassFolder
    book: "Engine"
    newest: Sequence[Release]
    names: Mapping[str, Sequence[set[str]]]
    received: datetime | None
    by: str
    others: list[tuple[Entry, str, str]] = field(default_factory=list)
    given: "dict[Release, NotebookNode]" = field(default_factory=dict)  # what students were given


def collect(
    folder: ClassFolder,
    book: "Engine",
    source: Path,
    *,
    assignment: str | None = None,
    received: datetime | None = None,
    by: str,
) -> list[Collected]:
    """Collect a folder or a zip.

    Parameters
    ----------
    folder : ClassFolder
        The class; files go to its ``submitted/<assignment>/<student>/<time>/``.
    book : Engine
        Its grade book.
    source : Path
        A folder a student, notebooks named by student, or a zip of either.
    assignment : str, optional
        Take all files as answers to this one.
    received : datetime, optional
        When all were handed in; without it the time each file was last changed.
    by : str
        Who collects.

    Returns
    -------
    list of Collected
        A line a file that came in, then one a student of whom there is nothing.

    Raises
    ------
    RefusedError
        When nothing is released, nobody is in the roster, or `source` is not what it should be.
    """
    desk = _desk(folder, book, assignment, received, by)
    zone: tzinfo = UTC if folder.timezone == "UTC" else ZoneInfo(folder.timezone)
    lines = [line for each in read_entries(source, zone) for line in _take(desk, each, assignment)]
    lines += _without_notebook(desk, lines)
    seen = {assignment} if assignment else {line.assignment for line in lines}
    return [*(_latest(desk, line) for line in lines), *_missing(desk, seen - {""})]


def _desk(
    folder: ClassFolder, book: "Engine", only: str | None, received: datetime | None, by: str
) -> _Desk:
    known = {one.assignment: one for one in releases(folder.frozen)}  # the newest of each
    if only is not None:
        known = {only: load_release(folder.frozen, only)}
    if not known:
        raise RefusedError("Nothing is released yet: `mlops-lab class release` comes first.")
    names = {one.id: names_of(one) for one in students(book)}
    if not names:
        raise RefusedError("The roster is empty: `mlops-lab class roster import` comes first.")
    return _Desk(folder, book, list(known.values()), names, received, by)


def _take(desk: _Desk, entry: Entry, only: str | None) -> Iterator[Collected]:
    loose, problem = _read(entry)
    what = only or find_assignment(entry.path, loose, desk.newest)
    stems = [Path(one.notebook).stem for one in desk.newest]
    student, why = find_student(entry.path, desk.names, stems)
    if loose is None and ".ipynb" not in entry.path.name.lower():
        if student and what:
            desk.others.append((entry, student, what))
        return  # a table or a picture beside a notebook; looked at again when there is none
    if student is None or what is None:
        why = why or "It is for no assignment that is released."
        if not entry.problem:
            keep_unplaced(desk.folder.submitted, entry.path.name, entry.content)
        yield Collected(UNPLACED, student or "", what or "", why, str(entry.path))
    else:
        yield _placed(desk, entry, student, what, loose, problem)


def _read(entry: Entry) -> tuple[Loose | None, str]:
    if entry.problem:
        return None, entry.problem
    try:
        return read_loose(entry.content), ""
    except UnreadableError as error:
        return None, str(error)


def _placed(
    desk: _Desk, entry: Entry, student: str, what: str, loose: Loose | None, problem: str
) -> Collected:
    time = desk.received or entry.time or datetime.now(UTC)
    # What was not read is known by its complaint.
    digest = digest_of(entry.problem.encode() if entry.problem else entry.content)
    if again := same(submissions(desk.book, what, student), digest, time):
        told = f"The same file as submission {again.id} of {_shown(again.received)}."
        return Collected(DUPLICATE, student, what, told, str(entry.path), again.id)
    release, notes = _release(desk, what, loose)
    if loose is not None:
        if release not in desk.given:
            desk.given[release] = read_student(release)
        found = answers_from(desk.given[release], release.answers, loose)
        notes += found.notes
        if not found.sources:
            problem = "No cell of this assignment is in it."
    kept = "" if entry.problem else _kept(desk, entry, student, what, time)
    number = add_submission(
        desk.book, assignment=what, release=release.number, student=student, received=time,
        digest=digest, path=kept, problem=problem,
        by=desk.by,
    )  # fmt: skip
    state, sentence = _state(desk, what, time, entry)
    if problem:
        return Collected(UNREADABLE, student, what, problem, str(entry.path), number)
    return Collected(state, student, what, " ".join([sentence, *notes]), str(entry.path), number)


def _kept(desk: _Desk, entry: Entry, student: str, what: str, time: datetime) -> str:
    path = keep(desk.folder.submitted, what, student, time, entry.path.name, entry.content)
    return path.relative_to(desk.folder.path).as_posix()


def _release(desk: _Desk, what: str, loose: Loose | None) -> tuple[Release, list[str]]:
    newest = next(one for one in desk.newest if one.assignment == what)
    if loose is None or loose.release == newest.number:
        return newest, []
    told = [one for one in releases(desk.folder.frozen, what) if one.number == loose.release]
    if told:
        return told[0], [f"It answers release {told[0].number}; {newest.number} is the newest."]
    return newest, [f"It does not say which release it answers; taken as {newest.number}."]


def _state(desk: _Desk, what: str, time: datetime, entry: Entry) -> tuple[str, str]:
    due = desk.folder.due.get(what)
    late = days_late(desk.folder.late, due, time)
    if late:
        return LATE, f"Received {_shown(time.isoformat())}, {late:.1f} days after it was due."
    marked = " The platform marks it late." if "_late_" in entry.path.name.lower() else ""
    return ON_TIME, f"Received {_shown(time.isoformat())}.{marked}"


def _shown(time: str) -> str:
    return datetime.fromisoformat(time).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _without_notebook(desk: _Desk, lines: Sequence[Collected]) -> list[Collected]:
    """Enter other files of students of whom there is no notebook at all."""
    have = {(line.student, line.assignment) for line in lines}
    told = []
    for entry, student, what in desk.others:
        if (student, what) not in have and not _readable(desk, what, student):
            problem = entry.problem or f"{entry.path.name} is no notebook."
            told.append(_placed(desk, entry, student, what, None, problem))
    return told


def _readable(desk: _Desk, what: str, student: str) -> bool:
    return any(not one.problem for one in submissions(desk.book, what, student))


def _latest(desk: _Desk, line: Collected) -> Collected:
    """Tell of a line whether something later counts instead of it."""
    if line.state not in (ON_TIME, LATE):
        return line
    counts = current(submissions(desk.book, line.assignment, line.student))
    if counts is None or counts.id == line.submission:
        return line
    told = f"Submission {counts.id} of {_shown(counts.received)} counts instead."
    return replace(line, state=REPLACED, sentence=f"{line.sentence} {told}")


def _missing(desk: _Desk, seen: set[str]) -> Iterator[Collected]:
    for what in sorted(seen):
        have = {one.student for one in submissions(desk.book, what)}
        for student in sorted(set(desk.names) - have):
            yield Collected(MISSING, student, what, "Nothing was handed in.")
