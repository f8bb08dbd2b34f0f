"""Assignments: what a learner is told before an answer, after a wrong one and after a right one."""

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from nbformat import NotebookNode
from playwright.sync_api import Locator, Page, expect
from rules.assignment import SOLUTION, tasks
from rules.reading import read
from test_answers import ASSIGNMENTS, answers, refusal

from mlops_lab.kit.tasks import TASK
from mlops_lab.workbench.classroom.student_version import STUB_SAYS
from tests.browser.access import OURS, Violation, violations
from tests.browser.driver import PICTURES, PROGRAM, StudyLab
from tests.browser.notebook import Notebook, open_notebook

SOLVED = next(path for path in ASSIGNMENTS if path.stem == "05_label_consistency_assignment")


@pytest.fixture
def copy(page: Page, lab: StudyLab) -> Iterator[Notebook]:
    """Yield the learner's own copy of an assignment."""
    path = f"{SOLVED.parent.name}/{SOLVED.name}"
    given = (lab.workspace / path).read_bytes()
    notebook = open_notebook(page, path)
    yield notebook
    notebook.close()
    (lab.workspace / path).write_bytes(given)


def told_below(notebook: Notebook) -> dict[str, dict[str, Any]]:
    """Run all cells, which no task stops; give by the tests' ids what is told of each task."""
    notebook.run_all()
    notebook.wait()
    assert notebook.problems() == []
    cells = notebook.cells()
    outputs = ((cell["id"], one.get("data", {})) for cell in cells for one in cell["outputs"])
    return {cell: data for cell, data in outputs if TASK in data}


def shown_below(notebook: Notebook, test: NotebookNode) -> Locator:
    """Return what the page shows below a test."""
    number = [cell["id"] for cell in notebook.cells()].index(test.id)
    return notebook.panel.locator(".jp-Notebook .jp-Cell").nth(number).locator(OURS)


def checked(notebook: Notebook, lab: StudyLab) -> list[str]:
    """Return the state of each task, as the command sees the saved file."""
    notebook.save()
    words = [str(PROGRAM), "check", str(lab.workspace / notebook.path), "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return [one["state"] for one in json.loads(done.stdout)["tasks"]]


def test_a_task_from_its_stub_to_its_points(copy: Notebook, lab: StudyLab, page: Page) -> None:
    every = tasks(read(SOLVED))
    first, second = every[:2]
    answer, (test,) = first.answers[0], first.tests
    points = test.metadata["nbgrader"]["points"]
    solution = SOLUTION.findall(answer.source)[0]
    wrong = next(one["answer"] for one in answers(SOLVED)["wrong"] if one["task"] == 1)
    place, below = copy.cell_with("# YOUR CODE HERE"), shown_below(copy, test)
    named = re.findall(r"def (\w+)", answer.source)[0]

    found = told_below(copy)
    assert [*found] == [one.id for task in every for one in task.tests], "Run All goes through all"
    assert {one[TASK]["state"] for one in found.values()} == {"not answered"}
    counts = f"0 of 1 test, 0 of {points} points."
    stub = f"No answer yet. {named} is still to be written, in the cell above. {counts}"
    expect(below.locator("p")).to_have_text(stub)
    expect(below.locator("pre")).to_be_hidden()
    below.locator("summary").click()
    expect(below.locator("pre")).to_contain_text(f"NotImplementedError: {STUB_SAYS}")
    assert "# YOUR CODE HERE" in place.inner_text(), "the page shows where to write"
    assert checked(copy, lab)[0] == "not answered"

    copy.write(place, wrong)
    said = refusal(SOLVED, 1, wrong, {})
    assert said is not None
    assert told_below(copy)[test.id][TASK]["state"] == "failed"
    expect(below.locator("p")).to_have_text(f"Not yet. {said.rstrip('.')}. {counts}")
    expect(below.locator("pre")).to_be_hidden()
    place.scroll_into_view_if_needed()
    page.screenshot(path=PICTURES / "task_wrong.png")
    assert checked(copy, lab)[0] == "failed"

    head = answer.source.partition("### BEGIN")[0].rstrip()
    copy.write(place, f"{head}\n{solution}")
    found = told_below(copy)
    assert found[second.tests[0].id][TASK]["state"] == "not answered", "the next is to be done"
    good = f"1 of 1 test, {points} of {points} points. The grader tests more."
    expect(below.locator("p")).to_have_text(good)
    expect(below.locator("details")).to_have_count(0)
    assert grave(page, copy) == []
    assert checked(copy, lab)[:2] == ["passed", "not answered"]


def grave(page: Page, notebook: Notebook) -> list[Violation]:
    ours = f"[id='{notebook.panel.get_attribute('id')}'] {OURS}"
    return [one for one in violations(page, ours) if one.is_grave]


def test_hints_are_folded_and_open_by_keyboard(copy: Notebook, page: Page) -> None:
    hints = copy.panel.locator("details").filter(has_text="Hint")
    expect(hints).to_have_count(2 * len(tasks(read(SOLVED))))
    first = hints.first
    expect(first.locator("p")).to_be_hidden()
    first.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(first.locator("p")).to_be_visible()
