"""The request path against Keras itself; `benchmarks/serving.py` measures how fast both are."""

from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from mlops_lab import serving

ROWS = [[k / 64 for k in range(64)]]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of Keras
@pytest.mark.usefixtures("build")  # it has set up TensorFlow
def test_a_converted_net_answers_as_keras_predicts(tmp_path: Path) -> None:
    import keras
    import tensorflow as tf

    layers = [keras.layers.Dense(128, activation="relu") for _ in range(2)]
    last = keras.layers.Dense(10, activation="softmax")
    digits: Any = keras.Sequential([keras.Input((64,), name="x"), *layers, last])
    converter = tf.lite.TFLiteConverter.from_keras_model(digits)
    serving.save_model(tmp_path, "m", 1, converter.convert())
    with serving.start(tmp_path) as server:
        path = f"{server.url}/v1/models/m:predict"
        answer = httpx.post(path, json={"instances": ROWS}, timeout=60).json()
    theirs = digits.predict(np.array(ROWS), verbose=0)
    np.testing.assert_allclose(answer["predictions"], theirs, atol=1e-5)
