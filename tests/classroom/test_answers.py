from collections.abc import Callable
from copy import deepcopy

import nbformat
import pytest
from nbformat import NotebookNode

from mlops_lab.workbench.classroom.answers import Answers, answers_from
from mlops_lab.workbench.classroom.frozen import Release, read_student
from mlops_lab.workbench.classroom.lenient import lenient_read

ADD = "def add(a, b):\n    return a + b"
TWICE = "def twice(x):\n    return 2 * x"
WHY = "It is so."
DONE = {"add": ADD, "twice": TWICE, "why": WHY}


@pytest.fixture
def solved(release: Release) -> NotebookNode:
    nb = read_student(release)
    for cell in nb.cells:
        cell.source = DONE.get(cell.id, cell.source)
    return nb


def read(release: Release, nb: NotebookNode) -> Answers:
    content = nbformat.writes(nb).encode()
    return answers_from(read_student(release), release.answers, lenient_read(content))


def by_id(nb: NotebookNode, name: str) -> NotebookNode:
    found: NotebookNode = next(cell for cell in nb.cells if cell.id == name)
    return found


def test_answers_are_taken_by_grade_id(release: Release, solved: NotebookNode) -> None:
    assert read(release, solved) == Answers(DONE)


def test_nothing_but_answers_is_taken(release: Release, solved: NotebookNode) -> None:
    by_id(solved, "add-test").source = "pass"
    by_id(solved, "parameters").source = "seed = 'mine'"
    solved.cells.insert(0, nbformat.v4.new_code_cell("import os", id="mine"))
    assert read(release, solved) == Answers(DONE)


def test_stubs_and_empty_cells_are_untouched(release: Release) -> None:
    nb = read_student(release)
    by_id(nb, "twice").source = "  \n"
    found = read(release, nb)
    assert found.untouched == ("add", "twice", "why")
    assert (found.missing, found.notes) == ((), ())


def reorder(nb: NotebookNode) -> None:
    nb.cells.reverse()


def no_tests(nb: NotebookNode) -> None:
    nb.cells = [cell for cell in nb.cells if not cell.id.endswith("-test")]


def other_kernel(nb: NotebookNode) -> None:
    nb.metadata = {"kernelspec": {"name": "my-env", "display_name": "My env"}}


def older(nb: NotebookNode) -> None:
    nb.nbformat_minor = 2
    for cell in nb.cells:
        del cell["id"]


def outputs(nb: NotebookNode) -> None:
    by_id(nb, "add").outputs = [nbformat.v4.new_output("stream", text="x", name="stderr")]


@pytest.mark.parametrize("change", [reorder, no_tests, other_kernel, older, outputs])
def test_honest_changes_lose_nothing(
    release: Release, solved: NotebookNode, change: Callable[[NotebookNode], None]
) -> None:
    change(solved)
    assert read(release, solved) == Answers(DONE)


def test_of_several_cells_the_last_written_counts(release: Release, solved: NotebookNode) -> None:
    stub = deepcopy(by_id(read_student(release), "add"))
    better = deepcopy(by_id(solved, "add"))
    better.source, better.id, stub.id = ADD + "  # better", "copy-1", "copy-2"
    solved.cells[4:4] = [better, stub]
    found = read(release, solved)
    assert found.sources["add"] == ADD + "  # better"
    assert found.notes == ("add: there are 3 such cells; the last written counts.",)
    assert found.untouched == ()


def test_a_plain_copy_is_not_worth_a_note(release: Release, solved: NotebookNode) -> None:
    twin = deepcopy(by_id(solved, "add"))
    twin.id = "twin"
    solved.cells.append(twin)
    assert read(release, solved) == Answers(DONE)


def test_a_deleted_cell_is_missing(release: Release, solved: NotebookNode) -> None:
    solved.cells = [cell for cell in solved.cells if cell.id != "twice"]
    found = read(release, solved)
    assert found.missing == ("twice",)
    assert "twice" not in found.sources
    assert found.notes == ("twice: the submission has no such cell.",)


@pytest.mark.parametrize(
    ("keep_ids", "how"),
    [(True, ["its cell id"] * 3), (False, ["the function it defines"] * 2 + ["the cell above it"])],
)
def test_answers_are_found_without_metadata(
    release: Release, solved: NotebookNode, keep_ids: bool, how: list[str]
) -> None:
    for number, cell in enumerate(solved.cells):
        cell.metadata = {}
        cell.id = cell.id if keep_ids else f"new-{number}"
    found = read(release, solved)
    assert found.sources == DONE
    assert [note.rpartition(" found by ")[2] for note in found.notes] == [f"{one}." for one in how]


def test_a_changed_kind_is_told(release: Release, solved: NotebookNode) -> None:
    cell = by_id(solved, "why")
    cell.cell_type, cell.outputs, cell.execution_count = "code", [], None
    found = read(release, solved)
    assert found.sources == DONE
    assert found.notes == ("why: the cell was markdown and is code.",)


def test_merge_markers_in_an_answer_are_told(release: Release, solved: NotebookNode) -> None:
    by_id(solved, "add").source = f"<<<<<<< HEAD\n{ADD}\n=======\n{ADD}\n>>>>>>> other"
    assert read(release, solved).notes == ("add: the answer holds git's merge markers.",)


def test_a_test_cell_is_never_an_answer(release: Release, solved: NotebookNode) -> None:
    """The heading above an answer is no reason to take a cell that has another grade_id."""
    solved.cells = [cell for cell in solved.cells if cell.id != "add"]
    assert read(release, solved).missing == ("add",)
