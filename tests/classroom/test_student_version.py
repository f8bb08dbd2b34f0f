import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from mlops_lab.workbench.classroom.frozen import Release, read_master, read_student
from mlops_lab.workbench.classroom.student_version import student_seed, student_version, with_seed
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.notebook import read_notebook, tagged


def test_answers_and_hidden_tests_are_out_and_stubs_in(master: Path) -> None:
    nb = student_version(read_notebook(master))
    text = json.dumps(nb)
    assert not [word for word in ("secret", "42", "HIDDEN", "SOLUTION", "Because") if word in text]
    assert nb.cells[3].source == (
        "def add(a, b):\n    # YOUR CODE HERE\n"
        '    raise NotImplementedError("Your code goes here, in place of this line.")'
    )
    assert nb.cells[-1].source == "YOUR ANSWER HERE"
    assert nb.cells[3].outputs == []
    assert "assert add(1, 2) == 3" in nb.cells[4].source


def test_cells_are_locked_and_have_checksums(master: Path) -> None:
    from nbgrader.utils import compute_checksum

    nb = student_version(read_notebook(master))
    graded = [cell for cell in nb.cells if "nbgrader" in cell.metadata]
    assert len(graded) == 5
    for cell in graded:
        assert cell.metadata.nbgrader.checksum == compute_checksum(cell)
        assert cell.metadata.nbgrader.cell_type == cell.cell_type
        assert cell.metadata.deletable is False
    assert [cell.metadata.get("editable", True) for cell in graded] == [
        True,
        False,
        True,
        False,
        True,
    ]


def test_the_master_stays_as_it_is(master: Path) -> None:
    nb = read_notebook(master)
    before = json.dumps(nb)
    student_version(nb)
    assert json.dumps(nb) == before


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("### END SOLUTION", "### SOLUTION ENDS", "no end solution statement"),
        ("### END HIDDEN TESTS", "### ENDS", "No end hidden tests"),
        ('"grade_id": "twice"', '"grade_id": "add"', "add"),
    ],
)
def test_a_master_that_is_not_in_order_is_refused(
    master: Path, change_master: Callable[[str, str], None], old: str, new: str, told: str
) -> None:
    change_master(old, new)
    with pytest.raises(RefusedError, match=told):
        student_version(read_notebook(master))


def test_nbgrader_finds_nothing_changed(release: Release) -> None:
    from nbgrader.preprocessors import CheckCellMetadata
    from nbgrader.validator import Validator

    nb, _ = CheckCellMetadata().preprocess(read_student(release), {})
    nbformat.validate(nb)
    validator = Validator()
    changed = validator._get_changed_cells(nb)  # those nbgrader's page complains about
    # An answer that is still the stub counts as "not changed yet" for nbgrader, which is right.
    assert [cell.metadata.nbgrader.grade_id for cell in changed] == []
    assert validator._get_type_changed_cells(nb) == []


def test_a_seed_is_the_same_for_the_same_student() -> None:
    seeds = {name: student_seed(7, name) for name in map(str, range(200))}
    assert seeds == {name: student_seed(7, name) for name in seeds}
    assert len(set(seeds.values())) > 195
    assert all(0 <= seed <= 1_000_000 for seed in seeds.values())
    assert seeds != {name: student_seed(8, name) for name in seeds}


def test_a_range_is_kept_and_reached() -> None:
    assert {student_seed(1, str(n), 3, 5) for n in range(50)} == {3, 4, 5}


def test_only_the_seed_is_replaced(release: Release) -> None:
    plain = read_student(release)
    own = with_seed(plain, 7, "ada")
    cell = tagged(own, "parameters")[0]
    assert cell.source == f"seed: int = {student_seed(7, 'ada', 0, 1000)}  # seed; 0 to 1000"
    cell.source = "seed: int = 0  # seed; 0 to 1000"
    assert own == plain


def test_text_that_is_not_ascii_before_the_seed_is_kept(release: Release) -> None:
    nb = read_master(release)
    tagged(nb, "parameters")[0].source = 'a: str = "ü"; seed: int = -1; b: str = "é"  # ö'
    source = tagged(with_seed(nb, 7, "ada"), "parameters")[0].source
    assert source == f'a: str = "ü"; seed: int = {student_seed(7, "ada")}; b: str = "é"  # ö'


def test_a_variant_needs_a_seed(release: Release) -> None:
    nb = read_master(release)
    tagged(nb, "parameters")[0].source = "size: int = 3"
    with pytest.raises(RefusedError, match="need a parameter seed"):
        with_seed(nb, 7, "ada")
