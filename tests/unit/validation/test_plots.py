"""Pictures of validation: titles and notes say what was drawn, whatever the data."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mlops_lab.validation import plots


def notes(ax: Axes) -> list[str]:
    return [text.get_text().strip() for text in ax.texts]


def test_false_alarms_names_both_ends(ax: Axes) -> None:
    shares = np.array([[0.9, 0.7], [0.5, 0.5], [0.2, 0.0]])
    assert plots.false_alarms(ax, [2000, 5000, 40_000], shares, batch=1000) is ax
    title = "From 2,000 rows it fires on 80% of good days, from 40,000 on 10%"
    assert ax.get_title("left") == title
    law = next(line for line in ax.lines if line.get_label() == "6 open sides")
    assert np.isclose(np.asarray(law.get_ydata())[0], 1 - (2 / 3) ** 6)


def test_clean_gaps_reads_the_share_at_a_days_size(ax: Axes) -> None:
    plots.clean_gaps(ax, [100, 1000, 10_000], np.array([1.0, 0.8, 0.1]), 0.01, batch=1000)
    assert ax.get_title("left") == "A limit of 0.01 fires on 80% of good pairs of 1,000 rows"


def test_a_scoreboard_counts_what_quiet_checks_see(ax: Axes) -> None:
    columns = ["loud", "two words", "other"]
    rows = [[0.7, 0.0, 0.1], [1.0, 1.0, 0.0], [1.0, 1.0, 0.4], [1.0, 0.0, 0.6]]
    caught = pd.DataFrame(rows, columns=columns, index=["good days", "a", "b", "c"])
    plots.scoreboard(ax, caught, {"a": "it broke"})
    title = "Of 3 faults: two words 2, all quiet 3"
    assert ax.get_title("left") == title
    assert [tick.get_text() for tick in ax.get_yticklabels()] == [
        "good days",
        "it broke (a)",
        "b",
        "c",
    ]
    assert notes(ax)[:3] == ["70%", "0%", "10%"]


def test_a_scoreboard_of_loud_checks_says_so(ax: Axes) -> None:
    plots.scoreboard(ax, pd.DataFrame({"loud": [0.7, 1.0]}, index=["good days", "a"]), {})
    assert ax.get_title("left") == "Of 1 faults: no check is quiet"


def test_arms_names_each_mean(ax: Axes) -> None:
    plots.arms(ax, {"offline": [0.8, 0.9], "served": [0.7, 0.72]})
    assert ax.get_title("left") == "Area under the curve: offline 0.85, served 0.71"
    assert notes(ax) == ["0.850", "0.710"]


def test_errors_names_the_farthest_and_the_last(ax: Axes) -> None:
    plots.errors(ax, {"app": [-0.03, -0.02], "survey": [0.1, 0.12], "random": [0.01, -0.01]})
    assert ax.get_title("left") == "Root mean square error: survey 11.0 points, random 1.0"
    assert {"app", "survey", "random"} <= set(notes(ax))


def test_errors_has_room_for_each_estimate_of_a_table(ax: Axes) -> None:
    found: Any = pd.DataFrame(np.full((2, 7), 0.01), columns=list("abcdefg"))
    plots.errors(ax, found)
    bottom, top = ax.get_ylim()
    places = [text.get_position()[1] for text in ax.texts if text.get_text().strip() in "abcdefg"]
    assert len(places) == 7
    assert bottom < min(places) <= max(places) < top


def test_far_says_how_many_are_beyond_and_cuts_the_farthest(ax: Axes) -> None:
    far = {"ks": 4.5, "linf": 1.0, "missing": np.inf, "repeated": -2.0}
    plots.far(ax, far, 4.0, "monday", most=3)
    assert ax.get_title("left") == "monday: 2 of 4 statistics beyond the limit"
    assert notes(ax) == ["1.0", "4.5", "beyond"]
