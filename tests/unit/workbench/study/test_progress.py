"""What is done and what is next, read from the learner's own files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode

from mlops_lab.kit.panel import announced
from mlops_lab.kit.tasks import TASK
from mlops_lab.workbench.study.builds import builds_on
from mlops_lab.workbench.study.course_files import course_files
from mlops_lab.workbench.study.lesson_progress import LessonProgress, next_steps, progress
from mlops_lab.workbench.study.workspace import Workspace

from .conftest import FINDING

WIDGETS = "application/vnd.jupyter.widget-state+json"
LESSON, ASSIGNMENT = "2_data/06_weak_supervision.ipynb", "4_deployment/05_drift_assignment.ipynb"


@pytest.fixture
def work(space: Workspace) -> Callable[..., None]:
    """Let a change be made to a cell of the learner's."""

    def change(name: str, cell: str, *, source: str = "", outputs: Any = None) -> None:
        nb = nbformat.read(space.file(name), 4)
        one = next(each for each in nb.cells if each.id == cell)
        if source:
            one.source = source
        if outputs is not None:
            one.outputs, one.execution_count = outputs, 1
        nbformat.write(nb, space.file(name))

    return change


def made(name: str, holds: bool = True) -> NotebookNode:
    data = {FINDING: {"name": name, "value": 1.0, "holds": holds, "bound": "at least 0"}}
    output: NotebookNode = nbformat.v4.new_output("display_data", data=data)
    return output


def error() -> NotebookNode:
    output: NotebookNode = nbformat.v4.new_output("error", ename="E", evalue="", traceback=[])
    return output


def below(state: str) -> NotebookNode:
    """Return what stands below a task's test in the lab."""
    output: NotebookNode = nbformat.v4.new_output("display_data", data={TASK: {"state": state}})
    return output


def stand(space: Workspace, course: Path) -> tuple[LessonProgress, LessonProgress]:
    first, second = progress(space.root, course)
    return first, second


def test_at_first_nothing_is_begun(space: Workspace, course: Path) -> None:
    first, second = stand(space, course)
    assert (first.lesson, first.title, first.minutes) == ("2.6", "Weak supervision", 40)
    assert (first.state, first.hold, first.findings, first.tasks) == ("not begun", 0, 2, None)
    assert second.tasks is not None
    assert (second.tasks.state, second.tasks.all, second.tasks.points) == ("not begun", 1, 3)


def test_a_lesson_is_begun_with_the_first_cell_run_or_written(
    space: Workspace, course: Path, work: Callable[..., None]
) -> None:
    work(LESSON, "gap", outputs=[made("gap")])
    first, _ = stand(space, course)
    assert (first.state, first.hold) == ("begun", 1)
    work("4_deployment/05_drift.ipynb", "shift", source="shift: float = 0.7")
    assert stand(space, course)[1].state == "begun"


def test_a_lesson_is_done_when_every_finding_holds(
    space: Workspace, course: Path, work: Callable[..., None]
) -> None:
    work(LESSON, "gap", outputs=[made("gap"), made("rise", holds=False)])
    assert stand(space, course)[0].state == "begun"
    work(LESSON, "gap", outputs=[made("gap"), made("rise")])
    first, _ = stand(space, course)
    assert (first.state, first.hold) == ("done", 2)


def test_an_assignment_is_answered_then_seen_to_pass(
    space: Workspace, course: Path, work: Callable[..., None]
) -> None:
    work(ASSIGNMENT, "gain", source="def gain(a):\n    return a")
    tasks = stand(space, course)[1].tasks
    assert tasks is not None
    assert (tasks.state, tasks.answered, tasks.seen) == ("begun", 1, 0)
    work(ASSIGNMENT, "gain-test", outputs=[error()])
    assert getattr(stand(space, course)[1].tasks, "passed", None) == 0
    for state in ("failed", "not answered"):
        work(ASSIGNMENT, "gain-test", outputs=[below(state)])
        assert getattr(stand(space, course)[1].tasks, "passed", None) == 0, state
    for outputs in ([], [below("passed")]):
        work(ASSIGNMENT, "gain-test", outputs=outputs)
        tasks = stand(space, course)[1].tasks
        assert tasks is not None
        assert (tasks.state, tasks.seen, tasks.points) == ("done", 3, 3)
    tasks = stand(space, course)[1].tasks
    assert tasks is not None
    assert (tasks.state, tasks.seen, tasks.points) == ("done", 3, 3)


def test_a_test_that_was_rewritten_does_not_count(
    space: Workspace, course: Path, work: Callable[..., None]
) -> None:
    work(ASSIGNMENT, "gain-test", source="assert True", outputs=[])
    assert getattr(stand(space, course)[1].tasks, "passed", None) == 0


def test_self_checks_are_counted_where_their_widgets_were_saved(
    space: Workspace, course: Path
) -> None:
    nb = nbformat.read(space.file(LESSON), 4)
    said = [announced("Right.", "Yes."), announced("Not quite.", "No."), "", "<b>Bold</b>"]
    state = {str(i): {"state": {"value": value}} for i, value in enumerate(said)}
    state["odd"] = {}
    nb.metadata["widgets"] = {WIDGETS: {"state": state}}
    nbformat.write(nb, space.file(LESSON))
    assert stand(space, course)[0].checks == 2


@pytest.mark.parametrize(
    ("answered", "state", "left"),
    [(None, "done", 0), (0, "begun", 2), (1, "begun", 1), (2, "done", 0)],
)
def test_a_lesson_is_done_when_its_self_checks_are_answered_too(
    space: Workspace,
    course: Path,
    work: Callable[..., None],
    answered: int | None,
    state: str,
    left: int,
) -> None:
    questions = "kit.finding('gap', 1, at_least=0)\nkit.choose('a')\nkit.predict('b')"
    for path in (space.base(LESSON), space.file(LESSON)):
        nb = nbformat.read(path, 4)
        next(cell for cell in nb.cells if cell.id == "gap").source = questions
        nbformat.write(nb, path)
    work(LESSON, "gap", outputs=[made("gap"), made("rise")])
    work(LESSON, "findings", outputs=[])
    if answered is not None:  # where widgets are not saved, nobody knows
        nb = nbformat.read(space.file(LESSON), 4)
        said = {str(i): {"state": {"value": announced("Right.", "Yes.")}} for i in range(answered)}
        nb.metadata["widgets"] = {WIDGETS: {"state": said}}
        nbformat.write(nb, space.file(LESSON))
    first, _ = stand(space, course)
    assert (first.state, first.checks, first.asked) == (state, answered or 0, 2)
    assert first.left == left


def test_the_minutes_that_are_left_are_those_of_the_cells_that_were_not_run(
    space: Workspace, course: Path, work: Callable[..., None]
) -> None:
    assert [one.left for one in stand(space, course)] == [40, 35]
    work(LESSON, "gap", outputs=[made("gap")])
    assert stand(space, course)[0].left == 20
    work(LESSON, "findings", outputs=[])
    assert stand(space, course)[0].left == 1  # not done: a finding is missing


@pytest.mark.parametrize("content", ["", "[]", "{", '{"cells": [1]}', '{"cells": [{}]}'])
def test_a_file_that_cannot_be_read_is_told_and_stops_nothing(
    space: Workspace, course: Path, content: str
) -> None:
    space.file(LESSON).write_text(content)
    first, second = stand(space, course)
    assert (first.state, second.state) == ("unreadable", "not begun")
    assert "06_weak_supervision.ipynb is not a readable notebook" in first.problem


def test_odd_outputs_are_read_past(space: Workspace, course: Path) -> None:
    document = json.loads(space.file(LESSON).read_text())
    odd = [{"data": []}, {"data": {FINDING: []}}, {"data": {FINDING: {"name": ["x"]}}}, {"text": 7}]
    document["cells"][2].update(outputs=odd, metadata={"nbgrader": []})
    space.file(LESSON).write_text(json.dumps(document))
    assert stand(space, course)[0].state == "begun"


def test_a_damaged_copy_of_what_was_given_stops_nothing(space: Workspace, course: Path) -> None:
    for name in (LESSON, ASSIGNMENT):
        space.base(name).write_text("{")
    first, second = stand(space, course)
    assert (first.state, first.findings, second.tasks) == ("not begun", 2, None)


def test_without_a_workspace_nothing_is_begun_and_nothing_is_made(home: Path, course: Path) -> None:
    found = progress(home / "none", course)
    assert [one.state for one in found] == ["not begun", "not begun"]
    assert [one.findings for one in found] == [2, 1]
    assert not (home / "none").exists()


def test_the_course_is_the_one_that_the_workspace_was_opened_with(
    space: Workspace, course: Path
) -> None:
    path = space.hidden / "workspace.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "course": str(course)}))
    assert [one.lesson for one in progress(space.root)] == ["2.6", "4.5"]


def test_what_is_next_follows_the_course(
    space: Workspace, course: Path, work: Callable[..., None]
) -> None:
    def steps() -> list[tuple[str, str]]:
        return [(one.lesson, what) for one, what in next_steps(progress(space.root, course))]

    assert steps() == [("2.6", "lesson")]
    work("4_deployment/05_drift.ipynb", "shift", source="shift: float = 0.7")
    assert steps() == [("4.5", "lesson")]
    work("4_deployment/05_drift.ipynb", "shift", outputs=[made("psi")])
    assert steps() == [("4.5", "assignment"), ("2.6", "lesson")]
    work(LESSON, "gap", outputs=[made("gap"), made("rise")])
    work(ASSIGNMENT, "gain", source="def gain(a):\n    return a")
    work(ASSIGNMENT, "gain-test", outputs=[])
    assert steps() == []


def test_what_builds_on_what_is_on_the_cards(course: Path) -> None:
    paths = {one.lesson: one.master for one in course_files(course) if not one.assignment}
    assert builds_on(paths) == {"2.6": (), "4.5": ("2.6",)}
    assert builds_on({"4.5": paths["4.5"]}) == {"4.5": ()}  # what is not there is left out
