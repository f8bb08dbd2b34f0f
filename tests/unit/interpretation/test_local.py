"""LIME by hand: against a closed form, and against scikit-learn's ridge regression."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from mlops_lab.interpretation import lime

DRAWS = np.random.default_rng(0)


def test_slopes_are_those_of_a_weighted_ridge() -> None:
    x, scale, width = np.array([1.0, -2.0]), np.array([2.0, 0.5]), 0.8
    away = np.random.default_rng(3).normal(size=(300, 2))
    near = np.exp(-np.sum(away**2, axis=1) / (2 * width**2))

    def f(rows: np.ndarray) -> np.ndarray:
        return np.asarray(np.sin(rows[:, 0]) * rows[:, 1])

    found = lime(f, x, scale, samples=300, width=width, rng=np.random.default_rng(3), ridge=5.0)
    model = Ridge(alpha=5.0).fit(away, f(x + away * scale), sample_weight=300 * near / near.sum())
    assert found == pytest.approx(model.coef_)


@pytest.mark.parametrize("width", [0.3, 1.0, 3.0])
def test_the_slope_is_a_mean_over_the_weighed_neighbours(width: float) -> None:
    """Stein's lemma: the best slope is the mean of f' over N(x, v), 1 / v = 1 + 1 / width²."""
    v = 1 / (1 + 1 / width**2)
    found = lime(
        lambda rows: rows[:, 0] ** 3, [0.5], [1.0], samples=200_000, width=width, rng=DRAWS
    )
    assert found[0] == pytest.approx(3 * (0.5**2 + v), rel=0.05)


def test_the_same_generator_gives_the_same_slopes() -> None:
    def slopes() -> list[float]:
        rng = np.random.default_rng(0)
        square = lime(lambda rows: rows[:, 0] ** 2, [1.0], [1.0], samples=50, width=1, rng=rng)
        return [float(one) for one in square]

    assert slopes() == slopes()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"x": [[1.0]]}, r"\(1, 1\)"),
        ({"scale": [0.0, 1.0]}, "scale above 0"),
        ({"samples": 1}, "got 1, 1.0, 0.001"),
        ({"width": 0.0}, "width above 0"),
        ({"ridge": -1.0}, "-1.0"),
        ({"f": lambda rows: rows}, r"10 in all; got shape \(10, 2\)"),
    ],
)
def test_bad_input_is_named(change: dict[str, object], said: str) -> None:
    given = {
        "f": lambda rows: rows[:, 0],
        "x": [0.0, 1.0],
        "scale": [1.0, 1.0],
        "samples": 10,
        "width": 1.0,
        "ridge": 1e-3,
        **change,
    }
    f, x, scale = (given.pop(name) for name in ("f", "x", "scale"))
    with pytest.raises(ValueError, match=said):
        lime(f, x, scale, rng=DRAWS, **given)  # type: ignore[arg-type]
