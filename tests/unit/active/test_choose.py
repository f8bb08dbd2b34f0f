"""Query strategies, with a model whose probabilities are known."""

import numpy as np
import pytest

from mlops_lab import active

LABELED = np.array([[0.0, 0.5]])
# Each row is (place, P(class 1)): the model below reads its answer off the second column.
POOL = np.array([[1.0, 0.9], [2.0, 0.5], [2.0, 0.5], [3.0, 0.6], [9.0, 1.0]])


class Known:
    """A model that says what the second column says."""

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        return np.column_stack([1 - X[:, 1], X[:, 1]])


def test_by_doubt_takes_the_most_doubtful_and_of_equals_the_first() -> None:
    chosen = active.by_doubt(active.margin)(Known(), POOL, LABELED, 3)
    assert chosen.tolist() == [1, 2, 3]


def test_doubt_then_spread_takes_no_copy_while_there_is_another() -> None:
    chosen = active.doubt_then_spread(active.margin, times=2)(Known(), POOL, LABELED, 2)
    assert chosen.tolist() == [3, 0]  # then row 0 is 1.08 away, rows 1 and 2 are 1.00
    plain = active.doubt_then_spread(active.margin, times=1)(Known(), POOL, LABELED, 2)
    assert sorted(plain.tolist()) == [1, 2]


def test_some_places_go_to_what_is_far_the_model_certain_or_not() -> None:
    choose = active.with_far(active.margin, 1)
    assert choose(Known(), POOL, LABELED, 3).tolist() == [1, 2, 4]
    assert choose(Known(), POOL, LABELED, 1).tolist() == [4]
    assert active.with_far(active.margin, 0)(Known(), POOL, LABELED, 2).tolist() == [1, 2]


def test_some_places_go_by_lot_and_never_to_a_row_that_is_chosen() -> None:
    choose = active.with_random(active.margin, 2, np.random.default_rng(0))
    drawn = [choose(Known(), POOL, LABELED, 3).tolist() for _ in range(300)]
    assert all(one[0] == 1 and len(set(one)) == 3 for one in drawn)
    counts = np.bincount([row for one in drawn for row in one[1:]], minlength=5)
    assert counts[1] == 0
    assert (np.abs(counts[[0, 2, 3, 4]] - 150) < 45).all()  # 5 standard deviations


def test_at_random_gives_each_row_the_same_chance() -> None:
    choose = active.at_random(np.random.default_rng(0))
    drawn = np.concatenate([choose(None, POOL, LABELED, 2) for _ in range(500)])
    assert (np.abs(np.bincount(drawn, minlength=5) - 200) < 55).all()


def test_numbers_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="times must be 1 or more; got 0"):
        active.doubt_then_spread(active.margin, times=0)
    with pytest.raises(ValueError, match="places must be 0 or more; got -1"):
        active.with_far(active.margin, -1)
    with pytest.raises(ValueError, match="places must be 0 or more; got -2"):
        active.with_random(active.margin, -2, np.random.default_rng(0))
