"""Agreement against published worked examples, other libraries, and arithmetic in the open."""

import math
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa

from mlops_lab.labeling import (
    MISSING,
    cohen,
    count_ratings,
    draw_ratings,
    fleiss,
    krippendorff,
    percent,
)

NAN = float("nan")
Ints = NDArray[np.int64]

# The standard worked example of Fleiss' kappa: 10 items, 14 people, 5 labels.
TEN_ITEMS = [
    *([0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1]),
    *([7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]),
]
# Krippendorff (2011), nominal data: 4 observers, 12 units, 0 for a missing value.
UNITS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
).T
# Fleiss (1971): 30 patients, 6 psychiatrists, 5 diagnoses; the paper's kappa is 0.430.
DIAGNOSES = """444444 222555 233335 555555 222444 113333 333355 113334 114444 555555
144444 124444 222333 144444 224445 333335 111455 111112 224444 133555
555555 244444 224555 114444 144445 222224 111155 224444 133333 555555"""


def people_of(table: list[list[int]]) -> tuple[Ints, Ints]:
    """Turn a table of counts into the labels of two people."""
    counts = np.array(table)
    first, second = np.indices(counts.shape).reshape(2, -1)
    return np.repeat(first, counts.ravel()), np.repeat(second, counts.ravel())


def test_cohen_1960() -> None:
    first, second = people_of([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    assert np.mean(first == second) == pytest.approx(0.70)
    assert cohen(first, second) == pytest.approx(0.492, abs=5e-4)  # as printed
    assert cohen(first, second) == pytest.approx((0.70 - 0.41) / (1 - 0.41))


@pytest.mark.parametrize("seed", range(5))
def test_cohen_is_that_of_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first = rng.integers(4, size=50)
    second = np.where(rng.random(50) < 0.6, first, rng.integers(4, size=50))
    assert cohen(first, second) == pytest.approx(cohen_kappa_score(first, second))
    assert cohen(second, first) == pytest.approx(cohen(first, second))


def test_cohen_leaves_out_what_either_did_not_rate() -> None:
    first, second = [0, 1, MISSING, 1, 0, 1], [0, 1, 2, MISSING, 1, 1]
    assert cohen(first, second) == pytest.approx(cohen([0, 1, 0, 1], [0, 1, 1, 1]))


@pytest.mark.parametrize(
    ("first", "second", "kappa"),
    [
        ([0, 1, 2], [0, 1, 2], 1.0),
        ([0, 0, 1, 1], [0, 1, 0, 1], 0.0),
        ([0, 1], [1, 0], -1.0),
        ([0, 0, 0], [0, 0, 0], NAN),
        ([0, 0, 0], [1, 1, 1], 0.0),
        ([1], [1], NAN),
    ],
)
def test_cohen_at_its_ends(first: list[int], second: list[int], kappa: float) -> None:
    assert cohen(first, second) == pytest.approx(kappa, nan_ok=True)


def test_fleiss_of_the_worked_example() -> None:
    assert fleiss(TEN_ITEMS) == pytest.approx(0.210, abs=5e-4)
    assert fleiss(TEN_ITEMS) == pytest.approx(fleiss_kappa(np.array(TEN_ITEMS)))


def test_fleiss_1971() -> None:
    counts = count_ratings([[int(label) - 1 for label in row] for row in DIAGNOSES.split()])
    assert counts.shape == (30, 5)
    assert fleiss(counts) == pytest.approx(0.430, abs=5e-4)
    assert percent(counts) == pytest.approx(0.556, abs=1e-3)  # as the paper prints


@pytest.mark.parametrize("seed", range(5))
def test_fleiss_is_that_of_statsmodels(seed: int) -> None:
    counts = np.random.default_rng(seed).multinomial(6, [0.5, 0.3, 0.2], size=40)
    assert fleiss(counts) == pytest.approx(fleiss_kappa(counts))


def test_krippendorff_2011() -> None:
    assert krippendorff(count_ratings(UNITS - 1)) == pytest.approx(0.743, abs=5e-4)


def alpha_by_coincidences(ratings: Ints) -> float:
    """Krippendorff's own route: a matrix of coincidences, filled pair by pair."""
    labels = int(ratings.max()) + 1
    found = np.zeros((labels, labels))
    for row in ratings:
        given = row[row != MISSING]
        for i, j in combinations(range(len(given)), 2):
            found[given[i], given[j]] += 1 / (len(given) - 1)
            found[given[j], given[i]] += 1 / (len(given) - 1)
    totals, n = found.sum(axis=0), found.sum()
    observed = n - np.trace(found)
    expected = (n**2 - (totals**2).sum()) / (n - 1)
    return float(1 - observed / expected)


@pytest.mark.parametrize("seed", range(5))
def test_krippendorff_by_coincidences(seed: int) -> None:
    ratings = np.random.default_rng(seed).integers(MISSING, 3, size=(30, 5))
    assert krippendorff(count_ratings(ratings)) == pytest.approx(alpha_by_coincidences(ratings))


def test_alpha_nears_fleiss_with_many_items() -> None:
    few = np.random.default_rng(0).multinomial(5, [0.6, 0.4], size=20)
    many = np.tile(few, (500, 1))
    assert krippendorff(many) == pytest.approx(fleiss(many), abs=1e-4)
    assert abs(krippendorff(few) - fleiss(few)) > 1e-3


@pytest.mark.parametrize("measure", [fleiss, krippendorff])
def test_one_label_for_all_is_no_evidence(measure: object) -> None:
    assert callable(measure)
    assert math.isnan(measure([[3, 0], [3, 0]]))
    assert measure([[3, 0], [0, 3]]) == pytest.approx(1.0)


def test_percent_by_hand() -> None:
    # Of three people two agree: one pair of three. A pair that parts. One rating has no pair.
    assert percent([[2, 1], [1, 1], [1, 0]]) == pytest.approx((1 / 3 + 0) / 2)
    assert percent([[5, 0]]) == 1.0


def test_high_percent_with_no_kappa() -> None:
    counts = [[2, 0]] * 95 + [[1, 1]] * 5
    assert percent(counts) == pytest.approx(0.95)
    assert krippendorff(counts) < 0.01


def test_counts_keep_everything() -> None:
    ratings = [[0, 2, MISSING], [MISSING, MISSING, MISSING]]
    assert count_ratings(ratings).tolist() == [[1, 0, 1], [0, 0, 0]]
    assert count_ratings(ratings, classes=4).tolist() == [[1, 0, 1, 0], [0, 0, 0, 0]]
    assert count_ratings([[MISSING]], classes=2).tolist() == [[0, 0]]


def test_drawn_ratings_are_some_of_those_given() -> None:
    counts = np.random.default_rng(1).integers(2, 9, size=(200, 3))
    drawn = draw_ratings(counts, 5, seed=3)
    assert (drawn.sum(axis=1) == 5).all()
    assert (drawn >= 0).all()
    assert (drawn <= counts).all()
    assert (drawn == draw_ratings(counts, 5, seed=3)).all()
    assert (drawn != draw_ratings(counts, 5, seed=4)).any()
    assert (draw_ratings([[2, 1]], 3, seed=0) == [[2, 1]]).all()


def test_drawn_ratings_are_as_frequent_as_given() -> None:
    drawn = draw_ratings(np.tile([30, 10], (4000, 1)), 4, seed=0)
    # Without putting back, the spread of a mean of 4 is a little less than a binomial's.
    assert drawn[:, 0].mean() == pytest.approx(3, abs=4 * (4 * 0.75 * 0.25 / 4000) ** 0.5)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: count_ratings([0, 1]), r"shape \(items, raters\)"),
        (lambda: count_ratings(np.empty((0, 2), dtype=int)), "not empty"),
        (lambda: count_ratings([[0.5, 1.0]]), "whole numbers"),
        (lambda: count_ratings([[0, -2]]), "whole numbers from 0"),
        (lambda: count_ratings([[0, 3]], classes=3), r"\(2\); got 3"),
        (lambda: count_ratings([[0, 1]], classes=0), "1 or more; got 0"),
        (lambda: count_ratings([[MISSING]]), "no label at all"),
        (lambda: cohen([0, 1], [0]), "2 and 1 labels"),
        (lambda: cohen([], []), "not empty"),
        (lambda: cohen([NAN, 1.0], [0, 1]), "whole numbers"),
        (lambda: cohen([0, MISSING], [MISSING, 1]), "by both"),
        (lambda: fleiss([[2, 1], [1, 1]]), "2 to 3"),
        (lambda: fleiss([[1, 0], [0, 1]]), "two ratings"),
        (lambda: fleiss([[0, 0], [0, 0]]), "two ratings"),
        (lambda: krippendorff([[1, 0]]), "two ratings"),
        (lambda: percent([[0.2, 0.8]]), "whole numbers"),
        (lambda: percent([[NAN, 1]]), "NaN"),
        (lambda: percent([[3, -1]]), "0 or more"),
        (lambda: percent(np.array([["a", "b"]])), "must be numbers"),
        (lambda: percent([1, 2]), r"\(items, classes\)"),
        (lambda: draw_ratings([[1, 1], [3, 0]], 3, seed=0), "1 to 2.*got 3"),
        (lambda: draw_ratings([[1, 1]], 0, seed=0), "got 0"),
    ],
)
def test_what_cannot_be_measured_is_refused(call: object, said: str) -> None:
    assert callable(call)
    with pytest.raises(ValueError, match=said):
        call()
