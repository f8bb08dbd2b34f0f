"""Run a notebook over the ranges of its claims, and write down where they hold."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from mlops_lab.core import replacing
from mlops_lab.workbench.runs.claims.files import table_file
from mlops_lab.workbench.runs.claims.plan import DEFAULTS, Plan, Trial, as_text, read_plan
from mlops_lab.workbench.runs.claims.status import code_digest
from mlops_lab.workbench.runs.errors import RefusedError, UnfinishedError
from mlops_lab.workbench.runs.notebook import read_notebook
from mlops_lab.workbench.runs.parameters import declared
from mlops_lab.workbench.runs.sweeps.sweep import Progress, Runner, sweep
from mlops_lab.workbench.runs.sweeps.table import COMPLETE, findings_of, results

if TYPE_CHECKING:
    import pandas as pd

    from mlops_lab.workbench.runs.many import Limits

__all__ = ["COLUMNS", "make_claims", "unneeded"]

COLUMNS = (
    "finding", "data", "parameter", "value", "default", "runs", "held", "min", "median", "max",
    "code",
)  # fmt: skip
"""Of the table. At each parameter's default the same runs stand, those at all defaults."""


def make_claims(
    notebook: Path,
    out: Path,
    *,
    force: bool = False,
    runner: Runner | None = None,
    workers: int | None = None,
    **limits: "Unpack[Limits]",
) -> Iterator[Progress]:
    """Run a notebook at each value of its plan, one at a time, on each seed and choice of data.

    The runs at the defaults come first: where one of them fails, no other is begun.

    Parameters
    ----------
    notebook : Path
        With ``NN_topic.claims.yaml`` beside it, as `read_plan` reads it. The table goes beside it,
        as ``NN_topic.claims.csv``: a row for each finding, choice of data and value, with how many
        runs there were, in how many the finding held, and what was measured. A run that did not
        come to its end counts among those in which it did not hold.
    out : Path
        Folder of the sweep, which is continued as any other.
    force, runner, workers, **limits
        As in `sweep`.

    Yields
    ------
    Progress
        As `sweep` does.

    Raises
    ------
    RefusedError
        Before any kernel starts: there is no plan, or it asks for what the notebook does not take.
    UnfinishedError
        When a run at the defaults failed, or there are no findings: no table is written then.
    """
    plan = read_plan(notebook, declared(read_notebook(notebook)))
    code, trials = code_digest(notebook), plan.trials()
    usual, moved = (
        [trial for trial in trials if (trial.parameter == DEFAULTS) is wanted]
        for wanted in (True, False)
    )
    # Forced, each runs once again, and then all are there to be read.
    for asked, again in [(usual, force), *[(moved, True)] * force, (trials, False)]:
        points = [trial.point for trial in asked]
        numbers: Sequence[int] = ()
        for progress in sweep(
            notebook, points, out, force=again, runner=runner, workers=workers, **limits
        ):
            numbers = progress.numbers
            yield progress
        table = _of_these(results(out), numbers)
        _require_defaults(notebook, table, asked)
    path = table_file(notebook)
    claims = _summary(table, plan).assign(code=code)
    with replacing(path) as part:
        claims.to_csv(part, columns=list(COLUMNS), index=False, float_format="%.6g")


def _of_these(table: "pd.DataFrame", numbers: Sequence[int]) -> "pd.DataFrame":
    # The folder may have more points, of an earlier plan.
    found = table.set_index("point", drop=False).loc[list(numbers)].reset_index(drop=True)
    found.attrs = table.attrs
    return found


def _require_defaults(notebook: Path, table: "pd.DataFrame", trials: Sequence[Trial]) -> None:
    for trial, state, error in zip(trials, table["state"], table["error"], strict=True):
        if trial.parameter == DEFAULTS and state not in COMPLETE:
            raise UnfinishedError(
                f"{notebook.name} {state} at its defaults, {dict(trial.point)}: {error} "
                "No table of claims is written before it runs there."
            )
    if not findings_of(table):
        raise UnfinishedError(f"{notebook.name} makes no finding, so there is no claim to try.")


def _summary(table: "pd.DataFrame", plan: Plan) -> "pd.DataFrame":
    import pandas as pd

    trials = plan.trials()
    rows = []
    for finding, holds in findings_of(table).items():
        for data in dict.fromkeys(trial.data for trial in trials):
            for parameter, value in plan.places():
                default = value == plan.defaults[parameter]
                place = (data, DEFAULTS, "") if default else (data, parameter, as_text(value))
                runs = table[[(t.data, t.parameter, t.value) == place for t in trials]]
                rows.append({
                    "finding": finding, "data": data, "parameter": parameter,
                    "value": as_text(value), "default": default,
                    **_measured(runs[finding], runs[holds]),
                })  # fmt: skip
    return pd.DataFrame(rows)


def _measured(values: "pd.Series", holds: "pd.Series") -> dict[str, float]:
    import pandas as pd

    numbers = pd.to_numeric(values, errors="coerce")
    held = sum(one is True or one == "true" for one in holds)  # text beside what is missing
    spread = {"min": numbers.min(), "median": numbers.median(), "max": numbers.max()}
    return {"runs": len(holds), "held": held, **spread}


def unneeded(table: "pd.DataFrame") -> list[str]:
    """Name the parameters that no finding depends on: the same was measured at every value.

    Parameters
    ----------
    table : DataFrame
        A table of claims, read with its values as text.

    Raises
    ------
    RefusedError
        For a table of something else.
    """
    if missing := set(COLUMNS) - set(table.columns):
        raise RefusedError(f"This is no table of claims: it has no {', '.join(sorted(missing))}.")
    measured = table[["runs", "held", "min", "median", "max"]].astype(str).agg(" ".join, axis=1)
    groups = measured.groupby([table["parameter"], table["finding"], table["data"]], sort=False)
    alike = groups.nunique().groupby("parameter", sort=False).max() == 1
    return [str(name) for name in alike.index[alike]]
