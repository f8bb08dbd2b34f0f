"""The value of information against closed forms and full enumeration."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mlops_lab.scoping import draw, evpi, examples, partial_value, pilot_signal


def unit_loss(mean: float, spread: float) -> float:
    """Return E[max(0, D)] - max(0, mean) for a normal D (Raiffa and Schlaifer 1961)."""
    z = abs(mean) / spread
    return float(spread * (stats.norm.pdf(z) - z * stats.norm.sf(z)))


def normal(mean: float, spread: float, draws: int = 200_000) -> np.ndarray:
    return np.random.default_rng(0).normal(mean, spread, draws)


def test_perfect_information_by_hand() -> None:
    # Best of each draw: 10, 4, 6; the better option has the mean 14 / 3.
    assert evpi([[10, 0], [4, 4], [0, 6]]) == pytest.approx(20 / 3 - 14 / 3)


@pytest.mark.parametrize(("mean", "spread"), [(0, 1), (2, 3), (-5, 4)])
def test_perfect_information_about_a_normal(mean: float, spread: float) -> None:
    gain = normal(mean, spread)
    worth = np.column_stack([gain, np.zeros_like(gain)])
    assert evpi(worth) == pytest.approx(unit_loss(mean, spread), rel=0.03)


@pytest.mark.parametrize("n", [1, 10, 100])
def test_a_sample_against_the_normal_closed_form(n: int) -> None:
    mean, prior, noise = 1.0, 2.0, 6.0
    gain = normal(mean, prior)
    seen = gain + np.random.default_rng(1).normal(0, noise / n**0.5, len(gain))
    worth = np.column_stack([gain, np.zeros_like(gain)])
    preposterior = prior**2 / (prior**2 + noise**2 / n) ** 0.5
    found = partial_value(worth, seen)
    assert found == pytest.approx(unit_loss(mean, preposterior), rel=0.05, abs=0.003)


@pytest.mark.parametrize("n", [3, 20])
def test_a_sample_against_beta_binomial_enumeration(n: int) -> None:
    a, b, price = 4, 3, 0.6
    chance = np.random.default_rng(2).beta(a, b, 200_000)
    seen = np.random.default_rng(3).binomial(n, chance)
    worth = np.column_stack([100 * (chance - price), np.zeros_like(chance)])
    k = np.arange(n + 1)
    after = 100 * ((a + k) / (a + b + n) - price)
    exact = stats.betabinom(n, a, b).pmf(k) @ np.maximum(after, 0)
    assert partial_value(worth, seen) == pytest.approx(exact, rel=0.05)


def test_one_of_two_inputs_against_the_closed_form() -> None:
    first, second = normal(0, 2), np.random.default_rng(5).normal(0, 3, 200_000)
    worth = np.column_stack([first + second, np.zeros_like(first)])
    assert partial_value(worth, first) == pytest.approx(unit_loss(0, 2), rel=0.03)
    both = np.column_stack([first, second])
    assert partial_value(worth, both) == pytest.approx(evpi(worth), rel=0.02)


def test_noise_and_what_cannot_change_the_choice_are_worth_nothing() -> None:
    gain = normal(10, 1, 50_000)
    worth = np.column_stack([gain, np.zeros_like(gain)])
    assert partial_value(worth, gain) == pytest.approx(0, abs=1e-6)
    near = np.column_stack([gain - 10.5, np.zeros_like(gain)])
    assert partial_value(near, normal(0, 1, 50_000)[::-1]) < 0.01
    assert partial_value(near, np.ones(50_000)) == 0  # a constant tells nothing
    assert partial_value(near, np.ones((50_000, 0))) == 0


def test_an_only_option_needs_no_information() -> None:
    assert evpi(np.arange(10.0)[:, None]) == 0
    assert partial_value(np.arange(100.0)[:, None], np.arange(100.0)) == 0


@pytest.mark.parametrize("bad", [[], [1.0, 2.0], np.zeros((0, 2)), [[np.nan, 1.0]]])
def test_worth_must_be_a_finite_table(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="draws by options"):
        evpi(bad)


@pytest.mark.parametrize(
    ("signal", "degree", "said"),
    [
        (np.zeros(5), 3, "one row for each of 40 draws"),
        (np.full(40, np.nan), 3, "finite"),
        (np.arange(40), 9, "between 1 and 5"),
        (np.arange(40), 4, "ten draws each"),
    ],
)
def test_signals_that_are_refused(signal: np.ndarray, degree: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        partial_value(np.zeros((40, 2)), signal, degree=degree)


def test_a_pilot_shows_what_its_world_is_like() -> None:
    world = pd.DataFrame({"base_rate": [0.2] * 4000, "recall": 0.7, "false_alarm_rate": 0.1})
    shown = pilot_signal(world, 1000, seed=0)
    assert shown.mean().tolist() == pytest.approx([0.2, 0.7, 0.1], abs=0.01)
    assert shown["base_rate"].std() == pytest.approx((0.2 * 0.8 / 1000) ** 0.5, rel=0.1)


def test_a_larger_pilot_comes_nearer_to_perfect() -> None:
    inputs = draw(examples().projects["fraud"], 20_000, 0)
    worth = np.column_stack([1e6 * (inputs["base_rate"] - 0.004), np.zeros(len(inputs))])
    found = [partial_value(worth, pilot_signal(inputs, n, 0)) for n in (100, 1000, 10_000)]
    perfect = evpi(worth)
    assert found[0] < found[1] < found[2] < perfect
    assert found[2] > 0.85 * perfect


def test_no_labels_tell_nothing() -> None:
    inputs = draw(examples().projects["fraud"], 1000, 0)
    assert pilot_signal(inputs, 0, 0).nunique().tolist() == [1, 1, 1]


def test_pilots_that_are_refused() -> None:
    inputs = draw(examples().projects["fraud"], 10, 0)
    with pytest.raises(ValueError, match="got -1"):
        pilot_signal(inputs, -1, 0)
    with pytest.raises(ValueError, match="recall"):
        pilot_signal(inputs.drop(columns="recall"), 5, 0)
