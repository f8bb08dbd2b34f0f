"""The runtime: scores, agreement, latency in turns."""

from typing import Any

import numpy as np
import pytest

from mlops_lab import compression as cp


def test_scores_refuse_other_pictures(net: Any) -> None:
    file = cp.convert(net, (12, 12))
    with pytest.raises(ValueError, match="n at least 1"):
        cp.scores(file, np.zeros((0, 12, 12, 1)))
    with pytest.raises(ValueError, match="takes images of shape"):
        cp.scores(file, np.zeros((2, 8, 8, 1)))


def test_agreement_by_hand() -> None:
    first, second = [[1, 2], [3, 0], [0, 1]], [[5, 9], [0, 1], [0, 1]]
    assert cp.agreement(first, second) == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match="one shape"):
        cp.agreement(first, second[:2])
    with pytest.raises(ValueError, match="one shape"):
        cp.agreement(np.empty((0, 2)), np.empty((0, 2)))


def test_latency_gives_a_time_a_round(net: Any, pictures: Any) -> None:
    files = {
        form: cp.convert(net, (12, 12), form, pictures[0][:9]) for form in ("float32", "full int8")
    }
    taken = cp.latency(files, pictures[0][0], rounds=7)
    assert list(taken) == ["float32", "full int8"]
    assert all(one.shape == (7,) and (one > 0).all() for one in taken.values())
    for models, rounds in (({}, 3), (files, 0)):
        with pytest.raises(ValueError, match="at least one model and one round"):
            cp.latency(models, pictures[0][0], rounds)


def test_float_files_hold_no_integers(net: Any) -> None:
    assert cp.stored_kernels(cp.convert(net, (12, 12))) == []
