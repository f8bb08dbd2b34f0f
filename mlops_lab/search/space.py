"""A search space: every net is one option of each choice, written as a row of small numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["Space", "space_of"]

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Space:
    """All combinations of some choices; a net is known by its number.

    Attributes
    ----------
    options : mapping of choice -> its options
    codes : integers of shape (nets, choices)
        Which option of each choice a net has.
    """

    options: dict[str, list[Any]]
    codes: Ints

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def sizes(self) -> list[int]:
        """How many options each choice has."""
        return [len(options) for options in self.options.values()]

    @cached_property
    def _numbers(self) -> dict[tuple[int, ...], int]:
        return {tuple(code): number for number, code in enumerate(self.codes.tolist())}

    @cached_property
    def apart(self) -> Ints:
        """In how many choices each two nets differ: an array of shape (nets, nets)."""
        return np.asarray((self.codes[:, None] != self.codes).sum(axis=2), dtype=np.int64)

    def number(self, code: Sequence[int]) -> int:
        """Return the number of the net with a code.

        Raises
        ------
        KeyError
            There is no such net.
        """
        wanted = tuple(int(one) for one in code)
        if wanted not in self._numbers:
            raise KeyError(f"no net has the code {wanted}; the choices have {self.sizes} options")
        return self._numbers[wanted]

    def neighbours(self, net: int) -> Ints:
        """Return the numbers of all nets that differ from a net in exactly one choice."""
        return np.flatnonzero(self.apart[net] == 1)

    def mutate(self, net: int, rng: np.random.Generator) -> int:
        """Draw one of the choices, and one of its other options; give the number of that net."""
        code = self.codes[net].copy()
        at = int(rng.integers(len(code)))
        code[at] = (code[at] + rng.integers(1, self.sizes[at])) % self.sizes[at]
        return self.number(code)


def space_of(frame: pd.DataFrame, choices: Sequence[str]) -> Space:
    """Read the space off a table with one net a row.

    Parameters
    ----------
    frame : DataFrame
    choices : its columns that were chosen; their options come in the order of the table

    Raises
    ------
    ValueError
        For a column that is not there or has one option only, and for a table that lacks a
        combination or has one twice.

    Examples
    --------
    >>> nets = pd.DataFrame({"depth": [1, 1, 2, 2], "pool": ["max", "mean", "max", "mean"]})
    >>> space = space_of(nets, ["depth", "pool"])
    >>> space.codes[3], space.neighbours(3)
    (array([1, 1]), array([1, 2]))
    """
    lacking = [name for name in choices if name not in frame]
    if lacking or not choices:
        raise ValueError(f"no column {lacking}; the table has {list(frame)}")
    options = {name: list(frame[name].unique()) for name in choices}
    one = [name for name, each in options.items() if len(each) < 2]
    if one:
        raise ValueError(f"a choice needs two options or more; {one[0]!r} has {options[one[0]]}")
    codes = np.column_stack([pd.factorize(frame[name])[0] for name in choices]).astype(np.int64)
    wanted = int(np.prod([len(each) for each in options.values()]))
    different = len(np.unique(codes, axis=0))
    if not len(codes) == different == wanted:
        raise ValueError(
            f"need each of {wanted} combinations once; got {len(codes)} rows, {different} different"
        )
    return Space(options, codes)
