"""The luck of the best, against counting all cases, and against worlds whose truth is known."""

from itertools import combinations

import numpy as np
import pytest
from scipy import integrate, stats

from mlops_lab import tracking


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_best_of_is_what_all_draws_give(n: int) -> None:
    scores = np.array([0.3, 0.9, 0.5, 0.9, 0.1])
    wins = np.zeros(5)
    for drawn in combinations(range(5), n):
        wins[max(drawn, key=lambda run: (scores[run], -run))] += 1
    assert np.allclose(tracking.best_of(scores, n), wins / wins.sum())


def test_best_of_takes_no_more_than_there_are() -> None:
    for n in (0, 4):
        with pytest.raises(ValueError, match=f"n is {n}; of 3 runs, 1 to 3 can be drawn"):
            tracking.best_of([1, 2, 3], n)


def test_tied_is_a_paired_interval() -> None:
    rng = np.random.default_rng(0)
    best = rng.random(300) < 0.8
    near, far = best.copy(), best.copy()
    near[:3] = ~near[:3]
    far[best.nonzero()[0][:60]] = False
    board = np.array([best, near, far])
    gap = best.astype(float) - far
    low = stats.norm.interval(0.95, gap.mean(), stats.sem(gap))[0]
    assert low > 0
    assert tracking.tied(board).tolist() == [True, True, False]


def test_tied_counts_equal_runs_in() -> None:
    assert tracking.tied(np.ones((3, 10))).all()


def test_the_corrected_score_is_nearer_the_truth_than_the_best_one() -> None:
    rng = np.random.default_rng(0)
    best, mended = [], []
    for seed in range(30):
        board = rng.random((40, 200)) < 0.7  # all runs are equal: the truth is 0.7
        best.append(board.mean(axis=1).max() - 0.7)
        mended.append(tracking.corrected(board, seed=seed) - 0.7)
    assert np.mean(best) > 0.05
    assert abs(np.mean(mended)) < 0.5 * np.mean(best)


def test_one_run_has_nothing_to_correct() -> None:
    board = np.arange(200)[None] % 4 > 0
    assert tracking.corrected(board, seed=0, draws=2000) == pytest.approx(0.75, abs=0.003)


def test_simulated_luck_is_the_expected_maximum() -> None:
    """The mean of the largest of n normal draws, by integration (Tippett 1925)."""
    n, rows, disagreement = 20, 100, 0.2

    def largest(x: float) -> float:
        return float(n * x * stats.norm.pdf(x) * stats.norm.cdf(x) ** (n - 1))

    expected = integrate.quad(largest, -8, 8)[0] * (disagreement / (2 * rows)) ** 0.5
    true, measured = tracking.simulate(n, rows, 0.0, draws=4000, disagreement=disagreement)
    assert (true == 0).all()
    assert measured.max(axis=1).mean() == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"runs": 0}, "runs is 0"),
        ({"rows": 0}, "rows is 0"),
        ({"spread": -1.0}, "spread is -1"),
        ({"disagreement": 2.0}, "disagreement 2"),
    ],
)
def test_simulate_names_what_is_not_allowed(given: dict[str, float], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        tracking.simulate(**{"runs": 5, "rows": 5, "spread": 0.1, **given})  # type: ignore[arg-type]


def test_a_board_has_runs_and_rows() -> None:
    for wrong in (np.ones(5), np.ones((3, 1))):
        with pytest.raises(ValueError, match="need runs by rows"):
            tracking.tied(wrong)
    with pytest.raises(ValueError, match="level must lie between 0 and 1"):
        tracking.tied(np.ones((2, 5)), level=1.5)
    with pytest.raises(ValueError, match="draws is 0"):
        tracking.corrected(np.ones((2, 5)), seed=0, draws=0)
