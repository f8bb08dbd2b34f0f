"""A grading that is killed at any moment, and started again, ends as an undisturbed one."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mlops_lab.workbench.classroom.book import open_book

if TYPE_CHECKING:
    from sqlalchemy import Engine

# When to kill: after a share of the time it takes when the master's solutions are tested first; or,
# when they were tested before, after some results and a share of the time from one to the next.
Moment = tuple[str, float] | tuple[int, float]
EARLY: list[Moment] = [("first", share) for share in (0.05, 0.2, 0.35, 0.5, 0.65, 0.8)]
LATER: list[Moment] = [(results, share) for results in range(7) for share in (0.0, 0.5)]
SOME: list[Moment] = [EARLY[1], EARLY[4], LATER[1], LATER[4], LATER[7], LATER[10], LATER[13]]
FEWER: list[Moment] = [EARLY[3], LATER[1], LATER[6], LATER[11]]
TABLES = ("students", "assignments", "submissions", "results", "marks", "history")
TIMES = {"graded", "collected", "time", "id"}  # and the history's own numbers
STUDENTS = [f"s{number}" for number in range(8)]

PARTS = [
    ("code", "setup", "import numpy as np"),
    ("answer", "add", "def add(a, b):\n    return a + b"),
    ("test", "add-test", "assert add(1, 2) == 3, f'expected 3, got {add(1, 2)}'\n"
     "### BEGIN HIDDEN TESTS\nassert add(2, 2) == 4\n### END HIDDEN TESTS", 2),
    ("answer", "mean", "def mean(x):\n    return float(np.mean(x))"),
    ("test", "mean-test", "float(sum(mean([n, n]) == n for n in range(3)))", 3),
    ("words", "why", "### BEGIN SOLUTION\nBecause.\n### END SOLUTION", 4),
]  # fmt: skip
ANSWERS: list[dict[str, str]] = [
    {"add": "def add(a, b): return a + b", "mean": "def mean(x): return sum(x) / len(x)"},
    {"add": "def add(a, b): return 3", "why": "It pays."},
    {"add": "def add(a, b): return 1 // 0", "mean": "def mean(x): return 1"},
    {"add": "import os; os._exit(1)", "mean": "def mean(x): return x[0]"},
    {},
    {"add": "import time; time.sleep(0.2)\ndef add(a, b): return a + b"},
    {"mean": "import subprocess\nsubprocess.Popen(['/bin/sleep', '60'])\ndef mean(x): return 0"},
]

# One process imports once and forks the graders, which are killed as it is told. What a grader
# leaves behind becomes its child, so that it knows when the last of them has ended.
PARENT = """
import ctypes, json, os, signal, sys, time, traceback
from importlib import import_module
from pathlib import Path
from mlops_lab.workbench.classroom.book import open_book
from mlops_lab.workbench.classroom.folder import read_class
from mlops_lab.workbench.classroom.grade import grade
from mlops_lab.workbench.runs.sweeps.key import installed

installed()  # once, for all graders, and so are the imports that functions make
for name in ("book.tables", "collect", "student_version", "late"):
    import_module(f"mlops_lab.workbench.classroom.{name}")
for name in ("nbformat", "sqlite3", "sqlalchemy.dialects.sqlite", "mlops_lab.data.folders"):
    import_module(name)
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER

def work(file, tell):
    os.write(tell, b"x")
    folder = read_class(Path(file))
    with open_book(folder.gradebook) as book:
        for step in grade(folder, book, "4.5", by="a grader", workers=2, seconds=60.0):
            if step.submission:
                os.write(tell, b"x")

def followed():
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.005)
        except ChildProcessError:
            return True
    return False

for line in sys.stdin:
    file, results, seconds = json.loads(line)
    begun = time.monotonic()
    told, tell = os.pipe()
    grader = os.fork()
    if grader == 0:
        try:
            work(file, tell)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.close(tell)
    times = []
    while results is None or len(times) <= results:
        if not os.read(told, 1):
            break
        times.append(time.monotonic() - begun)
    else:
        time.sleep(seconds)
        os.kill(grader, signal.SIGKILL)
    os.close(told)
    status = os.waitpid(grader, 0)[1]
    took = time.monotonic() - begun
    print(json.dumps([status, took, times, followed()]), flush=True)
"""


@dataclass(frozen=True)
class Ended:
    """How a grader came to its end: wait status, seconds, when results came, who was left."""

    status: int
    seconds: float
    times: Sequence[float]  # of its beginning, and of each result
    alone: bool


class Graders:
    """Starts graders, and kills them."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def run(self, folder: Path, results: int | None = None, seconds: float = 0.0) -> Ended:
        """Grade a class, to the end or until some seconds after some results."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        told = json.dumps([str(folder / "class.yaml"), results, seconds])
        print(told, file=self._process.stdin, flush=True)
        return Ended(*json.loads(self._process.stdout.readline()))


@pytest.fixture(scope="module")
def graders(request: pytest.FixtureRequest) -> Iterator[Graders]:
    request.getfixturevalue("isolated")
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Graders(process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(scope="module")
def handed_in(request: pytest.FixtureRequest) -> Path:
    """A class of eight, of whom one has an unreadable file, not graded yet."""
    room: Any = request.getfixturevalue("make_class")(PARTS, STUDENTS)
    for student, answers in zip(STUDENTS, [*ANSWERS, b""], strict=True):
        room.hand_in(student, answers)
    room.book.dispose()
    folder: Path = room.folder.path
    return folder


def contents(book: "Engine") -> dict[str, list[str]]:
    """Return all that is in a grade book, but for times and numbers of the history's lines."""
    from sqlalchemy import text

    with book.connect() as connection:
        found = {
            table: [
                dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()
            ]
            for table in TABLES
        }
    return {table: sorted(_line(table, row) for row in rows) for table, rows in found.items()}


def _line(table: str, row: dict[str, Any]) -> str:
    dropped = TIMES if table == "history" else TIMES - {"id"}
    for key in ("old", "new"):
        if row.get(key):
            told = json.loads(row[key])
            row[key] = {name: told[name] for name in sorted(told) if name not in TIMES}
    return json.dumps({name: row[name] for name in sorted(row) if name not in dropped})


def graded(found: dict[str, list[str]]) -> set[int]:
    """Return the submissions that have results; each has to have all three, and in the history."""
    numbers = [json.loads(line)["submission"] for line in found["results"]]
    assert {numbers.count(one) for one in numbers} <= {3}, "half a result"
    told = [json.loads(line) for line in found["history"]]
    lines = [one["key"] for one in told if one["what"] == "results"]
    assert len(lines) == len(set(lines)) == len(numbers), "the history and the results differ"
    return set(numbers)


def kill_and_go_on(
    graders: Graders, start: Path, place: Path, moments: Sequence[Moment], url: str | None = None
) -> list[int]:
    """Kill a grading at each moment, go on to the end, and compare; give what each kill left."""
    with _class(start, place / "first", url) as (folder, address):
        first = graders.run(folder)
        assert (first.status, first.alone) == (0, True)
        with open_book(address) as book:
            calm = contents(book)
        assert len(graded(calm)) == len(STUDENTS)
        files = listed(folder)
        shutil.copytree(folder / "grading", place / "grading")
    with _class(start, place / "again", url, place / "grading") as (folder, address):
        again = graders.run(folder)
        assert (again.status, again.alone, len(again.times)) == (0, True, 1 + len(STUDENTS))
        gap = (again.times[-1] - again.times[1]) / (len(STUDENTS) - 1)
    left = []
    for number, (after, share) in enumerate(moments):
        known = None if after == "first" else place / "grading"
        with _class(start, place / str(number), url, known) as (folder, address):
            if isinstance(after, int):
                ended = graders.run(folder, after, share * gap)
            else:
                ended = graders.run(folder, 0, share * first.seconds)
            assert ended.alone, "a process was left"
            with open_book(address) as book:
                done = len(graded(contents(book)))
            assert done >= (after if isinstance(after, int) else 0)
            left.append(done if ended.status else len(STUDENTS))
            last = graders.run(folder)
            assert (last.status, last.alone) == (0, True)
            with open_book(address) as book:
                assert contents(book) == calm
            assert [one for one in listed(folder) if ".part" not in one] == files
    return left


def listed(folder: Path) -> list[str]:
    """List the files of a class but for those of the database."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    return sorted(one for one in found if not one.startswith("gradebook.db"))


@contextmanager
def _class(
    start: Path, place: Path, url: str | None, known: Path | None = None
) -> Iterator[tuple[Path, str]]:
    """Copy the class as it was before grading, with what is known of the master's solutions."""
    shutil.copytree(start, place)
    if known is not None:
        shutil.copytree(known, place / "grading")
    if url is None:
        yield place, f"sqlite:///{place / 'gradebook.db'}"
    else:
        _copy_book(place, url)
        file = place / "class.yaml"
        text = file.read_text(encoding="utf-8")
        assert "sqlite:///gradebook.db" in text
        file.write_text(text.replace("sqlite:///gradebook.db", url), encoding="utf-8")
        yield place, url
    shutil.rmtree(place)


def _copy_book(place: Path, url: str) -> None:
    from sqlalchemy import create_engine, text

    from mlops_lab.workbench.classroom.book import tables

    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    with (
        open_book(f"sqlite:///{place / 'gradebook.db'}") as old,
        open_book(url) as new,
        old.connect() as reading,
        new.begin() as writing,
    ):
        for table in (tables.STUDENTS, tables.RELEASES, tables.SUBMISSIONS, tables.HISTORY):
            rows = [dict(row) for row in reading.execute(table.select()).mappings()]
            writing.execute(table.insert(), rows)
        number = "SELECT setval(pg_get_serial_sequence(:t, 'id'), (SELECT max(id) FROM {}))"
        for name in ("submissions", "history"):
            writing.execute(text(number.format(name)), {"t": name})


@pytest.mark.parametrize(
    ("moments", "kinds"),
    [(SOME, 2), pytest.param([*EARLY, *LATER], 4, marks=pytest.mark.exhaustive)],
    ids=["some", "twenty"],
)
def test_killed_at_any_moment(
    graders: Graders, handed_in: Path, tmp_path: Path, moments: list[Moment], kinds: int
) -> None:
    left = kill_and_go_on(graders, handed_in, tmp_path, moments)
    # Most were stopped in the middle, or the test would show nothing.
    assert sum(one < len(STUDENTS) for one in left) > len(left) / 2
    assert len(set(left)) > kinds


def test_killed_with_postgresql(
    graders: Graders, handed_in: Path, tmp_path: Path, postgresql: str
) -> None:
    left = kill_and_go_on(graders, handed_in, tmp_path, FEWER, postgresql)
    assert sum(one < len(STUDENTS) for one in left) > len(left) / 2
    assert len(set(left)) > 1


def test_a_test_that_is_at_work_ends_with_its_grader(
    graders: Graders, request: pytest.FixtureRequest
) -> None:
    room: Any = request.getfixturevalue("make_class")(PARTS, STUDENTS[:2])
    room.hand_in(STUDENTS[0], ANSWERS[0])
    room.hand_in(STUDENTS[1], {"add": "def add(a, b):\n    while True: pass"})
    room.book.dispose()
    ended = graders.run(room.folder.path, 1, 0.5)
    assert ended.status != 0
    assert ended.alone, "a process was left"
