"""Plausible wrong answers to each task fail; right answers of another kind than the master's pass.

They stand in `answers/`, one file for each assignment.
"""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from rules.assignment import Task, tasks
from rules.reading import course_notebooks, is_assignment, read
from test_cheats import accepts, namespace

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


def judged(path: Path, number: int, answer: str) -> bool:
    # Afresh each time: an answer may spoil the arrays that the notebook has prepared.
    ready: dict[Path, dict[str, Any]] = {}
    names = namespace(path, ready)
    exec(answer, names)
    return accepts(task(path, number), names)


def task(path: Path, number: int) -> Task:
    return tasks(read(path))[number - 1]


@pytest.mark.parametrize(("path", "number", "answer"), cases("wrong"))
def test_a_wrong_answer_fails(path: Path, number: int, answer: str) -> None:
    assert not judged(path, number, answer)


@pytest.mark.parametrize(("path", "number", "answer"), cases("right"))
def test_another_right_answer_passes(path: Path, number: int, answer: str) -> None:
    assert judged(path, number, answer)


@pytest.mark.parametrize("path", ASSIGNMENTS, ids=lambda path: path.stem)
def test_every_task_with_tests_has_wrong_answers(path: Path) -> None:
    tested = [i for i, one in enumerate(tasks(read(path)), 1) if one.tests]
    assert sorted({one["task"] for one in answers(path)["wrong"]}) == tested
    assert answers(path)["right"], "no answer shows that another way than the master's passes"
