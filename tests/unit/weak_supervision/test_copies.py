"""Copies: seen, grouped and merged."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mlops_lab import weak_supervision as ws

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def one_hot(labels: Ints) -> Floats:
    return np.asarray(np.eye(2)[labels])


def test_within_one_class_it_is_the_plain_correlation() -> None:
    rng = np.random.default_rng(0)
    votes = np.where(rng.random((500, 3)) < 0.4, 1, -1)
    votes[:, 1] = np.where(rng.random(500) < 0.7, votes[:, 0], votes[:, 1])
    found = ws.residual_correlation(votes, one_hot(np.zeros(500, dtype=np.int64)))
    np.testing.assert_allclose(found, np.corrcoef(votes.T), atol=1e-12)


def test_good_rules_agree_and_are_no_copies() -> None:
    votes, labels = ws.simulate_votes([0.95, 0.95, 0.9], 1.0, rows=8000, seed=1, copies=1)
    found = ws.residual_correlation(votes, one_hot(labels))
    assert np.corrcoef(votes[:, 0], votes[:, 1]).min() > 0.7  # they agree, because they are right
    assert abs(found[0, 1]) < 0.05
    assert found[0, 3] > 0.6
    np.testing.assert_array_equal(np.diag(found), 1)
    np.testing.assert_allclose(found, found.T)


def test_a_function_that_never_varies_correlates_with_nothing() -> None:
    votes = np.array([[1, 1, 0], [1, -1, 0], [1, 0, 1], [1, 1, 0]])
    found = ws.residual_correlation(votes, one_hot(np.array([0, 1, 0, 1])))
    assert found[0].tolist() == [1.0, 0.0, 0.0]


def test_groups_go_through_others_and_keep_the_order() -> None:
    matrix = np.eye(5)
    for a, b in ((0, 3), (3, 4)):
        matrix[a, b] = matrix[b, a] = 0.8
    assert ws.group(matrix) == [[0, 3, 4], [1], [2]]
    assert ws.group(matrix, 0.9) == [[0], [1], [2], [3], [4]]


def test_merging_copies_gives_the_original_back() -> None:
    votes, labels = ws.simulate_votes([0.6, 0.8, 0.75, 0.7], 0.9, rows=4000, seed=2, copies=4)
    groups = ws.group(ws.residual_correlation(votes, one_hot(labels)), 0.4)
    assert groups == [[0, 4, 5, 6, 7], [1], [2], [3]]
    np.testing.assert_array_equal(ws.merge(votes, groups), votes[:, :4])


def test_a_tie_inside_a_group_is_silence() -> None:
    found = ws.merge([[1, 0, 1], [1, -1, 0], [-1, -1, -1]], [[0, 1], [2]])
    assert found.tolist() == [[-1, 1], [1, 0], [-1, -1]]


def test_wrong_inputs_are_refused() -> None:
    votes = [[1, 0], [0, 1]]
    for weights in ([1, 1], [[1, 0]], [[1, -1], [0, 1]], [[0, 0], [0, 0]], [[np.nan, 1], [0, 1]]):
        with pytest.raises(ValueError, match="classes must be weights"):
            ws.residual_correlation(votes, np.array(weights))
    with pytest.raises(ValueError, match="square"):
        ws.group([[1, 0]])
    with pytest.raises(ValueError, match="square"):
        ws.group([[np.nan]])
    with pytest.raises(ValueError, match="threshold"):
        ws.group([[1]], 2)
    for groups in ([[0]], [[0, 0], [1]], [[0, 1, 2]]):
        with pytest.raises(ValueError, match="each of 0 to 1 once"):
            ws.merge(votes, groups)


def test_a_group_without_members_and_weights_without_end() -> None:
    with pytest.raises(ValueError, match="none be empty"):
        ws.merge([[1, 0]], [[0, 1], []])
    with pytest.raises(ValueError, match="must be weights"):
        ws.residual_correlation([[1, 0]], [[np.inf, 0]])
