"""One small net, trained for a moment, for tests of everything that takes a net."""

from typing import Any

import numpy as np
import pytest

from mlops_lab import compression as cp
from mlops_lab import kit


@pytest.fixture(scope="session")
def pictures() -> Any:
    """Bars, upright or lying, in noise."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 300)
    images = rng.random((300, 12, 12, 1), dtype=np.float32) / 2
    for image, label in zip(images, labels, strict=True):
        at = rng.integers(2, 10)
        image[(slice(None), at) if label else at] += 0.5
    return images, labels


@pytest.fixture(scope="session")
def raw(pictures: Any) -> Any:
    """A net with normalization, trained."""
    kit.set_seed(0, tensorflow=True)
    start = cp.first_weights((12, 12), 2, 0)
    return cp.Trainer(*pictures).fit(start, cp.batches(300, 40, 0))


@pytest.fixture(scope="session")
def net(raw: Any, pictures: Any) -> Any:
    """The same, folded."""
    return cp.fold(raw, pictures[0])
