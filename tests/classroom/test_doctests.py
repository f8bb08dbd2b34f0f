import doctest
import importlib

import pytest

ROOM = "mlops_lab.workbench.classroom"


MODULES = [
    "book.rows", "collect.files", "collect.whose", "formulas", "grade.checks", "grade.kinds",
    "grade.names", "late", "names", "points", "sandbox.cells", "sandbox.replies", "settings",
    "student_version",
]  # fmt: skip


@pytest.mark.parametrize("name", MODULES)
def test_examples_are_true(name: str) -> None:
    done = doctest.testmod(importlib.import_module(f"{ROOM}.{name}"))
    assert done.attempted > 0
    assert done.failed == 0
