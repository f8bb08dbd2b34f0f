"""Epsilon: against Google's dp-accounting, a closed form, and what must hold of any accountant."""

import numpy as np
import pytest

from mlops_lab.privacy import epsilon

# From dp-accounting 0.6.0: RdpAccountant and PLDAccountant on a SelfComposedDpEvent of
# PoissonSampledDpEvent(q, GaussianDpEvent(noise)), get_epsilon(1e-5).
PUBLISHED = [
    ((0.05, 1, 200), 5.3679, 4.766),
    ((0.1, 2, 300), 4.5643, 4.183),
    ((0.1, 4, 300), 1.9331, 1.770),
    ((250 / 60000, 1.3, 720), 0.5632, 0.370),
    ((0.1, 1, 300), 13.710, 12.398),
]


@pytest.mark.parametrize(("setting", "renyi", "numerical"), PUBLISHED)
def test_it_is_dp_accountings_epsilon_from_above(
    setting: tuple[float, float, int], renyi: float, numerical: float
) -> None:
    found = epsilon(*setting, 1e-5)
    assert renyi - 5e-4 <= found <= 1.05 * renyi, "integer orders alone, so never below"
    assert found > numerical, "a bound must not promise more than is true"


def test_whole_batches_are_one_gaussian_of_more_steps() -> None:
    # Without sampling, n steps with noise s cost what one step with noise s / sqrt(n) costs.
    assert epsilon(1, 8, 16, 1e-5) == pytest.approx(epsilon(1, 2, 1, 1e-5))
    # sampling that takes nearly everybody is nearly no sampling
    assert epsilon(1 - 1e-9, 8, 16, 1e-5) == pytest.approx(epsilon(1, 8, 16, 1e-5), rel=1e-5)


def test_more_noise_and_fewer_steps_and_smaller_batches_cost_less() -> None:
    base = epsilon(0.1, 1, 200, 1e-4)
    assert epsilon(0.1, 2, 200, 1e-4) < base < epsilon(0.1, 1, 400, 1e-4)
    assert epsilon(0.05, 1, 200, 1e-4) < base < epsilon(0.1, 1, 200, 1e-6)


def test_without_noise_nothing_is_promised() -> None:
    assert epsilon(0.1, 0, 1, 1e-4) == np.inf
    assert epsilon(0.1, 1e6, 1, 0.5) == 0.0


@pytest.mark.parametrize(
    "setting",
    [(0, 1, 1, 0.1), (1.1, 1, 1, 0.1), (0.1, -1, 1, 0.1), (0.1, 1, 0, 0.1), (0.1, 1, 1, 1)],
)
def test_what_is_out_of_range_is_refused(setting: tuple[float, float, int, float]) -> None:
    with pytest.raises(ValueError, match="got q"):
        epsilon(*setting)
