"""Models that can be run: a LiteRT file or a Keras file, both as arrays in, arrays out.

The first axis of every tensor is the batch: one row an instance.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

__all__ = ["Arrays", "Keras", "LiteRT", "Runner", "Tensor", "load", "sizes"]

Array = npt.NDArray[Any]
Arrays = dict[str, Array]
Shapes = tuple[tuple[int, ...], ...]

_KEPT = 32
"""Shapes for which interpreters are kept; those not used for longest make room."""
_ALLOWED = "biuf"
"""Kinds of numpy types that JSON can carry: no strings, no complex numbers."""


@dataclass(frozen=True)
class Tensor:
    """One input or output: its name, its type, its shape without the batch; -1 is any length."""

    name: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]


class Runner(Protocol):
    """What the server knows of a model."""

    inputs: list[Tensor]
    outputs: list[Tensor]
    platform: str

    def run(self, inputs: Arrays, /) -> Arrays:
        """Return the outputs for inputs of the same number of rows, in one call of the model."""

    def prepare(self, batch_size: int, /) -> None:
        """Do beforehand what would slow the first calls of up to ``batch_size`` rows."""


def sizes(largest: int) -> list[int]:
    """Return the batch sizes that are prepared: a batch is padded to the next, by half at most.

    Examples
    --------
    >>> sizes(16)
    [1, 2, 3, 4, 6, 8, 12, 16]
    """
    powers = [2**k for k in range(largest.bit_length())]
    steps = {*powers, *(3 * power // 2 for power in powers[1:]), largest}
    return sorted(step for step in steps if step <= largest)


def load(path: Path, *, batch_size: int, threads: int) -> Runner:
    """Load a ``.tflite`` or ``.keras`` file, and try it on zeros.

    Raises
    ------
    ValueError
        If it cannot be read, cannot be run, or has tensors that JSON cannot carry.
    """
    runner: Runner = LiteRT(path.read_bytes(), threads) if path.suffix == ".tflite" else Keras(path)
    for tensor in [*runner.inputs, *runner.outputs]:
        if tensor.dtype.kind not in _ALLOWED:
            raise ValueError(f"tensor {tensor.name!r} is {tensor.dtype}; numbers can be served")
    zeros = {
        tensor.name: np.zeros((2, *(max(size, 1) for size in tensor.shape)), tensor.dtype)
        for tensor in runner.inputs
    }
    runner.run(zeros)
    runner.prepare(batch_size)
    return runner


def _rows(name: str, output: Array, rows: int) -> Array:
    if output.ndim == 0 or len(output) != rows:
        raise ValueError(
            f"output {name!r} has shape {output.shape} for {rows} rows: its first axis must be the "
            "batch"
        )
    return output


class LiteRT:
    """A ``.tflite`` model: an interpreter for each batch size, and for each thread in a call."""

    platform = "litert"

    def __init__(self, content: bytes, threads: int = 1) -> None:
        self.content = content
        self.threads = threads
        self.steps = [1]
        self.spare: OrderedDict[Shapes, list[Any]] = OrderedDict()
        self.lock = threading.Lock()
        self.inputs: list[Tensor] = []
        self.outputs: list[Tensor] = []
        self.places: dict[str, int] = {}
        self._describe()

    def _interpreter(self) -> Any:  # noqa: ANN401  the runtime has no types
        from ai_edge_litert.interpreter import Interpreter

        return Interpreter(model_content=self.content, num_threads=self.threads)

    def _describe(self) -> None:
        if not self.content:
            raise ValueError("the file is empty")
        interpreter = self._interpreter()
        inputs, outputs = _named(interpreter)
        batches = {int(one["shape_signature"][0]) for one in inputs.values() if len(one["shape"])}
        if len(batches) != 1 or not all(len(one["shape"]) for one in inputs.values()):
            raise ValueError("every input must have the batch as its first axis")
        self.fixed = max(batches.pop(), 0)  # 0: any; many converters write 1 and mean any
        self.inputs = [_tensor(name, one) for name, one in inputs.items()]
        self.outputs = [_tensor(name, one) for name, one in outputs.items()]
        self.places = {name: int(one["index"]) for name, one in {**inputs, **outputs}.items()}

    def prepare(self, batch_size: int) -> None:
        """Allocate an interpreter for each size of a batch; models of any shape wait for it."""
        self.steps = sizes(batch_size)
        if self.fixed or any(size < 0 for tensor in self.inputs for size in tensor.shape):
            return
        for step in self.steps:
            shapes = tuple((step, *tensor.shape) for tensor in self.inputs)
            self._keep(shapes, self._take(shapes))

    def run(self, inputs: Arrays) -> Arrays:
        """Run one batch, padded to a size that is prepared, or in pieces of the model's own."""
        rows = len(next(iter(inputs.values())))
        if not self.fixed:
            return self._call(inputs, rows, next((s for s in self.steps if s >= rows), rows))
        pieces = []
        for start in range(0, rows, self.fixed):
            piece = {name: value[start : start + self.fixed] for name, value in inputs.items()}
            pieces.append(self._call(piece, min(self.fixed, rows - start), self.fixed))
        return {t.name: np.concatenate([p[t.name] for p in pieces]) for t in self.outputs}

    def _call(self, inputs: Arrays, rows: int, size: int) -> Arrays:
        shapes = tuple((size, *inputs[tensor.name].shape[1:]) for tensor in self.inputs)
        interpreter = self._take(shapes)
        for tensor in self.inputs:
            value = inputs[tensor.name]
            if size > rows:  # the last row again: a value that the model can digest
                value = np.concatenate([value, np.repeat(value[-1:], size - rows, axis=0)])
            interpreter.set_tensor(self.places[tensor.name], value)
        interpreter.invoke()
        outputs = {t.name: interpreter.get_tensor(self.places[t.name]) for t in self.outputs}
        self._keep(shapes, interpreter)
        return {name: _rows(name, value, size)[:rows] for name, value in outputs.items()}

    def _take(self, shapes: Shapes) -> Any:  # noqa: ANN401
        # Nobody else has it until it is kept again: an interpreter runs in one thread at a time.
        with self.lock:
            spare = self.spare.get(shapes)
            if spare:
                return spare.pop()
        interpreter = self._interpreter()
        for tensor, shape in zip(self.inputs, shapes, strict=True):
            if not self.fixed:
                interpreter.resize_tensor_input(self.places[tensor.name], shape)
        interpreter.allocate_tensors()
        return interpreter

    def _keep(self, shapes: Shapes, interpreter: Any) -> None:  # noqa: ANN401
        with self.lock:
            self.spare.setdefault(shapes, []).append(interpreter)
            self.spare.move_to_end(shapes)
            if len(self.spare) > _KEPT:
                self.spare.popitem(last=False)


def _named(interpreter: Any) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ANN401
    """Return inputs and outputs by the names of the signature, or else of the tensors."""
    known = interpreter.get_signature_list()
    if known:
        key = "serving_default" if "serving_default" in known else next(iter(known))
        runner = interpreter.get_signature_runner(key)
        inputs, outputs = runner.get_input_details(), runner.get_output_details()
        own = {int(one["index"]) for one in interpreter.get_input_details()}
        if {int(one["index"]) for one in inputs.values()} == own:
            return dict(inputs), dict(outputs)
    return (
        {one["name"]: one for one in interpreter.get_input_details()},
        {one["name"]: one for one in interpreter.get_output_details()},
    )


def _tensor(name: str, one: dict[str, Any]) -> Tensor:
    shape = tuple(int(size) for size in one["shape_signature"][1:])
    return Tensor(name, np.dtype(one["dtype"]), shape)


class Keras:
    """A ``.keras`` model, as one compiled function."""

    platform = "keras"

    def __init__(self, path: Path) -> None:
        import keras
        import tensorflow as tf

        model = keras.saving.load_model(path, compile=False, safe_mode=True)
        if not getattr(model, "inputs", None):
            raise ValueError("the Keras model has no fixed inputs: build or call it before saving")
        self.inputs = [_keras_tensor(one, f"input_{i}") for i, one in enumerate(model.inputs)]
        self.outputs = [_keras_tensor(one, f"output_{i}") for i, one in enumerate(model.outputs)]
        specs = [
            tf.TensorSpec([None, *(None if s < 0 else s for s in one.shape)], one.dtype, one.name)
            for one in self.inputs
        ]

        def answer(*arrays: Any) -> list[Any]:  # noqa: ANN401
            given = model(arrays[0] if len(arrays) == 1 else list(arrays), training=False)
            return list(tf.nest.flatten(given))

        self.function = tf.function(answer, input_signature=specs)

    def run(self, inputs: Arrays) -> Arrays:
        """Run one batch."""
        import tensorflow as tf

        given = self.function(*(tf.constant(inputs[one.name]) for one in self.inputs))
        rows = len(inputs[self.inputs[0].name])
        outputs = zip(self.outputs, given, strict=True)
        return {one.name: _rows(one.name, np.asarray(value), rows) for one, value in outputs}

    def prepare(self, batch_size: int) -> None:
        """Do nothing: the compiled function takes any number of rows."""


def _keras_tensor(one: Any, fallback: str) -> Tensor:  # noqa: ANN401
    shape = tuple(-1 if size is None else int(size) for size in one.shape[1:])
    return Tensor(one.name or fallback, np.dtype(one.dtype), shape)
