"""What every part of the package stands on: its base error, hints, whole files, bound children."""

from mlops_lab.core.children import end_with_parent, ending_with_us
from mlops_lab.core.errors import LabError
from mlops_lab.core.files import beside, replacing, write_whole
from mlops_lab.core.hints import did_you_mean

__all__ = [
    "LabError",
    "beside",
    "did_you_mean",
    "end_with_parent",
    "ending_with_us",
    "replacing",
    "write_whole",
]
