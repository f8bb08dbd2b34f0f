"""Pictures of serving: titles say what was drawn, whatever the data."""

import numpy as np
import pytest
from matplotlib.axes import Axes

from mlops_lab.serving import plots
from mlops_lab.serving.results import LoadResult


def result(latency: list[float]) -> LoadResult:
    due = np.arange(len(latency), dtype=float)
    whole = np.full(len(latency), 200)
    return LoadResult(due, due, due + latency, whole, whole, whole, (b"",) * len(latency))


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_pictures_stand_above_their_labels(ax: Axes) -> None:
    assert plots.pictures(ax, np.ones((3, 4, 5)), [7, 8, 9]) is ax
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["7", "8", "9"]
    assert ax.get_title("left") == "3 pictures, and what they should be read as"


def test_a_stall_counts_the_slow(ax: Axes) -> None:
    runs = {"open loop": result([0.1, 0.5, 0.4]), "closed loop": result([0.1, 0.5])}
    assert plots.stall(ax, runs, 1.0, 0.3) is ax
    assert ax.get_title("left") == "Slow requests: 2 in the open loop, 1 in the closed loop"


def test_a_load_curve_says_where_each_kind_ends(ax: Axes) -> None:
    measured = {"equal": np.array([[20, 22], [98, 102]]), "mixed": np.array([[30, 32], [400, 420]])}
    line = np.array([0.2, 0.9]), np.array([21.0, 100.0])
    assert plots.load_curve(ax, [0.2, 0.9], measured, {"equal": line, "mixed": line}) is ax
    told = "From 20% to 90% busy: 21 to 100 ms (equal), 31 to 410 ms (mixed)"
    assert ax.get_title("left") == told
    assert texts(ax) == ["equal", "mixed"]


def test_run_lengths_tells_of_the_shortest(ax: Axes) -> None:
    shares = [np.array([0.5, 0.7, 0.9]), np.array([1.0, 1.0, 1.0])]
    assert plots.run_lengths(ax, [100, 1000], shares) is ax
    assert ax.get_title("left") == "9 of 10 tests of 100 requests find 0.5 to 0.9 of the truth"
    assert texts(ax) == ["mean 0.70", "mean 1.00", "long run"]


def test_windows_counts_where_one_helps(ax: Axes) -> None:
    latency = {"load 1": np.array([[20.0, 20.0], [60.0, 60.0]]), "load 9": np.array([[30.0], [25]])}
    assert plots.windows(ax, [0, 150], latency) is ax
    assert ax.get_title("left") == "A window shortens the mean latency in 1 of 2 cases"


def test_an_outage_counts_who_answers_at_its_end(ax: Axes) -> None:
    due = np.linspace(0.0, 11.0, 1000)
    answered = {"well": [np.ones(1000, dtype=bool)], "ill": [due < 1.0]}
    assert plots.outage(ax, [due], answered, (1.0, 2.0)) is ax
    told = "9 seconds after the rush, 1 of 2 servers answer nine callers in ten"
    assert ax.get_title("left") == told
    assert set(texts(ax)) == {"rush", "well", "ill"}


@pytest.mark.parametrize(
    ("latency", "told"),
    [([0.1, 0.2], "p99 199 ms, 0% refused"), ([np.nan, np.nan], "p99 nan ms, 100% refused")],
)
def test_played_tells_p99_and_refusals(ax: Axes, latency: list[float], told: str) -> None:
    assert plots.played(ax, np.array([0.0, 1.0]), np.array(latency)) is ax
    assert ax.get_title("left") == told
