"""Simulated votes are as accurate, talkative and copied as asked."""

import numpy as np
import pytest

from mlops_lab import weak_supervision as ws

ROWS = 20_000


def test_accuracy_coverage_and_balance_are_as_asked() -> None:
    votes, labels = ws.simulate_votes([0.9, 0.6], [0.3, 0.8], rows=ROWS, seed=0, balance=0.2)
    table = ws.analyse(votes, labels)
    np.testing.assert_allclose(table["coverage"], [0.3, 0.8], atol=0.015)
    np.testing.assert_allclose(table["accuracy"], [0.9, 0.6], atol=0.015)
    assert labels.mean() == pytest.approx(0.2, abs=0.015)


def test_copies_repeat_the_first_or_are_silent() -> None:
    votes, _ = ws.simulate_votes([0.7, 0.9], 0.5, rows=ROWS, seed=1, copies=2, likeness=0.8)
    for copy in votes.T[2:]:
        said = copy != -1
        assert (copy[said] == votes[said, 0]).all()
        assert said[votes[:, 0] != -1].mean() == pytest.approx(0.8, abs=0.02)


def test_functions_are_independent_given_the_class() -> None:
    votes, labels = ws.simulate_votes([0.8, 0.7, 0.9], 0.6, rows=ROWS, seed=2)
    found = ws.residual_correlation(votes, np.eye(2)[labels])
    assert np.abs(found - np.eye(3)).max() < 0.04


def test_the_same_seed_gives_the_same_votes() -> None:
    first, again, other = (ws.simulate_votes([0.8], 0.5, rows=50, seed=s)[0] for s in (3, 3, 4))
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize(
    "settings",
    [
        {"accuracies": []},
        {"accuracies": [1.2]},
        {"accuracies": [float("nan")]},
        {"coverage": [0.5, 0.5]},
        {"coverage": -0.1},
        {"rows": 0},
        {"balance": 2},
        {"copies": -1},
        {"likeness": 1.5},
    ],
)
def test_values_out_of_range_are_refused(settings: dict[str, object]) -> None:
    given = {"accuracies": [0.8], "coverage": 0.5, "rows": 10, "seed": 0, **settings}
    with pytest.raises(ValueError, match=r"shares must lie|need a row"):
        ws.simulate_votes(**given)  # type: ignore[arg-type]  # that is the point
