"""A logistic regression as a LiteRT file, against numpy and the file's own runtime."""

from pathlib import Path

import numpy as np
import pytest

from mlops_lab.serving import logistic_file
from mlops_lab.serving.runners import load


def test_the_server_can_load_it(tmp_path: Path) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(logistic_file([1.0, -2.0], 0.5))
    runner = load(path, batch_size=4, threads=1)
    assert [one.shape for one in runner.inputs] == [(2,)]
    found = runner.run({runner.inputs[0].name: np.array([[0, 0], [1, 1]], np.float32)})
    expected = 1 / (1 + np.exp([[-0.5], [0.5]]))
    np.testing.assert_allclose(next(iter(found.values())), expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("weights", "offset"), [([], 0.0), ([[1.0]], 0.0), ([np.nan], 0.0), ([1.0], np.inf)]
)
def test_weights_that_cannot_be_written_are_refused(weights: list[float], offset: float) -> None:
    with pytest.raises(ValueError, match=r"finite numbers; got"):
        logistic_file(weights, offset)


def test_the_interpreter_answers_what_numpy_does_for_any_number_of_rows() -> None:
    interpreters = pytest.importorskip("ai_edge_litert.interpreter")
    rng = np.random.default_rng(11)
    weights, bias = rng.normal(size=9), -0.7
    reader = interpreters.Interpreter(model_content=logistic_file(weights, bias))
    (given,), (answered,) = reader.get_input_details(), reader.get_output_details()
    assert given["shape_signature"].tolist() == [-1, 9]
    for rows in (1, 5):
        numbers = rng.normal(size=(rows, 9)).astype("float32")
        reader.resize_tensor_input(given["index"], [rows, 9])
        reader.allocate_tensors()
        reader.set_tensor(given["index"], numbers)
        reader.invoke()
        found = reader.get_tensor(answered["index"])
        expected = 1 / (1 + np.exp(-(numbers @ weights + bias)))
        np.testing.assert_allclose(found[:, 0], expected, atol=1e-6)


def test_errors_say_what_is_allowed() -> None:
    with pytest.raises(ValueError, match=r"one row of finite numbers; got the shape \(1, 2\)"):
        logistic_file([[1.0, 2.0]], 0.0)
    with pytest.raises(ValueError, match="finite"):
        logistic_file([1.0], np.nan)
