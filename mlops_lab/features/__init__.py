"""Features: statistics of data of any size in one pass, and transforms that are written once."""

from mlops_lab.features.columns import (
    Column,
    bucketize,
    compute_and_apply_vocabulary,
    hash_strings,
    log1p,
    mean,
    scale_to_0_1,
    scale_to_z_score,
)
from mlops_lab.features.combine import (
    Combiner,
    Extremes,
    Moments,
    Quantiles,
    Vocabulary,
    combined,
)
from mlops_lab.features.encode import TargetMeans, cross_fitted, target_means
from mlops_lab.features.layers import export_model, load_served, serving_model
from mlops_lab.features.sketch import Sketch
from mlops_lab.features.transform import Transform, analyze

__all__ = [
    "Column",
    "Combiner",
    "Extremes",
    "Moments",
    "Quantiles",
    "Sketch",
    "TargetMeans",
    "Transform",
    "Vocabulary",
    "analyze",
    "bucketize",
    "combined",
    "compute_and_apply_vocabulary",
    "cross_fitted",
    "export_model",
    "hash_strings",
    "load_served",
    "log1p",
    "mean",
    "scale_to_0_1",
    "scale_to_z_score",
    "serving_model",
    "target_means",
]
