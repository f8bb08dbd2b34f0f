"""A network as one vector against torch's own optimizer; checkpoints that are whole."""

from pathlib import Path

import numpy as np
import pytest
import torch

from mlops_lab.distributed import accuracy, load, loss_and_gradient, move, network, save

X = torch.tensor(np.random.default_rng(0).normal(size=(20, 64)))
Y = torch.arange(20) % 10


def test_a_step_is_that_of_torchs_optimizer() -> None:
    ours, theirs = network(seed=3), network(seed=3)
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1)
    for _ in range(3):
        loss, gradient = loss_and_gradient(ours, X, Y)
        move(ours, -0.1 * gradient)
        optimizer.zero_grad()
        wanted = torch.nn.functional.cross_entropy(theirs(X), Y)
        torch.autograd.backward([wanted])
        optimizer.step()
        assert loss == pytest.approx(wanted.item())
    np.testing.assert_allclose(move(ours), move(theirs), atol=1e-12)


def test_accuracy_is_that_of_torchs_network() -> None:
    net = network(hidden=7, outputs=10, seed=2)
    wanted = (net(X).argmax(dim=1) == Y).double().mean().item()
    assert accuracy(move(net), X.numpy(), Y.numpy(), hidden=7) == pytest.approx(wanted)
    with pytest.raises(ValueError, match="535 weights do not fit 64 inputs and 32 hidden"):
        accuracy(move(net), X.numpy(), Y.numpy())


def test_weights_follow_from_the_seed_alone() -> None:
    state = torch.random.get_rng_state()
    first = move(network(seed=1))
    assert (move(network(seed=1)) == first).all()
    assert (move(network(seed=2)) != first).any()
    assert (torch.random.get_rng_state() == state).all()


def test_what_is_given_is_a_copy() -> None:
    net = network()
    before = move(net)
    kept = before.copy()
    move(net, 1.0)
    assert (before == kept).all()


def test_a_checkpoint_comes_back(tmp_path: Path) -> None:
    path, net, other = tmp_path / "checkpoint", network(seed=4), network(seed=5)
    before = move(other)
    assert load(path, other) == (0, 0.0)
    assert (move(other) == before).all()
    save(path, net, 7, torch.arange(3.0))
    step, speed = load(path, other)
    assert (step, list(torch.as_tensor(speed))) == (7, [0, 1, 2])
    assert (move(other) == move(net)).all()


def test_a_checkpoint_that_fails_half_way_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, net = tmp_path / "checkpoint", network()
    save(path, net, 1, 0.0)

    def half(state: object, place: Path) -> None:
        del state
        place.write_bytes(b"half a")
        raise OSError("disk full")

    monkeypatch.setattr(torch, "save", half)
    with pytest.raises(OSError, match="disk full"):
        save(path, net, 2, 0.0)
    assert load(path, net) == (1, 0.0)
