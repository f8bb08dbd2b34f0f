"""Nets side by side against one alone, gradients against differences, and bad input."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mlops_lab.distillation import fit, logits, loss, parameters

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 4)).astype(np.float32)
Y = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)
ROWS = np.array([RNG.permutation(300)[:200] for _ in range(3)])
SETTINGS: dict[str, Any] = {"classes": 3, "hidden": 8, "steps": 300, "seed": 1, "rate": 0.02}


def right(z: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray((z.argmax(axis=-1) == Y).mean(axis=1))


def test_it_learns_and_is_repeatable() -> None:
    nets = fit(X, ROWS, Y[ROWS], **SETTINGS)
    assert right(logits(nets, X)).min() > 0.9
    again = fit(X, ROWS, Y[ROWS], **SETTINGS)
    np.testing.assert_array_equal(logits(nets, X), logits(again, X))
    other = fit(X, ROWS, Y[ROWS], **{**SETTINGS, "seed": 2})
    assert not np.array_equal(logits(nets, X), logits(other, X))


def test_parameters_are_counted_by_hand() -> None:
    nets = fit(X, ROWS, Y[ROWS], **{**SETTINGS, "steps": 1})
    assert parameters(nets) == 4 * 8 + 8 + 8 * 3 + 3


def test_a_member_does_not_see_its_neighbours() -> None:
    labels = Y[ROWS]
    changed = labels.copy()
    changed[1] = 0
    first = logits(fit(X, ROWS, labels, **SETTINGS), X)
    second = logits(fit(X, ROWS, changed, **SETTINGS), X)
    np.testing.assert_array_equal(first[[0, 2]], second[[0, 2]])
    assert not np.array_equal(first[1], second[1])


def test_a_teacher_alone_teaches() -> None:
    teacher = 5 * np.eye(3)[Y[ROWS]]
    nobody = np.full(ROWS.shape, -1)
    nets = fit(X, ROWS, nobody, teacher=teacher, weight=1, temperature=4, **SETTINGS)
    assert right(logits(nets, X)).min() > 0.9
    without = fit(X, ROWS, nobody, **SETTINGS)
    np.testing.assert_array_equal(
        logits(without, X), logits(fit(X, ROWS, nobody, **{**SETTINGS, "steps": 1}), X)
    )


def test_it_lowers_the_loss_of_the_package() -> None:
    teacher = RNG.normal(size=(*ROWS.shape, 3))
    more: dict[str, Any] = {"teacher": teacher, "temperature": 3.0, "weight": 0.5}
    values = []
    for steps in (1, 600):
        z = logits(fit(X, ROWS, Y[ROWS], **{**SETTINGS, "steps": steps}, **more), X[ROWS])
        values.append(loss(Y[ROWS[0]], teacher[0], z[0], temperature=3.0, weight=0.5))
    assert values[1] < 0.8 * values[0]


def test_each_member_has_its_own_weight_and_temperature() -> None:
    wrong = 5 * np.eye(3)[(Y[ROWS] + 1) % 3]
    nets = fit(
        X, ROWS, Y[ROWS], teacher=wrong, weight=[0.0, 1.0, 0.0], temperature=[1, 2, 3], **SETTINGS
    )
    found = right(logits(nets, X))
    assert found[1] < 0.1
    assert found[[0, 2]].min() > 0.9


def test_noise_acts() -> None:
    plain = fit(X, ROWS, Y[ROWS], **SETTINGS)
    noisy = fit(X, ROWS, Y[ROWS], noise=3.0, **SETTINGS)
    assert np.abs(logits(noisy, X)).mean() < 0.7 * np.abs(logits(plain, X)).mean()


def test_it_trains_on_from_given_nets_and_leaves_them() -> None:
    nets = fit(X, ROWS, Y[ROWS], **SETTINGS)
    before = [w.copy() for w in nets.weights]
    on = fit(X, ROWS, Y[ROWS], **{**SETTINGS, "steps": 1, "rate": 1e-6}, start=nets)
    np.testing.assert_allclose(logits(on, X), logits(nets, X), atol=1e-3)
    assert not np.array_equal(on.weights[0], nets.weights[0])
    for one, other in zip(nets.weights, before, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"X": X[:0]}, "finite table"),
        ({"X": np.where(X > 2, np.nan, X)}, "finite table"),
        ({"rows": ROWS + 200}, "rows must lie between 0 and 299"),
        ({"rows": ROWS[:, :0], "labels": ROWS[:, :0]}, "one shape"),
        ({"labels": Y[ROWS][:, :5]}, "one shape"),
        ({"labels": Y[ROWS] + 2}, "labels must lie between -1 and 2; got 4"),
        ({"temperature": 0.0}, "temperature must be a number above 0; got 0"),
        ({"temperature": math.nan}, "temperature must be one finite number"),
        ({"weight": 1.5}, "weight must lie between 0 and 1"),
        ({"weight": [0.1, 0.2]}, "one for each member"),
        ({"weight": 0.5}, "needs the teacher's logits"),
        ({"weight": 0.5, "teacher": np.zeros((3, 200, 2))}, "must have the shape"),
        ({"weight": 0.5, "teacher": np.full((3, 200, 3), np.nan)}, "must be finite"),
        ({"steps": 0}, "must be above 0"),
        ({"rate": 0.0}, "must be above 0"),
        ({"start": fit(X, ROWS, Y[ROWS], **{**SETTINGS, "hidden": 5})}, "start needs weights of"),
    ],
)
def test_bad_input(change: dict[str, Any], says: str) -> None:
    given: dict[str, Any] = {"X": X, "rows": ROWS, "labels": Y[ROWS], **SETTINGS, **change}
    with pytest.raises(ValueError, match=says):
        fit(**given)


@pytest.mark.parametrize("bad", [X[:, :2], X[0], np.zeros((2, 5, 4))])
def test_logits_of_inputs_that_do_not_fit(bad: NDArray[np.float32]) -> None:
    nets = fit(X, ROWS, Y[ROWS], **{**SETTINGS, "steps": 1})
    with pytest.raises(ValueError, match="3 nets of 4 inputs"):
        logits(nets, bad)
