"""Distances against scipy, scikit-learn, arithmetic by hand, and cases with a known answer."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from mlops_lab.drift import DISTANCES, classifier, ks, novelty, psi, wasserstein

Floats = NDArray[np.float64]
Distance = Callable[[Floats, Floats], float]
SEEDS = range(20)
BY_NAME = pytest.mark.parametrize("distance", DISTANCES.values(), ids=DISTANCES)


def two_samples(seed: int) -> tuple[Floats, Floats]:
    """Draw two samples of random sizes; every third pair is of whole numbers, so full of ties."""
    rng = np.random.default_rng(seed)
    n, m = rng.integers(2, 300, size=2)
    a, b = rng.normal(size=(n, 3)) * 3, rng.normal(0.3, 1.2, size=(m, 3)) * 3
    return (a.round(), b.round()) if seed % 3 == 0 else (a, b)


def correlated(rho: float, rng: np.random.Generator, n: int = 1000) -> Floats:
    return rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], size=n)


def test_the_table_holds_the_functions() -> None:
    assert list(DISTANCES) == ["ks", "psi", "wasserstein", "classifier", "novelty"]
    assert list(DISTANCES.values()) == [ks, psi, wasserstein, classifier, novelty]


@pytest.mark.parametrize("seed", SEEDS)
def test_ks_is_scipys_of_the_worst_column(seed: int) -> None:
    a, b = two_samples(seed)
    expected = max(stats.ks_2samp(a[:, j], b[:, j]).statistic for j in range(3))
    assert ks(a, b) == pytest.approx(expected, abs=1e-12)
    assert ks(b, a) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_wasserstein_is_scipys_in_deviations(seed: int) -> None:
    a, b = two_samples(seed)
    columns = [stats.wasserstein_distance(a[:, j], b[:, j]) / a[:, j].std() for j in range(3)]
    assert wasserstein(a, b) == pytest.approx(max(columns), rel=1e-12)


def test_wasserstein_of_a_shift_is_the_shift() -> None:
    a = np.linspace(0, 1, 1001)[:, None]  # uniform: its deviation is 1 / sqrt(12)
    for shift in (0.0, 0.1, -2.0):
        expected = abs(shift) * math.sqrt(12)
        assert wasserstein(a, a + shift) == pytest.approx(expected, rel=2e-3, abs=1e-12)
        assert wasserstein(a + shift, a) == pytest.approx(wasserstein(a, a + shift), rel=1e-9)


def test_psi_by_hand() -> None:
    # One cut, at 2.5. Rows below and above, half a row added to each:
    # reference 2.5 and 2.5 of 5, current 1.5 and 3.5 of 5.
    reference, current = np.array([[1.0], [2], [3], [4]]), np.array([[1.0], [3], [3], [4]])
    expected = (0.3 - 0.5) * math.log(0.3 / 0.5) + (0.7 - 0.5) * math.log(0.7 / 0.5)
    assert expected == pytest.approx(0.1694596, abs=1e-7)
    assert psi(reference, current, bins=2) == pytest.approx(expected, rel=1e-12)
    # The worst column decides.
    both = np.hstack([reference, reference]), np.hstack([reference, current])
    assert psi(*both, bins=2) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_psi_of_ten_bins_from_histograms(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(1000, 1)), rng.normal(0.4, 1.5, size=(333, 1))
    edges = [-np.inf, *np.percentile(a, range(10, 100, 10)), np.inf]
    p, q = ((np.histogram(x, edges)[0] + 0.5) / (len(x) + 5) for x in (a, b))
    assert psi(a, b) == pytest.approx(float(((q - p) * np.log(q / p)).sum()), rel=1e-12)


def test_psi_wants_bins() -> None:
    with pytest.raises(ValueError, match="2 or more; got 1"):
        psi(np.zeros((5, 1)), np.zeros((5, 1)), bins=1)


@pytest.mark.parametrize("value", [0.0, 0.1, 0.3, 7.7, -1e6])
@pytest.mark.parametrize(("n", "m"), [(100, 50), (333, 7), (7, 333)])
def test_a_constant_column(value: float, n: int, m: int) -> None:
    reference, same = np.full((n, 1), value), np.full((m, 1), value)
    for name in ("ks", "psi", "wasserstein", "novelty"):
        assert DISTANCES[name](reference, same) == 0, name
    assert classifier(reference, same) == 0.5
    for step in (0.25, -0.25):  # up or down, a column that was constant has moved
        moved = same + step
        assert ks(reference, moved) == 1
        assert novelty(reference, moved) == 1
        assert wasserstein(reference, moved) == pytest.approx(0.25, rel=1e-6)
        assert psi(reference, moved) > 1


def test_a_nearly_constant_column_that_falls() -> None:
    reference = np.r_[np.zeros(95), np.ones(5)][:, None]
    assert psi(reference, reference - 1) > 1


def test_a_large_offset_is_not_a_constant() -> None:
    reference = 1.7e9 + np.random.default_rng(0).normal(size=(500, 1))  # a time stamp, in seconds
    assert wasserstein(reference, reference + 3) == pytest.approx(3, rel=0.1)
    tiny = 1e-12 * np.random.default_rng(0).normal(size=(500, 1))
    assert wasserstein(tiny, tiny + 3e-12) == pytest.approx(3, rel=0.1)


def test_the_classifier_is_at_one_half_without_drift_and_at_one_when_apart() -> None:
    calm, apart = [], []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        a, b = rng.normal(size=(1000, 3)), rng.normal(size=(250, 3))
        calm.append(classifier(a, b))
        apart.append(classifier(a, b + 10))
    assert np.mean(calm) == pytest.approx(0.5, abs=0.015)
    assert min(calm) > 0.4
    assert max(calm) < 0.6
    assert min(apart) > 0.99


def test_the_classifier_sees_what_no_single_feature_shows() -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        a, b = correlated(0.9, rng), correlated(-0.9, rng)
        assert ks(a, b) < 0.1
        assert psi(a, b) < 0.1
        assert wasserstein(a, b) < 0.2
        assert classifier(a, b) > 0.6  # far outside its luck, see the test above
        assert novelty(a, b) > 0.4


def test_novelty_is_a_hundredth_without_drift_and_one_far_away() -> None:
    found = []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        a = rng.normal(size=(2000, 3))
        found.append(novelty(a, rng.normal(size=(250, 3))))
        assert novelty(a, rng.normal(size=(250, 3)) + 20) == 1
    assert np.mean(found) == pytest.approx(0.01, abs=0.003)


def test_novelty_counts_rows_and_forgets_units() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(1000, 3)), rng.normal(size=(200, 3))
    b[:50] += 20
    found = novelty(a, b)
    assert 0.25 <= found < 0.3
    turned = rng.normal(size=(3, 3)) * [1, 1e3, 1e-3]
    assert novelty(a @ turned, b @ turned) == pytest.approx(found, abs=0.01)


def test_novelty_sees_rows_that_leave_a_plane() -> None:
    rng = np.random.default_rng(1)
    plane = np.array([[1, 0, 1], [0, 1, 1]])  # the third feature is the sum of the others
    a, b = rng.normal(size=(500, 2)) @ plane, rng.normal(size=(100, 2)) @ plane
    assert novelty(a, b) < 0.1
    b[:, 2] += 0.5  # well inside the range of that feature
    assert ks(a, b) < 0.3
    assert novelty(a, b) == 1


@BY_NAME
def test_the_same_sample_twice_is_no_drift(distance: Distance) -> None:
    sample = np.random.default_rng(0).normal(size=(400, 2))
    assert distance(sample, sample) <= (0.5 if distance is classifier else 0.01)


@BY_NAME
def test_arguments_stay_as_they_were_and_answers_repeat(distance: Distance) -> None:
    a, b = two_samples(1)
    before = a.copy(), b.copy()
    assert distance(a, b) == distance(a, b)
    assert type(distance(a, b)) is float
    np.testing.assert_array_equal(a, before[0])
    np.testing.assert_array_equal(b, before[1])


@BY_NAME
def test_two_rows_are_enough(distance: Distance) -> None:
    found = distance(np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[5.0, 5.0], [6.0, 6.0]]))
    assert math.isfinite(found)


GOOD = np.arange(12.0).reshape(6, 2)
BAD = {
    "one row": (GOOD[:1], r"got \(1, 2\)"),
    "empty": (GOOD[:0], r"got \(0, 2\)"),
    "flat": (GOOD[:, 0], r"got \(6,\)"),
    "no feature": (GOOD[:, :0], r"got \(6, 0\)"),
    "missing": (np.where(GOOD == 3, np.nan, GOOD), "NaN or infinite"),
    "infinite": (np.where(GOOD == 3, np.inf, GOOD), "NaN or infinite"),
}


@BY_NAME
@pytest.mark.parametrize(("bad", "message"), BAD.values(), ids=BAD)
def test_a_bad_sample_is_named(distance: Distance, bad: Floats, message: str) -> None:
    with pytest.raises(ValueError, match=f"reference .*{message}"):
        distance(bad, GOOD)
    with pytest.raises(ValueError, match=f"current .*{message}"):
        distance(GOOD, bad)


@BY_NAME
def test_both_samples_need_the_same_width(distance: Distance) -> None:
    with pytest.raises(ValueError, match="same features; got 2 and 1"):
        distance(GOOD, GOOD[:, :1])
