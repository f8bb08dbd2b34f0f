"""Payments with two frauds: what the docstring says of them is what is drawn."""

import numpy as np
import pytest

from mlops_lab import active


def test_shares_places_and_the_start() -> None:
    X, kind = active.two_frauds(20_000, rng=np.random.default_rng(0), distance=4.0, share=0.05)
    assert np.bincount(kind).tolist() == [18_400, 600, 1000]
    assert kind[:16].tolist() == [0] * 12 + [1] * 4
    for number, (center, spread) in enumerate([((0, 0), 1), ((3.2, 0), 0.5), ((-4, -4), 0.35)]):
        rows = X[kind == number]
        slack = 4 * spread / np.sqrt(len(rows))
        np.testing.assert_allclose(rows.mean(axis=0), center, atol=slack)
        np.testing.assert_allclose(rows.std(axis=0), spread, rtol=0.12)


def test_the_rest_is_in_random_order() -> None:
    _, kind = active.two_frauds(4000, rng=np.random.default_rng(1))
    halves = np.array([(half == 2).sum() for half in np.split(kind, 2)])
    assert halves.sum() == 80
    assert abs(halves[0] - 40) < 20
    _, none = active.two_frauds(300, rng=np.random.default_rng(1), share=0.0)
    assert np.bincount(none).tolist() == [291, 9]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"rows": 199}, "rows must be 200 or more; got 199"),
        ({"distance": -1.0}, "distance must be 0 or more; got -1"),
        ({"share": 0.6}, "share must be from 0 to 0.5; got 0.6"),
    ],
)
def test_what_is_out_of_range_is_refused(given: dict[str, float], told: str) -> None:
    rows = int(given.pop("rows", 300))
    with pytest.raises(ValueError, match=told):
        active.two_frauds(rows, rng=np.random.default_rng(0), **given)
