"""The exported graph gives what the transform and a logistic function in numpy give."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import expit

from mlops_lab.data.parcels import simulate
from mlops_lab.features import (
    Column,
    Transform,
    analyze,
    bucketize,
    compute_and_apply_vocabulary,
    export_model,
    hash_strings,
    load_served,
    log1p,
    mean,
    scale_to_0_1,
    scale_to_z_score,
    serving_model,
)

FRAME = simulate(6, 300, seed=3)[0].assign(same=2.5)
TEXT = ["depot", "service"]
CELLS = np.linspace(-1, 1, 72)
WEIGHTS: dict[str, Any] = {
    "weight": 0.7,
    "far": -1.5,
    "stops": 0.2,
    "each": 0.05,
    "cell": CELLS,
    "app": np.array([0.1, -0.4, 0.3, 0.6]),
    "service": np.array([0.25, -0.5]),
    "flat": 3.0,
    "half": 1.0,
}


def written(raw: dict[str, Column]) -> dict[str, Column]:
    """Return a feature of each kind."""
    depot = compute_and_apply_vocabulary(raw["depot"], num_oov_buckets=1)
    return {
        "weight": scale_to_z_score(log1p(raw["weight"])),
        "far": scale_to_0_1(raw["distance"]),
        "stops": raw["stops"] / 10 - mean(raw["stops"]) * 0.1,
        "each": 1 / (1 + raw["length"]),
        "cell": depot * 8 + bucketize(raw["hour"], 8),
        "app": bucketize(raw["app"], 4),  # bounds that are equal
        "service": compute_and_apply_vocabulary(raw["service"], top_k=1, num_oov_buckets=1),
        "flat": scale_to_z_score(raw["same"]),
        "half": scale_to_0_1(raw["same"]),
    }


@pytest.fixture(scope="module")
def transform() -> Transform:
    return analyze(written, FRAME.columns, lambda: (day for _, day in FRAME.groupby("day")))


def test_a_reloaded_model_is_the_transform(transform: Transform, tmp_path: Path) -> None:
    export_model(serving_model(transform, WEIGHTS, 0.2, text=TEXT), tmp_path / "model")
    served = load_served(tmp_path / "model")
    later = simulate(1, 200, seed=4)[0].assign(same=2.5)
    later.loc[5, "depot"] = "annex"  # unknown, as is each service but one
    features = transform(later)
    total = np.full(len(later), 0.2)
    for name, weight in WEIGHTS.items():
        one = np.asarray(weight)
        total += one[features[name]] if one.ndim else one * features[name]
    assert np.abs(served(later) - expit(total)).max() < 1e-6
    alone = np.concatenate([served(later.iloc[[i]]) for i in (0, 5, 9)])
    assert np.abs(alone - expit(total)[[0, 5, 9]]).max() < 1e-6


def test_unknown_words_without_a_bucket_stay_apart(tmp_path: Path) -> None:
    made = analyze(
        lambda raw: {"d": compute_and_apply_vocabulary(raw["depot"], top_k=2) + 1},
        ["depot"],
        lambda: [FRAME],
    )
    model = serving_model(made, {"d": [0.0, 1.0, 2.0]}, 0.0, text=["depot"])
    export_model(model, tmp_path)
    found = load_served(tmp_path)(FRAME[:200])
    assert np.allclose(found, expit(made(FRAME[:200])["d"].astype(float)))


def test_weights_and_features_must_be_the_same(transform: Transform) -> None:
    wrong = {**{name: one for name, one in WEIGHTS.items() if name != "far"}, "near": 1.0}
    with pytest.raises(ValueError, match=r"none for \['far'\], and no feature for \['near'\]"):
        serving_model(transform, wrong, 0.0, text=TEXT)


@pytest.mark.parametrize(
    "feature",
    [
        lambda x: hash_strings(x, 16),
        lambda x: compute_and_apply_vocabulary(x, num_oov_buckets=3),
    ],
)
def test_another_hash_is_refused(feature: Any) -> None:
    made = analyze(lambda raw: {"c": feature(raw["depot"])}, ["depot"], lambda: [FRAME])
    with pytest.raises(ValueError, match="TensorFlow has another hash"):
        serving_model(made, {"c": np.zeros(20)}, 0.0, text=["depot"])
