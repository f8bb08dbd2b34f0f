"""Pictures of labels: titles and notes say what was drawn, whatever the data."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from mlops_lab.kit import Interval
from mlops_lab.labeling import plots


def title(ax: Axes) -> str:
    return ax.get_title("left")


def notes(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def about(mean: float, half: float = 0.01) -> Interval:
    return Interval(mean, mean - half, mean + half, 5, 0.95)


def test_bands_span_the_interval_of_each_arm(ax: Axes) -> None:
    runs = {"a": np.array([[0.1, 0.2], [0.3, 0.4]]), "b": np.array([[0.5, np.nan], [0.5, np.nan]])}
    assert plots.bands(ax, [1, 2], runs) is ax
    assert [line.get_label() for line in ax.lines] == ["a", "b"]
    assert [np.size(line.get_xdata()) for line in ax.lines] == [2, 1]
    spans = [np.ptp(np.asarray(one.get_paths()[0].vertices)[:, 1]) for one in ax.collections]
    assert spans[0] > 1 > spans[1] == 0


def test_boxes_are_counted(ax: Axes) -> None:
    plots.boxes(ax, np.zeros((4, 4)), [[0, 0, 1, 1], [1, 1, 3, 3]], "Ben")
    assert ax.get_title() == "Ben\nboxes: 2"
    assert len(ax.lines) == 2


def test_pairs_name_who_agrees_least(ax: Axes) -> None:
    kappas = pd.DataFrame([[np.nan, 0.8, 0.2], [0.8, np.nan, 0.4], [0.2, 0.4, np.nan]], [*"abc"])
    plots.pairs(ax, kappas.set_axis([*"abc"], axis=1))
    assert title(ax) == "Agrees least: c, mean kappa 0.30"
    assert sorted(notes(ax)) == ["0.20", "0.20", "0.40", "0.40", "0.80", "0.80"]


def test_doubt_names_where_most_is(ax: Axes) -> None:
    plots.doubt(ax, pd.Series({"short": 0.1, "middle": 0.52, "long": 0.2}))
    assert title(ax) == "Most disagreement: middle"
    assert notes(ax) == [" 10.0%", " 52.0%", " 20.0%"]


def test_rarity_tells_both_ends(ax: Axes) -> None:
    runs = {"percent": np.array([[0.8, 0.9]] * 2), "alpha": np.array([[0.6, 0.2]] * 2)}
    plots.rarity(ax, [0.5, 0.02], runs)
    assert title(ax) == "From 50% to 2%: percent 0.80 to 0.90, alpha 0.60 to 0.20"
    assert ax.xaxis_inverted()


@pytest.mark.parametrize(
    ("needed", "told"),
    [(30.4, "10 labels, one: as good as 30, own"),
     (np.inf, "10 labels, one: as good as more than 40, own")],
)  # fmt: skip
def test_curves_are_read_sideways(ax: Axes, needed: float, told: str) -> None:
    runs = {"one": np.array([[0.7, 0.8]] * 2), "own": np.array([[0.6, 0.75]] * 2)}
    plots.curves(ax, [10, 40], runs, 10, needed)
    assert title(ax) == told


@pytest.mark.parametrize(
    ("means", "told"),
    [
        ([0.0, 0.005, 0.03], "weights: gains from 0.4 on"),
        ([0.03, 0.0, 0.03], "weights: gains from 0.4 on"),
        ([0, 0, 0], "weights: no sure gain"),
    ],
)
def test_gains_tell_where_the_first_arm_gains(ax: Axes, means: list[float], told: str) -> None:
    arms = {"weights": [about(one) for one in means], "other": [about(0.1)] * 3}
    plots.gains(ax, [0, 0.2, 0.4], arms, "gap", "upper left")
    assert title(ax) == told
    assert ax.get_xscale() == "linear"


def test_gains_over_counts_have_a_log_scale(ax: Axes) -> None:
    plots.gains(ax, [30, 500], {"a": [about(0.02), about(0.03)]}, "items", "lower right")
    assert ax.get_xscale() == "log"
    assert [one.get_text() for one in ax.get_xticklabels()] == ["30", "500"]


def test_matches_tell_the_lead_by_each_measure(ax: Axes) -> None:
    low, high = np.array([0.4, 0.42]), np.array([0.5, 0.52])
    plots.matches(ax, {"letters": (low, high), "words": (high, low)})
    assert title(ax) == "The model against a person: letters +10 points, words -10 points"


def test_levels_tell_agreement_from_being_right(ax: Axes) -> None:
    plots.levels(ax, {"own": (0.8, 0.88), "wrong memo": (0.93, 0.82)})
    assert title(ax) == "Most agreement: wrong memo. Most often right: own"
    assert notes(ax) == ["own", "wrong memo"]


def test_cleaned_names_the_best_plan_at_the_budget(ax: Axes) -> None:
    runs = {
        "in order": np.array([[0.7, 0.8, 0.9]] * 2),
        "afresh": np.array([[np.nan, 0.85, 0.86]] * 2),
    }
    plots.cleaned(ax, [0, 60, 120], runs, 60, "sticky")
    assert title(ax) == "sticky: 60 checks gain +15.0 points\nat most, by: afresh"
    assert [np.size(line.get_xdata()) for line in ax.lines[:2]] == [3, 2]


def test_teams_name_the_test_sets_that_rank_wrongly(ax: Axes) -> None:
    plots.teams(ax, {"labels": [0.02, 0.03], "mixed": [-0.02, 0.01], "truth": [-0.03, -0.02]})
    assert title(ax) == "Names the wrong model:\nlabels"
    assert notes(ax) == ["right in 0%", "right in 50%", "right in 100%"]


def test_learnt_tells_what_the_model_fails(ax: Axes) -> None:
    lengths = np.array([1.0, 2.0, 2.6, 4.0])
    plots.learnt(ax, (lengths, [0, 0, 1, 1]), (lengths, [0, 0, 1, 1]), limit=3.0)
    assert title(ax) == "The model fails 50%, of 25% that should; 25.0% wrong"
