"""The small net: folding changes nothing, shapes and refusals."""

from typing import Any

import numpy as np
import pytest

from mlops_lab import compression as cp


def test_folding_keeps_the_scores(raw: Any, net: Any, pictures: Any) -> None:
    before, after = (np.asarray(cp.forward(one, pictures[0])) for one in (raw, net))
    assert after == pytest.approx(before, abs=1e-4)
    assert len(net) == 8


def test_a_silent_channel_folds_to_a_large_weight_and_the_same_scores(
    raw: Any, pictures: Any
) -> None:
    shut = [one.copy() for one in raw]
    shut[2][4] = -50
    for epsilon, factor in ((1e-3, 1000**0.5), (1e-5, 100_000**0.5)):
        folded = cp.fold(shut, pictures[0], epsilon)
        expected = shut[3][:, :, 4] * shut[4][4] * factor
        assert folded[2][:, :, 4] == pytest.approx(expected, rel=1e-3)
        before = np.asarray(cp.forward(shut, pictures[0], epsilon=epsilon))
        assert np.asarray(cp.forward(folded, pictures[0])) == pytest.approx(before, abs=1e-3)


def test_forward_against_a_convolution_by_hand(net: Any) -> None:
    image = np.random.default_rng(0).random((12, 12))
    pad = np.pad(image, ((0, 1), (0, 1)))  # stride 2 on an even side: one row after, none before
    x = np.array(
        [
            [
                (pad[2 * i : 2 * i + 3, 2 * j : 2 * j + 3, None] * net[0][:, :, 0]).sum((0, 1))
                for j in range(6)
            ]
            for i in range(6)
        ]
    )
    x = np.pad(np.maximum(x + net[1], 0), ((1, 1), (1, 1), (0, 0)))
    x = np.array(
        [
            [(x[i : i + 3, j : j + 3] * net[2][..., 0]).sum((0, 1)) for j in range(6)]
            for i in range(6)
        ]
    )
    x = np.maximum(np.maximum(x + net[3], 0) @ net[4][0, 0] + net[5], 0)
    x = x.reshape(3, 2, 3, 2, 32).max((1, 3)).reshape(-1)
    found = np.asarray(cp.forward(net, image[None, ..., None]))[0]
    assert found == pytest.approx(x @ net[6] + net[7], abs=1e-4)


def test_the_same_seed_gives_the_same_net() -> None:
    first, same, other = (cp.first_weights((9, 8), 3, seed)[0] for seed in (1, 1, 2))
    assert (first == same).all()
    assert (first != other).any()
