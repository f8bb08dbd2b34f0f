"""Scaling: cases whose answer can be counted by hand."""

from itertools import pairwise

import numpy as np
import pytest

from mlops_lab.inference import Now, autoscale, bursts


def test_enough_pods_leave_nobody_waiting() -> None:
    run = autoscale([50.0] * 24, lambda now: now.pods, capacity=10, start=2)
    assert run.late() == 0
    assert run.pods.tolist() == [2] * 24
    assert run.pod_hours == pytest.approx(2 * 120 / 3600)


def test_a_queue_grows_by_what_is_not_served() -> None:
    run = autoscale([150.0] * 4, lambda now: now.pods, capacity=10, start=2)
    assert run.waits.tolist() == [2.5, 5, 7.5, 10]
    assert run.late() == 1


def test_a_new_pod_is_paid_at_once_and_answers_later() -> None:
    seen: list[Now] = []

    def rule(now: Now) -> int:
        seen.append(now)
        return 3

    run = autoscale([100.0] * 24, rule, capacity=10, startup=30, start=2)
    assert run.pods.tolist() == [2] * 7 + [3] * 17
    assert [(now.ready, now.pods) for now in seen[:4]] == [(2, 2), (2, 3), (3, 3), (3, 3)]
    assert seen[0].busy == pytest.approx(1)
    assert seen[0].rate == pytest.approx(20)


def test_a_hold_keeps_the_highest_wish() -> None:
    wishes = iter([6, *[2] * 40])
    run = autoscale([10.0] * 60, lambda _: next(wishes), startup=0, hold=60, start=2)
    assert (run.pods == 6).sum() * 5 == 60
    wishes = iter([6, *[2] * 40])
    run = autoscale([10.0] * 60, lambda _: next(wishes), startup=0, hold=0, start=2)
    assert (run.pods == 6).sum() * 5 == 15


def test_pods_that_still_start_go_first() -> None:
    seen: list[Now] = []
    wishes = iter([8, 5, 2, *[2] * 9])

    def rule(now: Now) -> int:
        seen.append(now)
        return next(wishes)

    autoscale([10.0] * 30, rule, startup=600, hold=0, start=4)
    assert [(now.ready, now.pods) for now in seen[:4]] == [(4, 4), (4, 8), (4, 5), (2, 2)]


def test_limits_hold_whatever_the_rule_wants() -> None:
    up = autoscale([10.0] * 40, lambda _: 10**6, startup=0, start=3, limits=(2, 7))
    down = autoscale([10.0] * 40, lambda _: -5, hold=0, start=3, limits=(2, 7))
    assert (up.pods.max(), down.pods.min()) == (7, 2)


def test_bursts_come_on_top_of_a_wave() -> None:
    calm, wild = bursts(3, strength=1 / 1.25), bursts(3, strength=4)
    assert calm.shape == wild.shape == (1440,)
    assert wild.max() > 2 * calm.max()
    assert any(not np.array_equal(a, b) for a, b in pairwise(bursts(i) for i in range(3)))


def test_bad_input_is_named() -> None:
    for call in (
        lambda: bursts(0, 60),
        lambda: bursts(0, strength=0),
        lambda: autoscale([], lambda now: now.pods),
        lambda: autoscale([-1.0], lambda now: now.pods),
        lambda: autoscale([1.0], lambda now: now.pods, capacity=0),
        lambda: autoscale([1.0], lambda now: now.pods, start=1),
    ):
        with pytest.raises(ValueError, match="got"):
            call()
