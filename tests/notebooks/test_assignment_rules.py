"""Each rule of an assignment is proved by a tiny assignment that breaks exactly it."""

from pathlib import Path

import pytest
import samples
from changes import Change, add, both, cell, drop, grading, move, no_grading, source, swap
from nbformat import NotebookNode
from rules import ASSIGNMENT, EVERY, broken
from rules.reading import read
from samples import put

SAID = "'expected it, got no'"
HIDDEN = f"### BEGIN HIDDEN TESTS\nassert add_1(2) == 3, {SAID}\n### END HIDDEN TESTS"
SHOWN = f"assert add_1(1) == 2, {SAID}\n"


def by_hand(nb: NotebookNode) -> None:
    """Grade the first task by hand, without a rubric."""
    drop("test-1")(nb)
    grading("add-1", grade=True, points=2)(nb)


def nine_points(nb: NotebookNode) -> None:
    """Let the task on data stay a quarter of more points."""
    swap("task-5", "(3 points)", "(9 points)")(nb)
    grading("alarm", points=9)(nb)


def line_in_answer(nb: NotebookNode) -> None:
    """Put a line on objectives where the student writes: it is not the task's."""
    cell(nb, "alarm").source += "\n\n*Objective: 1*"


def fewer(nb: NotebookNode) -> None:
    """Leave four tasks of five."""
    drop("task-4", "add-4", "test-4")(nb)
    swap("task-5", "Task 5", "Task 4")(nb)


def second_answer() -> NotebookNode:
    words = "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"
    return samples.code("again", words, nbgrader=samples.answer("again"))


def four_more(nb: NotebookNode) -> None:
    more = samples.good_assignment().cells[2:5]
    for number in (1, 2, 3, 4):
        for one in more:
            new = one.copy()
            new.id, new.metadata = f"{one.id}-{number}", one.metadata.copy()
            if "nbgrader" in new.metadata:
                new.metadata["nbgrader"] = one.metadata["nbgrader"] | {"grade_id": new.id}
            nb.cells.insert(-2, new)
    for number, one in enumerate(
        [one for one in nb.cells if one.source.startswith("## Task")], start=1
    ):
        one.source = f"## Task {number}{one.source[9:]}"


def in_a_task(words: str) -> Change:
    return swap("task-2", "Do it.", f"Do it. `{words}`")


CASES: list[tuple[str, Change]] = [
    ("assignment_title", swap("title", "# 4.5", "# 4.6")),
    ("assignment_title", swap("task-2", "Do it.", "# Do it.")),
    ("nbgrader_metadata", grading("add-1", schema_version=2)),
    ("nbgrader_metadata", grading("add-1", solution=1)),
    ("nbgrader_metadata", grading("test-1", points=2.0)),
    ("nbgrader_metadata", grading("add-1", checksum="a1")),
    ("nbgrader_metadata", no_grading("add-1", "locked")),
    ("nbgrader_metadata", grading("test-1", locked=False)),
    ("nbgrader_metadata", grading("add-1", locked=True)),
    ("grade_ids", grading("add-1", grade_id="add-2")),
    ("grade_ids", grading("add-1", grade_id="")),
    ("task_headings", swap("task-2", "Task 2", "Task 6")),
    ("task_headings", swap("task-2", "(2 points)", "")),
    ("task_headings", drop("task-4", "add-4", "test-4")),
    ("task_headings", fewer),
    ("task_headings", both(four_more, nine_points)),
    ("task_shape", add("add-1", second_answer())),
    ("task_shape", drop("add-1")),
    ("task_shape", move("add-1", 4)),
    ("task_shape", add("set-up", second_answer())),
    ("solution_regions", swap("add-1", "    ### END SOLUTION", "")),
    ("solution_regions", source("add-1", "### BEGIN SOLUTION\n### END SOLUTION")),
    ("solution_regions", source("alarm", "A missed day costs more.")),
    ("regions_placed", swap("task-1", "Do it.", "### BEGIN SOLUTION\n### END SOLUTION")),
    ("regions_placed", swap("add-1", "    return", f"    {HIDDEN.splitlines()[0]}\n    return")),
    ("tests_visible", source("test-1", HIDDEN)),
    ("tests_visible", source("test-1", f"assert add_1(1) == 2\n{HIDDEN}")),
    ("tests_visible", source("test-1", SHOWN + HIDDEN.replace(f", {SAID}", ""))),
    ("tests_hidden", source("test-1", SHOWN)),
    ("tests_hidden", source("test-1", SHOWN + HIDDEN.replace("### END HIDDEN TESTS", ""))),
    ("tests_hidden", source("test-1", SHOWN + HIDDEN.replace("assert", "#"))),
    ("tests_name_both", swap("test-1", "expected {1 + 1}, got {", "it is wrong: {")),
    ("tests_name_both", swap("test-1", "expected {1 + 1}, got {", "expected {1 + 1}, not {")),
    ("tests_name_both", swap("test-1", "expected {1 + 1}, got {", "got {")),
    ("check_named", swap("title", "`mlops-lab check 4.5`", "a command")),
    ("check_named", swap("title", "check 4.5", "check 4.1")),
    (
        "check_named",
        both(swap("title", "mlops-lab check 4.5", ""), in_a_task("mlops-lab check 4.5")),
    ),
    ("tasks_checked", source("set-up", "from mlops_lab import kit")),
    ("tasks_checked", move("set-up", 99)),
    ("graded_points", both(grading("test-1", points=0), swap("task-1", "2 points", "0 points"))),
    ("points_told", swap("task-1", "2 points", "3 points")),
    ("points_told", grading("alarm", points=4)),
    ("last_task_open", lambda nb: put(nb, cells=nb.cells[:-2] + last_by_machine())),
    ("manual_rubrics", swap("task-5", "**Rubric:**", "Think of")),
    ("manual_rubrics", by_hand),
    ("objectives_tested", swap("task-1", "*Objective: 1*", "")),
    ("objectives_tested", swap("task-1", "*Objective: 1*", "*Objective: 4*")),
    ("objectives_tested", swap("task-1", "*Objective: 1*", "*Objectives: 1, 1*")),
    ("objectives_tested", swap("task-1", "*Objective: 1*", "*Objective 1*")),
    ("objectives_tested", swap("task-1", "*Objective: 1*", "*Objective: 1*\n\n*Objective: 2*")),
    ("objectives_tested", swap("task-5", "2, 3", "2")),
    ("objectives_tested", both(swap("task-1", "*Objective: 1*", ""), line_in_answer)),
    ("task_on_data", swap("task-5", " (on data)", "")),
    ("task_on_data", both(swap("task-5", " (on data)", ""), swap("task-1", "1*", "1 (on data)*"))),
    ("hints_folded", swap("task-1", "<details>", "<div>")),
    ("hints_folded", swap("task-5", samples.HINTS, "")),
    ("hints_folded", swap("task-1", "Do it.", "<details><summary>Hint 0</summary>It.</details>")),
    ("fields_words", swap("task-1", "Do it.", "It rings.")),
    ("lines_fit", swap("test-1", "assert", f"# {'very ' * 18}long\nassert")),
    ("cell_metadata", lambda nb: put(cell(nb, "add-1").metadata, jupyter={"source_hidden": True})),
    ("cell_metadata", lambda nb: put(cell(nb, "add-1").metadata, editable=False)),
    ("cell_length", swap("add-1", "    return", "    x = 1\n" * 24 + "    return")),
]


def last_by_machine() -> list[NotebookNode]:
    text = samples.OPEN + samples.HINTS
    last = [samples.text("task-5", text)]
    return [
        *last,
        samples.code("add-5", samples.ANSWER.format(n=1), nbgrader=samples.answer("add-5")),
        samples.code("test-5", samples.TEST.format(n=1), nbgrader=samples.locked_test("test-5", 3)),
    ]


def stored(nb: NotebookNode, folder: Path) -> Path:
    """Store it beside its lesson, whose objectives it tests."""
    samples.store_lesson(samples.good_lesson(), folder / samples.LESSON_PLACE)
    return samples.store(nb, folder / samples.ASSIGNMENT_PLACE)


def test_the_good_assignment_keeps_every_rule(tmp_path: Path) -> None:
    path = stored(samples.good_assignment(), tmp_path)
    found = {name: rule(read(path), path) for name, rule in (EVERY | ASSIGNMENT).items()}
    assert found == {name: [] for name in EVERY | ASSIGNMENT}


@pytest.mark.parametrize(
    ("name", "change"), CASES, ids=[f"{name}-{n}" for n, (name, _) in enumerate(CASES)]
)
def test_a_change_breaks_exactly_its_rule(name: str, change: Change, tmp_path: Path) -> None:
    nb = samples.good_assignment()
    change(nb)
    path = stored(nb, tmp_path)
    assert broken(read(path), path) == {name}


def test_an_assignment_without_its_lesson_breaks_its_rule(tmp_path: Path) -> None:
    path = stored(samples.good_assignment(), tmp_path)
    (tmp_path / samples.LESSON_PLACE).unlink()
    assert broken(read(path), path) == {"objectives_tested"}


def test_hidden_tests_do_not_count_as_length(tmp_path: Path) -> None:
    nb = samples.good_assignment()
    swap("test-1", "### END", f"assert add_1(3) == 4, {SAID}\n" * 26 + "### END")(nb)
    path = stored(nb, tmp_path)
    assert broken(read(path), path) == set()


def test_every_rule_of_an_assignment_is_proved() -> None:
    assert {name for name, _ in CASES} >= set(ASSIGNMENT)
