"""A sweep on a real tracking server: every point once, whatever stops on the way."""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.sweeps import results, sweep
from mlops_lab.workbench.runs.sweeps.sweep import Runner
from mlops_lab.workbench.runs.tracked import store as store_module
from mlops_lab.workbench.runs.tracked.command import SweepLog
from mlops_lab.workbench.runs.tracked.settings import settings
from tests.unit.workbench.runs.tracked.conftest import Server
from tests.unit.workbench.runs.tracked.made import PICTURE, client, runner

if TYPE_CHECKING:
    from mlflow.entities import Run

Make = Callable[..., Path]
Point = Mapping[str, float]
CARD = "# 9.9 Tiny\n\n| | |\n|---|---|\n| **Data** | `made` or `real`, simulated |"
POINTS = [
    {"shift": shift, "seed": seed} for shift in (0.0, 0.5, 1.0, 1.5, 2.0) for seed in range(4)
]
FEW = POINTS[-3:]


@pytest.fixture
def notebook(make_notebook: Make) -> Path:
    return make_notebook(name="09_tiny.ipynb", lesson="9.9", heading=CARD)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / f"grid-{tmp_path.name}"  # an experiment of its own on the server of all


def logged(
    uri: str, notebook: Path, out: Path, runs: Runner, asked: Sequence[Point] = POINTS
) -> bool:
    """Run a sweep as the command does; say whether all is logged."""
    log = SweepLog(uri, notebook, out, None)
    list(sweep(notebook, asked, out, keep_copies=True, log=log.take, runner=runs))
    return log.finish()


def found(uri: str, out: Path) -> list["Run"]:
    with settings():
        known = client(uri)
        from mlflow.entities import ViewType

        [experiment] = [one for one in known.search_experiments() if one.name.endswith(out.name)]
        return list(known.search_runs([experiment.experiment_id], "", ViewType.ALL))


def points(runs: list["Run"]) -> list[tuple[float, int]]:
    return sorted((float(one.data.params["shift"]), int(one.data.params["seed"])) for one in runs)


def expected(asked: Sequence[Point]) -> list[tuple[float, int]]:
    return sorted((point["shift"], int(point["seed"])) for point in asked)


def stopping(after: int) -> Callable[[int], None]:
    def stop(number: int) -> None:
        if number == after:
            raise KeyboardInterrupt

    return stop


def test_a_sweep_that_is_stopped_and_continued_is_there_once(
    server: Server, notebook: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for after in (9, 4):
        with pytest.raises(KeyboardInterrupt):
            logged(server.uri, notebook, out, runner(stopping(after)))
    assert len(found(server.uri, out)) == 13
    assert logged(server.uri, notebook, out, runner())
    runs = found(server.uri, out)
    assert points(runs) == expected(POINTS)
    assert {one.info.status for one in runs} == {"FINISHED"}
    assert f"7 results logged at {server.uri}, 13 were there already." in capsys.readouterr().err
    assert logged(server.uri, notebook, out, runner())
    assert len(found(server.uri, out)) == 20


def test_a_part_of_a_result_is_completed(
    server: Server, notebook: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(store_module, "files_of", stop)
        with pytest.raises(KeyboardInterrupt):
            logged(server.uri, notebook, out, runner(), FEW)
    assert [one.info.status for one in found(server.uri, out)] == ["RUNNING"]
    assert logged(server.uri, notebook, out, runner(), FEW)
    runs = found(server.uri, out)
    assert points(runs) == expected(FEW)
    assert {one.info.status for one in runs} == {"FINISHED"}


def test_a_server_that_dies_loses_nothing(
    server: Server, notebook: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def dies(done: int) -> None:
        if done == 8:
            server.kill()

    assert not logged(server.uri, notebook, out, runner(dies, lost=[15]))
    said = capsys.readouterr().err
    assert f"{server.uri} does not answer any more" in said
    assert f"12 of 20 results are not logged at {server.uri}." in said
    assert len(results(out)) == 20
    server.start()
    assert logged(server.uri, notebook, out, runner())
    # The lost point was run again, as one that may end otherwise; its first end was never logged.
    assert points(found(server.uri, out)) == expected(POINTS)


def test_a_point_holds_what_was_measured_and_where_it_comes_from(
    server: Server, notebook: Path, out: Path, tmp_path: Path
) -> None:
    assert logged(server.uri, notebook, out, runner(lost=[2]), FEW)
    known = client(server.uri)
    runs = found(server.uri, out)
    [run] = [
        one for one in runs if (one.data.params["shift"], one.data.params["seed"]) == ("2.0", "3")
    ]
    assert run.info.run_name == "point 3"
    assert known.get_experiment(run.info.experiment_id).name == f"9.9 tiny: {out.name}"
    assert run.data.params == {
        "seed": "3", "shift": "2.0", "dataset": "made", "fast": "false", "sizes": "[1, 2]",
    }  # fmt: skip
    assert run.data.metrics == {
        "twice": 4.0, "gap __ 1": 2.0, "gap __ 1 holds": 1.0, "seconds": 1.5, "memory": 2.0**20,
    }  # fmt: skip
    tags = run.data.tags
    assert tags["bound.gap __ 1"] == "at least 1"
    assert (tags["mlops_lab.lesson"], tags["mlops_lab.seed"]) == ("9.9", "3")
    assert (tags["mlops_lab.dataset"], tags["mlops_lab.state"]) == ("made", "passed")
    assert len(tags["mlops_lab.code"]) == len(tags["mlops_lab.surroundings"]) == 20
    assert run.info.end_time - run.info.start_time == 1500
    folder = Path(known.download_artifacts(run.info.run_id, "", str(tmp_path)))
    assert (folder / "pictures" / "01_a-plot.png").read_bytes() == PICTURE
    copy = out / "notebooks" / "3" / "9.9_tiny.ipynb"
    assert (folder / "notebook" / copy.name).read_bytes() == copy.read_bytes()
    rows = json.loads((folder / "measured.json").read_text())
    assert rows[1] == {
        "name": "gap >= 1", "value": 2.0, "holds": True, "bound": "at least 1",
        "metric": "gap __ 1", "holds_metric": "gap __ 1 holds",
    }  # fmt: skip
    [low] = [one for one in runs if one.data.tags["mlops_lab.state"] == "lost"]
    assert (low.info.status, low.data.tags["mlops_lab.notebook_kept"]) == ("FAILED", "no")
    assert low.data.tags["mlops_lab.error"] == "its process was killed"


def test_what_is_run_again_is_logged_again_and_what_was_deleted_stays_so(
    server: Server, notebook: Path, out: Path
) -> None:
    assert logged(server.uri, notebook, out, runner(), FEW)
    client(server.uri).delete_run(found(server.uri, out)[0].info.run_id)
    assert logged(server.uri, notebook, out, runner(), FEW)
    assert len(found(server.uri, out)) == 3
    for copy in (out / "notebooks").glob("*/*.ipynb"):  # of an earlier result: not these points'
        copy.write_text(copy.read_text().replace('"seconds": 1.5', '"seconds": 9.5'))
    for file in (out / "points").iterdir():
        file.write_text(file.read_text().replace('"seconds": 1.5', '"seconds": 2.5'))
    assert logged(server.uri, notebook, out, runner(), FEW)
    runs = found(server.uri, out)
    assert len(runs) == 6
    assert sum(one.data.tags.get("mlops_lab.notebook_kept") == "no" for one in runs) == 3


def test_a_file_does_as_well_as_a_server(notebook: Path, out: Path, tmp_path: Path) -> None:
    uri = (tmp_path / "runs").as_uri()
    assert logged(uri, notebook, out, runner(), FEW)
    shutil.rmtree(out / "notebooks")
    assert logged(uri, notebook, out, runner(), FEW)
    assert points(found(uri, out)) == expected(FEW)


def test_an_experiment_that_was_deleted_is_refused_before_anything_runs(
    server: Server, notebook: Path, out: Path
) -> None:
    known = client(server.uri)
    number = known.create_experiment(f"9.9 tiny: {out.name}")
    known.delete_experiment(number)
    with pytest.raises(RefusedError, match=rf"was deleted; .* restore -x {number}`\. Nothing was"):
        SweepLog(server.uri, notebook, out, None)
