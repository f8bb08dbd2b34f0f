"""Pictures of model management: titles and notes say what was drawn, whatever the data."""

import numpy as np
from matplotlib.axes import Axes

from mlops_lab.release import plots


def test_errors_give_the_range_of_what_is_missed(ax: Axes) -> None:
    found = {
        "one": {"worse, promoted": (0.3, 0.2, 0.4), "better, blocked": (0.3, 0.2, 0.4)},
        "two": {"worse, promoted": (0.1, 0.0, 0.2), "better, blocked": (0.9, 0.8, 1.0)},
    }
    assert plots.errors(ax, found, {"one": 0.5, "two": 0.05}, 500) is ax
    assert ax.get_title("left") == ("500 rows: gates block 30 to 90 % of better challengers")
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [
        "worse, promoted", "its coin", "better, blocked", "its coin",
    ]  # fmt: skip


def test_curves_tell_what_happens_at_one_point(ax: Axes) -> None:
    effects = np.array([-0.01, 0.0, 0.01])
    rates = {"lax": [0.2, 0.5, 0.8], "strict": [0.0, 0.05, 0.3]}
    assert plots.curves(ax, effects, rates, 1500) is ax
    assert ax.get_title("left") == "1,500 rows: +1.0 points are promoted in 30 to 80 of 100"


def test_paths_give_the_first_two_changes(ax: Axes) -> None:
    up = np.array([[0.9, 0.95, 0.99], [0.9, 0.91, 0.93]])
    assert plots.paths(ax, {"up": up, "down": 1.8 - up}, dashed=["down"]) is ax
    assert ax.get_title("left") == "up +6, down -6 points"
    assert [line.get_linestyle() for line in ax.get_lines()] == ["-", "--"]


def test_versions_compare_the_last_with_the_first(ax: Axes) -> None:
    found = {"whole": [0.7, 0.8], "half": [0.4, 0.5]}
    assert plots.versions(ax, found, 0.55) is ax
    assert ax.get_title("left") == "half: 30 points below whole"
