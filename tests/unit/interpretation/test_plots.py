"""Pictures of explanations: titles say what was drawn, whatever the data."""

import numpy as np
import pytest
from matplotlib.axes import Axes

from mlops_lab.interpretation import plots


def test_reasons_name_the_first_of_each(ax: Axes) -> None:
    found = {"all": [2.0, -3.0, 1.0], "kept": [0.5, 0.0, 1.0]}
    assert plots.reasons(ax, ["price", "items", "hour"], found) is ax
    assert ax.get_title("left") == "First reason: price, hour"
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["price", "items", "hour"]
    assert sorted(patch.get_width() for patch in ax.patches) == [-3, 0, 0.5, 1, 1, 2]  # type: ignore[attr-defined]


def test_reasons_that_agree_are_named_once(ax: Axes) -> None:
    plots.reasons(ax, ["price", "items"], {"all": [2.0, 1.0], "kept": [3.0, 1.0]})
    assert ax.get_title("left") == "First reason: price"


def test_widths_tell_the_shares_at_the_marked_one(ax: Axes) -> None:
    found = {"bent": [[0.0, 0.5], [0.2, 0.7]], "straight": [[0.0, 0.0], [0.0, 0.0]]}
    assert plots.widths(ax, [0.1, 1.0], found, 0.9) is ax
    assert ax.get_title("left") == "Wrong signs at the dotted width: 60 % (bent), 0 % (straight)"
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0.1", "1"]


def test_pictures_share_one_scale(ax: Axes) -> None:
    plots.pictures(ax, [[0, 1, 2, 3], [4, 4, 4, 4]], ["dark", "bright"], "Two", "share")
    (drawn,) = ax.images
    assert drawn.get_clim() == (0, 4)
    shown = np.ma.MaskedArray(drawn.get_array()).filled(np.nan)
    assert shown[:, :2].tolist() == [[0, 1], [2, 3]]
    assert (shown[:, -2:] == 4).all()
    assert [text.get_text() for text in ax.texts] == ["dark", "bright"]


@pytest.mark.parametrize(("images", "names"), [([[1, 2]], ["a"]), ([[1, 2, 3, 4]], [])])
def test_pictures_that_do_not_fit_are_refused(
    ax: Axes, images: list[list[int]], names: list[str]
) -> None:
    with pytest.raises(ValueError, match=f"and {len(names)} names"):
        plots.pictures(ax, images, names, "Two", "share")
