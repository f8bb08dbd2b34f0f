"""The table of trained nets, a look-up in place of a training, and searches repeated on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlops_lab import data
from mlops_lab.search.space import Space, space_of

__all__ = [
    "Searches",
    "Table",
    "Trainings",
    "judge",
    "judge_trainings",
    "load_table",
    "repeat",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_CHOICES = ("depth", "width", "kernel", "pool", "skip", "activation", "head")
_STEPS, _VALIDATION, _TEST = 240, 1000, 1500


@dataclass(frozen=True)
class Table:
    """Every net of a space, trained with several seeds.

    Attributes
    ----------
    space : Space
    valid : array of shape (nets, training seeds, looks)
        Accuracy on the validation set after each so many steps, at the last of them in the end.
    test : array of shape (nets, training seeds)
        Accuracy on the test set in the end.
    steps : integers of shape (looks,)
        Steps of training before each look.
    """

    space: Space
    valid: Floats
    test: Floats
    steps: Ints

    def __post_init__(self) -> None:
        nets, seeds, looks = self.valid.shape
        if self.test.shape != (nets, seeds) or len(self.space) != nets or len(self.steps) != looks:
            raise ValueError(
                f"valid has the shape {self.valid.shape}: test needs {(nets, seeds)}, got "
                f"{self.test.shape}; the space has {len(self.space)} nets, "
                f"and there are {len(self.steps)} numbers of steps"
            )
        if seeds < 2:
            raise ValueError(f"need two training seeds, one to choose by; got {seeds}")

    def only(self, seeds: Sequence[int]) -> Table:
        """Return the table with some of its training seeds only, two or more."""
        kept = list(seeds)
        return Table(self.space, self.valid[:, kept], self.test[:, kept], self.steps)

    @property
    def final(self) -> Floats:
        """Validation accuracy in the end, shape (nets, training seeds)."""
        return self.valid[:, :, -1]

    @property
    def luck(self) -> Floats:
        """Each training's validation accuracy minus the mean of the net's other trainings.

        Shape (nets, training seeds). What a training seed does to all nets is in it, too.
        """
        seeds = self.final.shape[1]
        others: Floats = (self.final.sum(axis=1, keepdims=True) - self.final) / (seeds - 1)
        return self.final - others

    @property
    def best(self) -> float:
        """The highest mean test accuracy of a net over all training seeds."""
        return float(self.test.mean(axis=1).max())


def load_table() -> Table:
    """Load the data set `nets`: 432 nets, 5 training seeds, a look each 20 of 240 steps."""
    nets = data.load("nets")
    valid = nets.arrays["valid"] / _VALIDATION
    steps = np.arange(1, valid.shape[2] + 1) * (_STEPS // valid.shape[2])
    return Table(space_of(nets.frame, _CHOICES), valid, nets.arrays["test"] / _TEST, steps)


@dataclass
class Trainings:
    """Trains a net by looking it up; a search sees one training seed of the table, and no other.

    Attributes
    ----------
    seed : int
        The training seed.
    log : list of tuple of float and int
        Of all trainings so far, with the validation accuracy in the end.
    """

    table: Table
    seed: int
    log: list[tuple[float, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        seeds = self.table.test.shape[1]
        if not 0 <= self.seed < seeds:
            raise ValueError(f"the table has training seeds 0 to {seeds - 1}; got {self.seed}")

    def __call__(self, net: int) -> float:
        """Train the net of a number; give its validation accuracy."""
        value = float(self.table.valid[net, self.seed, -1])
        self.log.append((value, int(net)))
        return value

    def winner(self, after: int | None = None) -> tuple[float, int]:
        """Return accuracy and number of the best net, the first of several; among the first few.

        Raises
        ------
        ValueError
            Nothing has been trained.
        """
        some = self.log[:after]
        if not some:
            raise ValueError("nothing is trained yet; call it with the number of a net")
        return max(some, key=lambda one: one[0])


class Searches(NamedTuple):
    """What repeated searches have chosen.

    Attributes
    ----------
    net : integers of shape (repeats,)
    score : array of shape (repeats,)
        Validation accuracy of the training that won.
    valid, test : arrays of shape (repeats,)
        Accuracy of the same net, trained with the next training seed.
    regret : array of shape (repeats,)
        The table's best mean test accuracy minus `test`.
    """

    net: Ints
    score: Floats
    valid: Floats
    test: Floats
    regret: Floats


def repeat(
    strategy: Callable[..., None],
    table: Table,
    budget: int,
    seed: int,
    numbers: Iterable[int],
    **settings: float,
) -> list[Trainings]:
    """Repeat a search on one training seed of a table.

    Parameters
    ----------
    strategy : a function like those of `STRATEGIES`
    table : Table
    budget : int
        Trainings of each search.
    seed : int
        The training seed that all of them see.
    numbers : iterable of int
        One search each: the seed of its own draws.
    settings : further arguments of the strategy

    Returns
    -------
    list of Trainings
        With the log of each search; `judge` says how good their winners are.
    """
    done = []
    for number in numbers:
        train = Trainings(table, seed)
        strategy(train, table.space, budget, np.random.default_rng(number), **settings)
        done.append(train)
    return done


def judge(done: Sequence[Trainings], after: int | None = None) -> Searches:
    """Judge the nets that searches chose, by a training that they did not see.

    It is that of the next training seed; the first follows the last. So each training of a net
    chooses in one table and judges in another, and values of different training seeds are as
    independent as trainings are. Means over all seeds but one would not be: each would hold nearly
    the same trainings, and an interval over them would be too narrow.

    Parameters
    ----------
    done : sequence of Trainings on one table, at least one
    after : int, optional
        Choose among the first trainings of each only.
    """
    won = [(*one.winner(after), one.seed) for one in done]
    return judge_trainings(done[0].table, won)


def judge_trainings(table: Table, won: Sequence[tuple[float, int, int]]) -> Searches:
    """Judge trainings, given as (validation accuracy, net, training seed), as `judge` does."""
    score, net, seed = (np.array(each) for each in zip(*won, strict=True))
    after = (seed + 1) % table.test.shape[1]
    valid, test = table.final[net, after], table.test[net, after]
    return Searches(net, score, valid, test, table.best - test)
