"""Whose a file is: names of the roster in paths, and what a student may have chosen there."""

from itertools import product
from pathlib import PurePosixPath

import pytest

from mlops_lab.workbench.classroom.collect.whose import Whose, names_of
from mlops_lab.workbench.classroom.model import Student

PEOPLE = [
    Student("ada", "Ada Lovelace", "ada.l@x.org"),
    Student("4711", "de Boer, Bob", "bob@x.org"),
    Student("s05", "Ève Müller-Lüdenscheid", "eve@x.org"),
    Student("ann1", "Ann Lee", "lee@x.org"),
    Student("ann2", "Ann Lee Park", "park@x.org"),
]
NAMES = {one.id: names_of(one) for one in PEOPLE}
STEMS = ["05_drift_assignment"]


def found(path: str, *beside: str) -> tuple[str | None, str]:
    """Find whose a file is, in a collection with some others."""
    paths = [PurePosixPath(one) for one in (path, *beside)]
    return Whose(paths, NAMES, STEMS).find(paths[0])


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
    assert found(path) == (student, "")


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
    student, told = found(path)
    assert student is None
    assert why in told


def test_the_notebook_s_own_name_is_nobody_s() -> None:
    names = {"05": names_of(Student("05")), "drift": names_of(Student("drift"))}
    path = PurePosixPath("05_drift_assignment.ipynb")
    assert Whose([path], names, STEMS).find(path)[0] is None


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("Ann Lee Parker/x.ipynb", "ann1"),
        ("Mary Ann Lee/x.ipynb", "ann1"),
        ("Ann Lee Park Jones_77_assignsubmission_file_/x.ipynb", "ann1, ann2"),
        ("ada_byron.ipynb", "ada"),
        ("ada.l@x.org of zoe.ipynb", "ada"),
        ("bob_ada.ipynb", "4711, ada"),
        ("4711 Ada Lovelace/x.ipynb", "4711, ada"),
        ("lovelaceada_4711_998_x.ipynb", "4711, ada"),
        ("4711_998.ipynb", "4711"),
    ],
)
def test_a_name_inside_a_longer_one_is_doubtful(path: str, student: str) -> None:
    told = found(path, "ada/x.ipynb") if "/" in path else found(path)
    assert told[0] is None
    assert f"It could be from {'any of ' if ',' in student else ''}{student}" in told[1]


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("4711 Bob de Boer/x.ipynb", "4711"),
        ("Ada Lovelace (ada)/x.ipynb", "ada"),
        ("ada lovelace - 4.5 - attempt 2.ipynb", "ada"),
        ("2026-11-30 Ann Lee hw5.ipynb", "ann1"),
        ("Ann Lee Park, task 3/x.ipynb", "ann2"),
    ],
)
def test_several_names_of_one_and_harmless_words_are_no_doubt(path: str, student: str) -> None:
    assert found(path) == (student, "")


@pytest.mark.parametrize(
    "path",
    [
        "zoe/ada.ipynb",
        "zoe/ada/x.ipynb",
        "zoe/lovelaceada_12_998_x.ipynb",
        "zoe/Ada Lovelace_77_assignsubmission_file_/x.ipynb",
        "Zoe Ode_77_assignsubmission_file_/ada.ipynb",
        "odezoe_12_998_ada.ipynb",
        "odezoe_12_998_Ada Lovelace.ipynb",
        "Zoe Ode_77_assignsubmission_file_ada.ipynb",
    ],
)
@pytest.mark.parametrize("layout", [["ada/x.ipynb", "bob/x.ipynb"], ["4711_x.ipynb"], []])
def test_what_a_student_chose_never_decides_against_the_platform(
    path: str, layout: list[str]
) -> None:
    if layout != ["ada/x.ipynb", "bob/x.ipynb"] and path.startswith("zoe/"):
        layout = ["yan/x.ipynb"]  # two folders of which neither is in the roster
    student, why = found(path, *layout)
    assert student is None
    assert "names nobody in the roster" in why


def test_folders_around_the_students_folders_are_passed_by() -> None:
    paths = ["all/group 1/ada/x.ipynb", "all/group 2/bob/ada.ipynb", "all/group 2/zoe/ada.ipynb"]
    assert [found(one, *paths)[0] for one in paths] == ["ada", "4711", None]


def test_a_folder_an_assignment_may_hold_files_named_by_student() -> None:
    paths = ["4.5/ada.ipynb", "05_drift_assignment/bob.ipynb"]
    whose = Whose([PurePosixPath(one) for one in paths], NAMES, ["4.5", *STEMS])
    assert [whose.find(one)[0] for one in whose.paths] == ["ada", "4711"]


def test_a_class_of_alike_names_goes_to_nobody_else() -> None:
    """Of all names of two to four of six words, every third is in the roster."""
    words = ("an", "li", "wei", "lee", "kim", "jo")
    names = [" ".join(one) for size in (2, 3, 4) for one in product(words, repeat=size)]
    roster = {f"id{i}": names_of(Student(f"id{i}", one)) for i, one in enumerate(names[::3])}
    may_be = {  # a family name may stand first
        key: {" ".join(each) for each in (w, w[1:] + w[:1], w[-1:] + w[:-1])}
        for key, name in zip(roster, names[::3], strict=True)
        for w in [name.split()]
    }
    paths = [PurePosixPath(name, "x.ipynb") for name in names[:400]]
    whose = Whose(paths, roster)
    placed = [(path.parts[0], whose.find(path)[0]) for path in paths]
    assert all(name in may_be[student] for name, student in placed if student)
    assert sum(student is not None for _, student in placed) >= 50
