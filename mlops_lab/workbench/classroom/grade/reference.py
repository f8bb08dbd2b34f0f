"""Grade the master's own solutions first: tests that they fail would fail everybody.

It also tells how long tasks take, whether tests can run apart from the answers, and what to import
once for all submissions. What was learnt is kept beside the class until something changes.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from mlops_lab.workbench.classroom.grade.in_process import NOTE
from mlops_lab.workbench.classroom.grade.plan import Plan
from mlops_lab.workbench.classroom.grade.run import Job, Tested, Tests
from mlops_lab.workbench.classroom.grade.usual import Usual
from mlops_lab.workbench.classroom.model import TaskResult
from mlops_lab.workbench.classroom.names import private_folder, write_whole
from mlops_lab.workbench.runs.errors import RefusedError

__all__ = ["Reference", "reference"]

_IN_PLACE = (
    "Tests see what answers change in their arguments, where the master's own solutions change "
    "them; `kit.in_place(...)` around the function says so in the test."
)
_PATIENCE = 300.0  # seconds for a task of the master's, which nothing is known of yet


@dataclass(frozen=True)
class Reference:
    """What the master's own solutions taught.

    Attributes
    ----------
    key : str
        What it depends on.
    seconds : float
        That the slowest way through all of its tasks took.
    modules : tuple of str
        What to import once.
    beside : bool
        Whether tests have to run beside the student's code.
    note : str
        What results say of that; empty without.
    usual : Usual
        What comes of the calls in the tests.
    """

    key: str
    seconds: float
    modules: tuple[str, ...] = ()
    beside: bool = False
    note: str = ""
    usual: Usual = field(default_factory=dict)


def reference(file: Path, key: str, plan: Plan, start: Callable[[], Tests]) -> Reference:
    """Return what the master's own solutions teach, from the file or by testing them.

    Parameters
    ----------
    file : Path
        Where it is kept; written when something has changed.
    key : str
        What it depends on.
    plan : Plan
        Of the master.
    start : callable
        Gives the process that tests.

    Raises
    ------
    RefusedError
        When the solutions do not get all points, apart from the tests or beside them.
    """
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        if known["key"] == key:
            told = {"modules": tuple(known["modules"]), "usual": known["usual"]}
            return Reference(**{**known, **told})
    except (OSError, ValueError, KeyError, TypeError):
        known = None  # not there, or of an older kind: it is made anew
    with start() as tests:
        found = _learn(tests, key, plan)
    private_folder(file.parent)
    write_whole(file, json.dumps(asdict(found), indent=2).encode())
    return found


def _learn(tests: Tests, key: str, plan: Plan) -> Reference:
    (apart,) = tests.run([Job(0, plan.solutions, learn=True)], seconds=_PATIENCE)
    lost = _lost(apart)
    if not lost:
        modules = (*plan.modules, *apart.modules)
        return Reference(key, apart.seconds, modules, usual=apart.usual)
    (loose,) = tests.run([Job(0, plan.solutions, learn=True, in_place=True)], seconds=_PATIENCE)
    if not _lost(loose):
        note = f"{_IN_PLACE} Without that they fail the master's own solution of {_told(lost[0])}"
        modules = (*plan.modules, *loose.modules)
        return Reference(key, loose.seconds, modules, note=note, usual=loose.usual)
    (beside,) = tests.run([Job(0, plan.solutions, learn=True)], seconds=_PATIENCE, beside=True)
    still = _lost(beside)
    if not still:
        note = f"{NOTE} Apart from it they fail the master's own solution of {_told(lost[0])}"
        modules = (*plan.modules, *apart.modules, *beside.modules)
        return Reference(key, beside.seconds, modules, True, note, beside.usual)
    raise RefusedError(
        f"The master's own solutions fail its tests: {_told(still[0])} Nothing was graded; "
        "repair the master and release it again."
    )


def _lost(tested: Tested) -> list[TaskResult]:
    """Return the tasks that failed; partial credit is what a test chose to give."""
    return [one for one in tested.tasks if one.state not in ("passed", "partial")]


def _told(result: TaskResult) -> str:
    return f"{result.task} ({result.state}: {result.detail or result.message})."
