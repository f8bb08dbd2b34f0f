"""Measure the model server against a plain handler around Keras, and against LitServe.

Run it with `python benchmarks/serving.py`. One small network, one payload, one machine; the servers
take turns, so that a busy moment hits all alike, and each figure is the median of the rounds.
LitServe is installed by pip into `build/benchmark_serving`, an environment of its own. Where `wrk`
is there, it checks our own load client once.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from socket import socket

import numpy as np

from mlops_lab import serving

__all__ = ["main"]

ROOT = Path(__file__).parents[1]
ENVIRONMENT = ROOT / "build" / "benchmark_serving"
CLIENTS, SECONDS, ROUNDS = 32, 2.0, 3
LEAST_OVER_PLAIN = 20
PAYLOAD = json.dumps({"instances": np.linspace(0, 1, 64).round(3).reshape(1, 64).tolist()}).encode()

PLAIN = """
import sys, keras, numpy as np, uvicorn
from fastapi import FastAPI
model, app = keras.saving.load_model(sys.argv[1]), FastAPI()

@app.post("/predict")
def predict(body: dict):
    x = np.array(body["instances"], "float32")
    return {"predictions": model.predict(x, verbose=0).tolist()}

uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
"""

LITSERVE = """
import sys, numpy as np, litserve as ls
from ai_edge_litert.interpreter import Interpreter

class Reader(ls.LitAPI):
    def setup(self, device):
        self.runtime, self.rows = Interpreter(sys.argv[1], num_threads=1), 0
        self.at = self.runtime.get_input_details()[0]["index"]
    def decode_request(self, request):
        return np.array(request["instances"], "float32")
    def batch(self, inputs):
        return np.concatenate(inputs)
    def predict(self, x):
        if len(x) != self.rows:
            self.rows = len(x)
            self.runtime.resize_tensor_input(self.at, x.shape)
            self.runtime.allocate_tensors()
        self.runtime.set_tensor(self.at, x)
        self.runtime.invoke()
        return self.runtime.get_tensor(self.runtime.get_output_details()[0]["index"])
    def unbatch(self, output):
        return [row[None] for row in output]
    def encode_response(self, output):
        return {"predictions": output.tolist()}

if __name__ == "__main__":
    api = Reader(max_batch_size=32, batch_timeout=0.002)
    server = ls.LitServer(api, accelerator="cpu", workers_per_device=1, timeout=30)
    server.run(host="127.0.0.1", port=int(sys.argv[2]), log_level="error",
               generate_client_file=False)
"""


def main() -> int:
    """Print throughput and p99 of each server; 1 if a bound is missed, else 0."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        _make(folder)
        urls = dict(_servers(folder, stack))
        found = _measured(urls)
        _table(found)
        alone = _median_latency(urls["ours, micro-batching"])
        bare = _bare(folder / "models" / "reader" / "1" / "model.tflite")
        print(
            f"one client: {1e3 * alone:.2f} ms a request, of which the bare call {1e3 * bare:.3f}"
        )
        _wrk(urls["ours, micro-batching"])
    return _verdict(found)


def _make(folder: Path) -> None:
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras
    import tensorflow as tf

    keras.config.disable_interactive_logging()
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(64, activation="relu"), keras.layers.Dense(10)]
    net = keras.Sequential([keras.Input((64,), name="pixels"), *layers])
    net.save(folder / "net.keras")
    content = tf.lite.TFLiteConverter.from_keras_model(net).convert()
    serving.save_model(folder / "models", "reader", 1, content)


def _servers(folder: Path, stack: ExitStack) -> Iterator[tuple[str, str]]:
    for name, size in (("ours, micro-batching", 32), ("ours, one by one", 1)):
        one = stack.enter_context(serving.start(folder / "models", batch_size=size))
        yield name, f"{one.url}/v1/models/reader:predict"
    lite = str(folder / "models" / "reader" / "1" / "model.tflite")
    for name, text, python, model in (
        ("plain FastAPI, model.predict", PLAIN, sys.executable, str(folder / "net.keras")),
        ("LitServe", LITSERVE, _litserve(), lite),
    ):
        if python:
            script = folder / f"{len(text)}.py"
            script.write_text(text, encoding="utf-8")
            yield name, stack.enter_context(_running([python, str(script), model]))


def _litserve() -> str:
    """Return the interpreter that has LitServe; install it the first time; "" where that fails."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        venv.create(ENVIRONMENT, with_pip=True)
    wanted = ["litserve", "ai-edge-litert", "numpy"]
    command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        print(f"LitServe is left out, pip could not install it: {done.stderr.strip()[-300:]}")
        return ""
    return str(python)


@contextmanager
def _running(command: list[str]) -> Iterator[str]:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    null = subprocess.DEVNULL
    child = subprocess.Popen(
        [*command, str(port)], start_new_session=True, stdout=null, stderr=null
    )
    try:
        url = f"http://127.0.0.1:{port}/predict"
        _wait(url, child)
        yield url
    finally:
        os.killpg(child.pid, 15)  # LitServe has children of its own
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, 9)


def _wait(url: str, child: "subprocess.Popen[bytes]", seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    request = urllib.request.Request(url, PAYLOAD, {"Content-Type": "application/json"})
    while child.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(request, timeout=10):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise RuntimeError(f"{url} did not answer 200 within {seconds:g} seconds")


def _measured(urls: dict[str, str]) -> dict[str, tuple[float, float]]:
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in urls}
    for url in urls.values():
        serving.closed_loop(url, PAYLOAD, CLIENTS, 0.5)  # warm up
    for _ in range(ROUNDS):
        for name, url in urls.items():
            result = serving.closed_loop(url, PAYLOAD, CLIENTS, SECONDS)
            if result.failed:
                raise RuntimeError(f"{name}: {result.failed} of {len(result.due)} requests failed")
            runs[name].append((result.throughput, result.percentile(99)))
    return {
        name: (statistics.median(t for t, _ in some), statistics.median(p for _, p in some))
        for name, some in runs.items()
    }


def _table(found: dict[str, tuple[float, float]]) -> None:
    ours = found["ours, micro-batching"][0]
    print(f"{CLIENTS} clients {'':<21}{'requests/s':>12}{'p99, ms':>10}{'ours is':>10}")
    for name, (rate, p99) in found.items():
        print(f"{name:<32}{rate:>12.0f}{1e3 * p99:>10.1f}{ours / rate:>9.1f}x")


def _median_latency(url: str) -> float:
    return serving.closed_loop(url, PAYLOAD, 1, SECONDS).percentile(50)


def _bare(path: Path) -> float:
    from ai_edge_litert.interpreter import Interpreter

    runtime = Interpreter(str(path), num_threads=1)
    runtime.allocate_tensors()
    place = runtime.get_input_details()[0]["index"]
    x = np.zeros((1, 64), dtype="float32")
    begin = time.perf_counter()
    for _ in range(2000):
        runtime.set_tensor(place, x)
        runtime.invoke()
    return (time.perf_counter() - begin) / 2000


def _wrk(url: str) -> None:
    if shutil.which("wrk") is None:
        print("wrk is not installed: our client is not checked against it")
        return
    ours = serving.closed_loop(url, PAYLOAD, CLIENTS, SECONDS).throughput
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(f"wrk.method = 'POST'\nwrk.body = '{PAYLOAD.decode()}'\n")
        script.flush()
        command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{SECONDS:g}s", "-s", script.name, url]
        out = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    said = re.search(r"Requests/sec:\s+([\d.]+)", out)
    theirs = float(said[1]) if said else float("nan")
    print(f"the same server by wrk: {theirs:.0f} requests/s, by our client {ours:.0f}")


def _verdict(found: dict[str, tuple[float, float]]) -> int:
    rate, p99 = found["ours, micro-batching"]
    missed = []
    if rate < LEAST_OVER_PLAIN * found["plain FastAPI, model.predict"][0]:
        missed.append(f"at least {LEAST_OVER_PLAIN} times the plain handler's throughput")
    if "LitServe" in found and (rate < found["LitServe"][0] or p99 > found["LitServe"][1]):
        missed.append("at least level with LitServe, in throughput and p99")
    print("missed: " + "; ".join(missed) if missed else "both bounds hold")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
