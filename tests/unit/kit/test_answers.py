"""How tests call what a student wrote, in the notebook itself."""

import doctest
import importlib
import sys
from copy import deepcopy
from typing import Any

import numpy as np
import pandas as pd
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


@pytest.mark.parametrize("given", [[1, [2]], {"a": 1}, {1, 2}])
def test_a_function_called_by_the_student_s_name_gets_copies(
    given: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import __main__

    def clear(values: Any) -> Any:
        values.clear()
        return values

    monkeypatch.setattr(__main__, "clear", clear, raising=False)
    before = deepcopy(given)
    assert len(kit.student.clear(given)) == 0
    assert kit.map_rows(clear, [given]) == [type(given)()]
    assert given == before
    kit.in_place(kit.student.clear)(given)
    kit.in_place(clear)(given)
    assert len(given) == 0


def test_arrays_and_frames_are_copied_and_generators_are_not() -> None:
    array, frame, rng = np.arange(3.0), pd.DataFrame({"a": [1.0, 2.0]}), np.random.default_rng(0)

    def spoil(first: Any, second: Any, third: Any, rows: Any) -> float:
        first[:] = 0
        second.drop(second.index, inplace=True)  # noqa: PD002  what a copy is for
        rows[0][:] = 7
        return float(third.random())

    view = array[:2]
    first = kit.map_rows(spoil, [view], [frame], [rng], [[array]])
    second = kit.map_rows(spoil, [view], [frame], [rng], [[array]])
    assert array.tolist() == [0.0, 1.0, 2.0]
    assert len(frame) == 2
    assert first != second, "each draw is another one"


def test_one_list_handed_over_twice_is_one_list() -> None:
    def same(a: list[int], b: list[int]) -> bool:
        return a is b

    one = [1]
    assert kit.map_rows(same, [one], [one]) == [True]


class Odd:
    """Claims to be called many times at once, and gives what it likes."""

    def __init__(self, found: Any) -> None:
        self.found = found

    def __each__(self, rows: list[Any]) -> Any:
        return self.found

    def __call__(self, *_: Any) -> int:
        return 1


@pytest.mark.parametrize("found", [[], [1], (1, 2), None])
def test_as_many_values_come_as_there_are_rows(found: Any) -> None:
    with pytest.raises(TypeError, match="2 calls"):
        kit.map_rows(Odd(found), [1, 2])
