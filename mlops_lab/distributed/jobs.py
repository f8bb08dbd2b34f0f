"""What jobs of a lesson share: a network, its gradient as one vector, checkpoints.

Imported by workers too; torch is imported when it is used.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_lab.core import replacing

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

__all__ = ["accuracy", "load", "loss_and_gradient", "move", "network", "save"]


def network(inputs: int = 64, hidden: int = 32, outputs: int = 10, seed: int = 0) -> Module:
    """Return a network with one hidden layer (ReLU), in double precision.

    Parameters
    ----------
    inputs, hidden, outputs : int
    seed : int
        The same seed gives the same weights, in every process.
    """
    from torch import nn, random

    with random.fork_rng(devices=[]):
        random.manual_seed(seed)
        layers = [nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, outputs)]
    return nn.Sequential(*layers).double()


def loss_and_gradient(net: Module, x: Tensor, y: Tensor) -> tuple[float, Tensor]:
    """Return the mean cross-entropy of some rows, and its gradient as one vector.

    Parameters
    ----------
    net : Module
    x : Tensor of shape (rows, inputs)
    y : Tensor of shape (rows,), classes

    Returns
    -------
    float, and Tensor of one dimension
    """
    import torch

    loss = torch.nn.functional.cross_entropy(net(x), y)
    parts = torch.autograd.grad(loss, list(net.parameters()))
    return loss.item(), torch.cat([one.flatten() for one in parts])


def move(net: Module, by: Tensor | float = 0.0) -> Any:  # noqa: ANN401  of numpy, not imported here
    """Add to the weights in place, and give them.

    Parameters
    ----------
    net : Module
    by : Tensor of one dimension, or a number

    Returns
    -------
    numpy array of one dimension
    """
    from torch.nn.utils import parameters_to_vector, vector_to_parameters

    weights = parameters_to_vector(net.parameters()).detach() + by
    vector_to_parameters(weights, net.parameters())
    return weights.clone().numpy()


def accuracy(weights: Any, x: Any, y: Any, hidden: int = 32) -> float:  # noqa: ANN401
    """Return the accuracy of a network whose weights are one vector, as `move` gives them.

    Parameters
    ----------
    weights : array of one dimension
    x : array of shape (rows, inputs)
    y : array of shape (rows,), classes
    hidden : int

    Raises
    ------
    ValueError
        Where the weights do not fit the inputs and hidden units.
    """
    import numpy as np

    inputs = x.shape[1]
    cut = (inputs + 1) * hidden
    outputs = (len(weights) - cut) // (hidden + 1)
    if outputs < 1 or len(weights) != cut + (hidden + 1) * outputs:
        raise ValueError(
            f"{len(weights)} weights do not fit {inputs} inputs and {hidden} hidden units; give "
            "the vector that `move` gives, and the network's number of hidden units"
        )
    first, last = weights[:cut], weights[cut:]
    inside = x @ first[: inputs * hidden].reshape(hidden, inputs).T + first[inputs * hidden :]
    scores = np.maximum(inside, 0) @ last[: hidden * outputs].reshape(outputs, hidden).T
    return float(((scores + last[hidden * outputs :]).argmax(axis=1) == y).mean())


def save(path: str | Path, net: Module, step: int, speed: Tensor | float) -> None:
    """Write a checkpoint; whoever reads the file finds the old one or the new one, whole.

    Parameters
    ----------
    path : str or Path
    net : Module
    step : int
        Steps done.
    speed : Tensor or float
        The decaying sum of past gradients.
    """
    import torch

    with replacing(Path(path)) as part:
        torch.save({"network": net.state_dict(), "step": step, "speed": speed}, part)


def load(path: str | Path, net: Module) -> tuple[int, Tensor | float]:
    """Read a checkpoint into a network; where there is none yet, leave it as it is.

    Parameters
    ----------
    path : str or Path
    net : Module
        Its weights are replaced.

    Returns
    -------
    int and Tensor
        Steps done, and the decaying sum of past gradients; 0 and 0.0 without a file.
    """
    import torch

    if not Path(path).exists():
        return 0, 0.0
    state = torch.load(path)
    net.load_state_dict(state["network"])
    return state["step"], state["speed"]
