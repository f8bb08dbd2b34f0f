import doctest
import importlib

import pytest

ROOM = "mlops_lab.workbench.study"


@pytest.mark.parametrize("name", ["cells", "order", "picture"])
def test_examples_are_true(name: str) -> None:
    done = doctest.testmod(importlib.import_module(f"{ROOM}.{name}"))
    assert done.attempted > 0
    assert done.failed == 0
