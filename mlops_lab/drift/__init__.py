"""Drift: simulate it with ground truth, detect it, score the detectors, decide when to retrain."""

from mlops_lab.drift.detectors import (
    ERROR_DETECTORS,
    INPUT_DETECTORS,
    Detector,
    ErrorRate,
    InputMonitor,
    alarms,
    calibrate,
    error_detector,
)
from mlops_lab.drift.distances import DISTANCES, classifier, ks, novelty, psi, wasserstein
from mlops_lab.drift.policies import Outcome, always, never, on_alarm, on_schedule, prequential
from mlops_lab.drift.reweight import reweighted, tilt, tilt_within
from mlops_lab.drift.scoring import Score, incidents, score, summary
from mlops_lab.drift.simulate import NEW_CLASS, Stream, simulate, weight

__all__ = [
    "DISTANCES",
    "ERROR_DETECTORS",
    "INPUT_DETECTORS",
    "NEW_CLASS",
    "Detector",
    "ErrorRate",
    "InputMonitor",
    "Outcome",
    "Score",
    "Stream",
    "alarms",
    "always",
    "calibrate",
    "classifier",
    "error_detector",
    "incidents",
    "ks",
    "never",
    "novelty",
    "on_alarm",
    "on_schedule",
    "prequential",
    "psi",
    "reweighted",
    "score",
    "simulate",
    "summary",
    "tilt",
    "tilt_within",
    "wasserstein",
    "weight",
]
