"""The lines that lead on from a lesson: to its assignment, to the next, and to the start."""

from pathlib import Path

import nbformat
import pytest
from ipykernel.ipkernel import IPythonKernel
from nbformat import NotebookNode

from mlops_lab.workbench.study.as_saved import as_saved
from mlops_lab.workbench.study.course_files import course_files, learner_version
from mlops_lab.workbench.study.navigation import (
    BOTTOM,
    TOP,
    Place,
    add_navigation,
    in_workspace,
    link_lessons,
    places,
)

KNOWN = {
    "4.1": Place("4.1", "4.1 Serving", "4/01.ipynb", ""),
    "4.10": Place("4.10", "4.10 Costs", "4/10.ipynb", "4/10_assignment.ipynb"),
}


def cells(nb: NotebookNode) -> dict[str, str]:
    return {cell.id: cell.source for cell in nb.cells}


def test_a_lesson_leads_on_and_an_assignment_leads_back(course: Path) -> None:
    first, last, task = (cells(learner_version(one)) for one in course_files(course))
    start = "[Start here](../Start%20here.ipynb)"
    drift = "[4.5 Drift](../4_deployment/05_drift.ipynb)"
    tasks = "[Assignment of 4.5](../4_deployment/05_drift_assignment.ipynb)"
    end = "This is the last lesson so far"
    assert first[TOP] == f"{start} · Next lesson: {drift}"
    assert last[TOP] == f"{start} · {tasks} · {end}"
    assert task[TOP] == f"{start} · The lesson: {drift} · {end}"
    assert last[BOTTOM].endswith(f"**Go on:** {last[TOP]}")
    assert [[*one].index(TOP) for one in (first, last, task)] == [1, 1, 1]


def test_prerequisites_are_links(course: Path) -> None:
    _, last, _ = (cells(learner_version(one)) for one in course_files(course))
    assert "| lesson [2.6](../2_data/06_weak_supervision.ipynb) helps |" in last["card"]


def test_without_nbgrader_nothing_leads_to_an_assignment(course: Path) -> None:
    assert [one.assignment for one in places(course, assignments=False).values()] == ["", ""]
    last = learner_version(course_files(course, assignments=False)[1])
    assert "ssignment" not in "".join(cells(last).values())


@pytest.mark.parametrize(
    ("row", "linked"),
    [
        ("None", "None"),
        ("4.1 Serving helps", "[4.1 Serving](../4/01.ipynb) helps"),
        ("4.1 and 4.10 Costs", "[4.1](../4/01.ipynb) and [4.10 Costs](../4/10.ipynb)"),
        ("14.1, 4.11 or 24.10", "14.1, 4.11 or 24.10"),
    ],
)
def test_lessons_in_a_line(row: str, linked: str) -> None:
    assert link_lessons(row, KNOWN, in_workspace) == linked
    assert link_lessons(row, {}, in_workspace) == row


def test_a_text_that_names_a_lesson_links_it() -> None:
    texts = {
        "As lesson 4.1 shows": "As lesson [4.1](../4/01.ipynb) shows",
        "Lesson 4.9 is not there": "Lesson 4.9 is not there",
        "it took 4.1 seconds": "it took 4.1 seconds",
        "[lesson 4.1](elsewhere)": "[lesson 4.1](elsewhere)",
    }
    made = [nbformat.v4.new_markdown_cell(one) for one in texts]
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("'lesson 4.1'"), *made])
    add_navigation(nb, KNOWN, "4.10", in_workspace)
    shown = [cell.source for cell in nb.cells if cell.id not in (TOP, BOTTOM)]
    assert shown == ["'lesson 4.1'", *texts.values()]


def test_what_is_given_changes_when_a_lesson_comes_after_it(course: Path) -> None:
    before = course_files(course)
    (course / "4_deployment/06_security.ipynb").write_bytes(before[1].master.read_bytes())
    nb = nbformat.read(course / "4_deployment/06_security.ipynb", 4)
    nb.metadata["mlops_lab"]["lesson"] = "4.6"
    nbformat.write(nb, course / "4_deployment/06_security.ipynb")
    after = course_files(course)[1]
    assert after.digest != before[1].digest
    assert "Next lesson: [4.6 " in cells(learner_version(after))[TOP]


def test_the_metadata_is_what_the_kernel_says(course: Path) -> None:
    given = learner_version(course_files(course)[0]).metadata
    said = IPythonKernel.language_info
    assert given["language_info"] == said
    assert (given["kernelspec"]["name"], given["mlops_lab"]["lesson"]) == ("python3", "2.6")
    assert as_saved(nbformat.v4.new_notebook()).metadata["language_info"] == said
