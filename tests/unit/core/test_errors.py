"""One base for the errors that a user of the package may want to catch."""

import pytest

from mlops_lab.core import LabError
from mlops_lab.data.errors import DataError
from mlops_lab.distributed import WorkerError
from mlops_lab.kit.findings import FindingError
from mlops_lab.scoping.files import WorksheetError
from mlops_lab.weak_supervision.apply import VoteError
from mlops_lab.workbench.classroom.sandbox.sandbox import SandboxError
from mlops_lab.workbench.runs.errors import KernelError, RefusedError, UnfinishedError
from mlops_lab.workbench.runs.tracked.store import StoreError

USUAL = {
    DataError: Exception,
    FindingError: AssertionError,
    KernelError: RuntimeError,
    RefusedError: ValueError,
    SandboxError: RuntimeError,
    StoreError: RuntimeError,
    UnfinishedError: RuntimeError,
    VoteError: ValueError,
    WorkerError: RuntimeError,
    WorksheetError: ValueError,
}


@pytest.mark.parametrize("error", USUAL, ids=lambda one: one.__name__)
def test_an_error_is_ours_and_of_the_usual_kind(error: type[Exception]) -> None:
    assert issubclass(error, LabError)
    assert issubclass(error, USUAL[error])
