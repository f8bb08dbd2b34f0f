"""A student checks their own notebook, and finds what the notebook itself says."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner, Result
from nbformat import NotebookNode

from mlops_lab.cli import main
from mlops_lab.workbench.classroom.check import Checked, CheckedTask, check
from mlops_lab.workbench.classroom.own_notebook import added, altered
from mlops_lab.workbench.classroom.student_version import CELLS, STUB, cell_digests, student_version
from mlops_lab.workbench.runs.errors import RefusedError

ROOT = Path(__file__).resolve().parents[2]
# Of each task: its answer's stub, its test, its points. The grade_ids are `name` and `name-test`.
TASKS = {
    "add": ("def add(a, b):", "assert add(1, 2) == 3, f'expected 3, got {add(1, 2)}'\n"
            "### BEGIN HIDDEN TESTS\nassert add(2, 2) == 4\n### END HIDDEN TESTS", 2),
    "mean": ("def mean(x):", "values = np.arange(3)\nassert mean(values) == 1", 1),
    "share": ("def share(i):", "float(sum(share(i) == i / 4 for i in range(4)))", 4),
    "tally": ("class Tally:\n    def add(self, x):", "one = Tally()\nassert one.add(3) == 3", 1),
    "best": ("if True:", "assert best == limit, 'the best is the limit'", 1),
    "where": ("def where():", "assert where().sep in '/\\\\'", 1),
    "last": ("def last(x):", "assert last([1, 2]) == 2", 1),
    "fill": ("def fill(x):",
             "cells = [1, 2]\nkit.in_place(fill)(cells)\nassert cells == [0, 0]", 1),
    "first": ("def first(x):", "assert first([1, 2]) == 1", 1),
}  # fmt: skip
SOLUTION = "### BEGIN SOLUTION\n{0}pass\n{0}### END SOLUTION"
RIGHT = {
    "add": "def add(a, b): return a + b",
    "mean": "def mean(x): return x.mean()",
    "share": "def share(i): return i / 4",
    "tally": "class Tally:\n    def add(self, x): return x",
    "best": "best = limit",
    "where": "import os\ndef where(): return os",
    "last": "def last(x): return x[-1]",
    "fill": "def fill(x): x[:] = [0] * len(x)",
    "first": "def first(x): return x[0]",
}


def master() -> NotebookNode:
    """Make an assignment with a task of each kind, and one in words."""
    new = nbformat.v4
    cells = [
        new.new_markdown_cell("# 4.5 Sums: assignment", id="title"),
        new.new_code_cell("import numpy as np\nfrom mlops_lab import kit\nlimit = 7", id="setup"),
    ]
    plain = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
    for number, (name, (stub, test, points)) in enumerate(TASKS.items(), 1):
        answer = {**plain, "grade_id": name, "solution": True}
        tested = {**plain, "grade_id": f"{name}-test", "grade": True, "points": points}
        indent = " " * (8 if name == "tally" else 4)
        source = f"{stub}\n{indent}{SOLUTION.format(indent)}"
        cells += [
            new.new_markdown_cell(f"## Task {number}: {name} ({points} points)", id=f"h-{name}"),
            new.new_code_cell(source, id=name, metadata={"nbgrader": answer}),
            new.new_code_cell(test, id=f"{name}-test", metadata={"nbgrader": tested | {
                "locked": True}}),
        ]  # fmt: skip
    words = {**plain, "grade_id": "why", "grade": True, "solution": True, "points": 4}
    cells += [
        new.new_markdown_cell("## Task 10: why (4 points)", id="h-why"),
        new.new_markdown_cell(SOLUTION.format(""), id="why", metadata={"nbgrader": words}),
    ]
    nb: NotebookNode = new.new_notebook(cells=cells)
    nb.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "mlops_lab": {"lesson": "4.5"},
        }
    )
    return nb


HANDOUT = nbformat.writes(student_version(master()))


def answered(answers: Mapping[str, str]) -> NotebookNode:
    """Return what a student got, with some answers in it."""
    nb: NotebookNode = nbformat.reads(HANDOUT, as_version=4)
    for cell in nb.cells:
        cell.source = answers.get(cell.id, cell.source)
    return nb


def saved(nb: NotebookNode, folder: Path, name: str = "05_sums_assignment.ipynb") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(nb), encoding="utf-8")
    return path


def code(source: str, name: str) -> NotebookNode:
    return nbformat.v4.new_code_cell(source, id=name)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["check", *words])


# One notebook in which everything is that may be in one


def mixed() -> NotebookNode:
    nb = answered(
        {
            "add": "def add(a, b): return helper(a, b)",
            "mean": "%matplotlib inline\ndef mean(x):\n    y = 0\n    return x / y.nothing",
            "share": "def share(i): return 0.25",
            "tally": "class Tally\n    pass",
            "best": "import math as np\nbest = 6",
            "where": RIGHT["where"],
            "fill": "def fill(x): x = [0] * len(x)",
            "first": RIGHT["first"],
            "why": "It pays.",
        }
    )
    nb.cells.insert(2, code("def helper(a, b):\n    return a + b", "mine"))
    nb.cells.insert(3, code("!true\nscratch = 1 +", "scratch"))
    nb.cells.insert(4, code("raise KeyError('of nobody')", "stumbles"))
    copy = nbformat.from_dict(next(one for one in nb.cells if one.id == "first"))
    copy.id, copy.source = "first-again", "def first(x): return 2"
    nb.cells.insert(6, copy)
    return nb


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(mixed(), tmp_path_factory.mktemp("mine"))


@pytest.fixture(scope="module")
def done(file: Path) -> Checked:
    before = file.read_bytes()
    found = check(file)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    return found


@pytest.fixture(scope="module")
def tasks(done: Checked) -> dict[str, CheckedTask]:
    return {one.task.removesuffix("-test"): one for one in done.tasks}


def in_the_notebook(nb: NotebookNode) -> dict[str, bool]:
    """Run a notebook as Jupyter does; say of each test whether it went through."""
    from nbclient import NotebookClient

    ran = NotebookClient(nb, allow_errors=True, kernel_name="python3", timeout=120).execute()
    return {
        cell.metadata.nbgrader.grade_id: all(out.output_type != "error" for out in cell.outputs)
        for cell in ran.cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
    }


def passes(done: Checked) -> dict[str, bool]:
    return {one.task: one.state in ("passed", "partial") for one in done.tasks if one.points
            is not None}  # fmt: skip


def test_notebook_and_check_agree(done: Checked) -> None:
    told = in_the_notebook(mixed())
    assert passes(done) == told
    assert len(set(told.values())) == 2


def test_they_agree_on_a_real_assignment(tmp_path: Path) -> None:
    path = ROOT / "notebooks" / "4_deployment" / "05_drift_assignment.ipynb"
    nb = nbformat.read(path, as_version=4)
    solutions = {cell.id: cell.source for cell in nb.cells}
    nb = student_version(nb)
    for cell in nb.cells:
        if cell.id in ("break-even", "incidents"):
            cell.source = solutions[cell.id]
        if cell.id == "psi-with-missing":
            cell.source = "def psi_with_missing(reference, current, bins=10):\n    return 0.5"
    found = check(saved(nb, tmp_path))
    assert passes(found) == in_the_notebook(nb)
    states = [one.state for one in found.tasks]
    assert states == ["passed", "failed", "passed", *["not answered"] * 4]
    assert found.tasks[1].expected is not None


@pytest.mark.parametrize(
    ("task", "state", "points"),
    [
        ("add", "passed", 2), ("mean", "error", 0), ("share", "partial", 1), ("tally", "error", 0),
        ("best", "failed", 0), ("where", "passed", 1), ("last", "not answered", 0),
        ("fill", "failed", 0), ("first", "passed", 1), ("why", "to mark", None),
    ],
)  # fmt: skip
def test_each_task_has_its_state(
    tasks: dict[str, CheckedTask], task: str, state: str, points: float | None
) -> None:
    assert (tasks[task].state, tasks[task].points) == (state, points)


def test_what_went_wrong_is_told(tasks: dict[str, CheckedTask]) -> None:
    assert "AttributeError in line 4 of mean" in tasks["mean"].message
    assert "SyntaxError in line 1 of tally" in tasks["tally"].message
    assert (tasks["best"].expected, tasks["best"].found) == ("7", "6")
    assert (tasks["fill"].expected, tasks["fill"].found) == ("[0, 0]", "[1, 2]")


def test_what_only_the_notebook_takes_is_told(tasks: dict[str, CheckedTask]) -> None:
    assert "From another process" in tasks["where"].message
    assert tasks["add"].message == "All tests pass."


def test_copies_of_a_cell_are_told(done: Checked) -> None:
    assert done.notes == ("There are 2 cells first; the last written counts.",)


def test_tasks_have_titles_and_are_in_order(done: Checked) -> None:
    assert done.title == "4.5 Sums: assignment"
    assert [one.title for one in done.tasks] == [
        f"Task {number}: {name}" for number, name in enumerate([*TASKS, "why"], 1)
    ]


# What else a notebook may be


def test_nothing_is_answered_yet(tmp_path: Path) -> None:
    found = check(saved(answered({}), tmp_path))
    assert {one.state for one in found.tasks} == {"not answered"}
    assert found.good


def test_a_master_passes_and_its_hidden_tests_do_not_run(tmp_path: Path) -> None:
    nb = master()
    for cell in nb.cells:
        cell.source = RIGHT.get(cell.id, cell.source)
        if cell.id == "add":
            cell.source = "def add(a, b): return 3"  # which its hidden test would see
    found = check(saved(nb, tmp_path))
    assert found.good
    assert [one.state for one in found.tasks] == [*["passed"] * len(TASKS), "to mark"]


def test_what_ends_a_process_or_takes_too_long_costs_one_task(tmp_path: Path) -> None:
    nb = answered(
        RIGHT | {"add": "import os\nos._exit(1)", "last": "def last(x):\n    while True: pass"}
    )
    found = {one.task: one.state for one in check(saved(nb, tmp_path), seconds=1).tasks}
    assert found.pop("add-test") == "killed"
    assert found.pop("last-test") == "timed out"
    assert found.pop("why") == "not answered"
    assert set(found.values()) == {"passed"}


def test_what_an_answer_does_to_its_arguments_is_not_what_its_test_compares_with(
    tmp_path: Path,
) -> None:
    """Neither apart from the answer nor, as the task `where` needs it, beside it."""
    spoils = "def mean(x):\n    x[:] = 1\n    return x.mean()"
    nb = answered(RIGHT | {"mean": spoils, "fill": "def fill(x): return [0] * len(x)"})
    for cell in nb.cells:
        if cell.id == "mean-test":
            cell.source = "values = np.arange(5)\nassert mean(values) == values.mean()"
        if cell.id == "last-test":
            cell.source = "rows = [2, 1]\nassert last(rows) == rows[-1] == 1"
        if cell.id == "last":
            cell.source = "def last(x):\n    x.reverse()\n    return x[-1]"
    found = {one.task: one.state for one in check(saved(nb, tmp_path)).tasks}
    lost = {task for task, state in found.items() if state == "failed"}
    assert lost == {"mean-test", "last-test", "fill-test"}


def test_a_task_may_wait_longer_than_it_may_compute(tmp_path: Path) -> None:
    slow = "import time\ndef last(x):\n    time.sleep(4)\n    return x[-1]"
    busy = slow.replace("time.sleep(4)", "while time.process_time() < 9: pass")
    for answer, state in ((slow, "passed"), (busy, "timed out")):
        nb = answered({"last": answer})
        found = {one.task: one.state for one in check(saved(nb, tmp_path), seconds=1.5).tasks}
        assert found["last-test"] == state


def test_a_test_that_was_changed_is_told(tmp_path: Path) -> None:
    found = check(saved(answered(RIGHT | {"add-test": "assert add(1,"}), tmp_path))
    assert found.tasks[0].state == "failed"
    assert "not as it was handed out" in found.tasks[0].message
    assert {one.state for one in found.tasks[1:-1]} == {"passed"}


@pytest.mark.parametrize(
    "source",
    ["", "# nothing but words", "def add(a, b):\n    raise NotImplementedError()", STUB,
     'def add(a, b):\n    """Add."""\n    # YOUR CODE HERE\n    raise NotImplementedError()',
     "# YOUR CODE HERE\nraise NotImplementedError()", "import math\nraise NotImplementedError()"],
    ids=["empty", "comment", "function", "stub", "docstring", "cell", "import"],
)  # fmt: skip
def test_what_counts_as_no_answer(tmp_path: Path, source: str) -> None:
    found = check(saved(answered(RIGHT | {"add": source}), tmp_path))
    assert [one.state for one in found.tasks[:2]] == ["not answered", "passed"]


def test_a_graded_cell_whose_name_was_lost_is_still_checked(tmp_path: Path) -> None:
    nb = answered(RIGHT)
    for cell in nb.cells:
        if cell.id == "add-test":
            del cell.metadata.nbgrader["grade_id"]
    found = check(saved(nb, tmp_path))
    assert (found.tasks[0].task, found.tasks[0].state) == ("add-test", "passed")


def test_a_cell_of_the_student_s_own_on_which_an_answer_relies(tmp_path: Path) -> None:
    course = tmp_path / "course"
    for name in ("05_sums.ipynb", "05_sums_assignment.ipynb"):
        saved(master(), course, f"4_deployment/{name}")
    nb = answered({"add": "def add(a, b): return helper(a, b) + limit"})
    nb.cells.insert(2, code("def helper(a, b):\n    return a + b\nunused = 1", "mine"))
    (told,) = added(nb, course)
    assert told.startswith("Your answers use helper, which is in a cell of your own.")
    nb.cells.pop()  # another assignment than the course's: nobody knows what was added
    assert added(nb, course) == []
    nb.metadata["mlops_lab"] = "odd"
    assert added(nb, course) == []


def released(change: Callable[[NotebookNode], None]) -> NotebookNode:
    """Return an answered student version with what a release says of its cells, changed."""
    nb = answered(RIGHT)
    nb.metadata["mlops_lab"] = {"assignment": "4.5", "release": 1}
    nb.metadata[CELLS] = cell_digests(nb)
    change(nb)
    return nb


def test_what_is_as_it_was_handed_out_is_not_told() -> None:
    assert altered(released(lambda _: None)) == []
    ends = released(lambda nb: nb.cells[1].update(source=f"{nb.cells[1].source}  \n\n"))
    assert altered(ends) == []


def test_an_edited_test_is_told_by_its_checksum(tmp_path: Path) -> None:
    def weaken(nb: NotebookNode) -> None:
        (test,) = (cell for cell in nb.cells if cell.id == "add-test")
        test.source = "assert True"

    nb = released(weaken)
    (told,) = altered(nb)
    assert told.startswith("The test add-test is not as it was handed out.")
    found = check(saved(nb, tmp_path))
    assert told in found.notes


def test_a_changed_cell_that_is_no_answer_is_told_and_a_cell_of_one_s_own_too() -> None:
    def change(nb: NotebookNode) -> None:
        (setup,) = (cell for cell in nb.cells if cell.id == "setup")
        setup.source += "\nlimit = 3"
        nb.cells.insert(3, code("def helper(a, b):\n    return a + b", "mine"))
        (add,) = (cell for cell in nb.cells if cell.id == "add")
        add.source = "def add(a, b):\n    return helper(a, b)"

    nb = released(change)
    assert [one.split(".")[0] for one in altered(nb)] == [
        "The cell setup is not as it was handed out"
    ]
    (told,) = added(nb, Path("nowhere"))
    assert told.startswith("Your answers use helper, which is in a cell of your own.")


# The command


def test_the_command_tells_a_line_a_task(file: Path) -> None:
    done = run(str(file))
    assert (done.exit_code, "Traceback" in done.output) == (1, False)
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines[:2] == ["4.5 Sums: assignment", "passed Task 1: add 2 of 2"]
    assert "not answered Task 7: last 0 of 1" in lines
    assert "expected 7, found 6" in lines
    assert "to mark Task 10: why 4" in lines
    assert lines[-2:] == [
        "5 of 13 points that the visible tests can see; the grader tests more",
        "4 more points are for a person to give",
    ]
    assert "There are 2 cells first" in done.stderr


def test_the_command_as_json(file: Path) -> None:
    done = run(str(file), "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["good"], told["title"]) == (1, False, "4.5 Sums: assignment")
    assert [one["state"] for one in told["tasks"]][:2] == ["passed", "error"]
    assert sorted(told) == ["good", "notebook", "notes", "tasks", "title"]


def test_what_is_not_answered_fails_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(answered({"add": RIGHT["add"]}), tmp_path)
    monkeypatch.chdir(tmp_path)
    done = run()
    assert (done.exit_code, done.stderr) == (0, "")
    assert "2 of 13 points" in done.stdout


def test_help_has_an_example() -> None:
    done = run("--help")
    assert done.exit_code == 0
    assert "mlops-lab check 4.5 --json" in done.stdout
    assert "Exit codes: 0" in done.stdout
    assert "check " in CliRunner().invoke(main, ["--help"]).stdout


def test_finding_the_notebook(tmp_path: Path) -> None:
    from mlops_lab.workbench.classroom.command_check import find_assignment

    mine = saved(answered({}), tmp_path, "week 5/05_sums_assignment.ipynb")
    lesson = student_version(master())
    for cell in lesson.cells:
        cell.metadata.pop("nbgrader", None)
    saved(lesson, tmp_path, "05_sums.ipynb")
    saved(answered({}), tmp_path, ".ipynb_checkpoints/05_sums_assignment.ipynb")
    (tmp_path / "broken.ipynb").write_text("{")
    (tmp_path / "odd.ipynb").write_text('{"cells": [[]], "metadata": 1}')
    for name in (None, "4.5", "05_sums", "05_sums_assignment", "week 5"):
        assert find_assignment(name, tmp_path) == mine
    assert find_assignment("05_sums.ipynb", tmp_path) == tmp_path / "05_sums.ipynb"
    with pytest.raises(RefusedError, match=r"There is no assignment '4\.6'") as error:
        find_assignment("4.6", tmp_path)
    assert str(mine) in str(error.value)
    other = saved(answered({}), tmp_path, "06_copy.ipynb")
    for name in (None, "4.5"):
        with pytest.raises(RefusedError, match="more than one") as error:
            find_assignment(name, tmp_path)
        assert str(mine) in str(error.value)
        assert str(other) in str(error.value)
    assert find_assignment("06_copy", tmp_path) == other
    with pytest.raises(RefusedError, match=r"Did you mean 06_copy\.ipynb"):
        find_assignment("06_coppy.ipynb", tmp_path)


def test_a_pipe_is_no_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mlops_lab.workbench.classroom.command_check import find_assignment

    monkeypatch.chdir(tmp_path)
    os.mkfifo("a.ipynb")
    (tmp_path / "b.ipynb").symlink_to("/dev/zero")
    with pytest.raises(RefusedError, match="There is no assignment in this folder"):
        find_assignment(None)
    for name in ("a.ipynb", "b.ipynb"):
        with pytest.raises(RefusedError, match=f"There is no file {name}"):
            find_assignment(name)


def test_an_empty_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run()
    assert (done.exit_code, done.stdout) == (2, "")
    assert "There is no assignment in this folder" in done.stderr


Change = Callable[[str], bytes]


def conflict(text: str) -> bytes:
    return text.replace("{", "<<<<<<< mine\n{", 1).replace(
        '"cells"', '=======\n{\n>>>>>>> theirs\n "cells"', 1
    ).encode()  # fmt: skip


def lesson(text: str) -> bytes:
    document: Any = json.loads(text)
    for cell in document["cells"]:
        cell["metadata"].pop("nbgrader", None)
    return json.dumps(document).encode()


def plain(text: str) -> bytes:
    document: Any = json.loads(lesson(text))
    document["metadata"]["mlops_lab"] = ["odd"]
    return json.dumps(document).encode()


def twins(text: str) -> bytes:
    return text.replace('"id": "mean"', '"id": "add"').encode()


def pointless(text: str) -> bytes:
    return text.replace('"points": 2', '"points": "two"').encode()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda _: b"", "The file is empty"),
        (lambda _: b"PK\x03\x04", "The file is a zip archive"),
        (lambda _: b"print(1)", "The file is not JSON"),
        (lambda text: text[:2500].encode(), "The file is cut off or damaged"),
        (lambda text: text.encode("utf-16"), "The file is in utf-16"),
        (conflict, "git's merge markers"),
        (twins, "more than one cell with the id 'add'"),
        (pointless, "'two' points"),
        (lesson, "is lesson 4.5, which has nothing to check"),
        (plain, "is no assignment: no cell in it is graded"),
    ],
    ids=["empty", "zip", "code", "cut off", "utf-16", "conflict", "twins", "points", "lesson",
         "plain"],
)  # fmt: skip
def test_a_file_that_cannot_be_checked_says_why(tmp_path: Path, change: Change, told: str) -> None:
    path = tmp_path / "05_sums.ipynb"
    path.write_bytes(change(HANDOUT))
    done = run(str(path))
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_lesson_names_its_assignment(tmp_path: Path) -> None:
    path = tmp_path / "05_sums.ipynb"
    path.write_bytes(lesson(HANDOUT))
    mine = saved(answered({}), tmp_path)
    assert f"Its assignment is {mine}." in run(str(path)).stderr
