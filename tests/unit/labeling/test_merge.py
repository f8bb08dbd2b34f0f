"""Merging against brute force, planted people, and votes counted by hand."""

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from mlops_lab.labeling import MISSING, annotate, confusion, dawid_skene, majority

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
EVEN = np.ones((3, 3))


def likelihood(ratings: Ints, confusions: Floats, priors: Floats) -> float:
    """Add up every possible truth of every item, one product at a time."""
    items, people = ratings.shape
    total = 0.0
    for truth in product(range(len(priors)), repeat=items):
        chance = 1.0
        for item, label in enumerate(truth):
            chance *= priors[label]
            for person in range(people):
                if ratings[item, person] != MISSING:
                    chance *= confusions[person, label, ratings[item, person]]
        total += chance
    return float(np.log(total))


TINY = np.array([[0, 0, 1], [1, 1, 1], [0, MISSING, 0], [1, 0, 1], [0, 0, 0]])


def test_the_likelihood_is_that_of_every_possible_truth() -> None:
    found = dawid_skene(TINY, 2, smoothing=0, steps=3)
    assert len(found.log_likelihood) == 4
    # The last entry belongs to the matrices that are returned.
    assert found.log_likelihood[-1] == pytest.approx(
        likelihood(TINY, found.confusion, found.priors)
    )


def test_chances_follow_from_the_matrices_by_bayes() -> None:
    found = dawid_skene(TINY, 2, steps=2)
    for row, chance in zip(TINY, found.posterior, strict=True):
        joint = found.priors.copy()
        for person, label in enumerate(row):
            if label != MISSING:
                joint = joint * found.confusion[person][:, label]
        assert chance == pytest.approx(joint / joint.sum())


@pytest.mark.parametrize("smoothing", [0.0, 0.01, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_the_likelihood_never_falls(seed: int, smoothing: float) -> None:
    rng = np.random.default_rng(seed)
    ratings = rng.integers(MISSING, 3, size=(40, 4))
    found = dawid_skene(ratings, 3, smoothing=smoothing)
    steps = np.diff(found.log_likelihood)
    assert len(steps) > 3
    assert (steps >= -1e-8).all()


def planted(skills: list[float], items: int, seed: int) -> tuple[Ints, Ints, Floats]:
    truth = np.random.default_rng(seed).choice(3, items, p=[0.5, 0.3, 0.2])
    matrices = np.array([confusion(skill, EVEN) for skill in skills])
    return truth, annotate(truth, matrices, seed), matrices


def test_planted_people_are_found_out() -> None:
    truth, ratings, matrices = planted([0.9, 0.8, 0.7, 0.6, 0.5], 8000, seed=1)
    found = dawid_skene(ratings)
    assert found.converged
    # A row of a matrix rests on 1,600 items or more: four standard errors, and some for the truth.
    assert np.abs(found.confusion - matrices).max() < 0.06
    assert found.priors == pytest.approx([0.5, 0.3, 0.2], abs=0.03)
    assert np.abs(found.posterior.sum(axis=1) - 1).max() < 1e-12
    assert np.mean(found.labels == truth) > np.mean(majority(ratings, seed=0) == truth) + 0.02


def test_sure_items_are_right_as_often_as_it_says() -> None:
    truth, ratings, _ = planted([0.8, 0.7, 0.6], 6000, seed=2)
    found = dawid_skene(ratings)
    believed = found.posterior.max(axis=1)
    right = found.labels == truth
    for low, high in ((0.4, 0.7), (0.7, 0.9), (0.9, 1.01)):
        some = (believed >= low) & (believed < high)
        assert some.sum() > 300
        assert right[some].mean() == pytest.approx(believed[some].mean(), abs=0.05)


def test_missing_ratings_are_no_votes() -> None:
    truth, ratings, matrices = planted([0.9, 0.75, 0.6, 0.6], 6000, seed=3)
    gaps = np.where(np.random.default_rng(0).random(ratings.shape) < 0.3, MISSING, ratings)
    found = dawid_skene(gaps, 3)
    assert np.abs(found.confusion - matrices).max() < 0.09
    assert np.mean(found.labels == truth) > 0.75


def test_an_item_without_ratings_gets_the_shares() -> None:
    _, ratings, _ = planted([0.9, 0.8, 0.8], 500, seed=4)
    ratings[0] = MISSING
    found = dawid_skene(ratings)
    assert found.posterior[0] == pytest.approx(found.priors, abs=0.01)


def test_one_rater_alone_is_refused() -> None:
    with pytest.raises(ValueError, match="two people or more"):
        dawid_skene([[0], [1], [1]])


def test_agreement_without_exception_is_kept() -> None:
    found = dawid_skene([[1, 1], [0, 0], [1, 1]])
    assert found.labels.tolist() == [1, 0, 1]
    assert found.converged


def test_stopping_early_is_told() -> None:
    _, ratings, _ = planted([0.6, 0.6, 0.5], 300, seed=5)
    short = dawid_skene(ratings, steps=1)
    assert not short.converged
    assert len(short.log_likelihood) == 2


def test_majority_by_hand() -> None:
    assert majority([[0, 1, 1], [2, 2, 0], [MISSING, 1, MISSING]], seed=9).tolist() == [1, 2, 1]


def test_ties_are_drawn_evenly_and_repeatably() -> None:
    ties = np.tile([0, 1, 1, 0, MISSING], (4000, 1))
    drawn = majority(ties, seed=1, classes=3)
    assert set(drawn.tolist()) == {0, 1}
    assert drawn.mean() == pytest.approx(0.5, abs=4 * 0.5 / 4000**0.5)
    assert (drawn == majority(ties, seed=1, classes=3)).all()
    assert (drawn != majority(ties, seed=2, classes=3)).any()


def test_nobody_rated_is_a_lot_of_all() -> None:
    drawn = majority(np.full((900, 2), MISSING), seed=0, classes=3)
    assert np.bincount(drawn, minlength=3).min() > 230


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"steps": 0}, "got 0"),
        ({"tolerance": -1.0}, "0 or more"),
        ({"tolerance": float("nan")}, "got 200, nan"),
        ({"smoothing": -0.1}, "got 200, 1e-06, -0.1"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        dawid_skene([[0, 1]], **settings)  # type: ignore[arg-type]  # steps is an int in its row


@pytest.mark.parametrize("merge", [dawid_skene, lambda ratings: majority(ratings, seed=0)])
def test_ratings_are_checked(merge: object) -> None:
    assert callable(merge)
    with pytest.raises(ValueError, match="whole numbers"):
        merge([[0.5, 1.0]])
    with pytest.raises(ValueError, match="no label at all"):
        merge([[MISSING, MISSING]])
