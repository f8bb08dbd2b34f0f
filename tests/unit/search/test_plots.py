"""Pictures of architecture search: titles say what was drawn, whatever the data."""

import numpy as np
from matplotlib.axes import Axes

from mlops_lab.search import Table, plots


def test_ranked_tells_the_luck_of_a_training(ax: Axes, lucky: Table) -> None:
    assert plots.ranked(ax, lucky, 10) is ax
    best = np.argsort(-lucky.test.mean(axis=1))[:10]
    luck = lucky.test[best].std(axis=1, ddof=1).mean()
    assert (
        ax.get_title("left") == f"Best 10 nets: a training's deviation is {100 * luck:.1f} points"
    )
    line = np.asarray(ax.get_lines()[-1].get_ydata(), dtype=float)
    assert (np.diff(line) <= 0).all()
    plots.ranked(ax, lucky)
    assert ax.get_title("left").startswith("All 36 nets")


def test_by_trainings_names_the_ends(ax: Axes) -> None:
    found = {"one": [[3, 5], [2, 2]], "two": [[4, 4], [0, 2]]}
    assert plots.by_trainings(ax, [6, 12], found, "regret") is ax
    assert ax.get_title("left") == "After 12 trainings: 1.0 points (two) to 2.0 (one)"
    assert {text.get_text() for text in ax.texts} == {"one", "two"}
    assert ax.get_ylabel() == "regret"


def test_setting_gives_the_range(ax: Axes) -> None:
    found = [[1.0, 3.0], [0.5, 0.5], [4.0, 6.0]]
    assert plots.setting(ax, [1, 3, 10], found, ("controller", "rate"), [1, 2]) is ax
    assert ax.get_title("left") == "controller: 0.5 to 5.0 points"
    assert ax.get_xlabel().startswith("rate")
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["1", "3", "10"]


def test_early_look_marks_the_best(ax: Axes) -> None:
    final = np.arange(10) / 10
    assert plots.early_look(ax, final[::-1], final, [8, 9], 20) is ax
    assert ax.get_title("left") == "Red: the best 2 of 10 nets"
    marked = ax.get_lines()[1]
    assert np.allclose(marked.get_xydata(), [[10, 80], [0, 90]])


def test_fidelity_gives_the_first_look(ax: Axes) -> None:
    found = {"all": np.array([[0.8, 0.9], [0.6, 0.9]]), "best": np.array([[0.1, 0.5], [0.3, 0.5]])}
    assert plots.fidelity(ax, [20, 40], found) is ax
    assert ax.get_title("left") == "After 20 steps: all 0.70, best 0.20"
    assert "cross" not in ax.get_xlabel()
    plots.fidelity(ax, [20, 40], found, [0.1, 0.2])
    assert any(np.allclose(line.get_xydata(), [[20, 0.15]]) for line in ax.get_lines())
    assert "cross" in ax.get_xlabel()


def test_costs_gives_the_cheapest(ax: Axes) -> None:
    found = {"random": [(12, [3.0, 1.0]), (36, [1.0, 1.0])], "halving": [(12, [1.0, 1.2])]}
    assert plots.costs(ax, found) is ax
    assert ax.get_title("left") == "At a cost of 12 trainings: random 2.0, halving 1.1"


def test_duel_counts_the_pairs(ax: Axes) -> None:
    assert plots.duel(ax, ("one", [0.1, 0.2]), ("two", [0.2, 0.3])) is ax
    # Ahead in three pairs of four, equal in the fourth.
    assert ax.get_title("left") == "One search each: one is ahead of two in 88%"
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["one", "two"]
