"""Release: gates and their errors, weeks of promotions, versions, a registry."""

from mlops_lab.release.bundle import fingerprint
from mlops_lab.release.candidates import candidates
from mlops_lab.release.gate import RULES, mcnemar, promotes, promotion_rate, rows_needed
from mlops_lab.release.registry import open_registry
from mlops_lab.release.tuesdays import Weeks, tuesdays

__all__ = [
    "RULES",
    "Weeks",
    "candidates",
    "fingerprint",
    "mcnemar",
    "open_registry",
    "promotes",
    "promotion_rate",
    "rows_needed",
    "tuesdays",
]
