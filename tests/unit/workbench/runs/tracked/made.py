"""Runs without kernels: what a sweep needs of them, copies included."""

import base64
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

from mlops_lab.kit.records import FINDING, RECORD
from mlops_lab.workbench.runs.many import Job, Lost
from mlops_lab.workbench.runs.run import Run
from mlops_lab.workbench.runs.tracked.settings import settings

if TYPE_CHECKING:
    from mlflow import MlflowClient

PICTURE = b"\x89PNG\r\n a picture"
DEFAULTS = {"seed": 0, "shift": 0.5, "dataset": "made", "fast": False, "sizes": [1, 2]}


def client(uri: str) -> "MlflowClient":
    """Return MLflow's own client, which sends nothing anywhere else."""
    with settings():
        from mlflow import MlflowClient

        return MlflowClient(uri)


def ran(job: Job, *, seconds: float = 1.5) -> Run:
    """Return what a notebook, of lesson 9.9, would have measured, and write its copy."""
    parameters = {**DEFAULTS, **job.parameters}
    shift = float(str(parameters["shift"]))
    record = {"name": "twice", "value": 2 * shift}
    finding = {"name": "gap >= 1", "value": shift, "holds": shift >= 1, "bound": "at least 1"}
    state = "passed" if finding["holds"] else "finding failed"
    output = None
    if job.out is not None:
        output = job.out / "9.9_tiny.ipynb"
        about = {"state": state, "seconds": seconds, "start_time": "2026-11-30T08:00:00"}
        _write(output, [{RECORD: record}, {FINDING: finding}], about)
    return Run(
        job.notebook, None, state, seconds, 2**20,  # type: ignore[arg-type]  # one of its states
        parameters, output, ({"kind": "finding", **finding},), ({"kind": "record", **record},),
        None,
    )  # fmt: skip


def _write(path: Path, shown: list[dict[str, Any]], about: dict[str, Any]) -> None:
    data = [*shown, {"image/png": base64.b64encode(PICTURE).decode()}]
    outputs = [new_output("display_data", data=one) for one in data]
    cell = new_code_cell("show()", id="a-plot", outputs=outputs)
    metadata = {"mlops_lab": {"run": about}, "papermill": {}}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[cell], metadata=metadata), path)


def runner(
    before: Callable[[int], None] = lambda _: None, lost: Sequence[int] = ()
) -> Callable[[Sequence[Job]], Iterator[Run | Lost]]:
    """Run jobs, the last first; `before` is told how many have ended, before each."""

    def run_jobs(jobs: Sequence[Job]) -> Iterator[Run | Lost]:
        for number, job in enumerate(reversed(jobs)):
            before(number)
            yield Lost(job, "its process was killed") if number in lost else ran(job)

    return run_jobs
