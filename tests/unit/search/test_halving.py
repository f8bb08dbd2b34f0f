"""Successive halving: steps counted by hand, the best of each rung go on, bad rungs refused."""

from typing import Any

import numpy as np
import pytest

from mlops_lab.search import Table, halving


def test_steps_are_counted_by_hand(certain: Table) -> None:
    # 9 nets to step 10, 3 of them on to 20, 1 on to 40: 90 + 30 + 20.
    found = halving(certain, 140, 0, np.random.default_rng(0), rungs=(10, 20, 40))
    assert (found.started, found.steps) == (9, 140)
    fewer = halving(certain, 139, 0, np.random.default_rng(0), rungs=(10, 20, 40))
    assert (fewer.started, fewer.steps) == (8, 80 + 20 + 20)


def test_without_luck_the_best_of_those_begun_wins(certain: Table) -> None:
    for seed in range(5):
        found = halving(certain, 140, 0, np.random.default_rng(seed), rungs=(10, 20, 40))
        begun = np.random.default_rng(seed).permutation(36)[:9]
        assert certain.final[found.net, 0] == certain.final[begun, 0].max()
        assert found.score == certain.final[found.net, 0]


def test_it_keeps_to_its_training_seed(lucky: Table) -> None:
    for seed in range(5):
        found = halving(lucky, 600, 2, np.random.default_rng(seed), rungs=(10, 40), keep=0.5)
        assert found.score == lucky.final[found.net, 2]


def test_one_rung_is_random_search(lucky: Table) -> None:
    found = halving(lucky, 36 * 40, 1, np.random.default_rng(0), rungs=(40,))
    assert (found.started, found.steps) == (36, 36 * 40)
    assert found.score == lucky.final[:, 1].max()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"rungs": (10, 25)}, r"each one of \[10, 20, 30, 40\]; got \[10, 25\]"),
        ({"rungs": (20, 10)}, "rungs must ascend"),
        ({"rungs": ()}, "rungs must ascend"),
        ({"rungs": (10, 10)}, "rungs must ascend"),
        ({"keep": 1.0}, "keep must lie between 0 and 1; got 1"),
        ({"steps": 39}, "one net needs 40 steps to the last rung; got 39 for all"),
    ],
)
def test_bad_settings(settings: dict[str, Any], says: str, certain: Table) -> None:
    given: dict[str, Any] = {"steps": 140, "seed": 0, "rungs": (10, 20, 40), **settings}
    with pytest.raises(ValueError, match=says):
        halving(certain, rng=np.random.default_rng(0), **given)
