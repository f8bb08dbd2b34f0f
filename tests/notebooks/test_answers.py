"""Plausible wrong answers to each task fail; right answers of another kind than the master's pass.

They stand in `answers/`, one file for each assignment.
"""

import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from rules.assignment import HIDDEN, Task, tasks
from rules.reading import course_notebooks, is_assignment, read
from test_cheats import accepts, namespace

pytestmark = pytest.mark.usefixtures("package_as_it_was")

WORDS = 4
"""The fewest words of a sentence that tells what is wrong."""

Heard = Callable[[Path, int, str], str | None]

ASSIGNMENTS = [
    path
    for path in course_notebooks(Path(__file__).parents[2] / "notebooks")
    if is_assignment(path)
]


@cache
def answers(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Read the answers to one assignment."""
    file = Path(__file__).parent / "answers" / f"{path.stem.removesuffix('_assignment')}.yaml"
    found: dict[str, list[dict[str, Any]]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


def cases(kind: str) -> list[Any]:
    return [
        pytest.param(path, one["task"], one["answer"], id=f"{path.stem}-{one['task']}-{one['why']}")
        for path in ASSIGNMENTS
        for one in answers(path)[kind]
    ]


@pytest.fixture(scope="module")
def prepared() -> dict[Path, dict[str, Any]]:
    """Names that each master's cells outside of tasks define, run once a module."""
    return {}


def refusal(path: Path, number: int, answer: str, ready: dict[Path, dict[str, Any]]) -> str | None:
    """Say what the visible tests tell a learner of an answer; None where they accept it."""
    names = namespace(path, ready)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a wrong answer may warn; the tests judge what it gives
        exec(answer, names)
        for cell in task(path, number).tests:
            try:
                exec(HIDDEN.sub("", cell.source), names)
            except AssertionError as error:
                return str(error)
    return None


def task(path: Path, number: int) -> Task:
    return tasks(read(path))[number - 1]


@pytest.fixture(scope="module")
def heard(prepared: dict[Path, dict[str, Any]]) -> Heard:
    """Return what says what the visible tests tell of an answer; each is run once."""
    return cache(lambda path, number, answer: refusal(path, number, answer, prepared))


@pytest.mark.parametrize(("path", "number", "answer"), cases("wrong"))
def test_a_wrong_answer_fails(
    path: Path, number: int, answer: str, prepared: dict[Path, dict[str, Any]], heard: Heard
) -> None:
    if heard(path, number, answer) is None:
        names = namespace(path, prepared)
        exec(answer, names)
        assert not accepts(task(path, number), names)


@pytest.mark.parametrize(("path", "number", "answer"), cases("right"))
def test_another_right_answer_passes(
    path: Path, number: int, answer: str, prepared: dict[Path, dict[str, Any]]
) -> None:
    names = namespace(path, prepared)
    exec(answer, names)
    assert accepts(task(path, number), names)


@pytest.mark.parametrize("path", ASSIGNMENTS, ids=lambda path: path.stem)
def test_a_wrong_answer_hears_what_was_expected_and_what_came(path: Path, heard: Heard) -> None:
    said = [heard(path, one["task"], one["answer"]) for one in answers(path)["wrong"]]
    told = [one for one in said if one is not None]
    assert told, "no wrong answer is seen before grading"
    assert [one for one in told if len(one.split()) < WORDS] == []
    both = [one for one in told if "expected" in one and "got" in one]
    assert len(both) >= len(told) / 2, f"only {len(both)} of {len(told)} name both"


@pytest.mark.parametrize("path", ASSIGNMENTS, ids=lambda path: path.stem)
def test_every_task_with_tests_has_wrong_answers(path: Path) -> None:
    tested = [i for i, one in enumerate(tasks(read(path)), 1) if one.tests]
    assert sorted({one["task"] for one in answers(path)["wrong"]}) == tested
    assert answers(path)["right"], "no answer shows that another way than the master's passes"
