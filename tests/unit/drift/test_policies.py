"""Policies run by models that write down what they saw, and by detectors that ring on order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mlops_lab.drift import (
    Detector,
    ErrorRate,
    Outcome,
    always,
    never,
    on_alarm,
    on_schedule,
    prequential,
)
from mlops_lab.drift.policies import Policy

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ROWS = 1000


def stream(rows: int = ROWS) -> tuple[Floats, Ints]:
    """Return rows that carry their own number, and labels that are all 1."""
    return np.arange(rows, dtype=float)[:, None], np.ones(rows, dtype=np.int64)


@dataclass
class Lab:
    """Fits models that say `answer(number of the model, row)` and keeps what was used when."""

    answer: Callable[[int, Floats], Ints]
    delay: int = 0
    trained: list[tuple[int, int]] = field(default_factory=list)
    predicted: list[tuple[int, int]] = field(default_factory=list)

    def fit(self, X: Floats, y: Ints) -> "Seen":
        rows = X[:, 0].astype(int)
        assert rows.tolist() == list(range(rows[0], rows[-1] + 1)), "rows in order, none left out"
        assert len(y) == len(rows)
        if self.trained:
            clock = self.predicted[-1][1]
            assert rows[-1] < max(clock - self.delay, self.trained[0][1]), "a label before its time"
        self.trained.append((int(rows[0]), int(rows[-1]) + 1))
        return Seen(self, len(self.trained) - 1)


@dataclass
class Seen:
    lab: Lab
    number: int

    def predict(self, X: Floats) -> Ints:
        rows = X[:, 0].astype(int)
        assert rows[0] >= self.lab.trained[self.number][1], "a row its model has seen"
        self.lab.predicted.append((int(rows[0]), int(rows[-1]) + 1))
        return self.lab.answer(self.number, X)


def right(_number: int, X: Floats) -> Ints:
    return np.ones(len(X), dtype=np.int64)


def wrong(_number: int, X: Floats) -> Ints:
    return np.zeros(len(X), dtype=np.int64)


def coin(number: int, X: Floats) -> Ints:
    drawn: Ints = np.random.default_rng(number).integers(0, 2, len(X))
    return drawn


POLICIES: dict[str, Callable[[], Policy]] = {
    "never": never,
    "always": lambda: always(120),
    "schedule": lambda: on_schedule(170, 120),
    "alarm": lambda: on_alarm(lambda: ErrorRate(window=20, level=0.4), 200, 70),
}


@pytest.mark.parametrize("make", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("block", [1, 37, 100, 900, 5000])
@pytest.mark.parametrize("delay", [0, 1, 90, 250, 5000])
def test_no_row_is_seen_before_its_time(make: Callable[[], Policy], block: int, delay: int) -> None:
    X, y = stream()
    lab = Lab(coin, delay)
    outcome = prequential(X, y, lab.fit, make(), train_rows=100, block=block, label_delay=delay)
    starts = list(range(100, ROWS, block))
    assert lab.predicted == [(start, min(start + block, ROWS)) for start in starts]
    assert lab.trained[0] == (0, 100)
    assert len(lab.trained) == 1 + len(outcome.retrained)
    assert set(outcome.retrained) <= set(starts[1:])
    assert outcome.wrong.shape == (900,)
    assert outcome.first == 100


def test_the_alarm_policy_of_the_sweep_above_does_retrain() -> None:
    X, y = stream()
    outcome = prequential(
        X, y, Lab(coin, 90).fit, POLICIES["alarm"](), train_rows=100, block=37, label_delay=90
    )
    assert len(outcome.retrained) > 1


def test_wrong_is_counted_for_the_model_that_was_live() -> None:
    X, y = stream()
    lab = Lab(lambda number, X: wrong(0, X) if number == 0 else right(0, X))
    outcome = prequential(X, y, lab.fit, on_schedule(300, 100), train_rows=100, block=100)
    assert outcome.retrained == (400, 700)
    assert outcome.wrong.tolist() == [True] * 300 + [False] * 600
    assert outcome.accuracy == pytest.approx(2 / 3)
    assert outcome.cost(retrain_price=50) == 300 + 2 * 50
    assert outcome.cost(retrain_price=0.5, error_price=0.1) == pytest.approx(31)


def test_cost_by_hand() -> None:
    outcome = Outcome(np.array([True, False, True, True]), 10, (12, 13))
    assert outcome.accuracy == 0.25
    assert outcome.cost(100) == 203
    assert outcome.cost(0, error_price=2) == 6
    assert Outcome(np.array([False]), 1).cost(100) == 0


def test_never_and_always_and_their_counts() -> None:
    X, y = stream()
    run: dict[str, Any] = {"train_rows": 100, "block": 100}
    assert prequential(X, y, Lab(wrong).fit, never(), **run).retrained == ()
    lab = Lab(wrong)
    outcome = prequential(X, y, lab.fit, always(150), **run)
    assert outcome.retrained == tuple(range(200, 1000, 100))  # not after the last block
    assert lab.trained == [(0, 100), *((end - 150, end) for end in outcome.retrained)]


def test_more_rows_than_there_are_means_all_rows() -> None:
    X, y = stream()
    lab = Lab(wrong)
    prequential(X, y, lab.fit, always(10_000), train_rows=100, block=300)
    assert lab.trained == [(0, 100), (0, 400), (0, 700)]


@pytest.mark.parametrize(
    ("every", "block", "delay", "retrained"),
    [
        (200, 100, 0, (300, 500, 700, 900)),
        (250, 100, 0, (400, 600, 900)),  # 300, 500, 800 labels are the first past 250, 500, 750
        (100, 100, 0, tuple(range(200, 1000, 100))),
        (1, 300, 0, (400, 700)),
        (200, 100, 150, (500, 700, 900)),  # labels: 0, 50, 150, 250 at row 500, 350, 450 at 700
        (900, 100, 0, ()),
        (10, 100, 5000, ()),
    ],
)
def test_the_schedule_counts_labels(
    every: int, block: int, delay: int, retrained: tuple[int, ...]
) -> None:
    X, y = stream()
    outcome = prequential(
        X,
        y,
        Lab(coin, delay).fit,
        on_schedule(every, 100),
        train_rows=100,
        block=block,
        label_delay=delay,
    )
    assert outcome.retrained == retrained


def test_the_schedule_owes_nothing_after_a_large_delivery() -> None:
    decide, none = on_schedule(100, 50), np.zeros(0)
    assert decide(np.zeros(1000), 1000) == 50
    assert decide(none, 0) == 0
    assert decide(np.zeros(99), 99) == 0
    assert decide(none, 1) == 50  # labels count, also those of rows an older model predicted


@pytest.mark.parametrize("delay", [0, 30, 100, 250])
def test_the_policy_hears_errors_of_the_live_model_only(delay: int) -> None:
    X, y = stream()
    heard: list[tuple[list[float], int]] = []

    def at_400(errors: Floats, arrived: int) -> int:
        heard.append((errors.tolist(), arrived))
        return 50 if len(heard) == 3 else 0

    lab = Lab(lambda number, X: wrong(0, X) if number == 0 else right(0, X), delay)
    outcome = prequential(X, y, lab.fit, at_400, train_rows=100, block=100, label_delay=delay)
    assert outcome.retrained == (400,)
    assert sum(arrived for _, arrived in heard) == 900 - delay
    before, after = heard[:3], heard[3:]
    assert [error for errors, _ in before for error in errors] == [1.0] * max(0, 300 - delay)
    assert [error for errors, _ in after for error in errors] == [0.0] * (600 - delay)


def bell(*positions: int) -> Detector:
    """Build a detector that rings at these errors, counted from 0."""

    class Bell:
        def __init__(self) -> None:
            self.seen = -1

        def update(self, _value: object) -> bool:
            self.seen += 1
            return self.seen in positions

    return Bell()


def bells(*each: tuple[int, ...]) -> Callable[[], Detector]:
    """Build such detectors one after the other, then silent ones."""
    rings: Iterator[tuple[int, ...]] = iter(each)
    return lambda: bell(*next(rings, ()))


def decisions(policy: Policy, block: int, blocks: int) -> dict[int, int]:
    """Feed blocks of errors; give the rows asked for by the number of errors seen so far."""
    answers = {block * (i + 1): policy(np.zeros(block), block) for i in range(blocks)}
    return {seen: rows for seen, rows in answers.items() if rows}


@pytest.mark.parametrize(
    ("rings", "train_rows", "fresh_rows", "block", "expected"),
    [
        # Rings at error 120: 29 labels after it at 150, 129 at 250, 329 at 450.
        ([(120,)], 300, 100, 50, {250: 100, 450: 300}),
        ([(120,)], 100, 100, 50, {250: 100}),  # both steps are one
        ([(149,)], 100, 100, 50, {250: 100}),  # the last of a block: 0 labels after it
        ([(150,)], 100, 99, 50, {250: 99, 300: 100}),
        ([(0,)], 300, 49, 50, {50: 49, 350: 300}),  # the alarm's own label is not counted
        ([(0,)], 300, 50, 50, {100: 50, 350: 300}),
        # A second ring, at 190, starts the wait again: 9 labels at 200, 109 at 300, 309 at 500.
        ([(120, 190)], 300, 100, 50, {300: 100, 500: 300}),
        ([(120, 140)], 300, 100, 50, {250: 100, 450: 300}),
        # The fresh detector, born at 250, rings at its error 60, which is 310: 39 labels at 350.
        ([(120,), (60,)], 300, 100, 50, {250: 100, 450: 100, 650: 300}),
        # A block that brings it all: train on the full number at once.
        ([(10,)], 300, 100, 500, {500: 300}),
        ([(250,)], 300, 100, 500, {500: 100, 1000: 300}),
        ([()], 300, 100, 50, {}),
        ([(120,)], 300, 0, 50, {150: 300}),  # no wait: on the last rows, old ones included
        ([(120,), (60,)], 300, 0, 50, {150: 300, 250: 300}),
        ([(5,)], 1, 1, 1, {7: 1}),
    ],
)
def test_on_alarm_waits_for_fresh_rows_and_trains_twice(
    rings: list[tuple[int, ...]],
    train_rows: int,
    fresh_rows: int,
    block: int,
    expected: dict[int, int],
) -> None:
    policy = on_alarm(bells(*rings), train_rows, fresh_rows)
    assert decisions(policy, block, 1000 // block) == expected


@pytest.mark.parametrize(("refit", "later"), [(True, 300), (False, 0)])
def test_on_alarm_that_does_not_wait_can_train_again(refit: bool, later: int) -> None:
    policy = on_alarm(bells((0,)), 300, 0, refit=refit)
    assert policy(np.zeros(1), 1) == 300
    assert policy(np.zeros(0), 299) == 0
    assert policy(np.zeros(0), 1) == later
    assert policy(np.zeros(0), 300) == 0


def test_on_alarm_counts_labels_without_errors() -> None:
    policy = on_alarm(bells((0,)), 300, 100)
    assert policy(np.zeros(1), 1) == 0
    assert policy(np.zeros(0), 99) == 0
    assert policy(np.zeros(0), 1) == 100
    assert policy(np.zeros(0), 199) == 0
    assert policy(np.zeros(0), 1) == 300


@pytest.mark.parametrize("delay", [0, 100, 130])
def test_on_alarm_trains_on_rows_after_the_alarm_only(delay: int) -> None:
    X, y = stream()
    lab = Lab(wrong, delay)
    policy = on_alarm(bells((120,)), 300, 100)  # row 100 + 120
    outcome = prequential(X, y, lab.fit, policy, train_rows=100, block=50, label_delay=delay)
    assert len(outcome.retrained) == 2
    (_, (first, end), (second, last)) = lab.trained
    assert end - first == 100
    assert last - second == 300
    assert min(first, second) > 220
    assert end <= outcome.retrained[0] - delay


def test_a_delay_longer_than_the_stream_means_no_news() -> None:
    X, y = stream()
    for make, block in product((POLICIES["alarm"], POLICIES["schedule"]), (50, 5000)):
        outcome = prequential(
            X,
            y,
            Lab(wrong, 10 * ROWS).fit,
            make(),
            train_rows=100,
            block=block,
            label_delay=10 * ROWS,
        )
        assert outcome.retrained == ()
        assert outcome.accuracy == 0


@pytest.mark.parametrize(
    "change",
    [
        {"train_rows": 0},
        {"train_rows": ROWS},
        {"train_rows": -5},
        {"block": 0},
        {"label_delay": -1},
    ],
)
def test_a_setting_out_of_range_is_named(change: dict[str, int]) -> None:
    X, y = stream()
    settings: dict[str, Any] = {"train_rows": 100, "block": 50, "label_delay": 0} | change
    named = f"got {settings['train_rows']}, {settings['block']}, {settings['label_delay']}$"
    with pytest.raises(ValueError, match=named):
        prequential(X, y, Lab(right).fit, never(), **settings)


def test_one_row_to_predict_is_enough() -> None:
    X, y = stream(2)
    outcome = prequential(X, y, Lab(right).fit, always(1), train_rows=1)
    assert (outcome.accuracy, outcome.retrained) == (1, ())


def test_labels_that_do_not_fit_are_named() -> None:
    X, y = stream()
    for bad in (y[:-1], y[:, None]):
        with pytest.raises(ValueError, match=r"\(1000,\); got \("):
            prequential(X, bad, Lab(right).fit, never(), train_rows=100)


def test_rows_of_a_policy_are_checked_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="train_rows must be 1 row or more; got 0"):
        always(0)
    with pytest.raises(ValueError, match="train_rows must be 1 row or more; got -2"):
        on_schedule(10, -2)
    with pytest.raises(ValueError, match="every must be 1 row or more; got 0"):
        on_schedule(0, 10)
    for fresh in (-1, 11):
        with pytest.raises(ValueError, match=rf"0 to train_rows, 10; got {fresh}"):
            on_alarm(bells(), 10, fresh)
