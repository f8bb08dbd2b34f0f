"""Labels from people: how far they agree, how to merge them, what their conventions cost."""

from mlops_lab.labeling.agreement import (
    MISSING,
    cohen,
    count_ratings,
    draw_ratings,
    fleiss,
    krippendorff,
    percent,
)
from mlops_lab.labeling.marks import covered, iou, plain_words, word_errors
from mlops_lab.labeling.merge import Merged, dawid_skene, majority
from mlops_lab.labeling.simulate import annotate, confusion, judge
from mlops_lab.labeling.surfaces import FEATURES, surface_features

__all__ = [
    "FEATURES",
    "MISSING",
    "Merged",
    "annotate",
    "cohen",
    "confusion",
    "count_ratings",
    "covered",
    "dawid_skene",
    "draw_ratings",
    "fleiss",
    "iou",
    "judge",
    "krippendorff",
    "majority",
    "percent",
    "plain_words",
    "surface_features",
    "word_errors",
]
