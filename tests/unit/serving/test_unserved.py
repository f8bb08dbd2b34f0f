"""What lies in a model folder and is not served is told, with where it would have to be."""

import logging
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from mlops_lab import serving
from mlops_lab.serving.models import Models
from mlops_lab.serving.runners import Runner
from mlops_lab.serving.unserved import nothing_served, unserved


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("m/v1/model.tflite", "the version 'v1' is not a whole number from 1 on: rename it to 1."),
        ("m/01/model.keras", "the version '01' is not .* rename it to 1."),
        ("m/0/model.keras", "the version '0' is not a whole number from 1 on."),
        ("m/latest/model.tflite", "the version 'latest' is not a whole number from 1 on."),
        ("a b/1/model.tflite", "the name 'a b' is not of letters"),
        ("m/1/saved_model.pb", "m/1 is a TensorFlow SavedModel, which is not served"),
        ("saved_model.pb", "is a TensorFlow SavedModel, which is not served"),
        ("m/1/weights.h5", "m/1/weights.h5 is in a form that is not served: convert it"),
        ("m/1/net.onnx", "m/1/net.onnx is in a form that is not served"),
        ("m/1/digits.tflite", "m/1/digits.tflite is to be called model.tflite."),
        ("model.tflite", "model.tflite is in no folder of a model: move it to models/1/model"),
        ("m/model.keras", "is in no folder of a version: move it to m/1/model.keras."),
        ("3/model.keras", r"makes this the folder of one model: serve \S*above\."),
        ("all/m/1/model.tflite", r"is too deep: serve \S*models/all, or move it up."),
        ("a/b/m/1/model.tflite", r"is too deep: serve \S*models/a/b, or move it up."),
    ],
)
def test_a_model_that_is_not_served_says_why(tmp_path: Path, name: str, said: str) -> None:
    folder = tmp_path / "above" / "models"
    put(folder, name)
    (sentence,) = unserved(folder)
    assert re.search(said, sentence)
    assert sentence in nothing_served(folder)
    assert "Expected is <name>/<version>/model.tflite or model.keras" in nothing_served(folder)


def test_the_folder_of_one_version_names_the_one_to_serve(tmp_path: Path) -> None:
    put(tmp_path, "m/2/model.tflite")
    (sentence,) = unserved(tmp_path / "m" / "2")
    assert sentence.endswith(f"the folder of one version: serve {tmp_path}.")


def test_what_is_served_and_what_is_no_model_is_not_told(tmp_path: Path) -> None:
    put(tmp_path, "m/1/model.tflite", "m/1/scaler.pkl", "m/labels.json", "README.md", ".git/a.pt",
        "m/.new-1/model.tflite", "m/1/.old.tflite")  # fmt: skip
    assert unserved(tmp_path) == []


def test_a_folder_without_any_says_what_it_holds(tmp_path: Path) -> None:
    assert "It is empty." in nothing_served(tmp_path)
    put(tmp_path, *(f"{i}.txt" for i in range(7)))
    assert "It holds 0.txt, 1.txt, 2.txt, 3.txt, 4.txt and 2 more." in nothing_served(tmp_path)


def test_each_is_told_once_also_while_the_server_runs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def load(_: Path) -> Runner:
        raise ValueError("not a model")

    models = Models(tmp_path, load)
    with caplog.at_level(logging.WARNING):
        for name in (None, "m/v1/model.tflite", "n/1/model.tflite"):
            put(tmp_path, *filter(None, [name]))
            for _ in range(3):
                models.refresh()
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        f"{tmp_path} holds no model that can be served. It is empty. Expected is "
        "<name>/<version>/model.tflite or model.keras, such as digits/1/model.tflite; "
        "what is put there is picked up while the server runs.",
        "Not served",
        f"Version 1 of 'n' cannot be loaded, {tmp_path}/n/1/model.tflite",
    ]
    assert models.unready() == (
        "No model can answer: version 1 of 'n' is END: ValueError: not a model"
    )


def test_it_is_not_ready_until_a_model_answers(tmp_path: Path, double: bytes) -> None:
    put(tmp_path, "line/v1/model.tflite")
    serving.save_model(tmp_path, "line", 2, b"broken")
    words = [sys.executable, "-m", "mlops_lab.cli", "serve", str(tmp_path), "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as one:
        assert one.stdout is not None
        url = re.search(r"http://\S+\d", one.stdout.readline())
        assert url
        with httpx.Client(base_url=url[0], timeout=120) as client:
            answer = client.get("/v2/health/ready")
            assert answer.status_code == 503
            assert "version 2 of 'line' is END" in answer.json()["error"]
            assert client.get("/v2/health/live").status_code == 200
            serving.save_model(tmp_path, "line", 3, double)
            while client.get("/v2/health/ready").status_code != 200:
                pass
        one.send_signal(signal.SIGTERM)
        _, said = one.communicate()
    assert "the version 'v1' is not a whole number from 1 on: rename it to 1." in said
    assert "Version 2 of 'line' cannot be loaded" in said


def test_a_server_that_can_answer_nothing_is_refused_with_what_was_found(tmp_path: Path) -> None:
    put(tmp_path, "line/v1/model.tflite")
    with pytest.raises(RuntimeError, match=r"not ready, it answered 503.*rename it to 1"):
        serving.start(tmp_path)
