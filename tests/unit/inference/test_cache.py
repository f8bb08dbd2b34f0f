"""A cache: against functools, arithmetic in the open, and a simulation event by event."""

from functools import lru_cache

import numpy as np
import pytest

from mlops_lab.inference import characteristic_hit_rate, latencies, lru_hits, popularity, ttl_shares
from mlops_lab.serving.queueing import md1_latency


def test_popularity_follows_the_rank() -> None:
    shares = popularity(50, 0.8)
    assert shares.sum() == pytest.approx(1)
    assert shares[0] / shares[9] == pytest.approx(10**0.8)


@pytest.mark.parametrize("size", [1, 3, 20])
def test_hits_are_those_of_functools(size: int) -> None:
    keys = np.random.default_rng(size).integers(0, 30, 500).tolist()
    asked = []

    @lru_cache(maxsize=size)
    def compute(key: int) -> int:
        asked.append(key)
        return key

    expected = []
    for key in keys:
        before = len(asked)
        compute(key)
        expected.append(len(asked) == before)
    assert lru_hits(keys, size).tolist() == expected


@pytest.mark.parametrize("skew", [0.8, 1.2])
def test_the_forecast_is_near_what_a_cache_does(skew: float) -> None:
    shares = popularity(2000, skew)
    keys = np.random.default_rng(0).choice(2000, 30_000, p=shares)
    found = lru_hits(keys.tolist(), 200)[8000:].mean()
    assert characteristic_hit_rate(shares, 200) == pytest.approx(found, abs=0.015)


def test_hits_and_stale_answers_by_lifetime() -> None:
    rng, rates, lifetime, changes = np.random.default_rng(0), [2.0, 0.2], 5.0, 0.1
    hits = stale = total = 0
    for rate in rates:
        at = np.cumsum(rng.exponential(1 / rate, int(40_000 * rate)))
        changed = np.cumsum(rng.exponential(1 / changes, 8000))
        filled = -np.inf
        for now in at:
            total += 1
            if now - filled < lifetime:
                hits += 1
                stale += np.searchsorted(changed, now) > np.searchsorted(changed, filled)
            else:
                filled = now
    expected = ttl_shares(rates, lifetime, changes)
    assert expected == pytest.approx((hits / total, stale / total), abs=0.01)


def test_latencies_are_those_of_one_queue() -> None:
    rng = np.random.default_rng(1)
    at, hits = np.cumsum(rng.exponential(1, 300)), rng.random(300) < 0.4
    found, free = latencies(at, hits, 1.3, 0.1), 0.0
    for now, hit, latency in zip(at, hits, found, strict=True):
        if not hit:
            free = max(now, free) + 1.3
        assert latency == pytest.approx(0.1 if hit else free - now)


def test_latencies_have_the_mean_of_theory() -> None:
    at = np.cumsum(np.random.default_rng(2).exponential(0.02 / 0.7, 200_000))
    found = latencies(at, np.zeros(len(at), bool), 0.02).mean()
    assert found == pytest.approx(md1_latency(0.7 / 0.02, 0.02), rel=0.03)


def test_bad_input_is_named() -> None:
    for call in (
        lambda: popularity(0, 1),
        lambda: lru_hits([1], 0),
        lambda: characteristic_hit_rate([0.5, 0.6], 1),
        lambda: characteristic_hit_rate([0.5, 0.5], 2),
        lambda: ttl_shares([], 1, 1),
        lambda: ttl_shares([1.0], 0, 1),
        lambda: latencies([2, 1], [False, False], 1),
        lambda: latencies([1], [False], 0),
    ):
        with pytest.raises(ValueError, match="got"):
            call()
