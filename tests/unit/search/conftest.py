"""A small space whose nets are trained without luck, or with some."""

import itertools

import numpy as np
import pandas as pd
import pytest

from mlops_lab.search import Space, Table, space_of

SIZES = (3, 2, 3, 2)


@pytest.fixture(scope="session")
def space() -> Space:
    codes = list(itertools.product(*map(range, SIZES)))
    return space_of(pd.DataFrame(codes, columns=list("abcd")), list("abcd"))


@pytest.fixture(scope="session")
def certain(space: Space) -> Table:
    """Each choice adds its share, and every training seed gives the same accuracy."""
    gain = space.codes @ np.array([0.08, 0.06, 0.1, 0.05])
    valid = np.repeat((0.2 + gain)[:, None, None], 3, axis=1) * np.array([0.5, 0.8, 0.9, 1.0])
    return Table(space, valid, valid[:, :, -1] - 0.01, np.array([10, 20, 30, 40]))


@pytest.fixture(scope="session")
def lucky(certain: Table) -> Table:
    """The same with luck, of deviation 0.03, in each accuracy."""
    rng = np.random.default_rng(0)
    valid = certain.valid + 0.03 * rng.standard_normal(certain.valid.shape)
    test = certain.test + 0.03 * rng.standard_normal(certain.test.shape)
    return Table(certain.space, valid, test, certain.steps)
