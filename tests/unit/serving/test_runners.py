"""Models as arrays in, arrays out: against numpy, and TensorFlow's own answer."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mlops_lab.serving.runners import LiteRT, load, sizes


def numbers(rows: int, columns: int = 3) -> "np.typing.NDArray[np.float32]":
    return np.arange(rows * columns, dtype=np.float32).reshape(rows, columns)


@pytest.mark.parametrize("largest", [1, 2, 3, 5, 7, 32, 100, 4096])
def test_batches_are_padded_by_half_at_most(largest: int) -> None:
    steps = sizes(largest)
    assert steps[0] == 1
    assert steps[-1] == largest
    for rows in range(1, largest + 1):
        assert next(step for step in steps if step >= rows) <= 1.5 * rows


@pytest.mark.parametrize("rows", [1, 2, 5, 7, 8, 9, 40])
def test_any_number_of_rows_gives_what_arithmetic_gives(double: bytes, rows: int) -> None:
    model = LiteRT(double)
    model.prepare(8)
    np.testing.assert_array_equal(model.run({"x": numbers(rows)})["y"], numbers(rows) * 2 + 1)


def test_prepared_sizes_make_no_interpreter_later(
    double: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = LiteRT(double)
    model.prepare(8)
    monkeypatch.setattr(model, "_interpreter", lambda: pytest.fail("made one"))
    for rows in range(1, 9):
        model.run({"x": numbers(rows)})


@pytest.mark.parametrize("rows", [1, 4, 5, 8, 11])
def test_a_model_of_a_fixed_batch_is_run_in_pieces(four: bytes, rows: int) -> None:
    model = LiteRT(four)
    model.prepare(32)
    assert model.inputs[0].shape == (2,)
    np.testing.assert_array_equal(model.run({"x": numbers(rows, 2)})["y"], numbers(rows, 2) + 1)


@pytest.mark.parametrize("length", [1, 2, 50])
def test_a_model_of_any_length(total: bytes, length: int) -> None:
    model = LiteRT(total)
    model.prepare(4)
    assert model.inputs[0].shape == (-1,)
    x = numbers(3, length)
    np.testing.assert_allclose(model.run({"x": x})["sum"], x.sum(1, keepdims=True))


def test_rare_shapes_make_room(total: bytes) -> None:
    model = LiteRT(total)
    for length in range(1, 100):
        model.run({"x": numbers(1, length)})
    assert len(model.spare) <= 32


def test_two_threads_share_no_interpreter(double: bytes) -> None:
    model = LiteRT(double)
    wrong = []

    def ask(start: int) -> None:
        for step in range(300):
            x = np.full((1, 3), start + step, np.float32)
            if not np.array_equal(model.run({"x": x})["y"], x * 2 + 1):
                wrong.append(step)

    threads = [threading.Thread(target=ask, args=(1000 * k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_inputs_and_outputs_have_their_names(pair: bytes) -> None:
    model = LiteRT(pair)
    assert {t.name: (t.dtype, t.shape) for t in model.inputs} == {
        "a": (np.dtype("float32"), (2,)),
        "b": (np.dtype("int32"), (1,)),
    }
    a, b = numbers(2, 2), np.array([[3], [4]], np.int32)
    outputs = model.run({"a": a, "b": b})
    np.testing.assert_array_equal(outputs["total"], a + b)
    np.testing.assert_array_equal(outputs["product"], a * b)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of Keras
def test_a_keras_file_answers_as_the_model_did(keras_model: Any, tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    keras_model.save(path)
    model = load(path, batch_size=4, threads=1)
    assert [(t.name, t.shape) for t in model.inputs] == [("x", (2,))]
    x = numbers(5, 2)
    (output,) = model.run({"x": x}).values()
    np.testing.assert_allclose(output, x @ [[1.0], [2.0]] + 3.0)


@pytest.mark.parametrize("content", [b"", b"x" * 5000])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"empty|Flatbuffer"):
        load(path, batch_size=4, threads=1)


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, double: bytes) -> None:
    path = tmp_path / "model.tflite"
    for cut in range(1, len(double), 37):
        path.write_bytes(double[:cut])
        with pytest.raises((ValueError, RuntimeError)):
            load(path, batch_size=4, threads=1)


def test_a_model_whose_outputs_are_no_rows_is_refused(build: Any, tmp_path: Path) -> None:
    import tensorflow as tf

    path = tmp_path / "model.tflite"
    path.write_bytes(build(lambda x: {"y": tf.reduce_sum(x, axis=0)}, x=([None, 3], "float32")))
    with pytest.raises(ValueError, match="first axis must be the batch"):
        load(path, batch_size=4, threads=1)
