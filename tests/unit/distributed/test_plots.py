"""Pictures of distributed training: titles say what was drawn, whatever the data."""

import numpy as np
import pytest
from matplotlib.axes import Axes

from mlops_lab.distributed import plots


def test_losses_give_the_ends(ax: Axes) -> None:
    found = {"one": np.r_[np.full(9, 5.0), np.full(10, 2.0)], "two": np.full(12, 0.5)}
    assert plots.losses(ax, found) is ax
    assert ax.get_title("left") == "Last ten steps: one 2.00, two 0.50"


def test_rules_give_the_means_at_the_most_workers(ax: Axes) -> None:
    found = {"one": [[0.9, 0.9], [0.5, 0.7]], "two": [[0.9, 0.9], [0.2, 0.4]]}
    assert plots.rules(ax, [1, 32], found) is ax
    assert ax.get_title("left") == "32 workers: one 0.60, two 0.30"
    assert [text.get_text() for text in ax.texts] == ["two", "one"]


def test_delays_give_the_highest_rate_that_works(ax: Axes) -> None:
    found = {0: [[0.9, 0.9], [0.8, 0.9]], 3: [[0.8, 0.7], [0.9, 0.2]], 7: [[0.1, 0.1]] * 2}
    assert plots.delays(ax, [0.1, 0.2], found) is ax
    assert ax.get_title("left") == "Mean accuracy is 0.7 or more up to a rate of 0.2, 0.1, none"


def test_a_timeline_tells_waiting_from_the_all_reduce(ax: Axes) -> None:
    # step 1: one waits 0.3 of 0.5 s, the other not; step 2: nobody waits
    log = [[[1.0, 1.1, 1.5], [1.5, 1.6, 1.7]], [[1.0, 1.4, 1.5], [1.5, 1.6, 1.7]]]
    assert plots.timeline(ax, log) is ax
    assert ax.get_title("left") == "Waiting: 30% of the worst step, 15% of the median one"
    ends = [bar.get_extents().transformed(ax.transData.inverted()).x1 for bar in ax.patches]
    assert max(ends) == pytest.approx(700)
    widths = [sum(bar.get_width() for bar in one) for one in ax.containers]
    assert widths == pytest.approx([700, 300, 400])


def test_the_slowest_is_told_at_the_largest_number(ax: Axes) -> None:
    assert plots.slowest(ax, [1, 1000], {"all": [1.0, 6.6], "most": [1.0, 1.3]}) is ax
    assert ax.get_title("left") == "A step of 1,000 workers: 6.6 mean steps long"


def test_intervals_name_the_best(ax: Axes) -> None:
    found = {"one": [0.5, 0.9, 0.5], "two": [0.6, 0.5, 0.7]}
    assert plots.intervals(ax, [0.5, 1, 2], found) is ax
    assert ax.get_title("left") == "Most useful time at 1 and 2 times Young's interval"


def test_shares_stack_up(ax: Axes) -> None:
    parts = {"compute": 1.0, "wait": 2.0, "transfer": 0.5}
    assert plots.shares(ax, parts, 0.25, 1000) is ax
    assert ax.get_title("left") == "1,000 workers: efficiency 25%"
    begins = [bar.get_extents().transformed(ax.transData.inverted()).x0 for bar in ax.patches]
    assert begins == pytest.approx([0, 1, 3])
