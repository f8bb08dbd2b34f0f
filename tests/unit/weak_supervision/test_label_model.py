"""The label model: its sums against every case written out, its rates against truth and Snorkel."""

from itertools import product

import numpy as np
import pytest

from mlops_lab import weak_supervision as ws
from mlops_lab.weak_supervision import LabelModel, fit_label_model

RATES = np.array(
    [
        [[0.5, 0.4, 0.1], [0.2, 0.1, 0.7]],
        [[0.1, 0.6, 0.3], [0.3, 0.2, 0.5]],
        [[0.7, 0.3, 0.0 + 1e-9], [0.9, 0.05, 0.05]],
    ]
)
BALANCE = np.array([0.3, 0.7])
ALL = np.array(list(product([-1, 0, 1], repeat=3)))  # the 27 ways in which three rules can vote


def by_hand(row: list[int], silence: bool = True) -> list[float]:
    joint = []
    for y in range(2):
        chance = BALANCE[y]
        for j, vote in enumerate(row):
            if vote != -1 or silence:
                chance *= RATES[j][y][vote + 1]
        joint.append(chance)
    return joint


@pytest.mark.parametrize("silence", [True, False])
def test_predictions_of_three_rules_are_bayes_written_out(silence: bool) -> None:
    found = LabelModel(RATES, BALANCE).predict(ALL, silence=silence)
    for row, shares in zip(ALL.tolist(), found, strict=True):
        joint = by_hand(row, silence)
        np.testing.assert_allclose(shares, np.array(joint) / sum(joint))


def test_the_likelihood_of_three_rules_is_the_sum_over_classes() -> None:
    model = LabelModel(RATES, BALANCE)
    expected = sum(np.log(sum(by_hand(row))) for row in ALL.tolist())
    assert model.log_likelihood(ALL) == pytest.approx(expected)
    chances = [np.exp(model.log_likelihood([row])) for row in ALL.tolist()]
    assert sum(chances) == pytest.approx(1)  # over all 27 ways to vote


def test_no_small_step_from_the_fit_makes_the_votes_likelier() -> None:
    votes, _ = ws.simulate_votes([0.9, 0.8, 0.7], 0.8, rows=3000, seed=0)
    model = fit_label_model(votes, prior_weight=0, rounds=600)
    best = model.log_likelihood(votes)
    rng = np.random.default_rng(0)
    for _ in range(200):
        moved = model.rates * np.exp(rng.normal(0, 0.03, model.rates.shape))
        moved /= moved.sum(axis=-1, keepdims=True)
        # The fit counts a tenth of a row more in each cell, hence the slack.
        assert LabelModel(moved, model.balance).log_likelihood(votes) < best + 0.05


def test_more_rounds_never_make_the_votes_less_likely() -> None:
    votes, _ = ws.simulate_votes([0.9, 0.6, 0.7, 0.8], 0.6, rows=2000, seed=1)
    found = [
        fit_label_model(votes, prior_weight=0, rounds=n).log_likelihood(votes)
        for n in (1, 2, 5, 20, 100)
    ]
    assert (np.diff(found) > -0.01).all()
    assert found[-1] > found[0] + 1


def test_it_finds_rates_that_it_never_saw() -> None:
    accuracies = np.array([0.95, 0.85, 0.75, 0.65, 0.6])
    votes, labels = ws.simulate_votes(accuracies, 0.7, rows=20_000, seed=2)
    model = fit_label_model(votes, prior_weight=0)
    right = model.rates[:, 1, 2] / model.rates[:, 1, 1:].sum(axis=1)
    np.testing.assert_allclose(right, accuracies, atol=0.03)
    score = (model.predict(votes).argmax(axis=1) == labels).mean()
    assert score > (ws.majority_vote(votes).argmax(axis=1) == labels).mean() + 0.02


def test_one_sided_rules_get_their_rates_and_silence_speaks() -> None:
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 2, 20_000)
    chance = np.array([[0.05, 0.6], [0.1, 0.5], [0.02, 0.4], [0.1, 0.7]])  # only ever vote 1
    votes = np.where(rng.random((20_000, 4)) < chance[:, labels].T, 1, -1)
    model = fit_label_model(votes, prior_weight=0, rounds=300)
    np.testing.assert_allclose(model.rates[:, :, 2], chance, atol=0.03)
    quiet = np.full((1, 4), -1)
    truly = (labels == 0)[(votes == -1).all(axis=1)].mean()
    assert model.predict(quiet)[0, 0] == pytest.approx(truly, abs=0.03)
    assert model.predict(quiet, silence=False)[0, 0] == pytest.approx(0.5)


def test_it_agrees_with_snorkel_where_both_assume_the_truth() -> None:
    import torch
    from snorkel.labeling.model import LabelModel as Theirs

    torch.set_num_threads(1)
    votes, labels = ws.simulate_votes([0.9, 0.8, 0.7, 0.65, 0.6, 0.85], 0.6, rows=5000, seed=4)
    ours = fit_label_model(votes, prior_weight=0).predict(votes, silence=False)
    theirs = Theirs(cardinality=2, verbose=False)
    theirs.fit(votes, n_epochs=500, seed=0, class_balance=[0.5, 0.5], progress_bar=False)
    their = theirs.predict_proba(votes)
    assert (ours.argmax(axis=1) == their.argmax(axis=1)).mean() > 0.97
    assert np.abs(ours - their).mean() < 0.03
    assert (ours.argmax(axis=1) == labels).mean() > 0.82


def test_three_classes_and_silent_rows() -> None:
    rng = np.random.default_rng(5)
    labels = rng.integers(0, 3, 6000)
    right = rng.random((6000, 4)) < [0.9, 0.8, 0.6, 0.7]
    votes = np.where(right, labels[:, None], rng.integers(0, 3, (6000, 4)))
    votes[rng.random((6000, 4)) < 0.3] = -1
    model = fit_label_model(votes, [1 / 3] * 3)
    assert model.rates.shape == (4, 3, 4)
    shares = model.predict(votes)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert (shares.argmax(axis=1) == labels).mean() > 0.85
    quiet = model.predict(np.full((2, 4), -1), silence=False)
    np.testing.assert_allclose(quiet, 1 / 3)


def test_a_rule_that_never_or_always_votes_the_same_does_no_harm() -> None:
    votes, labels = ws.simulate_votes([0.9, 0.8, 0.7], 0.8, rows=4000, seed=6)
    alone = fit_label_model(votes).predict(votes)
    for constant in (-1, 1):
        more = np.column_stack([votes, np.full(len(votes), constant)])
        score = (fit_label_model(more).predict(more).argmax(axis=1) == labels).mean()
        assert score > (alone.argmax(axis=1) == labels).mean() - 0.03


@pytest.mark.parametrize(
    ("votes", "settings", "said"),
    [
        ([[1, 0]], {}, "three functions"),
        ([[-1, -1, -1]], {}, "0 votes"),
        ([[1, 0, 1]], {"balance": (0.5, 0.6)}, "adding up to 1"),
        ([[1, 0, 1]], {"balance": (0.0, 1.0)}, "above 0"),
        ([[1, 0, 1]], {"balance": (float("nan"), 0.5)}, "above 0"),
        ([[1, 0, 1]], {"rounds": 0}, "rounds"),
        ([[1, 0, 1]], {"prior_accuracy": 1.0}, "prior_accuracy"),
        ([[1, 0, 1]], {"prior_weight": -1.0}, "prior_weight"),
        ([[1, 0, 2]], {}, "up to 1"),
        ([], {}, "shape"),
    ],
)
def test_wrong_inputs_are_refused(votes: object, settings: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        fit_label_model(votes, **settings)  # type: ignore[arg-type]  # that is the point


def test_votes_of_other_functions_are_refused() -> None:
    with pytest.raises(ValueError, match="knows 3 functions; got votes of 2"):
        LabelModel(RATES, BALANCE).predict([[1, 0]])
