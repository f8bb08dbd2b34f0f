"""What is kept of a run that has ended."""

from collections.abc import Mapping

from mlops_lab.workbench.runs.many import Lost
from mlops_lab.workbench.runs.report import reason
from mlops_lab.workbench.runs.run import Run
from mlops_lab.workbench.runs.sweeps.table import Done

__all__ = ["done_of"]


def done_of(result: Run | Lost, parameters: Mapping[str, object]) -> Done:
    """Return what came of a run; `parameters` are all that it had, with their values."""
    if isinstance(result, Lost):
        return Done("lost", 0.0, 0, result.reason, parameters)
    why = None if result.state == "passed" else reason(result)
    values = {str(row["name"]): row["value"] for row in result.records}
    for row in result.findings:
        values |= {str(row["name"]): row["value"], f"{row['name']} holds": row["holds"]}
    findings = tuple(str(row["name"]) for row in result.findings)
    return Done(
        result.state, round(result.seconds, 3), result.memory, why, parameters, values, findings
    )
