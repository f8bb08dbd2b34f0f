"""Make glyphs: small grey pictures of stamped characters, with everything that shaped each of them.

Run `python datasets/glyphs/make.py` to write the three files beside this script again. The law is
all here. A character is drawn from the outline of a font that matplotlib ships; then it is sized,
turned, slanted, thickened and placed, lit from one side, blurred, and noise is added. Last, a
clerk types its label, and now and then hits another key.
"""

from __future__ import annotations

import gzip
import io
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SEED = 2027
TRAIN, TEST = 4500, 1500
SIDE = 20  # pixels
CHARACTERS = "3689AHMWbdnpqu"
FONTS = (
    *(f"DejaVuSans{style}" for style in ("", "-Bold", "-Oblique", "-BoldOblique")),
    *(f"DejaVuSerif{style}" for style in ("", "-Bold", "-Italic", "-BoldItalic")),
    *(f"DejaVuSansMono{style}" for style in ("", "-Bold", "-Oblique", "-BoldOblique")),
    *(f"STIXGeneral{style}" for style in ("", "Bol", "Italic", "BolIta")),
    *("cmr10", "cmb10", "cmss10", "cmtt10"),
)
NUMBERS = (
    *("size", "rotation", "slant", "stroke", "right", "down"),
    *("contrast", "gradient", "lamp", "blur", "noise"),
)
WRONG_KEY = 0.015  # share of labels that are another character's
MASTER, MARGIN = 60, 30  # height of a master drawing and the empty space around it, in its pixels

Floats = NDArray[np.float64]


def master(font: str, character: str) -> Floats:
    """Return signed distances to the outline in heights of the glyph, positive inside.

    Shape (MASTER + 2 MARGIN) squared, the glyph's centre in the middle; the longer side of its box
    is MASTER pixels.
    """
    import matplotlib
    from matplotlib.font_manager import FontProperties
    from matplotlib.path import Path as Outline
    from matplotlib.textpath import TextPath
    from scipy import ndimage

    file = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{font}.ttf"
    outline = TextPath((0, 0), character, size=100, prop=FontProperties(fname=file))
    box = outline.get_extents()
    scale = MASTER / max(box.width, box.height)
    at = np.arange(MASTER + 2 * MARGIN) - (MASTER + 2 * MARGIN - 1) / 2
    x, y = np.meshgrid(at, -at)
    points = np.column_stack([x.ravel(), y.ravel()])
    inside = np.zeros(len(points), dtype=bool)
    for polygon in outline.to_polygons():
        corners = (np.asarray(polygon) - [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2]) * scale
        inside ^= Outline(corners).contains_points(points)  # an inner contour is a hole
    ink = inside.reshape(x.shape)
    signed = ndimage.distance_transform_edt(ink) - ndimage.distance_transform_edt(~ink)
    return np.asarray(signed / MASTER, dtype=np.float64)


def factors(rng: np.random.Generator) -> pd.DataFrame:
    """Draw what shapes each picture: every factor independent of the character and of the rest."""
    n = TRAIN + TEST
    return pd.DataFrame(
        {
            "part": np.repeat(["train", "test"], [TRAIN, TEST]),
            "font": rng.choice(FONTS, n),
            "size": rng.uniform(11, 16, n).round(2),
            "rotation": rng.normal(0, 6, n).round(1),
            "slant": rng.normal(0, 0.12, n).round(3),
            "stroke": rng.uniform(-0.25, 0.5, n).round(2),
            "right": rng.normal(0, 0.8, n).clip(-2, 2).round(2),
            "down": rng.normal(0, 0.8, n).clip(-2, 2).round(2),
            "contrast": rng.uniform(0.4, 0.9, n).round(3),
            "gradient": rng.gamma(2.0, 0.12, n).clip(0, 1).round(3),
            "lamp": rng.uniform(0, 360, n).round(),
            "blur": rng.uniform(0.3, 1.0, n).round(2),
            "noise": rng.gamma(4.0, 0.018, n).clip(0, 0.4).round(3),
        }
    )


def draw(characters: NDArray[np.int64], how: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Draw one picture a row, values 0 black to 1 white, shape (rows, SIDE, SIDE)."""
    masters = {(f, c): master(f, c) for f in FONTS for c in CHARACTERS}
    pictures = np.empty((len(how), SIDE, SIDE))
    for i, font in enumerate(how["font"]):
        one = {name: float(how[name].iloc[i]) for name in NUMBERS}
        pictures[i] = _photograph(masters[font, CHARACTERS[characters[i]]], one, rng)
    return pictures


def _photograph(signed: Floats, one: dict[str, float], rng: np.random.Generator) -> Floats:
    from scipy import ndimage

    at = np.arange(SIDE) - (SIDE - 1) / 2
    down, right = np.meshgrid(at, at, indexing="ij")
    turn = np.deg2rad(one["rotation"])
    y, x = down - one["down"], right - one["right"]
    # From the picture back to the master: turn, then straighten the slant, then undo the size.
    y, x = y * np.cos(turn) + x * np.sin(turn), x * np.cos(turn) - y * np.sin(turn)
    x = x + one["slant"] * y
    middle = (len(signed) - 1) / 2
    where = np.stack([y, x]) * MASTER / one["size"] + middle
    distance = ndimage.map_coordinates(signed, where, order=1, mode="nearest") * one["size"]
    ink = np.clip(0.5 + distance + one["stroke"], 0, 1)  # a pixel wide edge, as a lens would give
    angle = np.deg2rad(one["lamp"])
    light = 1 + one["gradient"] * (right * np.cos(angle) + down * np.sin(angle)) / (SIDE / 2)
    picture = ndimage.gaussian_filter(
        (0.08 + one["contrast"] * ink) * light + 0.25 * (light - 1), one["blur"], mode="nearest"
    )
    noisy = picture + rng.normal(0, one["noise"], picture.shape)
    return np.asarray(np.clip(noisy, 0, 1), dtype=np.float64)


def make(seed: int = SEED) -> tuple[pd.DataFrame, pd.DataFrame, NDArray[np.uint8]]:
    """Draw the table, the truth behind its labels, and the pictures."""
    rng = np.random.default_rng(seed)
    how = factors(rng)
    characters = rng.integers(len(CHARACTERS), size=len(how))
    slip = rng.random(len(how)) < WRONG_KEY
    other = (characters + rng.integers(1, len(CHARACTERS), len(how))) % len(CHARACTERS)
    pictures = np.round(255 * draw(characters, how, rng)).astype(np.uint8)
    table = pd.DataFrame({"label": np.where(slip, other, characters)}).join(how)
    return table, pd.DataFrame({"character": characters}), pictures


def _write(frame: pd.DataFrame, path: Path) -> None:
    """Write one table; the time stamp is left out of the gzip so that bytes repeat."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as stream:
        stream.write(frame.to_csv(index=False, lineterminator="\n").encode())
    path.write_bytes(buffer.getvalue())


def main(folder: Path) -> None:
    """Write glyphs.csv.gz, truth.csv.gz and glyphs.npz into `folder`."""
    table, truth, pictures = make()
    _write(table, folder / "glyphs.csv.gz")
    _write(truth, folder / "truth.csv.gz")
    np.savez_compressed(folder / "glyphs.npz", images=pictures)  # its entries bear no date


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
