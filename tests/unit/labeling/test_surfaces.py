"""What is measured on pictures that were drawn by hand."""

import numpy as np
import pytest

from mlops_lab.labeling import FEATURES, surface_features

SIDE = 24


def glass(seed: int = 0) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return 150 + np.random.default_rng(seed).normal(0, 3, (SIDE, SIDE))


def measured(picture: object) -> dict[str, float]:
    (row,) = surface_features(np.asarray(picture)[None])
    return dict(zip(FEATURES, row.tolist(), strict=True))


def test_a_line_has_its_length() -> None:
    picture = glass()
    picture[10, 4:16] -= 60  # 12 pixels in a row
    found = measured(picture)
    assert found["longest spot, deep"] == pytest.approx(np.hypot(1, 12))
    assert found["largest spot, deep"] == 12
    assert found["darkest"] == pytest.approx(60, abs=12)
    assert found["noise"] == pytest.approx(3, rel=0.15)
    assert found["brightness"] == pytest.approx(150 - 60 * 12 / SIDE**2, abs=0.5)


def test_a_diagonal_is_one_spot() -> None:
    picture = glass()
    np.fill_diagonal(picture[5:15, 5:15], 60)
    found = measured(picture)
    assert found["longest spot, deep"] == pytest.approx(np.hypot(10, 10))
    assert found["largest spot, deep"] == 10


def test_two_spots_are_not_added_up() -> None:
    picture = glass()
    picture[3, 3:8] -= 80
    picture[20, 10:13] -= 80
    assert measured(picture)["largest spot, deep"] == 5
    assert measured(picture)["spots"] >= 2


def test_faint_marks_show_at_the_lower_depth_only() -> None:
    picture = glass()
    picture[12, 3:13] = 150 - 12  # four times the noise
    found = measured(picture)
    assert found["largest spot"] == 10
    assert found["largest spot, deep"] == 0
    assert found["longest spot, deep"] == 0


def test_the_slope_of_the_lamp_does_not_matter() -> None:
    picture = glass()
    picture[10, 4:16] -= 60
    slope = np.linspace(-20, 20, SIDE)
    tilted = picture + slope[:, None] - 0.5 * slope
    before, after = measured(picture), measured(tilted)
    assert {k: after[k] for k in FEATURES[:7]} == pytest.approx(
        {k: before[k] for k in FEATURES[:7]}
    )
    assert after["noise"] == pytest.approx(before["noise"])


def test_a_flat_picture_has_no_spots() -> None:
    found = measured(np.full((SIDE, SIDE), 90.0))
    assert found["spots"] == 0
    assert found["largest spot"] == 0
    assert found["brightness"] == pytest.approx(90)


def test_each_picture_by_itself() -> None:
    two = np.stack([glass(1), glass(2)])
    both = surface_features(two)
    assert both.shape == (2, len(FEATURES))
    assert both[1] == pytest.approx(surface_features(two[1:])[0])


@pytest.mark.parametrize(
    ("images", "said"),
    [
        (np.zeros((3, 4, 5)), r"got \(3, 4, 5\)"),
        (np.zeros((24, 24)), r"got \(24, 24\)"),
        (np.zeros((0, 24, 24)), r"got \(0, 24, 24\)"),
        (np.full((1, 4, 4), np.nan), "NaN"),
    ],
)
def test_what_is_no_picture_is_refused(images: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        surface_features(images)  # type: ignore[arg-type]  # the wrong shapes are the point
