import re

import matplotlib as mpl
import pytest

from mlops_lab.workbench.classroom.report.pictures import totals_picture, when_picture

Q = (1.0, 2.0, 3.0)


def marks(svg: str) -> tuple[int, int]:
    """Count bars and dots by their colours."""
    return len(re.findall(r"fill: var\(--bar\); stroke: var\(--paper\)", svg)), len(
        re.findall(r"<use [^>]*fill: var\(--(?:bar|late)\)", svg)
    )


@pytest.mark.parametrize("n", [1, 2, 4])
def test_few_totals_are_dots(n: int) -> None:
    assert marks(totals_picture([3.0] * n, 9, Q, "x")) == (0, n)


@pytest.mark.parametrize(
    ("totals", "of"),
    [([0.0] * 5, 9), ([9.0] * 7, 9), ([1, 2, 3, 4, 12.5], 9), ([0.1 * i for i in range(50)], 4.9),
     ([3e5] * 5, 1e6), ([0.0] * 5, 0.0001)],
)  # fmt: skip
def test_every_total_is_in_a_bar(totals: list[float], of: float) -> None:
    bars, dots = marks(totals_picture(totals, of, Q, "x"))
    assert bars >= 1
    assert dots == 0


@pytest.mark.parametrize(
    "days",
    [[0.0], [-3.0], [5.0, 5.0], [-400.0, 400.0, 1, 2, 3], [0.0] * 6, [-0.001] * 6, [1 / 24] * 9],
)
def test_when_takes_any_days(days: list[float]) -> None:
    picture = when_picture(days, [one > 0 for one in days], "x")
    assert sum(marks(picture)) >= 1 or "var(--late)" in picture


def test_the_style_of_the_process_changes_nothing() -> None:
    values = [1, 2, 3, 4, 5.0]
    before = totals_picture(values, 5, Q, "x")
    with mpl.rc_context({"axes.edgecolor": "#d9dee3", "font.size": 30}):
        assert totals_picture(values, 5, Q, "x") == before


def test_a_label_is_escaped_and_no_colour_or_id_is_left_to_chance() -> None:
    picture = totals_picture([1, 2, 3, 4, 5.0], 5, Q, 'a "b" <c>')
    assert 'aria-label="a &#34;b&#34; &lt;c&gt;"' in picture
    assert not re.search(r"#[0-9a-fA-F]{6}\b", picture)
    ids = re.findall(r' id="([^"]+)"', picture)
    other = re.findall(r' id="([^"]+)"', when_picture([1, 2, 3, 4, 5.0], [True] * 5, "x"))
    assert not set(ids) & set(other)
    assert picture == totals_picture([1, 2, 3, 4, 5.0], 5, Q, 'a "b" <c>')


def test_short_spans_are_told_in_hours() -> None:
    assert "hours before" in when_picture([-1.0, 2.0], [False, True], "x")
    assert "days before" in when_picture([-1.0, 2.1], [False, True], "x")
