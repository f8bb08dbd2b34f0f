"""Who hands in again keeps the marks of answers that have not changed."""

from typing import Any

import pytest
from click.testing import CliRunner

from mlops_lab.cli import main
from mlops_lab.workbench.classroom.book import history, mark, marks, submissions
from mlops_lab.workbench.classroom.mark.override import Override, override_all
from mlops_lab.workbench.classroom.mark.overrides import overrides

from .conftest import MakeClass, Part

PARTS: list[Part] = [
    ("answer", "half", "def half(x):\n    return x / 2"),
    ("test", "half-test", "assert half(3) == 1.5, f'expected 1.5, got {half(3)}'", 2.0),
    ("words", "why", "### BEGIN SOLUTION\nBecause.\n### END SOLUTION", 4.0),
    ("words", "when", "### BEGIN SOLUTION\nNow.\n### END SOLUTION", 4.0),
]
FIRST = {"half": "def half(x): return x", "why": "It pays.", "when": "Today."}
CODE = {**FIRST, "half": "def half(x): return x / 2"}


@pytest.fixture
def room(make_class: MakeClass, request: pytest.FixtureRequest) -> Any:
    """A class of which ada's first submission is graded and marked."""
    request.getfixturevalue("isolated")
    made = make_class(PARTS, ["ada"])
    made.hand_in("ada", FIRST)
    made.grade()
    for task, points in (("why", 3.5), ("when", 2.0)):
        mark(made.book, newest(made), task, points, comment=f"{task}!", met=[1, 3], by="Eve")
    return made


def newest(room: Any) -> int:
    number: int = submissions(room.book, "4.5", "ada")[-1].id
    return number


def points(room: Any) -> dict[str, float]:
    return {task: one.points for task, one in marks(room.book, newest(room)).items()}


def test_the_mark_of_an_unchanged_answer_is_kept_whole(room: Any) -> None:
    before = marks(room.book, newest(room))
    lines = len(history(room.book))
    room.hand_in("ada", CODE, minutes=5)
    room.grade()
    assert room.results("ada")["half-test"].state == "passed"
    assert marks(room.book, newest(room)) == before
    told = [one for one in history(room.book)[lines:] if one.what == "marks"]
    assert [(one.by, one.old) for one in told] == [("a test", None)] * 2
    room.grade(force=True)
    assert marks(room.book, newest(room)) == before


def test_a_changed_answer_is_marked_anew_and_never_by_an_older_mark(room: Any) -> None:
    room.hand_in("ada", {**CODE, "why": "It pays a lot."}, minutes=5)
    room.grade()
    assert points(room) == {"when": 2.0}
    mark(room.book, newest(room), "why", 1.0, by="Eve")
    room.hand_in("ada", CODE, minutes=9)  # the first answer again; the last mark was for another
    room.grade()
    assert points(room) == {"when": 2.0}


def test_a_mark_that_is_there_stays_and_an_emptied_answer_gets_none(room: Any) -> None:
    room.hand_in("ada", {**CODE, "when": ""}, minutes=5)
    mark(room.book, newest(room), "why", 4.0, by="Bob")
    room.grade()
    assert points(room) == {"why": 4.0}


def test_a_file_that_is_gone_gives_no_mark(room: Any) -> None:
    (old,) = submissions(room.book, "4.5", "ada")
    (room.folder.path / old.path).unlink()
    room.hand_in("ada", CODE, minutes=5)
    room.grade()
    assert points(room) == {}


def test_an_override_stays_with_the_answer_that_its_test_is_about(room: Any) -> None:
    def override(points: float | None) -> None:
        given = Override("ada", "half-test", points, "A way that the test misses.")
        override_all(room.folder, room.book, "4.5", [given], extra=True, by="Eve")

    override(2.5)
    done = room.grade(force=True)[-1]
    assert (done.marked, done.of) == ({"half-test": 2.5, "why": 3.5, "when": 2.0}, 10)
    assert points(room)["half-test"] == 2.5
    room.hand_in("ada", {**FIRST, "why": "It pays a lot."}, minutes=5)
    room.grade()
    assert points(room) == {"half-test": 2.5, "when": 2.0}
    assert marks(room.book, newest(room))["half-test"].comment == "A way that the test misses."
    override(None)
    room.grade(force=True)
    room.hand_in("ada", FIRST, minutes=7)
    room.grade()
    assert "half-test" not in points(room), "what was taken back comes back with nothing"
    override(1)
    room.hand_in("ada", CODE, minutes=9)
    done = CliRunner().invoke(main, ["class", "grade", "4.5", "--class", str(room.folder.path)])
    assert "ada: 1 points given by hand for half-test do not count any more" in done.output
    assert "half-test" not in points(room), "another answer is graded by the test"
    assert [one.counts for one in overrides(room.folder, room.book, "4.5")] == [False]
