"""Pictures of scoping: titles say what was drawn, whatever the worksheet."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mlops_lab.kit import Interval
from mlops_lab.scoping import fit_curve, plots
from mlops_lab.scoping import forecast as told


def test_advantages_names_the_best_mean_and_every_chance(ax: Axes) -> None:
    worlds = pd.DataFrame({"a": [9000.0, -1000.0, 5000.0, 5000.0], "none": [0.0] * 4})
    assert plots.advantages(ax, worlds) is ax
    assert ax.get_title("left") == "a has the best mean, and is the best in 75% of worlds"
    assert [text.get_text() for text in ax.texts] == ["best in 75%", "best in 25%"]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["a", "none"]


def test_swings_name_the_widest(ax: Axes) -> None:
    table = pd.DataFrame({"at_low": [-5.0, 1.0], "at_high": [9.0, 2.0]}, index=["x", "y"])
    assert plots.swings(ax, table, 1.5) is ax
    assert ax.get_title("left") == "x decides most"


def test_losses_name_the_first_with_its_number(ax: Axes) -> None:
    lost = {"likely": Interval(7.04, 5, 9, 3, 0.95), "means": Interval(0.2, -1, 1, 3, 0.95)}
    assert plots.losses(ax, lost) is ax
    assert ax.get_title("left") == "likely: 7.0 thousand euro lost a portfolio"
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["likely", "means"]


def test_a_forecast_says_what_was_expected_and_what_came(ax: Axes) -> None:
    sizes = np.array([25, 50, 100, 200])
    errors = np.tile(0.02 + 2 / sizes, (3, 1))
    ahead = told(sizes, errors, 1000, pilot_rows=300, draws=20)
    later = pd.Series([0.9, 0.95], index=[300, 500])
    assert plots.forecast(ax, sizes, errors, ahead, 0.9712, beyond=later) is ax
    expected = 1 - float(fit_curve(sizes, errors).error(1000))
    assert ax.get_title("left") == f"Forecast {expected:.3f}, truth 0.971"


def test_gaps_count_forecasts_that_miss_after_a_pass(ax: Axes) -> None:
    rows = [("m", 64, 0.3, 0.4), ("m", 359, 0.01, 0.2), ("n", 64, -0.02, 0.01)]
    table = pd.DataFrame(rows, columns=["model", "rows", "gap", "miss"])
    assert plots.gaps(ax, table, 0.03) is ax
    assert ax.get_title("left") == "Of 2 backtests that pass, 1 forecasts miss by more"


def test_pilots_say_how_many_pay(ax: Axes) -> None:
    table = pd.DataFrame({"perfect": [1e4, 2e4, 3e4, 4e4], "net": [-1.0, -1.0, 0.0, 5e3]})
    assert plots.pilots(ax, table) is ax
    assert ax.get_title("left") == "A pilot pays in 25% of portfolios"
