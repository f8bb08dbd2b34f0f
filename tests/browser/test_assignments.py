"""Assignments: what a learner is told before an answer, after a wrong one and after a right one."""

import json
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from rules.assignment import HIDDEN, SOLUTION, tasks
from rules.reading import read
from test_answers import ASSIGNMENTS, answers, task
from test_cheats import namespace

from mlops_lab.workbench.classroom.student_version import STUB_SAYS
from tests.browser.access import OURS
from tests.browser.driver import PROGRAM, StudyLab
from tests.browser.notebook import Notebook, open_notebook

SOLVED = next(path for path in ASSIGNMENTS if path.stem == "05_label_consistency_assignment")
WORDS = 4
"""The fewest words of a sentence that tells what is wrong."""


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


@pytest.mark.parametrize("path", ASSIGNMENTS, ids=lambda path: path.stem)
def test_a_wrong_answer_hears_what_was_expected_and_what_came(path: Path) -> None:
    ready: dict[Path, dict[str, Any]] = {}
    said = [refusal(path, one["task"], one["answer"], ready) for one in answers(path)["wrong"]]
    told = [one for one in said if one is not None]
    assert told, "no wrong answer is seen before grading"
    assert [one for one in told if len(one.split()) < WORDS] == []
    both = [one for one in told if "expected" in one and "got" in one]
    assert len(both) >= len(told) / 2, f"only {len(both)} of {len(told)} name both"


@pytest.fixture
def copy(page: Page, lab: StudyLab) -> Iterator[Notebook]:
    """Give the learner's own copy of an assignment."""
    path = f"{SOLVED.parent.name}/{SOLVED.name}"
    given = (lab.workspace / path).read_bytes()
    notebook = open_notebook(page, path)
    yield notebook
    notebook.close()
    (lab.workspace / path).write_bytes(given)


def first_error(notebook: Notebook) -> tuple[str, str, str]:
    """Run all cells; give the id of the one that fails, its error, and what the page shows."""
    notebook.run_all()
    notebook.wait()
    for cell in notebook.cells():
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                shown = notebook.panel.locator(OURS).filter(has_text=output["ename"]).last
                return cell["id"], f"{output['ename']}: {output['evalue']}", shown.inner_text()
    raise AssertionError("no cell fails")


def checked(notebook: Notebook, lab: StudyLab) -> list[str]:
    """Give the state of each task, as the command sees the saved file."""
    notebook.save()
    words = [str(PROGRAM), "check", str(lab.workspace / notebook.path), "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return [one["state"] for one in json.loads(done.stdout)["tasks"]]


def test_a_task_from_its_stub_to_its_points(copy: Notebook, lab: StudyLab) -> None:
    first, second, *_ = tasks(read(SOLVED))
    answer, (test,) = first.answers[0], first.tests
    solution = SOLUTION.findall(answer.source)[0]
    wrong = next(one["answer"] for one in answers(SOLVED)["wrong"] if one["task"] == 1)
    place = copy.cell_with("# YOUR CODE HERE")

    where, error, shown = first_error(copy)
    assert (where, error) == (test.id, f"NotImplementedError: {STUB_SAYS}")
    assert "# YOUR CODE HERE" in shown, "the page shows where to write"
    assert checked(copy, lab)[0] == "not answered"

    copy.write(place, wrong)
    told = refusal(SOLVED, 1, wrong, {})
    assert told is not None
    where, error, shown = first_error(copy)
    assert (where, error) == (test.id, f"AssertionError: {told}")
    assert told in shown
    assert checked(copy, lab)[0] == "failed"

    head = answer.source.partition("### BEGIN")[0].rstrip()
    copy.write(place, f"{head}\n{solution}")
    where, _, _ = first_error(copy)
    assert where == second.tests[0].id, "the first task passes, and the next is to be done"
    assert checked(copy, lab)[:2] == ["passed", "not answered"]
