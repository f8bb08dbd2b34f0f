"""Pictures of distillation: titles and notes say what was drawn, whatever the data."""

import numpy as np
from matplotlib.axes import Axes

from mlops_lab.distillation import plots


def ticks(ax: Axes) -> list[str]:
    return [tick.get_text() for tick in ax.get_xticklabels()]


def notes(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_images_lie_side_by_side_with_their_classes_below(ax: Axes) -> None:
    assert plots.images(ax, np.zeros((2, 3, 4, 5)), ["6", "8", "b"], title="Six") is ax
    (image,) = ax.images
    assert np.asarray(image.get_array()).shape == (2 * 6, 3 * 7)
    assert ticks(ax) == ["6", "8", "b"]


def test_arms_stand_beside_their_gain_over_the_first(ax: Axes) -> None:
    scores = {"scratch": np.array([0.5, 0.6]), "soft": np.array([0.7, 0.8])}
    plots.arms(ax, scores, title="Arms")
    assert notes(ax) == ["gain, 95 %", "+20.0 [+20.0, +20.0]"]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["scratch", "soft"]


def test_students_name_the_break_even(ax: Axes) -> None:
    teacher = np.array([[0.4, 0.4], [0.8, 0.8]])
    plots.students(ax, [50, 2500], teacher, teacher - 0.1, np.array([0.5, 0.5]))
    assert ax.get_title("left") == "Break-even at a teacher of 60 %; a student alone has 50 %"
    assert {"50", "2,500"} <= set(notes(ax))


def test_students_of_good_teachers_alone_have_no_break_even(ax: Axes) -> None:
    teacher = np.array([[0.7, 0.7], [0.8, 0.8]])
    plots.students(ax, [500, 2500], teacher, teacher, np.array([0.5, 0.5]))
    assert ax.get_title("left") == "No break-even here: a student alone has 50 %"


def test_temperatures_compare_the_ends_of_two_lines(ax: Axes) -> None:
    lines = {"with": np.full((2, 3), 0.8), "without": np.array([[0.8] * 3, [0.7] * 3])}
    plots.temperatures(ax, [1, 20], lines)
    assert ax.get_title("left") == "Lost at T = 20: 10.0 points [10.0, 10.0]"
    assert ticks(ax) == ["1", "20"]


def test_the_label_is_marked_among_the_probabilities(ax: Axes) -> None:
    plots.probabilities(ax, np.array([0.1, 0.9]), ["6", "b"], title="T = 4", truth=1)
    assert [tick.get_fontweight() for tick in ax.get_xticklabels()] == ["normal", "bold"]
    first, second = (bar.get_facecolor() for bar in ax.patches)
    assert first != second


def test_classes_are_ordered_by_the_first_arm(ax: Axes) -> None:
    recall = {"soft": np.array([[0.4, 0.4], [0.8, 0.8]]), "hard": np.array([[0.2] * 2, [0.4] * 2])}
    plots.by_class(ax, recall, ["6", "b"])
    assert ticks(ax) == ["b", "6"]
    assert ax.get_title("left") == "Recall of a class never seen: soft 60 %, hard 30 %"


def test_an_ablation_has_a_row_an_arm_and_a_colour_a_run(ax: Axes) -> None:
    lost = {"120 steps": {"no copy": np.array([-0.2, -0.1])}, "480": {"no copy": np.zeros(2)}}
    plots.ablation(ax, lost, title="What is lost?")
    box = ax.get_legend()
    assert box is not None
    assert [text.get_text() for text in box.get_texts()] == ["120 steps", "480"]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["no copy"]
