"""The public names, pinned: a change here is a change for those who use the package."""

import importlib
import pkgutil

import pytest

import mlops_lab
import mlops_lab.workbench

NAMES: dict[str, list[str]] = {
    "mlops_lab": ["__version__"],
    "mlops_lab.augmentation": [
        "SYNONYMS",
        "TRANSFORMS",
        "Augment",
        "Images",
        "Net",
        "Policy",
        "accuracy",
        "augment",
        "augmenter",
        "blur",
        "borrow_words",
        "class_accuracy",
        "contrast",
        "delete_words",
        "erase",
        "fit",
        "flip",
        "half_turn",
        "light",
        "noise",
        "random_policy",
        "replace_words",
        "rotate",
        "scale",
        "shear",
        "shift",
        "swap_letters",
        "swap_words",
        "warp",
    ],
    "mlops_lab.cli": ["main"],
    "mlops_lab.data": ["Card", "DataError", "Dataset", "available", "card", "load"],
    "mlops_lab.drift": [
        "DISTANCES",
        "Detector",
        "ERROR_DETECTORS",
        "ErrorRate",
        "INPUT_DETECTORS",
        "InputMonitor",
        "NEW_CLASS",
        "Outcome",
        "Score",
        "Stream",
        "alarms",
        "always",
        "calibrate",
        "classifier",
        "error_detector",
        "input_detector",
        "ks",
        "never",
        "novelty",
        "on_alarm",
        "on_schedule",
        "prequential",
        "psi",
        "score",
        "simulate",
        "summary",
        "tilt",
        "wasserstein",
        "weight",
    ],
    "mlops_lab.kit": [
        "Check",
        "Explorer",
        "Feedback",
        "Finding",
        "FindingError",
        "Interval",
        "PALETTE",
        "choose",
        "explore",
        "finding",
        "findings",
        "interval",
        "label_lines",
        "paired",
        "predict",
        "read_records",
        "record",
        "records_of",
        "repeatable",
        "show",
        "style",
    ],
    "mlops_lab.labeling": [
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
    ],
    "mlops_lab.scoping": [
        "INPUTS",
        "Backtest",
        "Curve",
        "Forecast",
        "Project",
        "Quantity",
        "Worksheet",
        "WorksheetError",
        "advantage",
        "backtest",
        "best_way",
        "build_cost",
        "draw",
        "evpi",
        "examples",
        "fit_curve",
        "flip_point",
        "forecast",
        "gain",
        "labels_for",
        "live_years",
        "parse_worksheet",
        "partial_value",
        "pert",
        "pilot_signal",
        "ranking",
        "read_worksheet",
        "report",
        "simulate_all",
        "tornado",
        "value",
        "values",
        "with_input",
        "write_report",
        "write_worksheet",
    ],
    "mlops_lab.weak_supervision": [
        "ABSTAIN",
        "LabelModel",
        "VoteError",
        "analyse",
        "apply_columns",
        "apply_rows",
        "fit_label_model",
        "group",
        "majority_vote",
        "merge",
        "residual_correlation",
        "simulate_votes",
    ],
    "mlops_lab.workbench": [],
    "mlops_lab.workbench.kernels": ["ADDRESS", "ColdError", "PROVISIONER", "SWITCH", "warmed"],
    "mlops_lab.workbench.runs": [
        "Failure",
        "Job",
        "KernelError",
        "Lesson",
        "Lost",
        "Parameter",
        "RefusedError",
        "Run",
        "declared",
        "find_course",
        "find_notebook",
        "lessons",
        "run",
        "run_many",
        "store",
    ],
}


def public_modules() -> list[str]:
    """Give the package, its rooms and topics, and the parts of the workbench."""
    parts = [mlops_lab, mlops_lab.workbench]
    below = [
        f"{part.__name__}.{one.name}"
        for part in parts
        for one in pkgutil.iter_modules(part.__path__)
        if not one.name.startswith("_")
    ]
    return sorted(["mlops_lab", *below])


def test_every_public_module_is_pinned() -> None:
    assert sorted(NAMES) == public_modules()


@pytest.mark.parametrize("module", NAMES)
def test_names_are_pinned(module: str) -> None:
    found = importlib.import_module(module)
    assert sorted(found.__all__) == sorted(NAMES[module])
    assert [name for name in found.__all__ if not hasattr(found, name)] == []
