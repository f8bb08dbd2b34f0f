"""What every lesson shares: style, findings, records, comparisons, explorers and self-checks.

The only part of the package that displays anything.
"""

from mlops_lab.kit.answers import each, in_place, map_rows, student
from mlops_lab.kit.checks import Check, Feedback, choose
from mlops_lab.kit.claims import claims
from mlops_lab.kit.compare import Interval, interval, paired
from mlops_lab.kit.explorer import Explorer, explore
from mlops_lab.kit.extras import extra
from mlops_lab.kit.findings import Finding, FindingError, finding, findings
from mlops_lab.kit.predictions import Prediction, predict
from mlops_lab.kit.records import read_records, record, records_of
from mlops_lab.kit.seed import repeatable, set_seed
from mlops_lab.kit.style import PALETTE, label_lines, show, style, value_rows
from mlops_lab.kit.tasks import check_tasks
from mlops_lab.threads import set_threads

__all__ = [
    "PALETTE",
    "Check",
    "Explorer",
    "Feedback",
    "Finding",
    "FindingError",
    "Interval",
    "Prediction",
    "check_tasks",
    "choose",
    "claims",
    "each",
    "explore",
    "extra",
    "finding",
    "findings",
    "in_place",
    "interval",
    "label_lines",
    "map_rows",
    "paired",
    "predict",
    "read_records",
    "record",
    "records_of",
    "repeatable",
    "set_seed",
    "set_threads",
    "show",
    "student",
    "style",
    "value_rows",
]
