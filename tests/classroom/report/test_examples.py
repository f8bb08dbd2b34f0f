import doctest
import importlib

import pytest

ROOM = "mlops_lab.workbench.classroom.report"


@pytest.mark.parametrize("name", ["forms", "messages", "normal", "page", "statistics"])
def test_examples_are_true(name: str) -> None:
    done = doctest.testmod(importlib.import_module(f"{ROOM}.{name}"))
    assert done.attempted > 0
    assert done.failed == 0
