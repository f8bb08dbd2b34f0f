"""Collect submissions: whose, for what, in time or not; all of them kept."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mlops_lab.workbench.classroom.answers import answers_from, is_untouched
from mlops_lab.workbench.classroom.book import add_submission, students, submissions
from mlops_lab.workbench.classroom.book.gone import gone
from mlops_lab.workbench.classroom.book.regraded import graded_by
from mlops_lab.workbench.classroom.collect.collected import (
    DUPLICATE,
    LATE,
    LEFT,
    MISSING,
    ON_TIME,
    OVER,
    REPLACED,
    UNPLACED,
    UNREADABLE,
    Collected,
)
from mlops_lab.workbench.classroom.collect.counts import current, same
from mlops_lab.workbench.classroom.collect.entries import Entry, Source, is_notebook
from mlops_lab.workbench.classroom.collect.files import Other, with_files
from mlops_lab.workbench.classroom.collect.from_desk import FromDesk, as_received
from mlops_lab.workbench.classroom.collect.keep import digest_of, keep, keep_unplaced
from mlops_lab.workbench.classroom.collect.match import find_assignment
from mlops_lab.workbench.classroom.collect.whose import Whose, names_of
from mlops_lab.workbench.classroom.due import DueTimes, due_times
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release, load_release, read_student, releases
from mlops_lab.workbench.classroom.late import days_late, how_long
from mlops_lab.workbench.classroom.lenient import LenientNotebook, UnreadableError, lenient_read
from mlops_lab.workbench.hub.inbox import is_inbox
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from sqlalchemy import Engine

__all__ = ["Collected", "collect"]


_AHEAD = timedelta(days=180)  # no term is so long: a clock that is further ahead is wrong


@dataclass
class _Desk:
    """What one collection goes by, and what it has seen."""

    folder: ClassFolder
    book: "Engine"
    newest: Sequence[Release]
    whose: Whose
    received: datetime | None
    by: str
    due: Callable[[str], DueTimes]
    others: list[Other] = field(default_factory=list)  # of the student at hand
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
        A folder a student, notebooks named by student, or a zip of either; or a desk's inbox, whose
        folders and receipts say whose each file is, for what, and when it was handed in.
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
    zone: tzinfo = UTC if folder.timezone == "UTC" else ZoneInfo(folder.timezone)
    with Source(source, zone) as files:
        whose = FromDesk if is_inbox(source) else Whose
        desk = _desk(folder, book, whose, files.paths, assignment, received, by)
        own = files.by_owner(desk.whose.owner)
        lines = [line for _, entries in own for line in _of_one(desk, entries, assignment)]
    seen = {assignment} if assignment else {line.assignment for line in lines}
    away = gone(book)
    told = (_left(line) if line.student in away else _latest(desk, line) for line in lines)
    return [*told, *_missing(desk, seen - {""}, away)]


def _of_one(desk: _Desk, entries: Iterable[Entry], only: str | None) -> list[Collected]:
    """Take all that came from one owner, so that no more than that is in memory."""
    desk.others.clear()
    lines = [line for each in entries for line in _take(desk, each, only)]
    lines += _without_notebook(desk, lines)
    return with_files(desk.folder, desk.book, desk.others, lines)


def _left(line: Collected) -> Collected:
    """Tell that whoever a line is about has left the class."""
    state = LEFT if line.state in (ON_TIME, LATE) else line.state
    told = f"{line.sentence} {line.student} has left the class, so it is kept and not graded."
    return replace(line, state=state, sentence=told)


def _desk(
    folder: ClassFolder, book: "Engine", kind: type[Whose], paths: Sequence[PurePosixPath],
    only: str | None, received: datetime | None, by: str,
) -> _Desk:  # fmt: skip
    known = {one.assignment: one for one in releases(folder.frozen)}  # the newest of each
    if only is not None:
        known = {only: load_release(folder.frozen, only)}
    if not known:
        raise RefusedError("Nothing is released yet: `mlops-lab class release` comes first.")
    names = {one.id: names_of(one) for one in students(book, everyone=True)}
    if not names:
        raise RefusedError("The roster is empty: `mlops-lab class roster import` comes first.")
    due = cache(partial(due_times, folder, book))
    titles = [name for one in known.values() for name in (Path(one.notebook).stem, one.assignment)]
    whose = kind(paths, names, titles)
    return _Desk(folder, book, list(known.values()), whose, received, by, due)


def _take(desk: _Desk, entry: Entry, only: str | None) -> Iterator[Collected]:
    if isinstance(desk.whose, FromDesk):
        if only not in (None, entry.path.parts[0]):
            return  # the desk has told the assignments apart
        entry = as_received(entry)
    if entry.over:
        student, _ = desk.whose.find(entry.path)
        yield Collected(OVER, student or "", only or "", entry.problem, str(entry.path))
        return
    loose, problem = _read(entry)
    what = _what(desk, entry, loose, only)
    student, why = desk.whose.find(entry.inside or entry.path)
    if loose is None and not is_notebook(entry.path):
        if student:
            desk.others.append((entry, student, what or ""))
        return  # a table or a picture, which goes with a notebook when all are there
    if student is None or what is None:
        why = why or "It is for no assignment that is released."
        if not entry.problem:
            keep_unplaced(desk.folder.submitted, entry.path.name, entry.content)
        yield Collected(UNPLACED, student or "", what or "", why, str(entry.path))
    else:
        yield _placed(desk, entry, student, what, loose, problem)


def _what(desk: _Desk, entry: Entry, loose: LenientNotebook | None, only: str | None) -> str | None:
    if not isinstance(desk.whose, FromDesk):
        return only or find_assignment(entry.path, loose, desk.newest)
    name = entry.path.parts[0]
    return name if any(one.assignment == name for one in desk.newest) else None


def _read(entry: Entry) -> tuple[LenientNotebook | None, str]:
    if entry.problem:
        return None, entry.problem
    try:
        return lenient_read(entry.content), ""
    except UnreadableError as error:
        return None, str(error)


def _placed(
    desk: _Desk, entry: Entry, student: str, what: str, loose: LenientNotebook | None, problem: str
) -> Collected:
    # What was not read is known by its complaint.
    digest = digest_of(entry.problem.encode() if entry.problem else entry.content)
    time, clock = _received(desk, entry, what, student, digest)
    if again := same(submissions(desk.book, what, student), digest, time):
        told = f"The same file as submission {again.id} of {_shown(again.received)}."
        return Collected(DUPLICATE, student, what, told, str(entry.path), again.id)
    release, notes = _release(desk, what, loose)
    untouched = False
    if loose is not None:
        if release not in desk.given:
            desk.given[release] = read_student(release)
        found = answers_from(desk.given[release], release.answers, loose)
        notes += found.notes
        if not found.sources:
            problem = "No cell of this assignment is in it."
        elif untouched := is_untouched(release, found):
            notes.append("There is no answer in it: all are as they were handed out, or empty.")
    kept = "" if entry.problem else _kept(desk, entry, student, what, time)
    number = add_submission(
        desk.book, assignment=what, release=release.number, student=student, received=time,
        digest=digest, path=kept, problem=problem, untouched=untouched, by=desk.by,
    )  # fmt: skip
    state, sentence = _state(desk, student, what, time, entry)
    if problem:
        return Collected(UNREADABLE, student, what, problem, str(entry.path), number)
    told = " ".join(filter(None, [sentence, clock, *notes]))
    return Collected(state, student, what, told, str(entry.path), number)


def _received(
    desk: _Desk, entry: Entry, what: str, student: str, digest: str
) -> tuple[datetime, str]:
    """Return when a file was handed in, and what is to say of its own time."""
    now = datetime.now(UTC)
    if desk.received:
        return desk.received, ""
    if entry.time and entry.time <= now + _AHEAD:
        return entry.time, ""
    known = [one for one in submissions(desk.book, what, student) if one.digest == digest]
    time = datetime.fromisoformat(known[-1].received) if known else now
    wrong = (
        f"Its own time is {_shown(entry.time.isoformat())}, which is yet to come."
        if entry.time
        else ""
    )
    return time, wrong


def _kept(desk: _Desk, entry: Entry, student: str, what: str, time: datetime) -> str:
    path = keep(desk.folder.submitted, what, student, time, entry.path.name, entry.content)
    return path.relative_to(desk.folder.path).as_posix()


def _release(desk: _Desk, what: str, loose: LenientNotebook | None) -> tuple[Release, list[str]]:
    newest = next(one for one in desk.newest if one.assignment == what)
    if loose is None or loose.release == newest.number:
        return newest, []
    known = {one.number: one for one in releases(desk.folder.frozen, what)}
    if loose.release in known:
        grades = known[graded_by(desk.book, what).get(loose.release, loose.release)]
        if grades.number != loose.release:
            return grades, [
                f"It answers release {loose.release}, which {grades.number} grades now."
            ]
        return grades, [f"It answers release {grades.number}; {newest.number} is the newest."]
    return newest, [f"It does not say which release it answers; taken as {newest.number}."]


def _state(desk: _Desk, student: str, what: str, time: datetime, entry: Entry) -> tuple[str, str]:
    due = desk.due(what).of(student)
    late = days_late(desk.folder.late, due, time)
    if late:
        return LATE, f"Received {_shown(time.isoformat())}, {how_long(late)} after it was due."
    marked = " The platform marks it late." if "_late_" in entry.path.name.lower() else ""
    if student in (extended := desk.due(what).extended):
        marked = f" Extended until {_shown(extended[student].isoformat())}.{marked}"
    return ON_TIME, f"Received {_shown(time.isoformat())}.{marked}"


def _shown(time: str) -> str:
    return datetime.fromisoformat(time).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _without_notebook(desk: _Desk, lines: Sequence[Collected]) -> list[Collected]:
    """Enter other files of students of whom there is no notebook at all."""
    have = {(line.student, line.assignment) for line in lines}
    told = []
    for entry, student, what in desk.others:
        if what and (student, what) not in have and not _readable(desk, what, student):
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


def _missing(desk: _Desk, seen: set[str], away: Mapping[str, str]) -> Iterator[Collected]:
    for what in sorted(seen):
        have = {one.student for one in submissions(desk.book, what)}
        for student in sorted(desk.whose.students.keys() - have - away.keys()):
            until = desk.due(what).extended.get(student)
            more = f" Extended until {_shown(until.isoformat())}." if until else ""
            yield Collected(MISSING, student, what, f"Nothing was handed in.{more}")
