"""Stop rules: their promises measured over many streams, and their verdicts by arithmetic."""

import math
from typing import Any

import numpy as np
import pytest

from mlops_lab.serving.sequential import (
    Release,
    Verdict,
    always_valid,
    peeking,
    simulate_release,
    sprt,
)

yes, no = True, False


def stops(rule: Any, new: float, *, streams: int = 400, seed: int = 0, **more: Any) -> float:
    rng = np.random.default_rng(seed)
    drawn = (
        simulate_release(4000, share=0.1, old=0.05, new=new, seed=rng, **more)
        for _ in range(streams)
    )
    return float(np.mean([rule(*one).decision == "stop" for one in drawn]))


def by_sprt(canary: Any, bad: Any) -> Verdict:
    return sprt(canary, bad, share=0.1)


def by_mixture(canary: Any, bad: Any) -> Verdict:
    return always_valid(canary, bad, share=0.1)


@pytest.mark.parametrize("rule", [by_sprt, by_mixture])
@pytest.mark.parametrize("new", [0.05, 0.03])
def test_a_harmless_canary_is_stopped_at_most_as_often_as_promised(rule: Any, new: float) -> None:
    assert stops(rule, new) <= 0.05 + 3 * (0.05 * 0.95 / 400) ** 0.5


def test_peeking_stops_harmless_canaries_and_one_look_does_not() -> None:
    assert stops(peeking, 0.05) >= 0.12
    assert stops(lambda c, b: peeking(c, b, first=4000, every=4000), 0.05) <= 0.09


def test_harm_is_found() -> None:
    assert stops(by_sprt, 0.10) >= 0.8
    assert stops(by_mixture, 0.15) >= 0.95
    assert stops(peeking, 0.10) >= 0.95


def test_a_canary_as_bad_as_feared_is_promoted_at_most_as_often_as_promised() -> None:
    rng = np.random.default_rng(4)
    drawn = [simulate_release(4000, share=0.1, old=0.05, new=0.1, seed=rng) for _ in range(400)]
    promoted = np.mean([by_sprt(*one).decision == "promote" for one in drawn])
    assert promoted <= 0.05 + 3 * (0.05 * 0.95 / 400) ** 0.5


def test_callers_counted_many_times_break_the_promise() -> None:
    assert stops(by_sprt, 0.05, requests_per_key=20, alike=0.3) >= 0.09


def test_the_sprt_by_hand() -> None:
    # At a share of 0.5 and a ratio of 3 a coin of the canary counts 1.5, one of the other 0.5.
    canary, bad = np.ones(20, dtype=bool), np.ones(20, dtype=bool)
    assert sprt(canary, bad, share=0.5, ratio=3.0) == Verdict("stop", 8)  # 1.5**8 = 25.6
    assert sprt(~canary, bad, share=0.5, ratio=3.0) == Verdict("promote", 5)  # 0.5**5 = 0.031
    assert sprt(~canary, bad, share=0.5, ratio=3.0, miss=0.0) == Verdict("go on", 20)
    bad[::2] = False  # every second request is bad, so it takes twice as many
    assert sprt(canary, bad, share=0.5, ratio=3.0) == Verdict("stop", 16)


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_the_mixture_is_the_mean_over_chances(share: float) -> None:
    from scipy.integrate import quad

    rng = np.random.default_rng(1)
    canary, bad = rng.random(40) < 0.6, np.ones(40, dtype=bool)
    log_level = None
    for n in range(1, 41):
        k = int(canary[:n].sum())
        mean = quad(lambda q, k=k, n=n: q**k * (1 - q) ** (n - k), share, 1)[0] / (1 - share)
        if mean / (share**k * (1 - share) ** (n - k)) >= 20:
            log_level = n
            break
    found = always_valid(canary, bad, share=share)
    assert found == (Verdict("go on", 40) if log_level is None else Verdict("stop", log_level))


def test_peeking_is_the_test_of_two_proportions() -> None:
    from scipy import stats as tests

    found = simulate_release(1000, share=0.3, old=0.1, new=0.14, seed=3)
    on, bad = found
    table = [bad[on].sum(), (~bad[on]).sum()], [bad[~on].sum(), (~bad[~on]).sum()]
    p = tests.chi2_contingency(table, correction=False).pvalue / 2
    worse = bad[on].mean() > bad[~on].mean()
    for level in (p * 0.99, p * 1.01):
        decided = peeking(on, bad, first=1000, every=1, level=level).decision
        assert (decided == "stop") == (worse and level > p)


def test_nothing_seen_decides_nothing() -> None:
    none = np.zeros(0, dtype=bool)
    quiet = np.zeros(3000, dtype=bool)
    for rule in (peeking, by_sprt, by_mixture):
        assert rule(none, none) == Verdict("go on", 0)
        assert rule(quiet, quiet) == Verdict("go on", 3000)
        assert rule(~quiet, quiet) == Verdict("go on", 3000)


def test_the_release_is_what_was_asked_for() -> None:
    on, bad = simulate_release(200_000, share=0.2, old=0.05, new=0.3, seed=1)
    assert on.mean() == pytest.approx(0.2, abs=0.005)
    assert bad[on].mean() == pytest.approx(0.3, abs=0.01)
    assert bad[~on].mean() == pytest.approx(0.05, abs=0.003)


def test_keys_keep_their_version_and_are_alike() -> None:
    on, bad = simulate_release(
        100_000, share=0.5, old=0.2, new=0.2, seed=1, requests_per_key=50_000, alike=0.5
    )
    assert len(np.unique(on)) <= 2
    assert abs(bad.mean() - 0.2) > 0.001  # two callers only, each with a chance of its own
    many = [
        simulate_release(400, share=0.5, old=0.2, new=0.2, seed=s, requests_per_key=400, alike=0.5)
        for s in range(500)
    ]
    means = np.array([one.bad.mean() for one in many])
    assert means.mean() == pytest.approx(0.2, abs=0.06)
    assert means.var() == pytest.approx(0.5 * 0.2 * 0.8, rel=0.25)  # the correlation, by definition


def test_the_same_seed_draws_the_same() -> None:
    one, two = (simulate_release(50, share=0.5, old=0.5, new=0.5, seed=9) for _ in range(2))
    assert isinstance(one, Release)
    assert (one.canary == two.canary).all()
    assert (one.bad == two.bad).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"n": 0}, "n and requests_per_key"),
        ({"requests_per_key": 0}, "requests_per_key must be from 1"),
        ({"alike": 1.0}, "alike from 0 to below 1"),
        ({"share": 1.5}, "share must be from 0 to 1"),
        ({"old": -0.1}, "old must be from 0 to 1"),
        ({"new": math.nan}, "new must be from 0 to 1"),
    ],
)
def test_an_impossible_release_is_refused(change: dict[str, Any], said: str) -> None:
    settings: dict[str, Any] = {"n": 10, "share": 0.1, "old": 0.1, "new": 0.1, "seed": 0} | change
    with pytest.raises(ValueError, match=said):
        simulate_release(settings.pop("n"), **settings)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: peeking([yes], [yes, no]), "two rows of booleans of one length"),
        (lambda: peeking([1], [0]), "two rows of booleans"),
        (lambda: peeking([yes], [no], level=0.0), "level must lie between"),
        (lambda: peeking([yes], [no], every=0), "every and first"),
        (lambda: sprt([yes], [no], share=0.0), "share must lie between"),
        (lambda: sprt([yes], [no], share=0.5, ratio=1.0), "ratio must be above 1"),
        (lambda: sprt([yes], [no], share=0.5, miss=1.0), "miss from 0 to below 1"),
        (lambda: always_valid([yes], [no], share=1.0), "share must lie between"),
    ],
)
def test_wrong_use_is_refused(call: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()
