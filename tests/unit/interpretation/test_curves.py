"""Random curves: their slopes are those of small steps, and as steep as was asked for."""

import numpy as np
import pytest

from mlops_lab.interpretation import draw_curves


def test_slopes_are_what_small_steps_change() -> None:
    f, slopes = draw_curves(np.random.default_rng(0), 4, bend=0.7)
    x, step = np.array([0.3, -1.0, 2.0, 0.0]), 1e-6 * np.eye(4)
    assert slopes(x) == pytest.approx((f(x + step) - f(x - step)) / 2e-6, abs=1e-6)


@pytest.mark.parametrize("bend", [0.5, 2.0])
def test_variance_and_steepness_are_as_told(bend: float) -> None:
    rng = np.random.default_rng(1)
    drawn = [draw_curves(rng, 1, bend) for _ in range(2000)]
    assert np.std([f([[0.4]])[0] for f, _ in drawn]) == pytest.approx(1, rel=0.1)
    assert np.std([slopes([0.4])[0] for _, slopes in drawn]) == pytest.approx(1 / bend, rel=0.1)


@pytest.mark.parametrize(("columns", "bend", "waves"), [(0, 1, 8), (1, 0, 8), (1, 1, 0)])
def test_bad_input_is_named(columns: int, bend: float, waves: int) -> None:
    with pytest.raises(ValueError, match=f"got {columns}, {waves}, {bend}"):
        draw_curves(np.random.default_rng(0), columns, bend, waves)
