"""Each kind of drift changes the part of the law it names, and no other."""

from typing import Any, get_args

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from scipy.spatial import KDTree

from mlops_lab.drift import NEW_CLASS, Stream, simulate, weight
from mlops_lab.drift.simulate import Form, Kind

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SEEDS = range(5)
KINDS: tuple[Kind, ...] = get_args(Kind)
FORMS: tuple[Form, ...] = get_args(Form)
SIZE = 0.3


def pool(seed: int = 0, n: int = 3000) -> tuple[Floats, Ints]:
    """Draw rows of four features that go together, all distinct, and labels that depend on them."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 4)) @ rng.normal(size=(4, 4)) + rng.normal(size=4) * 10
    z = (X - X.mean(0)) / X.std(0)
    chance = 1 / (1 + np.exp(-(z[:, 0] - z[:, 1] - 0.8)))
    return X, (rng.random(n) < chance).astype(np.int64)


def pairs(X: Floats, y: Ints) -> set[tuple[bytes, int]]:
    return {(row.tobytes(), int(label)) for row, label in zip(X, y, strict=True)}


def after(stream: Stream) -> tuple[Floats, Ints]:
    return stream.X[stream.start :], stream.y[stream.start :]


def share_at(form: Form, row: int, start: int, width: int) -> float:
    """Return what `weight` promises for one row, written down a second time."""
    if row < start:
        return 0.0
    if form == "sudden":
        return 1.0
    if form == "recurring":
        return float(((row - start) // width) % 2 == 0)
    return min(1.0, (row - start + 1) / width)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("start", "width"), [(0, 7), (13, 1), (13, 7), (60, 9), (13, 500)])
def test_weight_follows_its_form_row_by_row(form: Form, start: int, width: int) -> None:
    expected = [share_at(form, row, start, width) for row in range(60)]
    np.testing.assert_allclose(weight(form, 60, start, width), expected, rtol=1e-12)


@pytest.mark.parametrize("kind", ["covariate", "label"])
@pytest.mark.parametrize("form", FORMS)
def test_redrawn_rows_are_pairs_of_the_pool(kind: Kind, form: Form) -> None:
    X, y = pool()
    stream = simulate(X, y, kind=kind, size=0.8, form=form, rows=900, start=300, width=150)
    assert pairs(stream.X, stream.y) <= pairs(X, y)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("size", [0.2, 0.6, 1.5])
def test_covariate_drift_moves_the_mean_by_its_size(seed: int, size: float) -> None:
    X, y = pool(seed)
    stream = simulate(
        X, y, kind="covariate", size=size, feature=2, rows=9000, start=1000, seed=seed
    )
    error = 5 * X[:, 2].std() / np.sqrt(8000)  # a tilted normal law keeps its variance
    assert after(stream)[0][:, 2].mean() == pytest.approx(
        X[:, 2].mean() + size * X[:, 2].std(), abs=error
    )
    assert stats.ks_2samp(stream.X[:1000, 2], X[:, 2]).pvalue > 1e-4


def test_covariate_drift_keeps_the_chance_of_a_label_where_values_repeat() -> None:
    rng = np.random.default_rng(3)
    X = rng.integers(0, 4, size=(4000, 1)).astype(float)
    y = (rng.random(4000) < 0.15 + 0.2 * X[:, 0]).astype(np.int64)
    inputs, labels = after(
        simulate(X, y, kind="covariate", size=0.7, rows=22_000, start=2000, seed=4)
    )
    for value in range(4):
        there, chance = labels[inputs[:, 0] == value], y[X[:, 0] == value].mean()
        assert stats.binomtest(int(there.sum()), len(there), chance).pvalue > 1e-4


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("size", [0.25, 0.5, 1.0])
def test_label_drift_moves_the_rate_and_keeps_each_class(seed: int, size: float) -> None:
    X, y = pool(seed)
    stream = simulate(X, y, kind="label", size=size, rows=12_000, start=2000, seed=seed)
    inputs, labels = after(stream)
    rate = y.mean() + size * (1 - y.mean())
    assert labels.mean() == pytest.approx(rate, abs=5 * np.sqrt(rate * (1 - rate) / 10_000) + 1e-12)
    for label in np.unique(labels):
        for column in range(X.shape[1]):
            same = stats.ks_2samp(inputs[labels == label, column], X[y == label, column])
            assert same.pvalue > 1e-4


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("feature", [0, 3])
def test_concept_drift_keeps_the_inputs_and_turns_over_the_top(form: Form, feature: int) -> None:
    X, y = pool(7)
    settings: dict[str, Any] = {"form": form, "rows": 3000, "start": 800, "width": 400, "seed": 11}
    calm = simulate(X, y, kind="none", size=SIZE, feature=feature, **settings)
    moved = simulate(X, y, kind="concept", size=SIZE, feature=feature, **settings)
    np.testing.assert_array_equal(moved.X, calm.X)
    top = [
        strength > 0 and value > np.quantile(X[:, feature], 1 - strength)
        for value, strength in zip(moved.X[:, feature], moved.strength, strict=True)
    ]
    np.testing.assert_array_equal(moved.y != calm.y, top)
    assert pairs(calm.X, calm.y) <= pairs(X, y)
    assert not calm.strength.any()


def test_concept_drift_turns_over_a_share_of_its_size() -> None:
    X, y = pool(1)
    calm = simulate(X, y, kind="none", size=0, rows=20_000, start=0)
    for size in (0.0, 0.1, 0.35, 0.9):
        moved = simulate(X, y, kind="concept", size=size, rows=20_000, start=0)
        assert np.mean(moved.y != calm.y) == pytest.approx(
            size, abs=5 * np.sqrt(size * (1 - size) / 20_000)
        )


def test_concept_drift_leaves_rows_at_a_tied_cut_alone() -> None:
    X = np.repeat([0.0, 1.0, 2.0], [50, 30, 20])[:, None]
    y = np.arange(100) % 2
    calm = simulate(X, y, kind="none", size=0, rows=500, start=0)
    for size, turned in ((0.1, ()), (0.2, (2,)), (0.3, (2,)), (0.6, (1, 2)), (1.0, (1, 2))):
        moved = simulate(X, y, kind="concept", size=size, rows=500, start=0)
        np.testing.assert_array_equal(moved.y != calm.y, np.isin(moved.X[:, 0], turned))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_new_class_fills_its_share_of_an_empty_corner(seed: int) -> None:
    X, y = pool(seed)
    stream = simulate(X, y, kind="new class", size=0.2, rows=8000, start=2000, seed=seed)
    new = stream.y == NEW_CLASS
    assert not new[:2000].any()
    assert new.sum() == pytest.approx(1200, abs=5 * np.sqrt(6000 * 0.2 * 0.8))
    assert pairs(stream.X[~new], stream.y[~new]) <= pairs(X, y)
    scale = X.std(0)
    tree = KDTree(X / scale)
    usual = np.quantile(np.asarray(tree.query(X / scale, k=2)[0])[:, 1], 0.9)
    assert np.min(tree.query(stream.X[new] / scale)[0]) > usual
    middle = (stream.X[new].mean(0) - X.mean(0)) / scale
    np.testing.assert_allclose(middle, [3, -3, 3, -3], atol=0.1)
    np.testing.assert_allclose(stream.X[new].std(0) / scale, 0.5, atol=0.06)  # a tight group


@pytest.mark.parametrize("kind", KINDS[1:])
def test_strength_tells_how_far_the_law_is_from_the_old_one(kind: Kind) -> None:
    X, y = pool()
    for form in FORMS:
        stream = simulate(
            X, y, kind=kind, size=SIZE, form=form, rows=2000, start=500, width=1000, seed=2
        )
        share = np.array([share_at(form, row, 500, 1000) for row in range(2000)])
        assert stream.start == 500
        assert stream.strength.shape == (2000,)
        assert not stream.strength[:500].any()
        if form == "incremental":  # in fiftieths
            assert np.abs(stream.strength - SIZE * share).max() <= SIZE / 100 + 1e-12
        elif form == "gradual":
            assert set(stream.strength) == {0.0, SIZE}
            new = stream.strength > 0
            assert new[1500:].all()
            ramp = share[500:1500]
            assert new[500:1500].sum() == pytest.approx(
                ramp.sum(), abs=5 * np.sqrt((ramp * (1 - ramp)).sum())
            )
        else:
            np.testing.assert_array_equal(stream.strength, SIZE * share)


def test_incremental_drift_moves_every_row_a_little_further() -> None:
    X, y = pool()
    stream = simulate(
        X, y, kind="covariate", size=1.0, form="incremental", rows=30_000, start=0, width=30_000
    )
    z = (stream.X[:, 0] - X[:, 0].mean()) / X[:, 0].std()
    tenths = z.reshape(10, -1).mean(axis=1)
    np.testing.assert_allclose(tenths, np.arange(10) / 10 + 0.05, atol=5 / np.sqrt(3000))


def test_a_recurring_drift_goes_and_comes_back() -> None:
    X, y = pool()
    stream = simulate(
        X, y, kind="label", size=1.0, form="recurring", rows=1000, start=100, width=200
    )
    on = stream.strength > 0
    assert stream.y[on].all()
    assert on.tolist() == [False] * 100 + ([True] * 200 + [False] * 200) * 2 + [True] * 100
    assert not stream.y[~on].all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMS)
def test_start_at_either_end(kind: Kind, form: Form) -> None:
    X, y = pool(n=400)
    settings: dict[str, Any] = {"kind": kind, "size": SIZE, "form": form, "rows": 300, "width": 40}
    never = simulate(X, y, start=300, **settings)
    assert not never.strength.any()
    assert pairs(never.X, never.y) <= pairs(X, y)
    at_once = simulate(X, y, start=0, **settings)
    assert at_once.strength.any() == (kind != "none")
    if form == "sudden" and kind != "none":
        assert (at_once.strength == SIZE).all()
    assert simulate(X, y, **settings | {"rows": 0}, start=0).X.shape == (0, 4)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMS)
def test_the_seed_decides_everything(kind: Kind, form: Form) -> None:
    X, y = pool(n=400)
    before = X.copy(), y.copy()

    def draw(seed: int | np.random.Generator) -> Stream:
        return simulate(X, y, kind=kind, size=SIZE, form=form, rows=300, start=100, seed=seed)

    first, again, generator = draw(5), draw(5), draw(np.random.default_rng(5))
    for other in (again, generator):
        np.testing.assert_array_equal(first.X, other.X)
        np.testing.assert_array_equal(first.y, other.y)
        np.testing.assert_array_equal(first.strength, other.strength)
    assert (draw(6).X != first.X).any()
    first.X[:], first.y[:] = 0, 0
    np.testing.assert_array_equal(X, before[0])
    np.testing.assert_array_equal(y, before[1])


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "kind": ({"kind": "covariat"}, "'covariat'; did you mean 'covariate'"),
    "form": ({"form": "suden"}, "'suden'; did you mean 'sudden'"),
    "far from any name": ({"kind": "zzz"}, "got 'zzz'$"),
    "negative size": ({"size": -0.5}, "got -0.5"),
    "size is NaN": ({"size": float("nan")}, "got nan"),
    "infinite size": ({"size": float("inf")}, "got inf"),
    "label above 1": ({"kind": "label", "size": 1.5}, "0 to 1; got 1.5"),
    "concept above 1": ({"kind": "concept", "size": 1.5}, "0 to 1; got 1.5"),
    "new class above 1": ({"kind": "new class", "size": 2}, "0 to 1; got 2"),
    "outside the values": ({"size": 50.0}, "got 50.0"),
    "feature too high": ({"feature": 4}, "0 to 3; got 4"),
    "feature below 0": ({"feature": -1}, "got -1"),
    "start after the end": ({"start": 301}, "start=301"),
    "start below 0": ({"start": -1}, "start=-1"),
    "no width": ({"width": 0}, "width=0"),
    "negative rows": ({"rows": -1, "start": 0}, "rows=-1"),
    "flat inputs": ({"X": np.zeros(400)}, r"got \(400,\)"),
    "labels too few": ({"y": np.zeros(399, dtype=int)}, r"\(399,\)"),
    "labels as a column": ({"y": np.zeros((400, 1), dtype=int)}, r"\(400, 1\)"),
    "empty pool": ({"X": np.zeros((0, 4)), "y": np.zeros(0, dtype=int)}, r"got \[\]"),
    "one class": ({"y": np.ones(400, dtype=int)}, r"got \[1\]"),
    "three classes": ({"y": np.arange(400) % 3}, r"got \[0, 1, 2\]"),
    "missing label": ({"y": np.where(np.arange(400) > 3, np.nan, 1.0)}, "nan"),
    "missing value": ({"X": np.full((400, 4), np.nan)}, "NaN or infinite"),
    "infinite value": ({"X": np.full((400, 4), np.inf)}, "NaN or infinite"),
    "constant feature": ({"X": np.full((400, 4), 0.1)}, "constant"),
}


@pytest.mark.parametrize(("change", "message"), BAD.values(), ids=BAD)
def test_a_bad_setting_is_named(change: dict[str, Any], message: str) -> None:
    X, y = pool(n=400)
    settings: dict[str, Any] = {"X": X, "y": y, "kind": "covariate", "size": 0.5, "rows": 300}
    with pytest.raises(ValueError, match=message):
        simulate(**settings | {"start": 100} | change)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "covariate"])
def test_a_constant_feature_is_no_obstacle_elsewhere(kind: Kind) -> None:
    X, y = pool(n=400)
    X[:, 0] = 0.1
    stream = simulate(X, y, kind=kind, size=0.5, rows=300, start=100)
    assert np.isfinite(stream.X).all()
