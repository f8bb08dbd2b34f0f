"""Tiny models whose answers are arithmetic, made once, and servers of them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mlops_lab import serving

Build = Callable[..., bytes]


@pytest.fixture(scope="session")
def build() -> Build:
    """Return what turns a function on tensors into a .tflite file."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow as tf

    def made(
        function: Callable[..., dict[str, Any]], **inputs: tuple[list[int | None], str]
    ) -> bytes:
        specs = [tf.TensorSpec(shape, kind, name) for name, (shape, kind) in inputs.items()]
        module = tf.Module()
        module.call = tf.function(function, input_signature=specs)
        concrete = module.call.get_concrete_function()
        converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], module)
        content: bytes = converter.convert()
        return content

    return made


def affine(build: Build, times: float, plus: float) -> bytes:
    """Return the model ``y = times * x + plus`` on three numbers."""
    return build(lambda x: {"y": x * times + plus}, x=([None, 3], "float32"))


@pytest.fixture(scope="session")
def double(build: Build) -> bytes:
    """Return ``y = 2 x + 1``."""
    return affine(build, 2.0, 1.0)


@pytest.fixture(scope="session")
def triple(build: Build) -> bytes:
    """Return ``y = 3 x - 1``."""
    return affine(build, 3.0, -1.0)


@pytest.fixture(scope="session")
def pair(build: Build) -> bytes:
    """Return a model of two inputs and two outputs: ``total = a + b`` and ``product = a * b``."""
    import tensorflow as tf

    def function(a: Any, b: Any) -> dict[str, Any]:
        return {"total": a + tf.cast(b, tf.float32), "product": a * tf.cast(b, tf.float32)}

    return build(function, a=([None, 2], "float32"), b=([None, 1], "int32"))


@pytest.fixture(scope="session")
def lookup(build: Build) -> bytes:
    """Return a table of four numbers by index, which breaks on an index beyond it."""
    import tensorflow as tf

    table = tf.constant([10.0, 20.0, 30.0, 40.0])
    return build(lambda i: {"value": tf.gather(table, i)}, i=([None, 1], "int32"))


@pytest.fixture(scope="session")
def four(build: Build) -> bytes:
    """Return ``y = x + 1`` that takes four rows at a time and no other number."""
    return build(lambda x: {"y": x + 1.0}, x=([4, 2], "float32"))


@pytest.fixture(scope="session")
def total(build: Build) -> bytes:
    """Return the sum of any number of numbers."""
    import tensorflow as tf

    return build(
        lambda x: {"sum": tf.reduce_sum(x, axis=1, keepdims=True)}, x=([None, None], "float32")
    )


@pytest.fixture(scope="session")
def narrow(build: Build) -> bytes:
    """Return ``y = x`` on two bytes."""
    return build(lambda x: {"y": x + 0}, x=([None, 2], "int8"))


@pytest.fixture(scope="session")
def flags(build: Build) -> bytes:
    """Return the opposite of two booleans."""
    import tensorflow as tf

    return build(lambda x: {"y": tf.logical_not(x)}, x=([None, 2], "bool"))


@pytest.fixture(scope="session")
def keras_model(build: Build) -> Any:  # noqa: ARG001  build has set up TensorFlow
    """Return a Keras model ``y = x @ [[1], [2]] + 3``."""
    import keras
    import numpy as np

    model = keras.Sequential([keras.Input((2,), name="x"), keras.layers.Dense(1, name="y")])
    model.layers[0].set_weights([np.array([[1.0], [2.0]]), np.array([3.0])])
    return model


@pytest.fixture(scope="session")
def folder(
    tmp_path_factory: pytest.TempPathFactory,
    double: bytes,
    triple: bytes,
    pair: bytes,
    lookup: bytes,
    total: bytes,
    narrow: bytes,
) -> Path:
    """Return a folder of models that no test changes."""
    place = tmp_path_factory.mktemp("models")
    serving.save_model(place, "line", 1, double)
    serving.save_model(place, "line", 2, triple)
    (place / "line" / "labels.json").write_text('{"stable": 1, "canary": 2}')
    for name, content in {"pair": pair, "lookup": lookup, "total": total, "narrow": narrow}.items():
        serving.save_model(place, name, 1, content)
    return place


@pytest.fixture(scope="module")
def server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[serving.Server]:
    """Yield a server of that folder, one for the tests of a module."""
    log = tmp_path_factory.mktemp("log") / "requests.jsonl"
    with serving.start(folder, log=str(log), read_timeout=1.0, max_bytes=100_000) as started:
        yield started
        assert started.running, started.words()
        assert "Traceback" not in started.words()


@pytest.fixture(scope="module")
def client(server: serving.Server) -> Iterator[httpx.Client]:
    """Yield a client of that server."""
    with httpx.Client(base_url=server.url, timeout=30) as client:
        yield client
