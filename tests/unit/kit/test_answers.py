"""How tests call what a student wrote, in the notebook itself."""

import doctest
import importlib
import sys

import numpy as np
import pytest

from mlops_lab import kit


def test_map_rows_calls_once_a_row_in_order() -> None:
    seen: list[tuple[int, str]] = []
    assert kit.map_rows(lambda a, b: seen.append((a, b)), [1, 2], "xy") == [None, None]
    assert seen == [(1, "x"), (2, "y")]


def test_map_rows_hands_on_numbers_of_python() -> None:
    found = kit.map_rows(lambda a, b: (type(a), type(b)), np.arange(2), np.array([0.5, 1.5]))
    assert found == [(int, float)] * 2


def test_the_earlier_name_keeps_working() -> None:
    assert kit.each is kit.map_rows


def test_map_rows_of_nothing_is_nothing() -> None:
    assert kit.map_rows(max, [], []) == []


def test_columns_of_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        kit.map_rows(max, [1, 2], [1])


def test_a_function_elsewhere_is_called_in_one_go() -> None:
    class Elsewhere:
        def __each__(self, rows: list[tuple[int, ...]]) -> list[int]:
            return [sum(row) for row in rows]

        def __call__(self, *_: int) -> int:
            raise AssertionError("not one by one")

    assert kit.map_rows(Elsewhere(), [1, 2], [3, 4]) == [4, 6]


def test_student_gives_the_notebook_s_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["__main__"], "twice", lambda x: 2 * x, raising=False)
    assert kit.student.twice(4) == 8
    with pytest.raises(AttributeError, match="defines no thrice yet"):
        kit.student.thrice  # noqa: B018  the looking is what fails


def test_the_example_is_true() -> None:
    done = doctest.testmod(importlib.import_module("mlops_lab.kit.answers"))
    assert (done.attempted > 0, done.failed) == (True, 0)
