"""Models as the LiteRT runtime runs them: predictions, integers inside, latency."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.compression.quiet import quiet
from mlops_lab.kit import extra

__all__ = ["agreement", "latency", "open_model", "scores", "stored_kernels"]


def open_model(model: bytes, batch: int = 1, *, keep_all: bool = False) -> Any:  # noqa: ANN401
    """Open a LiteRT file in the runtime, on one thread, ready for batches of one size.

    Parameters
    ----------
    keep_all : bool
        Keep every tensor inside, so that they can be read; slower, and without XNNPACK.
    """
    with extra("compress"):
        from ai_edge_litert.interpreter import Interpreter, OpResolverType

    more: dict[str, Any] = {"experimental_preserve_all_tensors": True} if keep_all else {}
    if keep_all:
        kinds = OpResolverType
        more["experimental_op_resolver_type"] = kinds.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    with quiet():
        runner = Interpreter(model_content=model, num_threads=1, **more)
        place = runner.get_input_details()[0]
        runner.resize_tensor_input(place["index"], (batch, *place["shape"][1:]))
        runner.allocate_tensors()
    return runner


def scores(model: bytes, images: ArrayLike) -> NDArray[np.float32]:
    """Return the scores of each class, shape (n, classes), as real numbers.

    Images are quantized, and scores brought back, where the file takes and gives integers.

    Raises
    ------
    ValueError
        For no images, or a shape that the file does not take.
    """
    found = np.asarray(images, np.float32)
    if found.ndim != 4 or not len(found):
        raise ValueError(
            f"need images of shape (n, height, width, 1), n at least 1; got {found.shape}"
        )
    runner = open_model(model, len(found))
    place, out = runner.get_input_details()[0], runner.get_output_details()[0]
    if tuple(place["shape"][1:]) != found.shape[1:]:
        raise ValueError(
            f"this file takes images of shape {tuple(place['shape'][1:])}; got {found.shape[1:]}"
        )
    runner.set_tensor(place["index"], _as_input(found, place))
    runner.invoke()
    given = runner.get_tensor(out["index"])
    step, zero = out["quantization"]
    if given.dtype == np.int8:
        given = (given.astype(int) - zero) * step
    return np.asarray(given, np.float32)


def agreement(first: ArrayLike, second: ArrayLike) -> float:
    """Return the share of rows for which two sets of scores name the same class, 0 to 1."""
    one, two = np.asarray(first), np.asarray(second)
    if one.shape != two.shape or one.ndim != 2 or not len(one):
        raise ValueError(
            f"need two arrays of one shape, (n, classes); got {one.shape} and {two.shape}"
        )
    return float(np.mean(one.argmax(axis=1) == two.argmax(axis=1)))


def latency(
    models: Mapping[str, bytes], image: ArrayLike, rounds: int = 200
) -> dict[str, NDArray[np.float64]]:
    """Time single images on several models in turn, round by round, in this process.

    In each round every model runs once, the first one changing from round to round, so that a
    busy moment of the machine strikes all alike and rounds can be compared pair by pair.

    Parameters
    ----------
    models : mapping of name -> LiteRT file, at least one
    image : array of shape (height, width, 1)
    rounds : int, at least 1

    Returns
    -------
    mapping of name -> milliseconds of each round, shape (rounds,)
    """
    if not models or rounds < 1:
        raise ValueError(f"need at least one model and one round; got {len(models)} and {rounds}")
    runners, names = {}, list(models)
    for name, model in models.items():
        runner = runners[name] = open_model(model)
        place = runner.get_input_details()[0]
        runner.set_tensor(place["index"], _as_input(np.asarray(image, np.float32)[None], place))
        runner.invoke()  # the first call prepares, later ones do not
    taken = {name: np.zeros(rounds) for name in names}
    for i in range(rounds):
        for name in _rotated(names, i):
            start = time.perf_counter()
            runners[name].invoke()
            taken[name][i] = 1000 * (time.perf_counter() - start)
    return taken


def stored_kernels(model: bytes) -> list[tuple[NDArray[Any], NDArray[np.float32]]]:
    """Return integer kernels of a LiteRT file with their steps, in the order the file holds them.

    Returns
    -------
    list of (integers, steps): output channels come first in the runtime's own layout, or last for
    depthwise kernels; steps hold one value, or one a channel.
    """
    runner, found = open_model(model, keep_all=True), []
    for one in runner.get_tensor_details():
        fits = one["dtype"] == np.int8 and len(one["shape"]) in (2, 4)
        steps = one["quantization_parameters"]["scales"]
        if fits and len(steps) and _constant(runner, one):
            found.append((runner.get_tensor(one["index"]), steps))
    return found


def _constant(runner: Any, detail: dict[str, Any]) -> bool:  # noqa: ANN401
    """Whether a tensor is stored in the file: no operation writes it, and it is no input."""
    written = {i for op in runner._get_ops_details() for i in op["outputs"]}
    return detail["index"] not in {*written, runner.get_input_details()[0]["index"]}


def _rotated(names: Sequence[str], by: int) -> list[str]:
    at = by % len(names)
    return [*names[at:], *names[:at]]


def _as_input(images: NDArray[np.float32], place: dict[str, Any]) -> NDArray[Any]:
    if place["dtype"] == np.float32:
        return images
    step, zero = place["quantization"]
    return np.asarray(np.clip(np.rint(images / step) + zero, -128, 127), np.int8)
