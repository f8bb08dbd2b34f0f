"""A transform makes the features that TensorFlow Transform made, in batches and row by row."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlops_lab.data.parcels import simulate
from mlops_lab.features import (
    Column,
    Transform,
    analyze,
    bucketize,
    compute_and_apply_vocabulary,
    hash_strings,
    log1p,
    mean,
    scale_to_0_1,
    scale_to_z_score,
)

# Made once with tensorflow-transform 1.21, which does not install beside the other packages here.
ORACLE = json.loads((Path(__file__).parent / "tensorflow_transform.json").read_text())
ROWS: dict[str, Any] = {name: np.array(values) for name, values in ORACLE["inputs"].items()}


def written(raw: dict[str, Column]) -> dict[str, Column]:
    """Return what the oracle's function gave."""
    z = scale_to_z_score(raw["x"])
    words = compute_and_apply_vocabulary(raw["s"], top_k=2, num_oov_buckets=1)
    return {
        "z": z,
        "unit": scale_to_0_1(raw["x"]),
        "bucket4": bucketize(raw["x"], 4),
        "bucket10": bucketize(raw["x"], 10),
        "z_bucket4": bucketize(z, 4),
        "log_z": scale_to_z_score(log1p(raw["x"])),
        "word": compute_and_apply_vocabulary(raw["s"]),
        "word_top2": words,
        "centred": raw["x"] - mean(raw["x"]),
    }


def parts(size: int = 30) -> Iterator[Mapping[str, Any]]:
    """Yield the rows in parts."""
    for first in range(0, len(ROWS["x"]), size):
        yield {name: values[first : first + size] for name, values in ROWS.items()}


@pytest.fixture(scope="module")
def transform() -> Transform:
    return analyze(written, ["x", "s"], parts)


@pytest.mark.parametrize("name", ["z", "unit", "log_z", "centred"])
def test_scaled_values_are_those_of_tensorflow_transform(transform: Transform, name: str) -> None:
    theirs = np.array(ORACLE["outputs"][name])  # in single precision
    assert np.abs(transform(ROWS)[name] - theirs).max() < 2e-6


@pytest.mark.parametrize("name", ["word", "word_top2"])
def test_vocabularies_are_those_of_tensorflow_transform(transform: Transform, name: str) -> None:
    assert transform(ROWS)[name].tolist() == ORACLE["outputs"][name]


@pytest.mark.parametrize(
    ("name", "differing"), [("bucket4", 4), ("z_bucket4", 4), ("bucket10", 10)]
)
def test_buckets_are_those_of_tensorflow_transform(
    transform: Transform, name: str, differing: int
) -> None:
    """Both take the bounds from a sketch: a value at an edge may fall to the other side."""
    apart = np.abs(transform(ROWS)[name] - np.array(ORACLE["outputs"][name]))
    assert apart.max() <= 1
    assert np.count_nonzero(apart) <= differing


def test_a_pass_for_each_level_of_what_must_be_known(transform: Transform) -> None:
    assert transform.passes == 2  # the buckets of a z-score wait for its mean
    flat = analyze(lambda raw: {"b": bucketize(raw["x"], 4)}, ["x"], parts)
    assert flat.passes == 1
    assert analyze(lambda raw: {"x": raw["x"] * 2}, ["x"], parts).passes == 0


def test_a_statistic_that_two_features_share_is_taken_once(transform: Transform) -> None:
    assert len(transform.constants) == 9  # the z-score is a feature, and is cut into buckets too


def test_row_by_row_is_the_batch_to_the_last_bit(transform: Transform) -> None:
    whole = transform(ROWS)
    alone = [
        transform({name: values[i : i + 1] for name, values in ROWS.items()}) for i in range(50)
    ]
    for name, values in whole.items():
        assert np.concatenate([one[name] for one in alone]).tolist() == values[:50].tolist(), name


def test_what_is_saved_makes_the_same(transform: Transform, tmp_path: Path) -> None:
    transform.save(tmp_path / "constants.json")
    again = Transform.load(tmp_path / "constants.json", written, ["x", "s"])
    for name, values in transform(ROWS).items():
        assert again(ROWS)[name].tolist() == values.tolist()


def test_constants_of_another_function_are_refused(transform: Transform, tmp_path: Path) -> None:
    transform.save(tmp_path / "c.json")
    with pytest.raises(ValueError, match="has 9 statistics, the function takes 1: analyze"):
        Transform.load(tmp_path / "c.json", lambda raw: {"m": mean(raw["x"])}, ["x"])


def test_a_frame_and_sums_of_columns() -> None:
    frame, _ = simulate(2, 500, seed=1)
    days = [day for _, day in frame.groupby("day")]

    def volume(raw: dict[str, Column]) -> dict[str, Column]:
        return {
            "dense": 2 * raw["weight"] / (1 + raw["length"]) - 1,
            "left": 10 - raw["weight"],
            "each": 1 / raw["weight"] + 0.5,
            "depot": compute_and_apply_vocabulary(raw["depot"]),
            "cell": hash_strings(raw["postcode"], 16),
        }

    made = analyze(volume, frame.columns, lambda: days)
    found = pd.DataFrame(made(frame))
    assert np.allclose(found["dense"], 2 * frame["weight"] / (1 + frame["length"]) - 1)
    assert np.allclose(found["left"], 10 - frame["weight"])
    assert np.allclose(found["each"], 1 / frame["weight"] + 0.5)
    assert made.constants == [frame["depot"].value_counts().index.tolist()]
    assert set(found["cell"]) == set(range(16))
    assert found.groupby(frame["postcode"])["cell"].nunique().max() == 1


def test_unseen_words_and_values_that_do_not_differ() -> None:
    def both(raw: dict[str, Column]) -> dict[str, Column]:
        return {
            "none": compute_and_apply_vocabulary(raw["s"]),
            "three": compute_and_apply_vocabulary(raw["s"], num_oov_buckets=3),
            "z": scale_to_z_score(raw["x"]),
            "unit": scale_to_0_1(raw["x"]),
        }

    same = {"s": np.array(["a", "b"]), "x": np.array([5.0, 5.0])}
    made = analyze(both, ["s", "x"], lambda: [same])
    unseen = np.array(["a", *(f"new {i}" for i in range(40))])
    found = made({"s": unseen, "x": np.full(41, 5.0)})
    assert found["none"].tolist() == [0] + [-1] * 40
    assert found["three"][0] == 0
    assert set(found["three"][1:]) == {2, 3, 4}
    assert set(found["z"]) == {0.0}
    assert set(found["unit"]) == {0.5}


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="no column y; there are x, s"):
        analyze(lambda raw: {"m": mean(raw["y"])}, ["y"], parts)
