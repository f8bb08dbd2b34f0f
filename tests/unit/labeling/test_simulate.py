"""Planted people err as often, and where, as they were told to."""

import numpy as np
import pytest

from mlops_lab.labeling import annotate, confusion, judge


def test_errors_go_where_the_weights_say() -> None:
    found = confusion(0.7, [[9, 3, 1], [0, 5, 2], [0, 0, 4]])
    assert found == pytest.approx(
        np.array([[0.7, 0.225, 0.075], [0, 0.7, 0.3], [0.15, 0.15, 0.7]]), abs=1e-12
    )


@pytest.mark.parametrize("skill", [0.0, 0.3, 1.0])
def test_rows_are_chances(skill: float) -> None:
    found = confusion(skill, np.random.default_rng(0).random((5, 5)))
    assert found.sum(axis=1) == pytest.approx(np.ones(5))
    assert found.diagonal() == pytest.approx(np.full(5, skill))


def test_the_weights_given_are_left_alone() -> None:
    weights = np.array([[4.0, 1.0], [2.0, 3.0]])
    confusion(0.9, weights)
    assert weights.tolist() == [[4.0, 1.0], [2.0, 3.0]]


def test_ratings_follow_their_matrices() -> None:
    matrices = np.array([confusion(0.8, [[0, 1, 3], [1, 0, 1], [2, 2, 0]]), np.eye(3)])
    truth = np.repeat([0, 1, 2], 20_000)
    said = annotate(truth, matrices, seed=0)
    assert said.shape == (60_000, 2)
    assert (said[:, 1] == truth).all()
    for label in range(3):
        shares = np.bincount(said[truth == label, 0], minlength=3) / 20_000
        error = 4 * np.sqrt(matrices[0, label] * (1 - matrices[0, label]) / 20_000)
        assert (np.abs(shares - matrices[0, label]) <= error).all()


def test_people_err_independently_given_the_truth() -> None:
    said = annotate(np.zeros(40_000, dtype=int), [confusion(0.7, np.ones((2, 2)))] * 2, seed=1)
    both = (said == 1).all(axis=1).mean()
    assert both == pytest.approx(0.09, abs=4 * (0.09 * 0.91 / 40_000) ** 0.5)


def test_a_chance_of_zero_is_never_drawn() -> None:
    said = annotate(np.zeros(50_000, dtype=int), [[[0.0, 1.0, 0.0]] * 3], seed=2)
    assert set(said.ravel().tolist()) == {1}


def test_draws_repeat_with_the_seed() -> None:
    truth = np.zeros(50, dtype=int)
    half = [[[0.5, 0.5], [0.5, 0.5]]]
    assert (annotate(truth, half, 3) == annotate(truth, half, 3)).all()
    assert (annotate(truth, half, 3) != annotate(truth, half, 4)).any()


def test_a_sharp_eye_holds_sizes_against_the_limit() -> None:
    assert judge([0.0, 2.9, 3.0, 3.1], 3.0, blur=0, seed=0).tolist() == [0, 0, 1, 1]
    assert judge([2.0, 2.0], [1.0, 3.0], blur=0, seed=0).tolist() == [1, 0]


def test_a_blurred_eye_fails_at_the_limit_half_of_the_time() -> None:
    size = np.full(20_000, 3.0)
    error = 4 * 0.5 / 20_000**0.5
    assert judge(size, 3.0, blur=0.2, seed=0).mean() == pytest.approx(0.5, abs=error)
    # One standard deviation of the log above the limit: 84.1 % (normal distribution).
    above = judge(size, 3.0 * np.exp(-0.2), blur=0.2, seed=1).mean()
    assert above == pytest.approx(0.8413, abs=error)


def test_the_same_eye_is_never_stricter_with_a_higher_limit() -> None:
    size = np.random.default_rng(0).uniform(0, 6, 500)
    low, high = (judge(size, limit, blur=0.3, seed=7) for limit in (2.0, 3.0))
    assert (low >= high).all()
    assert (low > high).any()


def test_nothing_passes_as_nothing() -> None:
    assert judge([0.0] * 100, 0.5, blur=2.0, seed=0).sum() == 0


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: confusion(1.2, np.ones((2, 2))), "got 1.2"),
        (lambda: confusion(0.5, np.ones((2, 3))), r"got \(2, 3\)"),
        (lambda: confusion(0.5, [[1]]), "2 classes"),
        (lambda: confusion(0.5, [[1.0, -1.0], [1.0, 1.0]]), "0 or more"),
        (lambda: confusion(0.5, [[1.0, float("nan")], [1.0, 1.0]]), "finite"),
        (lambda: annotate([0, 2], [np.eye(2).tolist()], 0), "labels 0 to 1"),
        (lambda: annotate([-1], [np.eye(2).tolist()], 0), "labels 0 to 1"),
        (lambda: annotate([0.5], [np.eye(2).tolist()], 0), "labels 0 to 1"),
        (lambda: annotate([0], np.eye(2), 0), r"got \(2, 2\)"),
        (lambda: annotate([0], [[[0.5, 0.6], [0.0, 1.0]]], 0), "add up to 1"),
        (lambda: annotate([0], [[[1.5, -0.5], [0.0, 1.0]]], 0), "add up to 1"),
        (lambda: judge([-1.0], 3.0, 0.1, 0), "0 or more"),
        (lambda: judge([float("nan")], 3.0, 0.1, 0), "NaN"),
        (lambda: judge([1.0], 0.0, 0.1, 0), "above 0"),
        (lambda: judge([1.0, 2.0], [1.0, 2.0, 3.0], 0.1, 0), "each of 2 items"),
        (lambda: judge([1.0], float("nan"), 0.1, 0), "got nan"),
        (lambda: judge([1.0], 3.0, float("inf"), 0), "got inf"),
        (lambda: judge([1.0], 1.0, -0.1, 0), "got -0.1"),
    ],
)
def test_what_makes_no_sense_is_refused(call: object, said: str) -> None:
    assert callable(call)
    with pytest.raises(ValueError, match=said):
        call()


def test_chances_that_were_rounded_leave_no_draw_without_a_label() -> None:
    rounded = [[[0.5, 0.499993], [0.5, 0.499993]]]
    said = annotate(np.zeros(2_000_000, dtype=int), rounded, seed=0)
    assert said.max() == 1  # some 14 of these draws lie above the sum of the chances
