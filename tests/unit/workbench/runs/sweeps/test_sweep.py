"""A sweep: one table, whatever happens on the way to it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pandas as pd
import pytest

from mlops_lab.workbench.runs import past
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.many import Job, Lost
from mlops_lab.workbench.runs.run import Run, run
from mlops_lab.workbench.runs.sweeps import results, sweep

Make = Callable[..., Path]
RECORD = "from mlops_lab import kit\nkit.record('twice', 2 * shift)"
POINTS = [{"shift": shift, "seed": seed} for shift in (0.0, 0.5, 1.0) for seed in (0, 1)]
Runner = Callable[[Sequence[Job]], Iterator[Run | Lost]]


@pytest.fixture(autouse=True)
def no_past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "_file", lambda: tmp_path / "past" / "seconds.json")


def pretend(
    state: Callable[[Job], str] = lambda _: "passed", ran: list[Job] | None = None
) -> Runner:
    """Run jobs without any kernel, from the last to the first."""

    def run_jobs(jobs: Sequence[Job]) -> Iterator[Run | Lost]:
        for job in reversed(jobs):
            if ran is not None:
                ran.append(job)
            if state(job) == "lost":
                yield Lost(job, "its process was killed")
                continue
            shift = job.parameters.get("shift", 0.5)
            records = ({"kind": "record", "name": "twice", "value": 2 * float(str(shift))},)
            known = {"seed": 0, "shift": 0.5, "dataset": "made", "fast": False, "sizes": [1, 2]}
            yield Run(
                job.notebook, None, state(job), 1.5, 1000,  # type: ignore[arg-type]  # any state
                {**known, **job.parameters}, None, (), records, None,
            )  # fmt: skip

    return run_jobs


def finish(*args: object, **kwargs: object) -> pd.DataFrame:
    """Run a sweep to its end and give its table."""
    last = list(sweep(*args, **kwargs))[-1]  # type: ignore[arg-type]  # handed over as they are
    table = results(str(args[2]))
    ended = table["state"].isin(["passed", "finding failed"])
    assert (last.done, last.failed, last.refuted) == (
        len(table), sum(~ended), sum(table["state"] == "finding failed"),
    )  # fmt: skip
    return table


def test_the_table_has_a_row_a_point_in_their_order(make_notebook: Make, tmp_path: Path) -> None:
    out = tmp_path / "out"
    table = finish(make_notebook(RECORD), POINTS, out, runner=pretend())
    assert list(table["point"]) == [1, 2, 3, 4, 5, 6]
    assert [(row.shift, row.seed) for row in table.itertuples()] == [
        (point["shift"], point["seed"]) for point in POINTS
    ]
    assert list(table["twice"]) == [2 * shift for shift in table["shift"]]
    assert list(table.columns) == [
        "point", "state", "seconds", "memory", "error",
        "seed", "shift", "dataset", "fast", "sizes", "twice",
    ]  # fmt: skip
    assert table["fast"].dtype == bool
    assert set(table["sizes"]) == {"[1, 2]"}
    csv = pd.read_csv(out / "results.csv")
    pd.testing.assert_frame_equal(csv, table, check_dtype=False)


def test_a_second_run_runs_nothing_and_force_runs_all(make_notebook: Make, tmp_path: Path) -> None:
    notebook, out, ran = make_notebook(RECORD), tmp_path / "out", list[Job]()
    first = finish(notebook, POINTS, out, runner=pretend(ran=ran))
    again = finish(notebook, POINTS, out, runner=pretend(ran=ran))
    assert len(ran) == len(POINTS)
    pd.testing.assert_frame_equal(first, again)
    finish(notebook, POINTS, out, runner=pretend(ran=ran), force=True)
    assert len(ran) == 2 * len(POINTS)


def test_only_what_changed_is_run_again(make_notebook: Make, tmp_path: Path) -> None:
    out, ran = tmp_path / "out", list[Job]()
    finish(make_notebook(RECORD), POINTS, out, runner=pretend())
    more = [*POINTS, {"shift": 2.0}]
    assert len(finish(make_notebook(RECORD), more, out, runner=pretend(ran=ran))) == 7
    assert [job.parameters for job in ran] == [{"shift": 2.0}]
    finish(make_notebook(RECORD + " # changed"), more, out, runner=pretend(ran=ran))
    assert len(ran) == 1 + 7


def test_equal_points_are_run_once_and_stand_in_two_rows(
    make_notebook: Make, tmp_path: Path
) -> None:
    ran = list[Job]()
    points = [{}, {"shift": 0.5}, {"shift": 1}]
    table = finish(make_notebook(RECORD), points, tmp_path / "out", runner=pretend(ran=ran))
    assert len(ran) == 2
    assert list(table["shift"]) == [0.5, 0.5, 1.0]


@pytest.mark.parametrize(
    ("state", "times"),
    [
        ("failed", 1),
        ("finding failed", 1),
        ("lost", 2),
        ("died", 2),
        ("timed out", 2),
        ("out of memory", 2),
    ],
)
def test_what_may_end_otherwise_is_tried_again(
    make_notebook: Make, tmp_path: Path, state: str, times: int
) -> None:
    notebook, ran = make_notebook(RECORD), list[Job]()
    for _ in range(2):
        finish(notebook, [{}], tmp_path / "out", runner=pretend(lambda _: state, ran))
    assert len(ran) == times


def test_a_failed_point_is_a_row_with_its_error(make_notebook: Make, tmp_path: Path) -> None:
    notebook = make_notebook("1 / (shift - 0.5)", RECORD)
    points = [{"shift": 0.5}, {"shift": 1.0}]
    table = finish(notebook, points, tmp_path / "out", keep_copies=True)
    assert list(table["state"]) == ["failed", "passed"]
    assert table["error"][0].startswith("ZeroDivisionError in cell 2 of 3")
    assert pd.isna(table["twice"][0])
    assert (tmp_path / "out/notebooks/1/tiny.ipynb").is_file()
    assert (table["seconds"] > 0).all()


def test_a_finding_that_does_not_hold_is_recorded_and_its_point_goes_on(
    make_notebook: Make, tmp_path: Path
) -> None:
    notebook = make_notebook(
        "from mlops_lab import kit\nkit.finding('far', shift, at_most=0.5)",
        "kit.findings()\nkit.record('later', 10 * shift)",
    )
    points = [{"shift": 0.25}, {"shift": 1.0}]
    table = finish(notebook, points, tmp_path / "out")
    assert list(table["state"]) == ["passed", "finding failed"]
    assert list(table["far"]) == [0.25, 1.0]
    assert list(table["far holds"]) == [True, False]
    assert list(table["later"]) == [2.5, 10.0]
    assert pd.isna(table["error"][0])
    assert table["error"][1] == "These findings do not hold: far."
    one = run(notebook, {"shift": 1.0})
    assert one.state == "failed"
    assert not [row for row in one.records if row["name"] == "later"]


def test_a_broken_point_file_is_run_again(make_notebook: Make, tmp_path: Path) -> None:
    notebook, out, ran = make_notebook(RECORD), tmp_path / "out", list[Job]()
    finish(notebook, [{}], out, runner=pretend())
    (file,) = (out / "points").iterdir()
    for broken in ("", "{", "[]", '{"state": "passed"}'):
        file.write_text(broken)
        finish(notebook, [{}], out, runner=pretend(ran=ran))
    assert len(ran) == 4


@pytest.mark.parametrize("points", [[], [{"shift": 9.0}], [{"nope": 1}]])
def test_nothing_is_written_when_a_point_is_refused(
    make_notebook: Make, tmp_path: Path, points: list[dict[str, object]]
) -> None:
    with pytest.raises(RefusedError):
        list(sweep(make_notebook(RECORD), points, tmp_path / "out", runner=pretend()))
    assert not (tmp_path / "out").exists()


def test_a_record_called_as_a_parameter_is_has_its_own_column(
    make_notebook: Make, tmp_path: Path
) -> None:
    cell = (
        "from mlops_lab import kit\nkit.record('shift', [1, 2])\nkit.finding('big', 3, at_least=1)"
    )
    table = finish(make_notebook(cell), [{}], tmp_path / "out")
    row = table.iloc[0]
    assert (row["shift"], row["shift (value)"], row["big"], row["big holds"]) == (
        0.5, "[1, 2]", 3, True,
    )  # fmt: skip


def test_a_folder_without_a_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"holds no results\.parquet"):
        results(tmp_path)


def test_killed_at_any_moment_it_goes_on_to_the_same_table(
    make_notebook: Make, tmp_path: Path
) -> None:
    notebook, out = make_notebook("import time; time.sleep(0.3)", RECORD), tmp_path / "out"
    command = [
        sys.executable, "-m", "mlops_lab.cli", "sweep", str(notebook),
        "-p", "shift", "0:1:0.2", "--seeds", "2", "-o", str(out), "-j", "2",
    ]  # fmt: skip
    quiet = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
    for wanted in (1, 4):
        process = subprocess.Popen(
            command, env=quiet, stderr=subprocess.DEVNULL, start_new_session=True
        )
        end = time.monotonic() + 120
        while len(list((out / "points").glob("*.json"))) < wanted:
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    kept = {path: path.stat().st_mtime_ns for path in (out / "points").glob("*.json")}
    done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=True)
    assert f"{len(kept)} known from before" in done.stdout
    assert all(path.stat().st_mtime_ns == then for path, then in kept.items())
    table = results(out)
    assert list(table["twice"]) == [2 * round(0.2 * i, 1) for i in range(6) for _ in range(2)]
    assert set(table["state"]) == {"passed"}
    assert not list(out.rglob("*.part*")) or len(list(out.rglob("*.part*"))) <= 2
