"""Queues on paper, against arithmetic in the open, brute force and each other."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from mlops_lab.serving.queueing import cost_per_million, md1_latency, mm1_latency, play
from mlops_lab.serving.results import schedule

Times = NDArray[np.float64]


def test_the_formulas_by_hand() -> None:
    # M/M/1: 1 / (mu - lambda); M/D/1: half of that wait.
    assert mm1_latency(50, 0.01) == pytest.approx(1 / (100 - 50))
    assert md1_latency(50, 0.01) == pytest.approx(0.01 + (1 / 50 - 0.01) / 2)
    assert mm1_latency(0, 0.01) == md1_latency(0, 0.01) == 0.01


@pytest.mark.parametrize("rate", [100, 150])
def test_a_full_server_never_catches_up(rate: float) -> None:
    assert mm1_latency(rate, 0.01) == md1_latency(rate, 0.01) == math.inf


@pytest.mark.parametrize(
    ("rate", "service"), [(-1, 1), (1, 0), (1, -1), (math.nan, 1), (1, math.nan)]
)
def test_impossible_servers_are_refused(rate: float, service: float) -> None:
    with pytest.raises(ValueError, match="rate must be from 0, service above 0"):
        mm1_latency(rate, service)


@pytest.mark.parametrize("use", [0.3, 0.6, 0.8])
def test_the_played_queue_agrees_with_the_formula(use: float) -> None:
    means = [play(schedule(100 * use, 200, seed), 0.01).mean() for seed in range(5)]
    assert np.mean(means) == pytest.approx(md1_latency(100 * use, 0.01), rel=0.06)


def lindley(at: Times, service: float) -> list[float]:
    free, found = 0.0, []
    for moment in at:
        free = max(free, moment) + service
        found.append(free - moment)
    return found


def brute(at: Times, call: float, size: int, window: float, most: int) -> list[float]:
    """Play the same server in small ticks of whole milliseconds; times are whole as well."""
    waiting: list[int] = []
    latency = [math.nan] * len(at)
    busy_until, following = 0, 0
    for now in range(200_000):
        while True:
            arrived = following < len(at) and at[following] == now
            full = len(waiting) >= size
            due = bool(waiting) and (full or at[waiting[0]] + window <= now)
            if arrived:
                if len(waiting) < most:
                    waiting.append(following)
                following += 1
                continue
            if due and now >= busy_until:
                batch, waiting = waiting[:size], waiting[size:]
                busy_until = now + int(call)
                for one in batch:
                    latency[one] = busy_until - at[one]
            break
        if following == len(at) and not waiting:
            return latency
    raise AssertionError("the server never finished")


def test_without_batches_it_is_lindleys_recursion() -> None:
    at = schedule(70, 20, 3)
    assert play(at, 0.012) == pytest.approx(lindley(at, 0.012))


@pytest.mark.parametrize("seed", range(20))
def test_batches_windows_and_bounds_agree_with_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    # Distinct odd moments; calls and windows are even: no two events fall together.
    at = np.sort(rng.choice(np.arange(1, 6000, 2), 300, replace=False)).astype(float)
    size, window, most = (
        int(rng.integers(1, 9)),
        int(rng.integers(0, 40)) * 2,
        int(rng.integers(9, 30)),
    )
    call = int(rng.integers(1, 60)) * 2
    found = play(at, call, batch_size=size, window=window, queue_size=most)
    np.testing.assert_allclose(found, brute(at, call, size, window, most))


def test_rows_cost_what_they_cost() -> None:
    assert play([0.0, 0.0], 1.0, row=0.25, batch_size=2) == pytest.approx([1.5, 1.5])


def test_a_window_is_waited_for_only_while_the_batch_is_not_full() -> None:
    assert play([0.0, 0.1, 5.0], 1.0, batch_size=2, window=2.0) == pytest.approx([1.1, 1.0, 3.0])


def test_a_bounded_queue_refuses_and_keeps_latency_bounded() -> None:
    latency = play(schedule(300, 10, 1), 0.01, queue_size=5)
    refused = np.isnan(latency)
    assert 0.6 < refused.mean() < 0.72  # 300 come, 100 are served
    assert np.nanmax(latency) <= 0.01 * (5 + 2)


def test_nobody_comes() -> None:
    assert play([], 1.0).shape == (0,)


@pytest.mark.parametrize(
    ("at", "more", "said"),
    [
        ([1.0, 0.5], {}, "in order"),
        ([math.nan], {}, "finite"),
        ([[0.0]], {}, "one row"),
        ([0.0], {"row": -1.0}, "call, row and window"),
        ([0.0], {"window": -1.0}, "call, row and window"),
        ([0.0], {"batch_size": 0}, "sizes and workers must be from 1"),
        ([0.0], {"queue_size": 0}, "sizes and workers must be from 1"),
        ([0.0], {"workers": 0}, "sizes and workers must be from 1"),
    ],
)
def test_impossible_plays_are_refused(at: list[float], more: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        play(at, 1.0, **more)  # type: ignore[arg-type]  # numbers of either kind


def test_cost_by_hand() -> None:
    # 3.6 an hour is 0.001 a second; 200 in a second are 5e-6 each.
    assert cost_per_million(200, 3.6) == pytest.approx(5.0)
    assert cost_per_million(200, 0) == 0


@pytest.mark.parametrize(("rate", "price"), [(0, 1), (-1, 1), (1, -1), (math.nan, 1)])
def test_cost_refuses(rate: float, price: float) -> None:
    with pytest.raises(ValueError, match="rate must be above 0"):
        cost_per_million(rate, price)


def by_hand(at: Times, call: float, size: int, window: float, workers: int) -> list[float]:
    """Play an unbounded queue in one pass: who is there by the time of a start goes along."""
    free, latency, first = [0.0] * workers, [], 0
    while first < len(at):
        full = at[first + size - 1] if first + size <= len(at) else math.inf
        start = max(min(free), min(at[first] + window, full))
        batch = [one for one in at[first : first + size] if one <= start]
        free[free.index(min(free))] = start + call
        latency += [start + call - one for one in batch]
        first += len(batch)
    return latency


@pytest.mark.parametrize("workers", [1, 2, 5])
@pytest.mark.parametrize("size", [1, 4])
@pytest.mark.parametrize("window", [0.0, 0.005])
def test_several_workers_share_one_queue(workers: int, size: int, window: float) -> None:
    at = schedule(90 * workers * size**0.5, 3, workers + size)
    played = play(at, 0.01, batch_size=size, window=window, workers=workers)
    assert played == pytest.approx(by_hand(at, 0.01, size, window, workers))
