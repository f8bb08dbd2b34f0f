"""The space: every combination once, neighbours by counting, bad tables refused."""

import numpy as np
import pandas as pd
import pytest

from mlops_lab.search import Space, load_table, space_of


def test_codes_and_numbers_belong_together(space: Space) -> None:
    assert len(space) == 3 * 2 * 3 * 2
    assert space.sizes == [3, 2, 3, 2]
    assert [space.number(code) for code in space.codes] == list(range(36))


def test_neighbours_differ_in_one_choice_and_none_is_left_out(space: Space) -> None:
    for net in (0, 17, 35):
        differing = [int((space.codes[net] != other).sum()) for other in space.codes]
        assert space.neighbours(net).tolist() == [i for i, n in enumerate(differing) if n == 1]
        assert space.apart[net].tolist() == differing
        assert len(space.neighbours(net)) == 2 + 1 + 2 + 1


def test_a_mutation_is_a_neighbour_and_each_comes(space: Space) -> None:
    rng = np.random.default_rng(0)
    drawn = {space.mutate(7, rng) for _ in range(300)}
    assert drawn == set(space.neighbours(7).tolist())


def test_the_shipped_space() -> None:
    space = load_table().space
    assert list(space.options) == [
        *("depth", "width", "kernel", "pool", "skip", "activation", "head")
    ]
    assert space.sizes == [3, 3, 3, 2, 2, 2, 2]


def test_a_code_that_is_none(space: Space) -> None:
    with pytest.raises(KeyError, match=r"no net has the code \(3, 0, 0, 0\).*\[3, 2, 3, 2\]"):
        space.number([3, 0, 0, 0])


@pytest.mark.parametrize(
    ("frame", "choices", "says"),
    [
        ({"a": [1, 2]}, ["b"], r"no column \['b'\]; the table has \['a'\]"),
        ({"a": [1, 2]}, [], "no column"),
        ({"a": [1, 1]}, ["a"], "two options or more; 'a' has"),
        ({"a": [1, 2, 1], "b": [1, 2, 2]}, ["a", "b"], "4 combinations once; got 3 rows"),
        ({"a": [1, 2, 2]}, ["a"], "got 3 rows, 2 different"),
    ],
)
def test_tables_that_are_no_space(
    frame: dict[str, list[int]], choices: list[str], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        space_of(pd.DataFrame(frame), choices)
