"""What shuffling costs: as scikit-learn counts it, and where the answer is known."""

import numpy as np
import pytest
from sklearn.inspection import permutation_importance
from sklearn.tree import DecisionTreeClassifier

from mlops_lab.interpretation import shuffle_loss

RNG = np.random.default_rng(0)
X = RNG.normal(size=(2000, 3))
Y = (X[:, 0] + 0.5 * X[:, 1] > 0).astype(int)


def test_single_columns_are_as_another_library_finds_them() -> None:
    model = DecisionTreeClassifier(max_depth=5, random_state=0).fit(X, Y)
    theirs = permutation_importance(model, X, Y, n_repeats=20, random_state=0).importances_mean
    ours = [shuffle_loss(model.predict, X, Y, j, RNG, 20) for j in range(3)]
    assert ours == pytest.approx(theirs, abs=0.01)


def test_a_group_is_shuffled_as_one() -> None:
    """Columns that are copies stay copies, so a rule that asks whether they agree loses nothing."""
    twins = np.column_stack([X[:, 0], X[:, 0], X[:, 1]])

    def agree(table: np.ndarray) -> np.ndarray:
        return np.asarray(table[:, 0] == table[:, 1])

    always = np.ones(len(twins), dtype=bool)
    assert shuffle_loss(agree, twins, always, [0, 1], RNG) == 0
    assert shuffle_loss(agree, twins, always, [0], RNG) > 0.99


def test_a_coin_is_what_is_left_without_the_column() -> None:
    def sign(table: np.ndarray) -> np.ndarray:
        return table[:, 0] > 0

    assert shuffle_loss(sign, X, X[:, 0] > 0, 0, RNG, 10) == pytest.approx(0.5, abs=0.02)
    assert shuffle_loss(sign, X, X[:, 0] > 0, [1, 2], RNG) == 0


def test_the_table_is_left_as_it_was() -> None:
    before = X.copy()
    shuffle_loss(lambda table: table[:, 0] > 0, X, Y, [0, 1], RNG)
    assert (before == X).all()


@pytest.mark.parametrize(
    ("y", "columns", "repeats", "said"),
    [
        (Y[:5], 0, 1, r"\(2000, 3\) and \(5,\)"),
        (Y, 3, 1, "columns from 0 to 2; got 3"),
        (Y, [], 1, r"got \[\]"),
        (Y, [0.5], 1, r"got \[0.5\]"),
        (Y, 0, 0, "one repeat or more; got 0"),
    ],
)
def test_bad_input_is_named(y: np.ndarray, columns: list[int], repeats: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        shuffle_loss(lambda table: table[:, 0] > 0, X, y, columns, RNG, repeats)
