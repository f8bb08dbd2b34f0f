import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from mlops_lab.workbench.classroom.book import (
    add_release,
    add_submission,
    history,
    keys,
    mark,
    marks,
    open_book,
    put_students,
    record_result,
    results,
    scores,
    students,
    submissions,
)
from mlops_lab.workbench.classroom.book.extensions import end_extensions, extend, extensions
from mlops_lab.workbench.classroom.book.gone import come_back, leave
from mlops_lab.workbench.classroom.book.open import writing
from mlops_lab.workbench.classroom.frozen import Release, Task
from mlops_lab.workbench.classroom.model import Student, TaskResult
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

RELEASE = Release(
    "4.5", 1, "x.ipynb", "d", "2026-12-01T00:00:00+00:00", 2**70,
    (Task("t", 2, manual=False), Task("w", 4, manual=True)), ("a",), Path(),
)  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'book.db'}"
    return _emptied(str(request.getfixturevalue("postgresql")))


def _emptied(url: str) -> str:
    from sqlalchemy import create_engine, text

    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return url


@pytest.fixture
def book(url: str) -> "Iterator[Engine]":
    with open_book(url) as opened:
        put_students(opened, [Student("ada", "Ada"), Student("bob")], by="me")
        add_release(opened, RELEASE, by="me")
        yield opened


def hand_in(
    book: "Engine", student: str = "ada", hour: int = 1, problem: str = "", untouched: bool = False
) -> int:
    return add_submission(
        book,
        assignment="4.5",
        release=1,
        student=student,
        received=datetime(2026, 12, 1, hour, tzinfo=UTC),
        digest="d",
        path="p",
        problem=problem,
        untouched=untouched,
        by="me",
    )


def points(book: "Engine") -> dict[tuple[str, str], float | None]:
    return {(one.student, one.task): one.points for one in scores(book)}


PASSED = TaskResult("t", "passed", 2, 2, "Well done.")
FAILED = TaskResult("t", "failed", 0, 2, "No.", expected="3", found="4")
WAITS = TaskResult("w", "to mark", None, 4)


def test_a_book_is_opened_again_as_it_was(url: str) -> None:
    for _ in range(2):
        with open_book(url) as book:
            put_students(book, [Student("ada", "Ada")], by="me")
            assert students(book) == [Student("ada", "Ada")]
            assert len(history(book)) == 1


def test_students_are_updated_and_never_removed(book: "Engine") -> None:
    assert put_students(book, [Student("ada", "Ada L.", "a@x"), Student("cem")], by="me") == (1, 1)
    assert put_students(book, [Student("ada")], by="me") == (0, 0)
    assert students(book) == [Student("ada", "Ada L.", "a@x"), Student("bob"), Student("cem")]


def test_a_book_from_before_gets_what_is_new(book: "Engine", url: str) -> None:
    with writing(book) as connection:
        connection.execute(text("DROP TABLE extensions"))
        connection.execute(text("ALTER TABLE students DROP COLUMN left_on"))
        connection.execute(text("DROP VIEW scores"))
        connection.execute(text("ALTER TABLE submissions DROP COLUMN untouched"))
        connection.execute(text("CREATE VIEW scores AS SELECT id AS submission FROM submissions"))
    with open_book(url) as again:
        extend(again, "4.5", ["ada"], datetime(2026, 12, 5, tzinfo=UTC), by="me")
        (one,) = extensions(again)
        assert (one.student, one.until[:10]) == ("ada", "2026-12-05")
        assert end_extensions(again, "4.5", ["ada"], by="me") == [one]
        leave(again, ["ada"], by="me")
        assert students(again) == [Student("bob")]
        come_back(again, ["ada"], by="me")
        assert students(again) == [Student("ada", "Ada"), Student("bob")]
        done, copy = hand_in(again), hand_in(again, untouched=True)
        for number in (done, copy):
            record_result(again, number, [FAILED], key="k", by="grader")
        assert [score.submission for score in scores(again)] == [done]


def test_a_result_is_a_score(book: "Engine") -> None:
    number = hand_in(book)
    record_result(book, number, [FAILED, WAITS], key="k", by="grader")
    first, second = scores(book, "4.5", "ada")
    assert (first.points, first.of, first.state, first.message, first.marked) == (
        0, 2, "failed", "No.", False,
    )  # fmt: skip
    assert (second.points, second.state) == (None, "to mark")
    assert keys(book, number) == {"t": "k", "w": "k"}
    assert scores(book, "4.6") == scores(book, student="bob") == []


def test_a_mark_wins_over_a_result(book: "Engine") -> None:
    number = hand_in(book)
    mark(book, number, "w", 3.5, comment="Good.", by="ada's teacher")
    record_result(book, number, [PASSED, WAITS], by="grader")
    assert points(book) == {("ada", "t"): 2, ("ada", "w"): 3.5}
    assert [one.marked for one in scores(book)] == [False, True]


def test_the_latest_readable_submission_counts(book: "Engine") -> None:
    early, late = hand_in(book, hour=1), hand_in(book, hour=2)
    broken = hand_in(book, hour=3, problem="empty")
    for number, result in ((early, PASSED), (late, FAILED), (broken, PASSED)):
        record_result(book, number, [result], by="grader")
    assert [(one.submission, one.points) for one in scores(book)] == [(late, 0)]
    assert [one.id for one in submissions(book, "4.5", "ada")] == [early, late, broken]


def test_history_tells_who_changed_what(book: "Engine") -> None:
    number = hand_in(book)
    record_result(book, number, [FAILED], by="grader")
    record_result(book, number, [PASSED], by="grader 2")
    record_result(book, number, [PASSED], by="grader 3")  # nothing new
    mark(book, number, "t", 1, by="eve")
    mark(book, number, "t", 2, by="eve")
    first, second = history(book, "results", f"{number}/t")
    assert (first.by, first.old, json.loads(first.new or "")["points"]) == ("grader", None, 0)
    assert second.by == "grader 2"
    assert json.loads(second.old or "")["state"] == "failed"
    assert json.loads(second.new or "")["state"] == "passed"
    assert [json.loads(one.new or "")["points"] for one in history(book, "marks")] == [1, 2]
    assert [one.what for one in history(book)][:4] == [
        "students", "students", "assignments", "submissions",
    ]  # fmt: skip
    times = [one.time for one in history(book)]
    assert times == sorted(times)


@pytest.mark.parametrize("statement", ["DELETE FROM history", "UPDATE history SET new = 'x'"])
def test_history_cannot_be_changed(book: "Engine", statement: str) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    before = history(book)
    with pytest.raises(DBAPIError, match="only ever added to"), book.begin() as connection:
        connection.execute(text(statement))
    assert history(book) == before


def test_a_result_is_whole_or_not_there(book: "Engine") -> None:
    from sqlalchemy.exc import IntegrityError

    number, before = hand_in(book), history(book)
    broken = TaskResult("w", None, 0, 4)  # type: ignore[arg-type]  # the table refuses it
    with pytest.raises(IntegrityError):
        record_result(book, number, [PASSED, broken], by="grader")
    assert scores(book) == []
    assert history(book) == before


def test_what_is_not_there_is_told(book: "Engine") -> None:
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(RefusedError, match="no submission 99"):
        record_result(book, 99, [PASSED], by="me")
    with pytest.raises(RefusedError, match="no submission 99"):
        mark(book, 99, "t", 1, by="me")
    with pytest.raises(IntegrityError):
        hand_in(book, student="eve")


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf")])
def test_points_make_sense(book: "Engine", wrong: float) -> None:
    with pytest.raises(RefusedError, match="a number from 0 up"):
        mark(book, hand_in(book), "t", wrong, by="me")


def test_two_write_at_the_same_time(url: str, book: "Engine") -> None:
    """One reads while another writes, then writes itself."""
    number = hand_in(book)
    with open_book(url) as other:
        record_result(other, number, [FAILED], by="b")
        before = scores(book)
        record_result(other, number, [PASSED], by="b")
        mark(book, number, "t", 1, by="a")
        assert [one.points for one in before] == [0]
        assert points(other) == {("ada", "t"): 1}


def test_sqlite_waits_for_the_disk(tmp_path: Path) -> None:
    from sqlalchemy import text

    with open_book(f"sqlite:///{tmp_path / 'b.db'}") as book, book.connect() as connection:
        told = [connection.execute(text(f"PRAGMA {name}")).scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys")]  # fmt: skip
    assert told == ["wal", 2, 1]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nonsense", "cannot be opened"),
        ("sqlite:////no/such/folder/x.db", "unable to open database file"),
    ],
)
def test_a_book_that_cannot_be_opened_is_told(url: str, told: str) -> None:
    with pytest.raises(RefusedError, match=told), open_book(url):
        pass


def test_a_missing_driver_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)  # as where it is not installed
    with (
        pytest.raises(RefusedError, match="psycopg"),
        open_book("postgresql+psycopg://me:hush@localhost/db"),
    ):
        pass


def test_results_and_marks_come_back_whole(book: "Engine") -> None:
    number = hand_in(book)
    one = TaskResult("t", "failed", 0.0, 2.0, "no", "3", "4", "a hidden one")
    record_result(book, number, [one], by="test")
    mark(book, number, "w", 2.5, comment="good", by="ada")
    assert results(book, number) == {"t": one}
    given = marks(book, number)["w"]
    assert (given.points, given.comment, given.by) == (2.5, "good", "ada")
