"""The request path against the plain way: a FastAPI handler around keras `model.predict`."""

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from mlops_lab import serving

PLAIN = """
import sys
import keras, numpy as np, uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

class Body(BaseModel):
    instances: list[list[float]]

app = FastAPI()
model = keras.saving.load_model(sys.argv[1])

@app.post("/v1/models/m:predict")
def predict(body: Body) -> dict[str, list[list[float]]]:
    return {"predictions": model.predict(np.array(body.instances), verbose=0).tolist()}

uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
"""
BODY = {"instances": [[k / 64 for k in range(64)]]}
PATH = "/v1/models/m:predict"
CLIENTS = 16
ENOUGH = 120.0


def throughput(url: str, least: int) -> float:
    """Give the requests a second of several clients that each wait for their answers."""
    done = [0] * CLIENTS

    def ask(place: int) -> None:
        with httpx.Client(base_url=url, timeout=ENOUGH) as client:
            while sum(done) < least:
                assert client.post(PATH, json=BODY).status_code == 200
                done[place] += 1

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(CLIENTS)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - start)


def answer(url: str) -> Any:
    """Ask until there is an answer, and give it."""
    end = time.monotonic() + ENOUGH
    while time.monotonic() < end:
        with contextlib.suppress(httpx.TransportError):
            return httpx.post(url + PATH, json=BODY, timeout=ENOUGH).json()
        time.sleep(0.1)
    raise AssertionError("no answer")


@pytest.fixture(scope="module")
def digits(build: Any) -> Any:  # noqa: ARG001  build has set up TensorFlow
    import keras

    layers = [keras.layers.Dense(128, activation="relu") for _ in range(2)]
    last = keras.layers.Dense(10, activation="softmax")
    return keras.Sequential([keras.Input((64,), name="x"), *layers, last])


@pytest.fixture
def plain(digits: Any, tmp_path: Path) -> Iterator[str]:
    digits.save(tmp_path / "model.keras")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-c", PLAIN, str(tmp_path / "model.keras"), str(port)]
    with subprocess.Popen(words, stderr=subprocess.DEVNULL) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of Keras
def test_twenty_times_the_throughput_of_the_plain_way(
    digits: Any, plain: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(digits)
    serving.save_model(tmp_path / "models", "m", 1, converter.convert())
    with serving.start(tmp_path / "models") as server:
        ours, theirs = answer(server.url), answer(plain)
        np.testing.assert_allclose(ours["predictions"], theirs["predictions"], atol=1e-5)
        fast = throughput(server.url, 1500)
    slow = throughput(plain, 40)
    record_property("requests a second", {"server": fast, "plain": slow})
    print(f"{fast:.0f} requests a second against {slow:.1f}: {fast / slow:.0f} times")  # noqa: T201
    assert fast >= 20 * slow
