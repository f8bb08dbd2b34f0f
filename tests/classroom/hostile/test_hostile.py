"""What hostile submissions get, and what honest ones get beside them."""

import html
import sqlite3
import sys
from collections import Counter
from pathlib import Path, PurePosixPath

import pytest

from mlops_lab.workbench.classroom.book import history, marks, open_book, submissions
from mlops_lab.workbench.classroom.feedback import write_feedback
from mlops_lab.workbench.classroom.folder import read_class
from mlops_lab.workbench.classroom.grade import counting
from mlops_lab.workbench.classroom.model import TaskResult

from .attacks import ATTACKS
from .case import MANUAL, POINTS, SECRETS, STATES, Attack, hidden_parts
from .conftest import ASSIGNMENT, HONEST, LOST, SECONDS, Graded, people

BY_NAME = {one.name: one for one in ATTACKS}


def test_every_attack_has_a_name_of_its_own_and_says_what_it_tries() -> None:
    assert max(Counter([*(one.name for one in ATTACKS), *HONEST]).values()) == 1
    assert len(ATTACKS) >= 150
    assert all(one.tries for one in ATTACKS)
    assert all(set(one.states) <= {*POINTS, *MANUAL} for one in ATTACKS)


def test_each_earns_what_its_honest_answers_deserve(
    graded: Graded, subtests: pytest.Subtests
) -> None:
    for name, attack in BY_NAME.items():
        tasks = graded.results[name].items()
        seen = {task.removesuffix("-test"): (one.state, one.points) for task, one in tasks}
        with subtests.test(name):
            assert seen == {task: _right(attack, task, seen[task]) for task in {**POINTS, **MANUAL}}


def _right(attack: Attack, task: str, seen: tuple[str, float | None]) -> tuple[str, float | None]:
    """Return the state and points that are right; where several are, the ones that were seen."""
    if "unreadable" in attack.states.values():
        return "unreadable", 0.0
    if task in attack.states:
        states = attack.states[task].split("|")
        return (seen[0] if seen[0] in states else attack.states[task]), 0.0
    if task in attack.either and seen[1] == 0.0 and seen[0] in STATES:
        return seen
    return ("to mark", None) if task in MANUAL else ("passed", POINTS[task])


def test_messages_are_sentences_that_tell_no_secret(
    graded: Graded, subtests: pytest.Subtests
) -> None:
    for name in [*BY_NAME, *HONEST]:
        with subtests.test(name):
            for one in graded.results[name].values():
                _is_a_sentence(one)
                assert str(graded.place) not in one.message, "a path of this machine"


def _is_a_sentence(one: TaskResult) -> None:
    assert one.state in STATES
    assert any(letter.isalpha() for letter in one.message)
    assert len(one.message) < 3_000
    shown = [one.message, one.expected or "", one.found or ""]
    _clean([*shown, one.detail or ""])
    told = [secret for text in shown for secret in _secrets() if secret in text]
    assert not told, one


def _secrets() -> list[str]:
    return [*SECRETS, *hidden_parts()]


def _clean(texts: list[str]) -> None:
    """Hold what a data base, a page and a terminal take."""
    for text in texts:
        text.encode()
        assert not [one for one in text if one < " " and one not in "\n\t"], text


def test_what_was_expected_is_of_the_test_that_failed(graded: Graded) -> None:
    tasks = graded.results["arguments made equal"]
    assert tasks["scale-test"].expected == "[-1.0, 1.0]"
    assert tasks["tidy-test"].expected is None, "pandas compares by itself, so nothing is known"


def test_honest_ones_get_what_they_get_alone(graded: Graded, subtests: pytest.Subtests) -> None:
    for name in HONEST:
        with subtests.test(name):
            assert graded.results[name] == graded.alone[name]
            lost = LOST.get(name, {})
            for task, points in POINTS.items():
                wanted = (lost[task], 0.0) if task in lost else ("passed", points)
                found = graded.results[name][f"{task}-test"]
                assert (found.state, found.points) == wanted


# What is left behind


def test_no_process_is_left(graded: Graded) -> None:
    assert graded.running > 2, "the processes of the run were seen while it ran"
    assert graded.left == []


def test_no_file_is_written_or_changed(graded: Graded) -> None:
    assert graded.before == graded.after
    kept = [name for name in graded.before if name.startswith("class/submitted/")]
    assert len(kept) > len(HONEST)
    frozen, given = "class/frozen/3.9/1/master.ipynb", "class/release/3.9/09_small_assignment.ipynb"
    assert {frozen, given} <= set(graded.before)
    root = Path(__file__).parents[3]
    places: list[str | Path] = [
        "/", root, root / "mlops_lab", "/tmp", "/var/tmp", "/dev/shm", "/etc", sys.prefix,
        Path.home(), Path.cwd(), *sys.path,
    ]  # fmt: skip
    assert [str(one) for one in places if (Path(one) / graded.canary).exists()] == []
    assert list(graded.place.rglob(f"*{graded.canary}*")) == []


def test_nobody_was_reached_over_a_network(graded: Graded) -> None:
    assert graded.reached == []


def test_the_grade_book_is_whole(graded: Graded) -> None:
    folder = read_class(graded.place / "class" / "class.yaml")
    file = sqlite3.connect(graded.place / "class" / "gradebook.db")
    try:
        assert file.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert file.execute("pragma foreign_key_check").fetchall() == []
        above = file.execute("select count(*) from results where points > `of`").fetchone()
    finally:
        file.close()
    assert above == (0,)
    with open_book(folder.gradebook) as book:
        counted = counting(book, ASSIGNMENT)
        assert [one.student for one in counted] == list(people())
        assert not [one for one in submissions(book, ASSIGNMENT) if marks(book, one.id)]
        assert {one.by for one in history(book)} == {"a test"}
    assert graded.results.keys() == set(people().values())
    tasks = {*(f"{name}-test" for name in POINTS), *MANUAL}
    assert all(found.keys() == tasks for found in graded.results.values())


def test_each_file_stays_with_who_handed_it_in(graded: Graded) -> None:
    astray = 0
    for line in graded.collected:
        parts = PurePosixPath(line.source).parts
        own = bool(parts) and parts[0] == line.student and ".." not in parts
        if own or line.state == "missing":
            continue
        astray += 1
        assert line.state in ("unreadable", "duplicate", "unplaced")
        assert "leads out" in line.sentence or line.state != "unreadable"
    assert astray > 5


def test_everybody_gets_a_page_that_tells_no_secret(graded: Graded) -> None:
    folder = read_class(graded.place / "class" / "class.yaml")
    with open_book(folder.gradebook) as book:
        written = write_feedback(folder, book, ASSIGNMENT)
    assert [path.stem for path in written.pages] == list(people())
    for path in written.pages:
        text = html.unescape(path.read_text(encoding="utf-8"))
        # One of the secret words is in what some students wrote themselves.
        assert not [one for one in ("tangerine", "71305", *hidden_parts()) if one in text], path
        assert not {"\x1b", "\0"} & set(text)
        assert "<script>alert" not in path.read_text(encoding="utf-8")


def test_it_ends_as_the_limit_on_each_task_promises(graded: Graded) -> None:
    """Nobody holds up the class for longer than all tasks may take."""
    assert graded.seconds < (len(people()) + len(HONEST)) * (len(POINTS) + 1) * SECONDS
