import base64
import math
import os
from collections.abc import Callable
from itertools import pairwise

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.transforms import Bbox
from nbformat import NotebookNode

from mlops_lab.kit import PALETTE, interval, label_lines, show, style, value_rows
from mlops_lab.kit.style import as_png

Execute = Callable[..., list[list[NotebookNode]]]
PNG = b"\x89PNG\r\n\x1a\n"


def test_style_sets_the_look() -> None:
    style()
    assert mpl.rcParams["figure.figsize"] == [7.6, 3.6]
    assert mpl.rcParams["figure.constrained_layout.use"] is True
    assert mpl.rcParams["axes.spines.top"] is False
    colors = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
    assert colors[:2] == [PALETTE["blue"], PALETTE["orange"]]
    assert len(set(colors)) == len(colors) == 6


def test_style_does_not_overrule_the_wish_for_tensorflows_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
    style()
    assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "0"


def test_neighbours_in_the_cycle_part_in_grey() -> None:
    style()
    colors = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
    lightness = [np.dot(to_rgb(color), [0.2126, 0.7152, 0.0722]) for color in colors]
    assert min(abs(a - b) for a, b in pairwise(lightness)) > 0.03


def test_show_closes_the_figure(capsys: pytest.CaptureFixture[str]) -> None:
    figure, _ = plt.subplots()
    show(figure, alt="An empty pair of axes.")
    assert plt.get_fignums() == []
    assert capsys.readouterr().out == "Picture: An empty pair of axes.\n"


@pytest.mark.parametrize("alt", ["", "two words"])
def test_alt_must_be_a_sentence(alt: str) -> None:
    with pytest.raises(ValueError, match=f"alt must say in a sentence .*; got '{alt}'"):
        show(plt.figure(), alt=alt)


@pytest.mark.parametrize(
    ("draw", "kind"),
    [
        (lambda ax: ax.plot([1, 2]), "plot"),
        (lambda ax: ax.scatter([1, 2], [1, 2], c=[1, 2]), "plot"),
        (lambda ax: ax.imshow([[1, 2]]), "images"),
        (lambda ax: ax.pcolormesh([[1, 2]]), "images"),
    ],
)
def test_a_picture_says_whether_a_dark_page_may_turn_it_over(
    draw: Callable[[Axes], object], kind: str
) -> None:
    fig, axes = plt.subplots(1, 2)
    draw(axes[1])
    html = str(as_png(fig, "Some picture or other.")[0]["text/html"])
    assert f'class="mlops-lab-{kind}"' in html


def test_a_notebook_shows_each_picture_once(execute: Execute) -> None:
    first, second, settings, after = execute(
        "import matplotlib.pyplot as plt\nfrom mlops_lab import kit\nkit.style()\n"
        "fig, ax = plt.subplots()\nax.plot([1, 2])\nkit.show(fig, alt='A line that climbs.')",
        "%matplotlib inline\nfig, ax = plt.subplots()\nkit.show(fig, alt='No line at all.')\n"
        "fig, ax = plt.subplots()\nkit.show(fig, alt='One more without line.')",
        "print(plt.rcParams['figure.dpi'], plt.rcParams['axes.titlelocation'])",
        "1",
    )
    assert [one.output_type for one in first] == ["display_data"]
    assert first[0].metadata == {"image/png": {"alt": "A line that climbs."}}
    assert first[0].data["text/plain"] == "Picture: A line that climbs."
    assert base64.b64decode(first[0].data["image/png"]).startswith(PNG)
    assert first[0].data["image/png"] in first[0].data["text/html"]
    assert 'alt="A line that climbs."' in first[0].data["text/html"]
    assert [one.metadata["image/png"]["alt"] for one in second] == [
        "No line at all.",
        "One more without line.",
    ]
    assert settings[0].text == "110.0 left\n"
    assert [one.output_type for one in after] == ["execute_result"]


def lines(*ends: float, ax: Axes | None = None) -> Axes:
    axes = plt.subplots()[1] if ax is None else ax
    for number, end in enumerate(ends):
        axes.plot([0, 1], [0, end], label=f"pylon {number}")
    return axes


def boxes(ax: Axes) -> list[Bbox]:
    ax.figure.canvas.draw()
    return sorted((text.get_window_extent() for text in ax.texts), key=lambda box: box.y0)


def ends_of(ax: Axes) -> dict[str, float]:
    """Return the height of each line's end, as a share of the axes."""
    low, high = ax.get_ylim()
    return {
        str(line.get_label()): (float(np.asarray(line.get_ydata())[-1]) - low) / (high - low)
        for line in ax.get_lines()
    }


def heights(ax: Axes) -> dict[str, float]:
    return {text.get_text(): text.get_position()[1] for text in ax.texts}


def test_names_stand_beside_the_ends_of_their_lines() -> None:
    style()
    ax = label_lines(lines(100, 20, 60))
    assert heights(ax) == pytest.approx(ends_of(ax))
    assert {text.get_position()[0] for text in ax.texts} == {1.01}
    assert [text.get_color() for text in sorted(ax.texts, key=lambda one: one.get_text())] == [
        line.get_color() for line in ax.get_lines()
    ]


def test_names_are_inside_the_picture() -> None:
    style()
    ax = label_lines(lines(1, 2))
    picture = ax.figure.bbox
    assert all(box.x1 <= picture.x1 and box.x0 >= ax.bbox.x1 for box in boxes(ax))


def test_names_that_would_collide_are_parted() -> None:
    style()
    ax = label_lines(lines(50, 50, 50.5, 51, 100))
    assert len(ax.texts) == 5
    assert all(below.y1 <= above.y0 for below, above in pairwise(boxes(ax)))
    wanted, given = ends_of(ax), heights(ax)
    assert max(abs(given[name] - wanted[name]) for name in wanted) <= 3 * 0.05 + 1e-9


def test_gap_is_a_share_of_the_height() -> None:
    given = heights(label_lines(lines(5, 5), gap=0.25))
    assert given["pylon 1"] - given["pylon 0"] == pytest.approx(0.25)


def test_lines_without_name_or_points_are_left_out() -> None:
    ax = lines(3)
    ax.plot([0, 1], [0, 1])
    ax.plot([], [], label="empty")
    ax.plot([0, 1], [math.nan, math.nan], label="lost")
    assert list(heights(label_lines(ax))) == ["pylon 0"]


def test_a_line_that_breaks_off_is_named_at_its_last_point() -> None:
    ax = lines(100)
    ax.plot([0, 0.5, 1], [0, 50, math.nan], label="short")
    given = heights(label_lines(ax))
    assert given["short"] == pytest.approx(ends_of(lines(100))["pylon 0"] / 2, abs=0.03)


def test_a_logarithmic_axis() -> None:
    ax = plt.subplots()[1]
    ax.set(yscale="log", ylim=(1, 10_000))
    assert heights(label_lines(lines(100, ax=ax))) == {"pylon 0": pytest.approx(0.5)}


def test_axes_without_lines() -> None:
    ax = plt.subplots()[1]
    assert label_lines(ax) is ax
    assert len(ax.texts) == 0


def test_a_row_holds_its_values_their_mean_and_its_interval() -> None:
    ax, found = plt.subplots()[1], {"one": [1.0, 2.0, 4.0], "other": [0.0, 0.5]}
    assert value_rows(ax, found, means=True, marked=["other"]) is ax
    assert [one.get_text() for one in ax.get_yticklabels()] == list(found)
    assert ax.get_ylim() == (1.5, -0.5), "the first is on top"
    for row, (name, values) in enumerate(found.items()):
        lines = ax.lines[3 * row : 3 * row + 3]
        span, mean, points = (np.asarray(one.get_xdata()).tolist() for one in lines)
        known = interval(values)
        assert (span, mean, points) == ([known.low, known.high], [known.mean], values)
        assert {float(y) for one in lines for y in np.asarray(one.get_ydata())} == {row}
        assert (lines[0].get_color() == PALETTE["red"]) == (name == "other")
    assert [one.get_text() for one in ax.texts] == ["2.33", "0.25"]
