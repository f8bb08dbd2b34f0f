"""Make inspection: pictures of phone glass with scratches, and what seven inspectors said of them.

Run `python datasets/inspection/make.py` to write the five files beside this script again. The law
is all here. A patch of glass has clusters of scratches, dust and a lamp. Its truth is the length
of its longest scratch. Each inspector sees that length with some error, and holds it against a
limit of their own: nobody had told them a common one.
"""

from __future__ import annotations

import gzip
import io
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SEED = 2028
SURFACES = 4000
SIDE = 24  # pixels
MM = 0.5  # millimetres a pixel
AGREED = 3.0  # mm: the guideline that they agreed on later: longer is a defect
BLUR = 0.12  # error of an inspector's eye, as the standard deviation of log length
ABSENT = 0.06  # share of surfaces that an inspector did not get to see
INSPECTORS = pd.DataFrame(
    {
        "inspector": ["ana", "ben", "cho", "dia", "eli", "fay", "gus"],
        "limit_mm": [3.0, 3.0, 3.0, 2.2, 2.2, 4.2, 3.0],  # fails what looks longer than this
        "slip": [0.01, 0.02, 0.02, 0.02, 0.03, 0.02, 0.25],  # share of calls typed the wrong way
        "boxes": ["cluster", "tight", "loose", "", "", "", ""],  # who drew boxes, and how
    }
)

Floats = NDArray[np.float64]


def scratches(rng: np.random.Generator) -> pd.DataFrame:
    """Draw every scratch: its surface, its cluster there, its ends in pixels, length and depth."""
    clusters = np.repeat(np.arange(SURFACES), rng.choice(3, SURFACES, p=[0.14, 0.62, 0.24]))
    many = rng.choice([1, 2, 3], len(clusters), p=[0.55, 0.3, 0.15])
    centre = rng.uniform(5, SIDE - 5, (len(clusters), 2))
    turn = rng.uniform(0, np.pi, len(clusters))
    cluster = np.repeat(np.arange(len(clusters)), many)
    n = len(cluster)
    length = np.clip(np.exp(rng.normal(np.log(2.4), 0.55, n)), 0.6, 9.0)
    angle = turn[cluster] + rng.normal(0, 0.35, n)
    half = 0.5 * length / MM
    middle = centre[cluster] + rng.normal(0, 2.0, (n, 2)) * (many[cluster] > 1)[:, None]
    middle = np.clip(middle, 2, SIDE - 3)  # in view; an end may run out of it
    reach = np.stack([np.cos(angle), np.sin(angle)], axis=1) * half[:, None]
    return pd.DataFrame(
        {
            "surface": clusters[cluster],
            "cluster": cluster,
            "x0": middle[:, 0] - reach[:, 0],
            "y0": middle[:, 1] - reach[:, 1],
            "x1": middle[:, 0] + reach[:, 0],
            "y1": middle[:, 1] + reach[:, 1],
            "length_mm": length,
            "depth": np.clip(rng.gamma(6.0, 0.17, n), 0.3, 2.5),
        }
    ).round(3)


def draw(
    marks: pd.DataFrame, light: Floats, dust: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Draw the surfaces, shape (SURFACES, SIDE, SIDE): lamp, scratches, dust and noise."""
    at = np.arange(SIDE) - (SIDE - 1) / 2
    tilt = rng.normal(0, 0.9, (SURFACES, 2))
    image = 150 + tilt[:, 0, None, None] * at[:, None] + tilt[:, 1, None, None] * at
    image = image + rng.normal(0, 8, (SURFACES, 1, 1))
    rows, columns = np.mgrid[:SIDE, :SIDE]
    ends = marks[["x0", "y0", "x1", "y1"]].to_numpy()
    for surface, end, depth in zip(marks["surface"], ends, marks["depth"], strict=True):
        gap = _distance(columns, rows, *end)
        image[surface] -= 80 * depth * light[surface] * np.exp(-((gap / 0.7) ** 2))
    for surface in np.repeat(np.arange(SURFACES), dust):
        x, y = rng.uniform(0, SIDE, 2)
        size = rng.uniform(0.6, 1.3)
        gap = np.hypot(columns - x, rows - y)
        image[surface] -= rng.uniform(15, 45) * np.exp(-((gap / size) ** 2))
    image += rng.normal(0, 6, image.shape)
    return np.asarray(np.clip(image, 0, 255) // 4 * 4, dtype=np.uint8)  # 64 levels pack well


def _distance(
    x: NDArray[np.int64], y: NDArray[np.int64], x0: float, y0: float, x1: float, y1: float
) -> Floats:
    """Return the distance of each pixel to a line from (x0, y0) to (x1, y1)."""
    dx, dy = x1 - x0, y1 - y0
    along = np.clip(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy), 0, 1)
    return np.asarray(np.hypot(x - x0 - along * dx, y - y0 - along * dy), dtype=np.float64)


def calls(longest: Floats, rng: np.random.Generator) -> pd.DataFrame:
    """Draw what each inspector said: 1 fails the surface, 0 passes it, empty where not seen."""
    said = {}
    for name, limit, slip in INSPECTORS[["inspector", "limit_mm", "slip"]].itertuples(index=False):
        fails = longest * np.exp(rng.normal(0, BLUR, len(longest))) >= limit
        fails ^= rng.random(len(longest)) < slip
        said[name] = np.where(rng.random(len(longest)) < ABSENT, np.nan, fails)
    return pd.DataFrame(said).astype("Int64")


def boxes(marks: pd.DataFrame, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw boxes by three conventions, rows of surface, inspector, left, top, right, bottom.

    Inspector 0 draws one box a cluster, 1 a tight box a scratch, 2 a loose box a scratch. Every
    edge is off by a hand's error.
    """
    edges = pd.DataFrame(
        {
            "surface": marks["surface"],
            "cluster": marks["cluster"],
            "left": marks[["x0", "x1"]].min(axis=1) - 0.5,
            "top": marks[["y0", "y1"]].min(axis=1) - 0.5,
            "right": marks[["x0", "x1"]].max(axis=1) + 0.5,
            "bottom": marks[["y0", "y1"]].max(axis=1) + 0.5,
        }
    )
    how = {"surface": "first", "left": "min", "top": "min", "right": "max", "bottom": "max"}
    grouped = edges.groupby("cluster").agg(how)
    parts = []
    for inspector, (frame, margin) in enumerate([(grouped, 0.8), (edges, 0.2), (edges, 2.0)]):
        corners = frame[["left", "top", "right", "bottom"]].to_numpy()
        corners = corners + margin * np.array([-1, -1, 1, 1]) + rng.normal(0, 0.25, corners.shape)
        who = np.full(len(frame), inspector)
        parts.append(np.column_stack([frame["surface"], who, np.clip(corners, -0.5, SIDE - 0.5)]))
    return np.concatenate(parts).round(2).astype(np.float32)


def make(
    seed: int = SEED,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, dict[str, NDArray[Any]]]:
    """Draw the calls, the truth by surface, the scratches, and the images with the boxes."""
    rng = np.random.default_rng(seed)
    marks = scratches(rng)
    light = rng.uniform(0.45, 1.0, SURFACES)
    dust = rng.poisson(1.6, SURFACES)
    images = draw(marks, light, dust, rng)
    by_surface = marks.groupby("surface")
    truth = pd.DataFrame({"light": light.round(3), "dust": dust})
    truth["scratches"] = by_surface.size().reindex(truth.index, fill_value=0)
    for name, column in (("longest_mm", "length_mm"), ("deepest", "depth")):
        truth[name] = by_surface[column].max().reindex(truth.index, fill_value=0.0)
    truth["defect"] = (truth["longest_mm"] >= AGREED).astype(int)
    arrays: dict[str, NDArray[Any]] = {"boxes": boxes(marks, rng), "images": images}
    return calls(truth["longest_mm"].to_numpy(), rng), truth, marks, arrays


def _write(frame: pd.DataFrame, path: Path) -> None:
    """Write one table; the time stamp is left out of the gzip so that bytes repeat."""
    text = frame.to_csv(index=False, lineterminator="\n").encode()
    if path.suffix == ".gz":
        buffer = io.BytesIO()
        with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as stream:
            stream.write(text)
        text = buffer.getvalue()
    path.write_bytes(text)


def _write_arrays(arrays: dict[str, NDArray[Any]], path: Path) -> None:
    """Write the arrays as numpy's archive, each entry with the same time stamp."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.save(buffer, array, allow_pickle=False)
            archive.writestr(
                zipfile.ZipInfo(f"{name}.npy"), buffer.getvalue(), zipfile.ZIP_DEFLATED
            )


def main(folder: Path) -> None:
    """Write the table of calls, the three tables of truth and the arrays into `folder`."""
    said, truth, marks, arrays = make()
    _write(said, folder / "inspection.csv.gz")
    _write(truth, folder / "truth.csv.gz")
    _write(marks, folder / "scratches.csv.gz")
    _write(INSPECTORS, folder / "inspectors.csv")
    _write_arrays(arrays, folder / "inspection.npz")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
