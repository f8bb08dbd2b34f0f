"""Pictures of dimensionality reduction: titles say what was drawn, whatever the data."""

import numpy as np
from matplotlib.axes import Axes

from mlops_lab.reduction import plots


def noted(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_images_are_named_and_scaled_alone(ax: Axes) -> None:
    pictures = np.stack([np.arange(25.0).reshape(5, 5), np.full((5, 5), 7.0)])
    assert plots.images(ax, pictures, ["slope", "flat"], "Two") is ax
    assert noted(ax) == ["slope", "flat"]
    assert ax.images[0].get_size() == (5, 12)
    assert ax.get_title("left") == "Two"


def test_crowding_names_the_cube_that_is_as_crowded(ax: Axes) -> None:
    found = {"images": (400, 2.2), "shuffled": (400, 0.2)}
    assert plots.crowding(ax, [2, 10, 100], [70.0, 2.4, 0.4], found) is ax
    assert ax.get_title("left") == "images: 400 columns, as crowded as a cube of about 10"
    assert "shuffled: 0.2" in noted(ax)


def test_features_tell_a_dip_from_none(ax: Axes) -> None:
    dip = [[0.3, 0.5, 0.2, 0.6], [0.3, 0.5, 0.2, 0.7]]
    assert plots.features(ax, [5, 50, 100, 400], {"estimated": dip}, 110, 10) is ax
    assert ax.get_title("left") == "0.50, then 0.20 at 100, 0.65 at 400"
    assert ax.get_xlabel() == "features; dotted: 110 rows minus 10 classes"
    assert noted(ax) == ["estimated"]
    plots.features(ax, [5, 50], {"none": [[0.1, 0.2], [0.1, 0.4]]}, 110, 10)
    assert ax.get_title("left") == "No dip: 0.10 to 0.30"


def test_components_name_the_best(ax: Axes) -> None:
    found = {"PCA": [[0.2, 0.8, 0.7], [0.2, 0.7, 0.7]], "random": [[0.1, 0.2, 0.3]] * 2}
    assert plots.components(ax, [2, 20, 80], found, [0.6, 0.7]) is ax
    assert ax.get_title("left") == "PCA: 0.75 with 20 numbers, 0.65 with all pixels"


def test_arms_name_both_ends(ax: Axes) -> None:
    assert plots.arms(ax, {"before": [0.9, 1.0], "inside": [0.4, 0.6]}, chance=0.5) is ax
    assert ax.get_title("left") == "0.95 (before) to 0.50 (inside)"
    assert ax.get_xlabel() == "accuracy; dotted: chance"
    assert noted(ax) == ["0.95", "0.50"]
    plots.arms(ax, {"before": [0.9, 1.0]}, title="Wine")
    assert (ax.get_title("left"), ax.get_xlabel()) == ("Wine", "accuracy")


def test_cosines_count_what_stayed_in_place(ax: Axes) -> None:
    assert plots.cosines(ax, np.eye(3), np.diag([1.0, -1.0, 1.0])) is ax
    assert ax.get_title("left") == "2 of 3 as before"
