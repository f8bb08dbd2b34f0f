"""Pictures of data pipelines: titles say what was drawn, whatever the data."""

from matplotlib.axes import Axes

from mlops_lab.kit import interval
from mlops_lab.pipelines import Restart, plots


def test_kills_count_wrong_totals(ax: Axes) -> None:
    found = {
        "one": [Restart(1, 2, 0, -2001), Restart(2, 0, 0, 0)],
        "two": [Restart(1, 0, 1, 1000), Restart(2, 0, 3, 3003)],
    }
    assert plots.kills(ax, found) is ax
    assert ax.get_title("left") == "Kills that leave a wrong table: 1 of 2, 2 of 2"
    assert [text.get_text() for text in ax.texts] == ["2", "1", "3"]
    legend = ax.get_legend()
    assert legend is not None
    assert {text.get_text() for text in legend.get_texts()} == {"lost", "right", "doubled"}


def test_bias_gives_the_first_value_of_each_line(ax: Axes) -> None:
    lines = {"sum": [interval([-0.08, -0.06]), interval([-0.02, -0.02])]}
    assert plots.bias(ax, [0, 4], lines, dashed=["sum"]) is ax
    assert ax.get_lines()[0].get_linestyle() == "--"
    assert ax.get_title("left") == "At 0 h: sum -7.0 %"


def test_gaps_compare_the_first_two(ax: Axes) -> None:
    assert plots.gaps(ax, {"off": [0.8, 0.9], "on": [0.6, 0.6], "x": [0.6, 0.7]}) is ax
    assert ax.get_title("left") == "off, minus on: +0.25"


def test_slips_are_ordered_by_what_they_cost(ax: Axes) -> None:
    lost = {"loud": [0.0, 0.0], "quiet": [0.1, 0.2]}
    assert plots.slips(ax, {"loud": 9.0, "quiet": 0.01}, lost) is ax
    assert ax.get_title("left") == "Most is lost by: quiet; its PSI is 0.01"
    assert [label.get_text() for label in ax.get_yticklabels()] == ["quiet", "loud"]
