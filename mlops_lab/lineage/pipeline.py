"""A feature platform, simulated: source tables, jobs that derive others, models that read them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlops_lab.lineage.record import Column, emit

__all__ = [
    "Job",
    "Pipeline",
    "Step",
    "emit_all",
    "poison",
    "precision_recall",
    "run",
    "simulate_pipeline",
]

Floats = NDArray[np.float64]
Values = dict[Column, Floats]

_SOURCES, _JOBS, _DERIVED, _MODELS, _READ = 8, 10, 3, 15, 4
_ROWS = 400
_BOTH, _UNUSED = 0.4, 0.15  # chance to read both tables; of a weight that is 0
_HOW = ("sum", "maximum", "mask")


class Step(NamedTuple):
    """How one column is made: from which columns, and by what."""

    column: str
    reads: tuple[Column, ...]
    how: str  # sum, maximum, mask, or model
    weights: tuple[float, ...] = ()  # of a model


class Job(NamedTuple):
    """A job that opens tables and makes one: a derived table, or a model's predictions."""

    output: str
    opens: tuple[str, ...]
    steps: tuple[Step, ...]


class Pipeline(NamedTuple):
    """Source columns with their values, and jobs in the order in which they run."""

    sources: Values
    jobs: tuple[Job, ...]

    @property
    def models(self) -> set[str]:
        """Names of the jobs that are models."""
        return {job.output for job in self.jobs if job.steps[0].how == "model"}


def simulate_pipeline(*, seed: int, columns: int = 5) -> Pipeline:
    """Draw a platform of 8 source tables, 10 derived tables and 15 models.

    Source columns are standard normal, 400 rows. Each derived table opens two earlier tables and
    has three columns: a sum, a positive maximum, or a mask, of one column of the first table (60 %)
    or of one of each (40 %). A model reads four derived columns; 15 % of its weights are 0.

    Parameters
    ----------
    seed : int, 0 or more
    columns : int, 1 or more
        Of each source table.

    Raises
    ------
    ValueError
        For fewer than one column.
    """
    if columns < 1:
        raise ValueError(f"a source table has 1 column or more; got {columns}")
    rng = np.random.default_rng(seed)
    tables = {f"source{i}": [f"c{j}" for j in range(columns)] for i in range(_SOURCES)}
    sources = {(name, one): rng.normal(size=_ROWS) for name in tables for one in tables[name]}
    jobs = []
    for i in range(_JOBS):
        opens = tuple(map(str, rng.choice(list(tables), 2, replace=False)))
        steps = tuple(_step(rng, f"f{j}", opens, tables) for j in range(_DERIVED))
        jobs.append(Job(f"derived{i}", opens, steps))
        tables[f"derived{i}"] = [step.column for step in steps]
    made = [(job.output, step.column) for job in jobs for step in job.steps]
    jobs += [_model(rng, f"model{i}", made) for i in range(_MODELS)]
    return Pipeline(sources, tuple(jobs))


def _step(
    rng: np.random.Generator, name: str, opens: tuple[str, ...], tables: Mapping[str, list[str]]
) -> Step:
    used = opens if rng.random() < _BOTH else opens[:1]
    reads = tuple((table, str(rng.choice(tables[table]))) for table in used)
    return Step(name, reads, str(rng.choice(_HOW)))


def _model(rng: np.random.Generator, name: str, made: list[Column]) -> Job:
    reads = tuple(made[i] for i in rng.choice(len(made), _READ, replace=False))
    weights = np.where(rng.random(_READ) < _UNUSED, 0, rng.normal(size=_READ))
    step = Step("prediction", reads, "model", tuple(map(float, weights)))
    return Job(name, tuple(sorted({table for table, _ in reads})), (step,))


def emit_all(path: str | Path, pipeline: Pipeline) -> None:
    """Append an event for each job of a platform, in their order, as if all had run once.

    Parameters
    ----------
    path : file that exists or will, in a folder that exists
    pipeline : Pipeline
    """
    for job in pipeline.jobs:
        columns = {step.column: step.reads for step in job.steps}
        emit(path, f"make {job.output}", job.output, columns, opened=job.opens)


def run(pipeline: Pipeline, poisoned: Column | None = None) -> Values:
    """Run all jobs, and give each model's predictions.

    Parameters
    ----------
    pipeline : Pipeline
    poisoned : column of a source, optional
        Its values come times 100 plus 7, as after a wrong unit.

    Returns
    -------
    dict of (model, "prediction") to an array of shape (400,)

    Raises
    ------
    KeyError
        When there is no such source column.
    """
    values = dict(pipeline.sources)
    if poisoned is not None:
        values[poisoned] = 100 * values[poisoned] + 7
    for job in pipeline.jobs:
        for step in job.steps:
            values[job.output, step.column] = _made(step, [values[one] for one in step.reads])
    return {(name, "prediction"): values[name, "prediction"] for name in sorted(pipeline.models)}


def _made(step: Step, read: list[Floats]) -> Floats:
    columns: Floats = np.array(read)
    if step.how == "sum":
        made = columns.sum(axis=0)
    elif step.how == "maximum":
        made = columns.max(axis=0).clip(min=0)
    elif step.how == "mask":
        made = np.where(columns[0] > 0, columns[-1], 0)
    else:
        made = np.tanh(np.array(step.weights) @ columns)
    return np.asarray(made, dtype=float)


def poison(pipeline: Pipeline) -> Iterator[tuple[Column, set[str]]]:
    """Poison each source column in turn, run again, and name the models that changed.

    Yields
    ------
    column : (table, column) of a source
    models : set of str
        Those of which any prediction differs: the truth that a lineage graph should predict.
    """
    before = run(pipeline)
    for column in pipeline.sources:
        after = run(pipeline, column)
        yield column, {one[0] for one in before if not np.array_equal(before[one], after[one])}


def precision_recall(
    told: Mapping[Column, set[str]], truth: Mapping[Column, set[str]]
) -> tuple[float, float]:
    """Compare the models that were warned with those that changed, over all columns together.

    Parameters
    ----------
    told, truth : mappings of the same columns to names of models

    Returns
    -------
    precision : float, 0 to 1
        Share of the warnings that were right; 1 where nobody was warned.
    recall : float, 0 to 1
        Share of the harmed models that were warned; 1 where none was harmed.

    Raises
    ------
    ValueError
        When the two have other columns.

    Examples
    --------
    >>> column = ("source0", "c0")
    >>> precision_recall({column: {"a", "b"}}, {column: {"b", "c", "d", "e"}})
    (0.5, 0.25)
    """
    if set(told) != set(truth):
        raise ValueError(f"columns of one side alone: {sorted(set(told) ^ set(truth))}")
    right = sum(len(told[column] & truth[column]) for column in truth)
    warned, harmed = (sum(map(len, models.values())) for models in (told, truth))
    return right / warned if warned else 1.0, right / harmed if harmed else 1.0
