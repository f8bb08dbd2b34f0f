from pathlib import Path, PurePosixPath

import pytest

from mlops_lab.workbench.classroom.collect.match import find_assignment
from mlops_lab.workbench.classroom.frozen import Release, Task
from mlops_lab.workbench.classroom.lenient import Cell, LenientNotebook


def release(assignment: str, notebook: str, *ids: str) -> Release:
    return Release(
        assignment, 1, notebook, "", "", None, (Task("t", 1, manual=False),), ids, Path()
    )


DRIFT = release("4.5", "05_drift_assignment.ipynb", "psi", "plan")
SCOPE = release("1.2", "02_scoping_assignment.ipynb", "budget", "plan")
BOTH = [DRIFT, SCOPE]


def cells(*ids: str) -> LenientNotebook:
    return LenientNotebook(tuple(Cell("code", "", name) for name in ids))


@pytest.mark.parametrize(
    ("path", "loose", "known", "found"),
    [
        ("x.ipynb", LenientNotebook((), "1.2"), BOTH, "1.2"),
        ("4.5/x.ipynb", LenientNotebook((), "1.2"), BOTH, "1.2"),
        ("x.ipynb", LenientNotebook((), "2.6"), BOTH, None),
        ("x.ipynb", LenientNotebook((), "2.6"), [DRIFT], None),
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
    path: str, loose: LenientNotebook | None, known: list[Release], found: str | None
) -> None:
    assert find_assignment(PurePosixPath(path), loose, known) == found
