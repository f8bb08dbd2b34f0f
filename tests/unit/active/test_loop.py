"""The loop, watched by an oracle that counts."""

from typing import Any

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB

from mlops_lab import active

X = np.random.default_rng(0).normal(size=(50, 2))
Y = (X[:, 0] > 0).astype(int)
START = np.array([int(Y.argmin()), int(Y.argmax())])


def fit(rows: np.ndarray, labels: np.ndarray) -> Any:
    return GaussianNB().fit(rows, labels)


class Spy:
    """An oracle that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __call__(self, positions: np.ndarray) -> np.ndarray:
        self.asked.extend(positions.tolist())
        return np.asarray(Y[positions])


def spend(choose: active.Choose, **more: Any) -> active.History:
    given = {"start": START, "batch": 4, "budget": 15, **more}
    return active.label(X, given.pop("oracle", Spy()), fit, choose, **given)


def test_each_row_is_asked_once_and_the_budget_is_kept_with_the_start() -> None:
    spy = Spy()
    run = spend(active.by_doubt(active.margin), oracle=spy)
    assert spy.asked == run.asked.tolist()
    assert len(set(spy.asked)) == len(spy.asked) == 15
    assert run.sizes.tolist() == [2, 6, 10, 14, 15]
    assert run.asked[:2].tolist() == START.tolist()
    assert (run.labels == Y[run.asked]).all()


def test_each_model_is_fitted_with_the_labels_of_its_size() -> None:
    run = spend(active.at_random(np.random.default_rng(1)))
    for size, model in zip(run.sizes, run.models, strict=True):
        again = fit(X[run.asked[:size]], Y[run.asked[:size]])
        np.testing.assert_allclose(model.predict_proba(X), again.predict_proba(X))


def test_a_batch_is_what_the_model_before_it_doubts_most() -> None:
    run = spend(active.by_doubt(active.margin))
    rest = np.setdiff1d(np.arange(50), run.asked[:6])
    doubt = active.margin(run.models[1].predict_proba(X[rest]))
    assert run.asked[6:10].tolist() == rest[np.argsort(-doubt, kind="stable")[:4]].tolist()


def test_a_whole_pool_and_a_start_that_is_the_budget() -> None:
    assert sorted(spend(active.by_doubt(active.margin), budget=50).asked) == list(range(50))
    run = spend(active.by_doubt(active.margin), budget=2)
    assert run.sizes.tolist() == [2]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"batch": 0}, "batch must be 1 or more; got 0"),
        ({"budget": 1}, "from the start's 2 to the pool's 50; got 1"),
        ({"budget": 51}, "from the start's 2 to the pool's 50; got 51"),
        ({"start": [1, 1]}, "none twice"),
        ({"start": []}, "none twice"),
        ({"start": [50]}, "positions below 50"),
    ],
)
def test_what_cannot_be_spent_is_refused(more: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        spend(active.by_doubt(active.margin), **more)


@pytest.mark.parametrize("wrong", [[0, 0, 1, 2], [0, 1], [0, 1, 2, 48], [-1, 0, 1, 2]])
def test_a_strategy_that_breaks_its_contract_is_refused(wrong: list[int]) -> None:
    with pytest.raises(ValueError, match="4 different positions below 48"):
        spend(lambda *_: np.array(wrong))
