"""One pool for the tests of a module: the host imports torch once."""

from collections.abc import Iterator

import pytest

from mlops_lab.distributed import Pool


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool() as started:
        yield started
