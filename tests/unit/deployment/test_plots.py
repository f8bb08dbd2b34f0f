"""Pictures of deployment: titles say what was drawn."""

import numpy as np
from matplotlib.axes import Axes

from mlops_lab.deployment import plots


def test_surfaces_stand_above_their_labels(ax: Axes) -> None:
    assert plots.surfaces(ax, np.zeros((3, 4, 4)), [1.0, 2.5, 0.0]) is ax
    assert [one.get_text() for one in ax.get_xticklabels()] == ["1.0", "2.5", "0.0"]
    assert ax.get_title("left").startswith("3 parts")


def test_degrees_name_the_cheapest(ax: Axes) -> None:
    share, cost = np.linspace(0, 1, 5), np.array([2.0, 1.5, 1.2, 2.2, 3.0])
    marks = {"full": (0.0, 2.0), "partial": (0.5, 1.2), "people only": (1.0, 3.0)}
    assert plots.degrees(ax, share, cost, marks) is ax
    assert ax.get_title("left") == "Cheapest: partial, people decide 50%"
    assert "partial, 1.20" in [one.get_text() for one in ax.texts]


def test_calibration_tells_the_largest_gap(ax: Axes) -> None:
    chance, defect = np.repeat([0.2, 0.8], 50), np.repeat([0, 1], 50)
    assert plots.calibration(ax, {"model": chance}, defect, bins=2) is ax
    assert ax.get_title("left") == "Furthest from the diagonal: model 0.20"


def test_promises_tell_the_first_two_means(ax: Axes) -> None:
    points = {"told": [0.03, 0.05], "true": [-0.01, 0.0]}
    assert plots.promises(ax, points, ["true"]) is ax
    assert ax.get_title("left") == "told: +4.0 points; true: -0.5"


def test_walks_count_those_that_are_stopped(ax: Axes) -> None:
    at = np.arange(3.0)
    runs = {"harmless": [(at, np.array([0.0, -1, -2]))], "harmful": [(at, np.array([1.0, 3, 4]))]}
    assert plots.walks(ax, runs, 3.0) is ax
    assert ax.get_title("left") == "Stopped: 0 of 1 harmless, 1 of 1 harmful"
    ends = [len(np.asarray(line.get_xdata())) for line in ax.lines[:2]]
    assert ends == [3, 2]  # drawn up to the alarm


def test_harm_compares_ten_times_the_smallest_share_and_the_largest_with_it(ax: Axes) -> None:
    once = np.array([[9.0, 11], [11, 13], [18, 22]])
    assert plots.harm(ax, [0.01, 0.1, 0.5], {"at once": once, "late": 5 * once}) is ax
    expected = "Against 1 %, at once: 10 % harms 1.2 times, 50 % 2.0"
    assert ax.get_title("left") == expected


def test_a_rollout_says_how_much_the_new_version_answered(ax: Axes) -> None:
    found = plots.rollout(ax, np.arange(4.0), [0, 1, 0, 1], [1, 2, 1, 1], {1.0: "5 %"})
    assert found is ax
    assert ax.get_title("left") == "4 requests, 25% answered by the new version"
    assert [one.get_text() for one in ax.texts] == ["5 %"]
