"""`--mlflow` on the command line: what is refused before, and what comes of a real run."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from mlops_lab.cli import main
from mlops_lab.workbench.runs import past
from tests.unit.workbench.runs.tracked.conftest import Server
from tests.unit.workbench.runs.tracked.made import client

Make = Callable[..., Path]
CELL = "from mlops_lab import kit\nkit.record('twice', 2 * shift)"
NOBODY = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def no_past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "_file", lambda: tmp_path / "past" / "seconds.json")


@pytest.mark.parametrize("command", ["run", "sweep"])
def test_nothing_runs_where_no_server_answers(
    command: str, make_notebook: Make, tmp_path: Path
) -> None:
    notebook, out = make_notebook(CELL), tmp_path / "out"
    words = [command, str(notebook), "-o", str(out), "--mlflow", NOBODY, "-p", "shift", "1"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert f"--mlflow {NOBODY}: no MLflow tracking server answers there" in done.output
    assert not out.exists()


def test_a_run_needs_a_folder(make_notebook: Make) -> None:
    done = CliRunner().invoke(main, ["run", str(make_notebook(CELL)), "--mlflow", NOBODY])
    assert done.exit_code == 2
    assert "name a folder with -o" in done.output


def test_a_run_is_logged_and_what_a_dead_server_missed_with_the_next(
    server: Server, make_notebook: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook, out = make_notebook(CELL, name="single.ipynb"), tmp_path / "out"

    def run(shift: str) -> tuple[int, str]:
        words = ["run", str(notebook), "-o", str(out), "--mlflow", server.uri, "-p", "shift", shift]
        done = CliRunner().invoke(main, words)
        return done.exit_code, done.output

    with monkeypatch.context() as patched:
        patched.setattr(type(client(server.uri)), "log_batch", _refused)
        code, output = run("1.5")
    assert code == 1, output
    assert "1 of 1 results are not logged" in output
    assert len(list((out / "unlogged").glob("*/single.ipynb"))) == 1
    code, output = run("2.0")
    assert code == 0, output
    assert not (out / "unlogged").exists()
    known = client(server.uri)
    experiment = known.get_experiment_by_name("single")
    assert experiment is not None
    runs = known.search_runs([experiment.experiment_id])
    assert sorted(one.data.metrics["twice"] for one in runs) == [3.0, 4.0]
    assert {one.info.status for one in runs} == {"FINISHED"}


def _refused(*_: object, **__: object) -> None:
    raise OSError("connection reset")
