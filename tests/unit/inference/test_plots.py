"""Pictures of inference: titles say what was drawn, whatever the data."""

import numpy as np
from matplotlib.axes import Axes

from mlops_lab.inference import autoscale, plots


def test_sizes_counts_them(ax: Axes) -> None:
    assert plots.sizes(ax, [1, 2, 2, 9]) is ax
    assert ax.get_title("left") == "3 different sizes in 4 requests"


def test_roofline_tells_the_ratio(ax: Axes) -> None:
    assert plots.roofline(ax, [1, 128], [1e10, 8e10], [2e10, 9e10]) is ax
    assert ax.get_title("left") == "8.0 times as fast at 128 as at 1"
    assert "ridge" not in [text.get_text() for text in ax.texts]


def test_roofline_names_the_ridge(ax: Axes) -> None:
    plots.roofline(ax, [1, 8, 16, 128], [1e10, 2e10, 3e10, 8e10], [2e10, 9e10, 9e10, 9e10])
    (ridge,) = [text for text in ax.texts if text.get_text() == "ridge"]
    assert getattr(ridge, "xy", None) == (8, 90)


def test_runtimes_tells_the_fastest_for_each_batch(ax: Axes) -> None:
    assert plots.runtimes(ax, {"a": {1: 0.05, 64: 0.06}, "b": {1: 0.001, 64: 0.2}}) is ax
    assert ax.get_title("left") == "Fastest: b at 1, a at 64"


def test_counts_tells_the_shapes(ax: Axes) -> None:
    assert plots.counts(ax, {"raw": np.array([3, 1, 3, 2]), "one": np.array([4, 4, 4, 4])}) is ax
    assert ax.get_title("left") == "Shapes, raw: 3, one: 1"
    assert np.asarray(ax.get_lines()[0].get_ydata()).tolist() == [1, 2, 2, 3]


def test_tails_tells_the_ratio_at_both_ends(ax: Axes) -> None:
    curves = {"without": [[0.02, 0.4]] * 2, "with": [[0.01, 0.02]] * 2}
    assert plots.tails(ax, [0.2, 0.9], {k: np.array(v) for k, v in curves.items()}) is ax
    assert ax.get_title("left") == "without over with: 2.0 to 20 times"


def test_frontier_tells_the_best(ax: Axes) -> None:
    assert plots.frontier(ax, {"a": [(10, 0.2), (20, 0.1)], "b": [(10, 0.1), (20, 0.0)]}) is ax
    assert ax.get_title("left") == "Fewest late requests, on average: b"


def test_scaled_tells_what_is_late_and_what_it_costs(ax: Axes) -> None:
    run = autoscale([150.0] * 72, lambda now: now.pods, capacity=10, start=10)
    assert plots.scaled(ax, {"ten": run}, 10) is ax
    assert ax.get_title("left") == "ten: 0 % late, 1 pod hours"


def test_scaled_marks_when_requests_are_late(ax: Axes) -> None:
    burst = [50.0] * 20 + [500.0] * 4 + [0.0] * 48
    run = autoscale(burst, lambda now: now.pods, capacity=10, start=2)
    plots.scaled(ax, {"two": run}, 10)
    x = np.concatenate([np.asarray(path.vertices)[:, 0] for path in ax.collections[1].get_paths()])
    late = np.flatnonzero(run.waits > 1) * 5 / 60
    assert len(late)
    assert (x.min(), x.max()) == (late[0], late[-1])
