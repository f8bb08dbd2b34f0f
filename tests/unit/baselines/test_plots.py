"""Pictures say in their titles what was measured."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest

from mlops_lab.baselines import plots, tag_table
from mlops_lab.kit import Interval

WORLDS = ("shop", "glass")


def known(mean: float) -> Interval:
    return Interval(mean, mean - 0.01, mean + 0.01, 5, 0.95)


def test_rules_name_the_most_accurate_and_the_cheapest() -> None:
    _, axes = plt.subplots(1, 2)
    accuracy = {"a": known(0.97), "b": known(0.85)}
    plots.rules(axes, accuracy, {"a": known(1.2), "b": known(0.3)}, "looks")
    told = [ax.get_title() for ax in axes]
    assert told == ["Most accurate: a", "Cheapest: b"]
    _, axes = plt.subplots(1, 2)
    plots.rules(axes, accuracy, {"a": known(0.1), "b": known(0.3)}, "looks")
    assert axes[1].get_title() == "Cheapest: a"


def test_mix_finds_the_share_at_which_f1_turns() -> None:
    _, ax = plt.subplots()
    strict, cheap = np.array([[0.3, 0.0], [0.3, 0.0]]), np.array([[0.9, 0.15], [0.9, 0.15]])
    plots.mix(ax, {"strict": strict, "cheap": cheap}, 0.03)
    # 0.6 s / (1.3 s) = 1.8 s / (1.9 s + 0.15 (1 - s)), so 0.6 (1.75 s + 0.15) = 2.34 s
    turn = 0.09 / (2.34 - 1.05)
    assert ax.get_title() == f"F1 changes its mind at {100 * turn:.0f} % of defects"
    _, ax = plt.subplots()
    plots.mix(ax, {"good": cheap, "bad": cheap * [[0.5, 1]]}, 0.03)
    assert ax.get_title() == "One of the two has the higher F1 at any share"


def test_covered_promise_people_gains_and_hours_tell_numbers() -> None:
    _, axes = plt.subplots(1, 6)
    plots.covered(axes[0], 30, 0.87)
    # the binomial sums of Wald's and Wilson's interval at n = 30, p = 0.87
    assert axes[0].get_title() == "At 87% recall, 30 defects: Wald covers 90 %, Wilson 95 %"
    plots.promise(axes[1], np.array([[0.9, 0.1], [0.9, 0.1]]), 0.5, 0.01)
    assert axes[1].get_title() == "Promised precision 90%, in production 8%"
    table = tag_table([1, 0, 0, 0], ["a", "a", "b", "b"], 0.75)
    plots.people(axes[2], table, {"a": known(0.125), "b": known(0.375)})
    told = "b: 67% of the errors, room +37.5 points; a: 33%, +12.5"
    assert axes[2].get_title() == told
    plots.gains(axes[3], {"x": known(0.02), "y": known(-0.03)}, {"y": 0.01})
    assert axes[3].get_title() == "x: +2.0; y: -3.0 points"
    ways = {"model": known(0.02), "rows": known(0.0)}
    plots.hours(
        axes[4:], {"shop": ways, "glass": {"rows": known(0.01)}}, dict.fromkeys(WORLDS, 0.1)
    )
    assert axes[4].get_title() == "shop:\nmodel +2.0"
    assert "nothing to do" in axes[5].texts[0].get_text()


def test_shift_and_glass_draw() -> None:
    _, axes = plt.subplots(1, 3)
    counts = {"found": 27.0, "missed": 3.0, "false": 97.0, "passed": 873.0}
    plots.shift(axes[:2], counts, 1000)
    assert [bar.get_width() for bar in axes[0].patches] == [27.0, 3.0, 97.0]
    plots.glass(axes[2], np.zeros((2, 8, 8), np.uint8), ["a", "b"])
    assert [text.get_text() for text in axes[2].texts] == ["a", "b"]
    plots.shift(axes[:2], dict.fromkeys(counts, 0.0) | {"passed": 9.0}, 9)


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")
