"""A class is graded again by repaired tests: who gains and loses is told before it is written."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from mlops_lab.cli import main
from mlops_lab.workbench.classroom.book import history, mark, marks, scores, submissions
from mlops_lab.workbench.classroom.collect import collect
from mlops_lab.workbench.classroom.grade.regrade import Regrading
from mlops_lab.workbench.classroom.mark.override import Override, override_all
from mlops_lab.workbench.classroom.model import Score
from mlops_lab.workbench.runs.errors import RefusedError

from .conftest import MakeClass, Part

WRONG_TEST = "assert half(3) == 1, f'half of 3: expected 1, got {half(3)}'"
REPAIRED = "assert half(3) == 1.5, f'half of 3: expected 1.5, got {half(3)}'"
PARTS: list[Part] = [
    ("answer", "half", "def half(x):\n    return x // 2"),
    ("test", "half-test", WRONG_TEST, 2.0),
    ("answer", "double", "def double(x):\n    return 2 * x"),
    ("test", "double-test", "assert double(2) == 4, f'expected 4, got {double(2)}'", 3.0),
    ("words", "why", "### BEGIN SOLUTION\nBecause.\n### END SOLUTION", 4.0),
]
TRUE = {"half": "def half(x): return x / 2", "double": "def double(x): return x + x", "why": "So."}
FLOOR = {**TRUE, "half": "def half(x): return x // 2"}
NEITHER = {"half": "def half(x): return None", "double": "def double(x): return 2 * x"}


@pytest.fixture
def room(make_class: MakeClass, request: pytest.FixtureRequest) -> Any:
    """A class of four, graded by a wrong test, ada's text marked; the test is repaired since."""
    request.getfixturevalue("isolated")
    made = make_class(PARTS, ["ada", "bob", "cem", "dov"])
    made.hand_in("ada", TRUE)
    made.hand_in("bob", FLOOR)
    made.hand_in("cem", NEITHER)
    made.grade()
    number = submissions(made.book, "4.5", "ada")[-1].id
    mark(made.book, number, "why", 3.5, comment="Good.", by="Eve")
    made.again((WRONG_TEST, REPAIRED), ("x // 2", "x / 2"))
    return made


def state(room: Any, student: str) -> str:
    found: str = room.results(student)["half-test"].state
    return found


def test_who_gains_and_loses_is_told_and_written_on_demand(room: Any) -> None:
    regrading = Regrading(room.folder, room.book, "4.5")
    moved = {one.submission.student: one for one in regrading.run(by="a test")}
    assert {name: (one.before, one.after) for name, one in moved.items()} == {
        "ada": (6.5, 8.5), "bob": (5.0, 3.0), "cem": (3.0, 3.0)
    }  # fmt: skip
    change = ("half-test", "failed, 0 of 2", "passed, 2 of 2")
    assert (moved["ada"].changes, moved["cem"].changes) == ((change,), ())
    lines = len(history(room.book))
    assert state(room, "ada") == "failed", "nothing is written yet"
    regrading.write(by="a test")
    assert [state(room, name) for name in ("ada", "bob", "cem")] == [
        "passed", "failed", "failed"
    ]  # fmt: skip
    assert {one.release for one in submissions(room.book, "4.5")} == {2}
    (given,) = marks(room.book, submissions(room.book, "4.5", "ada")[-1].id).values()
    assert (given.points, given.comment, given.by) == (3.5, "Good.", "Eve")
    told = history(room.book)[lines:]
    assert {one.what for one in told} == {"assignments", "submissions", "results"}
    assert all(one.by == "a test" and one.old is not None for one in told)
    (again,) = room.grade()
    assert (again.kept, again.total) == (3, 0), "graded already, by what it was regraded by"


def test_an_override_stays_also_where_it_is_more_than_the_points(room: Any) -> None:
    given = [Override("bob", "half-test", 2.5, "Well told."), Override("cem", "half-test", 1, "So")]
    override_all(room.folder, room.book, "4.5", given, extra=True, by="Eve")
    regrading = Regrading(room.folder, room.book, "4.5")
    moved = {one.submission.student: one for one in regrading.run(by="a test")}
    assert [(moved[name].before, moved[name].after) for name in ("bob", "cem")] == [
        (5.5, 5.5), (4, 4)
    ]  # fmt: skip
    regrading.write(by="a test")
    room.grade(force=True)
    for student, kept in (("bob", 2.5), ("cem", 1)):
        (one,) = scores_of(room, student)
        assert (one.points, one.release) == (kept, 2)


def scores_of(room: Any, student: str) -> list[Score]:
    return [one for one in scores(room.book, "4.5", student) if one.task == "half-test"]


def test_what_comes_later_for_the_old_release_is_graded_by_the_repaired_tests(
    room: Any, tmp_path: Any
) -> None:
    regrading = Regrading(room.folder, room.book, "4.5")
    old = (room.folder.frozen / "4.5" / "1" / "student.ipynb").read_text(encoding="utf-8")
    list(regrading.run(by="a test"))
    regrading.write(by="a test")
    (tmp_path / "dov").mkdir()
    (tmp_path / "dov" / "late.ipynb").write_text(old, encoding="utf-8")
    (line, *_) = collect(room.folder, room.book, tmp_path, assignment="4.5", by="a test")
    assert "answers release 1, which 2 grades now" in line.sentence
    assert submissions(room.book, "4.5", "dov")[-1].release == 2


def test_what_came_in_meanwhile_stops_it_and_nothing_is_written(room: Any) -> None:
    regrading = Regrading(room.folder, room.book, "4.5")
    list(regrading.run(by="a test"))
    room.hand_in("dov", TRUE)
    lines = len(history(room.book))
    with pytest.raises(RefusedError, match="came in meanwhile"):
        regrading.write(by="a test")
    assert len(history(room.book)) == lines


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("double", "twice"), "it has other answers, without double and with twice"),
        (('"points": 4.0', '"points": 3.0'), "Eve gave 3.5 points for why, which has 3 in release"),
    ],
)
def test_what_does_not_fit_is_refused(room: Any, change: tuple[str, str], told: str) -> None:
    text = room.master.read_text(encoding="utf-8")
    assert change[0] in text
    room.master.write_text(text.replace(*change), encoding="utf-8")
    room.again(("4", "4"))
    with pytest.raises(RefusedError, match=told):
        Regrading(room.folder, room.book, "4.5")


def test_the_unknown_and_the_needless_are_refused(room: Any) -> None:
    with pytest.raises(RefusedError, match=r"There is no release 7 of 4\.5"):
        Regrading(room.folder, room.book, "4.5", 7)
    with pytest.raises(RefusedError, match=r"graded by release 1 of 4\.5 already"):
        Regrading(room.folder, room.book, "4.5", 1)


def test_the_command_asks_before_it_writes(room: Any) -> None:
    words = ["class", "regrade", "4.5", "--class", str(room.folder.path)]
    asked = CliRunner().invoke(main, words, input="n\n")
    assert asked.exit_code == 0, asked.output
    assert "ada                   6.5 -> 8.5  (+2)" in asked.output
    assert "half-test: failed, 0 of 2 -> passed, 2 of 2" in asked.output
    assert "1 gain, 1 lose, 1 keep their points" in asked.output
    assert "Nothing was written" in asked.output
    assert state(room, "ada") == "failed"
    done = CliRunner().invoke(main, [*words, "--yes", "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    first = next(one for one in found if one["student"] == "ada")
    assert (first["before"], first["after"]) == (6.5, 8.5)
    assert state(room, "ada") == "passed"
    again = CliRunner().invoke(main, words)
    assert again.exit_code == 2
    assert "already" in again.output
