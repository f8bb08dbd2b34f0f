"""What a lesson's claims rest on: ``NN_topic.claims.yaml`` beside its notebook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.core import did_you_mean
from mlops_lab.workbench.runs.claims.files import plan_file
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.parameter_file import read_parameter_file
from mlops_lab.workbench.runs.values import check

if TYPE_CHECKING:
    from mlops_lab.workbench.runs.parameters import Parameter

__all__ = ["DEFAULTS", "Plan", "Trial", "as_text", "read_plan"]

DEFAULTS = ""
"""What stands for the parameter of a run at the notebook's own values."""
_SEED = "seed"
_SEEDS = (0, 1, 2)
_FEWEST, _MOST = 3, 5
_KEYS = ("parameters", "data", "seeds")


@dataclass(frozen=True)
class Trial:
    """One run of a plan.

    Attributes
    ----------
    data : str
        The choice of data in words, such as ``glyphs + comments``; empty where there is none.
    parameter : str
        What is moved, or `DEFAULTS`.
    value : str
        Where it is moved to; empty at the defaults.
    point : dict of str to object
        All parameters that the run is given.
    """

    data: str
    parameter: str
    value: str
    point: Mapping[str, object]


@dataclass(frozen=True)
class Plan:
    """Which values are tried, one parameter at a time.

    Attributes
    ----------
    parameters : dict of str to tuple
        Values by parameter, the notebook's default among them.
    data : tuple of dict
        Choices of data, each run with everything; one empty choice where there is none.
    seeds : tuple of int
        Each run with everything; empty where the notebook has no seed.
    defaults : dict of str to object
        The notebook's own value of each of the parameters.
    """

    parameters: Mapping[str, tuple[object, ...]]
    data: tuple[Mapping[str, object], ...]
    seeds: tuple[int, ...]
    defaults: Mapping[str, object]

    def places(self) -> list[tuple[str, object]]:
        """List every (parameter, value), the defaults among them."""
        return [(name, value) for name, values in self.parameters.items() for value in values]

    def trials(self) -> list[Trial]:
        """List every run: each choice of data, each seed, the defaults and each value moved."""
        moved = [(n, value) for n, value in self.places() if value != self.defaults[n]]
        return [
            Trial(
                " + ".join(map(str, data.values())),
                name,
                "" if name == DEFAULTS else as_text(value),
                {**data, **seed, **({} if name == DEFAULTS else {name: value})},
            )
            for data in self.data
            for name, value in [(DEFAULTS, None), *moved]
            for seed in [{_SEED: one} for one in self.seeds] or [{}]
        ]


def as_text(value: object) -> str:
    """Return a value as it stands in a table of claims.

    Examples
    --------
    >>> as_text(50.0), as_text(1e-4), as_text([1, 2])
    ('50', '0.0001', '[1, 2]')
    """
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def read_plan(notebook: Path, known: "Mapping[str, Parameter]") -> Plan:
    """Read what a notebook's claims rest on, and check it.

    Parameters
    ----------
    notebook : Path
        The plan is the file that `plan_file` names. It holds ``parameters``, three to five values
        for each, or both where there are only two; ``data``, the parameters that choose data
        (``dataset`` by default, where the notebook has it), all of whose choices are tried side by
        side; and ``seeds`` (0, 1 and 2 by default).
    known : mapping of str to Parameter
        What the notebook declares.

    Raises
    ------
    RefusedError
        When there is no such file, or it asks for what the notebook does not take.
    """
    file = plan_file(notebook)
    if not file.is_file():
        raise RefusedError(
            f"{notebook.name} has no {file.name} beside it. Name there, under `parameters:`, what "
            "its claims rest on, each with three to five values."
        )
    content = read_parameter_file(file)
    if odd := sorted(content.keys() - set(_KEYS)):
        raise RefusedError(f"{file} has {odd[0]!r}; it takes {', '.join(_KEYS)}.")
    parameters = content.get("parameters")
    if not isinstance(parameters, dict) or not parameters:
        raise RefusedError(f"{file} names no `parameters:`, each with a list of values.")
    data = _data(file, content.get("data"), known)
    chosen = {*data[0], _SEED}
    for name in parameters:
        if name in chosen:
            raise RefusedError(f"{file}: {name} is run at all its values already.")
    moved = {str(name): _values(file, known, str(name), v) for name, v in parameters.items()}
    defaults = {name: check(known[name], known[name].default) for name in moved}
    return Plan(moved, data, _seeds(file, content.get("seeds"), known), defaults)


def _values(
    file: Path, known: "Mapping[str, Parameter]", name: str, given: object
) -> tuple[object, ...]:
    if name not in known:
        raise RefusedError(f"{file}: there is no parameter {name}.{did_you_mean(name, known)}")
    parameter = known[name]
    fewest = min(_FEWEST, 2 if parameter.type == "bool" else len(parameter.choices) or _FEWEST)
    if not isinstance(given, list) or not fewest <= len(given) <= _MOST:
        raise RefusedError(f"{file}: {name} takes a list of {fewest} to {_MOST} values.")
    try:
        values = tuple(check(parameter, value) for value in given)
    except ValueError as error:
        raise RefusedError(f"{file}: {name}: {error}") from error
    if not parameter.literal or parameter.default not in values:
        raise RefusedError(f"{file}: the default of {name}, {parameter.source}, is not among them.")
    if any(value in values[:i] for i, value in enumerate(values)):
        raise RefusedError(f"{file}: {name} has a value twice.")
    return values


def _data(
    file: Path, given: object, known: "Mapping[str, Parameter]"
) -> tuple[Mapping[str, object], ...]:
    names = given if given is not None else [name for name in ("dataset",) if name in known]
    if not isinstance(names, list) or not all(str(name) in known for name in names):
        raise RefusedError(f"{file}: data takes a list of parameters, not {given!r}.")
    choices = {str(name): known[str(name)].choices for name in names}
    if bare := [name for name, several in choices.items() if not several]:
        raise RefusedError(f"{file}: {bare[0]} has no list of choices.")
    longest = max(map(len, choices.values()), default=1)
    return tuple(
        {name: several[i % len(several)] for name, several in choices.items()}
        for i in range(longest)
    )


def _seeds(file: Path, given: object, known: "Mapping[str, Parameter]") -> tuple[int, ...]:
    if given is None:
        return _SEEDS if _SEED in known else ()
    if _SEED not in known or not isinstance(given, Sequence) or not given:
        raise RefusedError(f"{file}: seeds takes a list of whole numbers, not {given!r}.")
    try:
        return tuple(int(str(check(known[_SEED], one))) for one in given)
    except ValueError as error:
        raise RefusedError(f"{file}: seeds: {error}") from error
