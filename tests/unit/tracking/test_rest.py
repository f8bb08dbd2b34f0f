"""The client against a real server, with MLflow's own client as the witness."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mlops_lab import tracking

WITNESS = """
import json, sys
import mlflow, numpy as np
from sklearn.tree import DecisionTreeClassifier
mlflow.set_tracking_uri(sys.argv[1])
run = mlflow.get_run(sys.argv[2])
read = [run.info.run_name, run.info.status, run.data.params, run.data.metrics, run.data.tags,
        run.info.end_time >= run.info.start_time > 1e12]
mlflow.set_experiment("autolog")
mlflow.sklearn.autolog(log_models=False, silent=True)
X = np.arange(24_000.0).reshape(4000, 6)
y = np.arange(4000) % 2
with mlflow.start_run() as run:
    DecisionTreeClassifier(max_depth=3).fit(X, y)
found = mlflow.get_run(run.info.run_id)
expected = mlflow.data.from_numpy(X, targets=y).digest
X[1700:] = X[1700:][::-1]
changed = mlflow.data.from_numpy(X, targets=y).digest
logged = [found.inputs.dataset_inputs[0].dataset.digest, expected, changed,
          found.data.params["max_depth"], found.data.params["min_samples_leaf"],
          "mlflow.source.git.commit" in found.data.tags]
print(json.dumps([read, logged]))
"""


def ask(program: str, *words: str, folder: Path) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_mlflow_reads_what_is_logged_and_its_digest_stops_early(
    server: tracking.TrackingServer, client: tracking.Client, tmp_path: Path
) -> None:
    run = client.log(
        client.experiment("witness"),
        "first",
        params={"depth": 3},
        metrics={"accuracy": 0.75},
        tags={"data.sha256": "ab"},
    )
    assert (server.folder / "mlflow.db").exists()
    read, logged = ask(WITNESS, server.url, run, folder=tmp_path)
    name, status, params, metrics, tags, in_time = read
    assert (name, status, in_time) == ("first", "FINISHED", True)
    assert (params, metrics) == ({"depth": "3"}, {"accuracy": 0.75})
    assert tags["data.sha256"] == "ab"
    digest, expected, changed, depth, leaf, has_commit = logged
    assert digest == expected == changed
    assert (depth, leaf) == ("3", "1")
    assert not has_commit  # no script, no commit


def test_an_experiment_is_made_once(client: tracking.Client) -> None:
    assert client.experiment("once") == client.experiment("once") != client.experiment("other")


def test_search_filters_and_orders(client: tracking.Client) -> None:
    board = client.experiment("board")
    for name, score in (("low", 0.5), ("high", 0.9), ("middle", 0.7)):
        client.log(board, name, metrics={"accuracy": score}, tags={"model.sha256": f"of-{name}"})
    found = client.search(board, "metrics.accuracy > 0.6", by="metrics.accuracy DESC")
    assert [one["name"] for one in found] == ["high", "middle"]
    (one,) = client.search(board, "tags.`model.sha256` = 'of-low'")
    assert one["metrics"] == {"accuracy": 0.5}
    assert len(client.search(board, most=2)) == 2
    client.post("runs/delete", run_id=one["id"])
    assert len(client.search(board)) == 2


def test_artifacts_come_back_byte_by_byte(client: tracking.Client) -> None:
    board = client.experiment("files")
    content = bytes(range(256))
    run = client.log(board, "with file", artifacts={"deep/model.bin": content})
    assert client.get(board, run, "deep/model.bin") == content
    with pytest.raises(KeyError, match="No such artifact"):
        client.get(board, run, "missing.bin")


def test_a_refusal_has_the_servers_words(client: tracking.Client) -> None:
    with pytest.raises(ValueError, match=r"400 .*Invalid clause"):
        client.search(client.experiment("once"), "nonsense here")
    with pytest.raises(KeyError, match="not found"):
        client.post("runs/update", run_id="0" * 32, status="FINISHED")
