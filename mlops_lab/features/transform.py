"""Features written once: statistics taken in full passes, then the same code wherever it serves.

The names are those of TensorFlow Transform, and so is the idea: a function is followed with columns
that have no values yet, what has to be known of the whole data is found in it and taken part by
part, and then stands in the function as a constant.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from mlops_lab.features.columns import Array, Column

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Transform", "analyze"]

Table: TypeAlias = "Mapping[str, Any] | DataFrame"
Written: TypeAlias = Callable[[dict[str, Column]], Mapping[str, Column]]


@dataclass(frozen=True)
class Transform:
    """A function of raw columns with what had to be known of the data. Make one with `analyze`.

    Attributes
    ----------
    features : mapping of str to Column
        What it makes.
    constants : list of list
        What was taken of the whole data, in the order of the function.
    passes : int
        How often the data was read for it.
    """

    features: Mapping[str, Column]
    constants: list[list[Any]]
    passes: int = field(default=0, compare=False)

    @property
    def known(self) -> dict[Column, list[Any]]:
        """What had to be known of the whole data, by the column that needs it."""
        return dict(zip(_analyzed(self.features), self.constants, strict=True))

    def __call__(self, table: Table) -> dict[str, Array]:
        """Make the features of rows, as many or as few as there are.

        Parameters
        ----------
        table : mapping of str to array_like
            A DataFrame, or one array for each raw column, all of one length.

        Raises
        ------
        ValueError
            For a raw column that is not there.
        """
        known, made = self.known, dict[Column, Array]()
        return {name: _values(one, table, known, made) for name, one in self.features.items()}

    def save(self, path: Path) -> None:
        """Write the constants as JSON."""
        path.write_text(json.dumps(self.constants, indent=1) + "\n", encoding="utf-8")

    @staticmethod
    def load(path: Path, function: Written, columns: Iterable[str]) -> "Transform":
        """Read the constants of a function that was analyzed before.

        Raises
        ------
        ValueError
            For constants of a function that takes another number of statistics.
        """
        features = _followed(function, columns)
        constants, wanted = json.loads(path.read_text(encoding="utf-8")), len(_analyzed(features))
        if len(constants) != wanted:
            raise ValueError(
                f"{path} has {len(constants)} statistics, the function takes {wanted}: analyze "
                "the data again"
            )
        return Transform(features, constants)


def analyze(
    function: Written, columns: Iterable[str], parts: Callable[[], Iterable[Table]]
) -> Transform:
    """Find what a function needs to know of the whole data, and take it part by part.

    Parameters
    ----------
    function : callable
        Takes a dict of raw columns, gives a dict of features, written with the functions of this
        module.
    columns : iterable of str
        The raw columns' names.
    parts : callable
        Gives the data from its beginning, a table at a time, each time that it is called.

    Returns
    -------
    Transform

    Raises
    ------
    ValueError
        For a raw column that is not there, or a statistic of no values.

    Examples
    --------
    >>> table = {"km": np.array([1.0, 3.0, 8.0])}
    >>> made = analyze(lambda raw: {"far": scale_to_z_score(raw["km"])}, ["km"], lambda: [table])
    >>> made.passes, made(table)["far"].round(2).tolist()
    (1, [-1.02, -0.34, 1.36])
    """
    features = _followed(function, columns)
    level = _analyzed(features)
    known = dict[Column, Sequence[Any]]()
    for now in sorted(set(level.values())):
        due = {one: one.combiner for one in level if level[one] == now and one.combiner}
        states = {one: combiner.create() for one, combiner in due.items()}
        for table in parts():
            made = dict[Column, Array]()
            for one, combiner in due.items():
                values = _values(one.of[0], table, known, made)
                states[one] = combiner.add(states[one], values)
        known |= {one: combiner.extract(states[one]) for one, combiner in due.items()}
    return Transform(features, [list(known[one]) for one in level], len(set(level.values())))


def _followed(function: Written, columns: Iterable[str]) -> dict[str, Column]:
    return dict(function({name: Column(np.asarray, name=name) for name in columns}))


def _analyzed(features: Mapping[str, Column]) -> dict[Column, int]:
    """Return the columns that need to know the whole data, and in which pass they learn it."""
    found = dict[Column, int]()

    def level(one: Column | float) -> int:
        if not isinstance(one, Column):
            return 0
        below = max(map(level, one.of), default=0)
        if one.combiner is None:
            return below
        return found.setdefault(one, below + 1)

    for feature in features.values():
        level(feature)
    return found


def _values(
    one: Column | float,
    table: Table,
    known: Mapping[Column, Sequence[Any]],
    made: dict[Column, Array],
) -> Any:  # noqa: ANN401  an array, or the number that was written there
    if not isinstance(one, Column):
        return one
    if one not in made:
        if one.name:
            if one.name not in table:
                raise ValueError(f"no column {one.name}; there are {', '.join(map(str, table))}")
            made[one] = np.asarray(table[one.name])
        else:
            given = [_values(part, table, known, made) for part in one.of]
            made[one] = one.make(*given, *([known[one]] if one.combiner else []))
    return made[one]
