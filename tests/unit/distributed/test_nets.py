"""Networks side by side against torch, which derives by itself."""

import numpy as np
import pytest
import torch

from mlops_lab.distributed import Nets

X = np.random.default_rng(0).normal(3, 2, size=(90, 5))
Y = np.arange(90) % 4


def test_the_gradient_is_that_of_torch() -> None:
    nets = Nets(X, Y, [0, 1, 2], train=60, hidden=7)
    x, y = nets.batch(11)
    found = nets.gradient(nets.first, x, y)
    for i in range(3):
        weights = [torch.tensor(one[i], requires_grad=True) for one in nets.first]
        inside = torch.relu(torch.tensor(x[i]) @ weights[0] + weights[1])
        scores = inside @ weights[2] + weights[3]
        loss = torch.nn.functional.cross_entropy(scores, torch.tensor(y[i]))
        for ours, theirs in zip(found, torch.autograd.grad(loss, weights), strict=True):
            np.testing.assert_allclose(ours[i], theirs.numpy(), atol=1e-12)


def test_each_network_is_what_it_is_alone() -> None:
    many, alone = Nets(X, Y, [3, 4], train=60), Nets(X, Y, [4], train=60)
    for ours, one in zip(many.first, alone.first, strict=True):
        assert (ours[1] == one[0]).all()
    assert (many.batch(9)[0][1] == alone.batch(9)[0][0]).all()


def test_training_learns_and_rows_are_held_out() -> None:
    nets = Nets(X, (X[:, 0] > 3).astype(int), [0, 1], train=60)
    weights = nets.first
    for _ in range(300):
        step = nets.gradient(weights, *nets.batch(16))
        weights = [one - 0.3 * by for one, by in zip(weights, step, strict=True)]
    assert nets.accuracy(weights).shape == (2,)
    assert (nets.accuracy(weights) > 0.85).all()


def test_a_network_that_diverged_names_the_first_class() -> None:
    nets = Nets(X, Y, [0], train=60)
    broken = [np.full_like(one, np.nan) for one in nets.first]
    _, names = nets.batch(1)
    assert names.shape == (1, 1)
    assert nets.accuracy(broken)[0] == pytest.approx(0.25, abs=0.2)


@pytest.mark.parametrize(("rows", "train"), [(90, 90), (90, 0), (80, 60)])
def test_what_is_refused(rows: int, train: int) -> None:
    with pytest.raises(ValueError, match=f"got {train} of 90 rows and {rows} classes"):
        Nets(X, Y[:rows], [0], train=train)
