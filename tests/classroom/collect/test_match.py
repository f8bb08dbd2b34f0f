from pathlib import Path, PurePosixPath

import pytest

from mlops_lab.workbench.classroom.book import Student
from mlops_lab.workbench.classroom.collect.match import find_assignment, find_student, names_of
from mlops_lab.workbench.classroom.frozen import Release, Task
from mlops_lab.workbench.classroom.loose import Cell, Loose

PEOPLE = [
    Student("ada", "Ada Lovelace", "ada.l@x.org"),
    Student("4711", "de Boer, Bob", "bob@x.org"),
    Student("s05", "Ève Müller-Lüdenscheid", "eve@x.org"),
    Student("ann1", "Ann Lee", "lee@x.org"),
    Student("ann2", "Ann Lee Park", "park@x.org"),
]
NAMES = {one.id: names_of(one) for one in PEOPLE}
STEMS = ["05_drift_assignment"]


def release(assignment: str, notebook: str, *ids: str) -> Release:
    return Release(
        assignment, 1, notebook, "", "", None, (Task("t", 1, manual=False),), ids, Path()
    )


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("ada/x.ipynb", "ada"),
        ("ADA/4.5/x.ipynb", "ada"),
        ("download/ada/x.ipynb", "ada"),
        ("Ada Lovelace/x.ipynb", "ada"),
        ("Lovelace, Ada/x.ipynb", "ada"),
        ("ada.l@x.org.ipynb", "ada"),
        ("05_drift_assignment_ada.ipynb", "ada"),
        ("ada-05_drift_assignment (2).ipynb", "ada"),
        ("drift_Ada_Lovelace_final.ipynb", "ada"),
        ("ada.ipynb.txt", "ada"),
        ("bob/x.ipynb", "4711"),
        ("Bob de Boer.ipynb", "4711"),
        ("deboerbob_4711_998_x.ipynb", "4711"),
        ("deboerbob_LATE_4711_998_ada.ipynb", "4711"),
        ("lovelaceada_12_998_x.ipynb", "ada"),
        ("Bob de Boer_77_assignsubmission_file_/ada.ipynb", "4711"),
        ("Ada Lovelace_77_assignsubmission_file_bob.ipynb", "ada"),
        ("Eve Muller-Ludenscheid/x.ipynb", "s05"),
        ("s05.ipynb", "s05"),
        ("ada/bob.ipynb", "ada"),
        ("Ann Lee.ipynb", "ann1"),
        ("Ann Lee Park.ipynb", "ann2"),
        ("hw_Ann_Lee_Park.ipynb", "ann2"),
        ("hw_Ann_Lee.ipynb", "ann1"),
    ],
)
def test_a_student_is_found(path: str, student: str) -> None:
    assert find_student(PurePosixPath(path), NAMES, STEMS) == (student, "")


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("x.ipynb", "names nobody"),
        ("05_drift_assignment.ipynb", "names nobody"),
        ("adapted.ipynb", "names nobody"),
        ("47110.ipynb", "names nobody"),
        ("s05_ada.ipynb", "any of ada, s05"),
    ],
)
def test_nobody_is_guessed(path: str, why: str) -> None:
    student, told = find_student(PurePosixPath(path), NAMES, STEMS)
    assert student is None
    assert why in told


def test_the_notebook_s_own_name_is_nobody_s() -> None:
    names = {"05": names_of(Student("05")), "drift": names_of(Student("drift"))}
    path = PurePosixPath("05_drift_assignment.ipynb")
    assert find_student(path, names, STEMS)[0] is None


DRIFT = release("4.5", "05_drift_assignment.ipynb", "psi", "plan")
SCOPE = release("1.2", "02_scoping_assignment.ipynb", "budget", "plan")
BOTH = [DRIFT, SCOPE]


def cells(*ids: str) -> Loose:
    return Loose(tuple(Cell("code", "", name) for name in ids))


@pytest.mark.parametrize(
    ("path", "loose", "known", "found"),
    [
        ("x.ipynb", Loose((), "1.2"), BOTH, "1.2"),
        ("4.5/x.ipynb", Loose((), "1.2"), BOTH, "1.2"),
        ("x.ipynb", Loose((), "2.6"), BOTH, None),
        ("x.ipynb", Loose((), "2.6"), [DRIFT], None),
        ("x.ipynb", cells("psi", "plan"), BOTH, "4.5"),
        ("x.ipynb", cells("plan"), BOTH, None),
        ("ada/05_drift_assignment.ipynb", cells("plan"), BOTH, "4.5"),
        ("ada/1.2/x.ipynb", None, BOTH, "1.2"),
        ("ada/1.2.ipynb", None, BOTH, "1.2"),
        ("x.ipynb", None, BOTH, None),
        ("x.ipynb", cells(), [DRIFT], "4.5"),
    ],
)
def test_an_assignment_is_found(
    path: str, loose: Loose | None, known: list[Release], found: str | None
) -> None:
    assert find_assignment(PurePosixPath(path), loose, known) == found
