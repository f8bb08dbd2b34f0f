"""Grade the master's own solutions first: tests that they fail would fail everybody."""

from dataclasses import dataclass

from mlops_lab.workbench.classroom.book.write import TaskResult
from mlops_lab.workbench.classroom.grade.beside import NOTE
from mlops_lab.workbench.classroom.grade.plan import Plan
from mlops_lab.workbench.classroom.grade.run import Job, Tests
from mlops_lab.workbench.runs.errors import RefusedError

__all__ = ["Reference", "check_master"]

_PATIENCE = 300.0  # seconds for a task of the master's, which nothing is known of yet
_TIMES = 5.0


@dataclass(frozen=True)
class Reference:
    """How submissions are tested, after the master's own solutions.

    Attributes
    ----------
    seconds : float
        For each task.
    beside : bool
        Whether tests have to run beside the student's code.
    note : str
        What results say of that; empty without.
    """

    seconds: float
    beside: bool = False
    note: str = ""


def check_master(tests: Tests, plan: Plan, seconds: float) -> Reference:
    """Test the master's own solutions, apart from the tests if that goes, beside them if not.

    Raises
    ------
    RefusedError
        When they do not get all points either way.
    """
    job = Job(0, plan.solutions)
    (apart,) = tests.run([job], seconds=max(seconds, _PATIENCE))
    lost = [one for one in apart.tasks if one.state != "passed"]
    if not lost:
        return Reference(max(seconds, _TIMES * apart.seconds / max(len(apart.tasks), 1)))
    (beside,) = tests.run([job], seconds=max(seconds, _PATIENCE), beside=True)
    if all(one.points == one.of for one in beside.tasks):
        return Reference(max(seconds, _TIMES * beside.seconds), True, f"{NOTE} {_told(lost[0])}")
    still = [one for one in beside.tasks if one.points != one.of]
    raise RefusedError(
        f"The master's own solutions fail its tests: {_told(still[0])}. Nothing was graded; "
        "repair the master and release it again."
    )


def _told(result: TaskResult) -> str:
    return f"{result.task}: {result.state}, {result.detail or result.message}"
