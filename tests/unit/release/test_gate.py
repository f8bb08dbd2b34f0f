"""Gates: McNemar's test as statsmodels has it, rules by hand, rates as chances say."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as two_sided

from mlops_lab.release import RULES, mcnemar, promotes, promotion_rate, rows_needed

COUNTS = st.integers(0, 60)


@given(COUNTS, COUNTS)
def test_both_sides_together_are_statsmodels_two_sided_test(gains: int, losses: int) -> None:
    one = min(float(mcnemar(gains, losses)), float(mcnemar(losses, gains)))
    expected = two_sided([[0, gains], [losses, 0]], exact=True).pvalue if gains + losses else 1.0
    assert min(1.0, 2 * one) == pytest.approx(float(expected))


@given(COUNTS, COUNTS)
def test_one_side_is_the_binomial_test(gains: int, losses: int) -> None:
    if gains + losses:
        expected = stats.binomtest(gains, gains + losses, alternative="greater").pvalue
        assert float(mcnemar(gains, losses)) == pytest.approx(expected)


def test_no_row_that_differs_is_no_evidence() -> None:
    assert float(mcnemar(0, 0)) == 1.0
    assert [bool(promotes(0, 0, 50, rule)) for rule in RULES] == [False, False, False, True]


@pytest.mark.parametrize(
    ("rule", "counts", "expected"),
    [
        ("higher wins", (3, 3), False),
        ("higher wins", (4, 3), True),
        ("a point higher", (19, 10), False),
        ("a point higher", (20, 10), True),
        ("McNemar", (5, 0), True),
        ("McNemar", (4, 0), False),
        ("not a point worse", (0, 0), True),
        ("not a point worse", (0, 10), False),
    ],
)
def test_rules_by_hand(rule: str, counts: tuple[int, int], *, expected: bool) -> None:
    assert bool(promotes(*counts, 1000, rule)) is expected


def test_not_worse_is_the_lower_bound_of_the_paired_difference() -> None:
    gains, losses, n = 40, 30, 500
    each = np.repeat([1.0, -1.0, 0.0], [gains, losses, n - gains - losses])
    bound = each.mean() - stats.norm.ppf(0.95) * each.std() / n**0.5
    assert bool(promotes(gains, losses, n, "not a point worse")) is bool(bound > -0.01)


def test_the_stricter_level_promotes_less() -> None:
    assert promotes(15, 5, 100, "McNemar", level=0.05)
    assert not promotes(15, 5, 100, "McNemar", level=0.01)


def test_rows_needed_give_the_power() -> None:
    n = rows_needed(0.02, 0.1)
    found = promotion_rate([0.02], 0.1, n, "McNemar", draws=4000, seed=0)
    assert found[0] == pytest.approx(0.8, abs=0.03)


def test_rows_needed_by_hand() -> None:
    root = 1.6448536 * 0.1**0.5 + 0.8416212 * (0.1 - 0.02**2) ** 0.5
    assert rows_needed(0.02, 0.1) == np.ceil((root / 0.02) ** 2)


def test_rates_are_those_of_the_binomial() -> None:
    # all rows differ, so the gains are binomial with a chance of (1 + effect) / 2
    effects = np.array([-0.2, 0.0, 0.2])
    found = promotion_rate(effects, 1.0, 101, "higher wins", draws=20_000, seed=1)
    expected = stats.binom.sf(50, 101, (1 + effects) / 2)
    assert found == pytest.approx(expected, abs=0.012)


def test_the_test_keeps_its_level() -> None:
    assert promotion_rate([0.0], 0.2, 500, "McNemar", draws=20_000, seed=2)[0] <= 0.05


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mcnemar(-1, 2), "gains must be whole"),
        (lambda: mcnemar([1], [0.5]), "losses must be whole"),
        (lambda: promotes(1, 0, 10, "best"), "'best'"),
        (lambda: promotes(8, 3, 10, "McNemar"), "n is 10"),
        (lambda: promotes(1, 0, 10, "McNemar", level=1.0), "level must"),
        (lambda: rows_needed(0.0, 0.1), "effect 0.0"),
        (lambda: rows_needed(0.2, 0.1), "effect 0.2"),
        (lambda: rows_needed(0.01, 0.1, power=1.0), "power and level"),
        (lambda: promotion_rate([0.3], 0.2, 10, "McNemar", seed=0), "effects must"),
        (lambda: promotion_rate([0.1], 0.2, 10, "McNemar", draws=0, seed=0), "draws is 0"),
    ],
)
def test_wrong_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
