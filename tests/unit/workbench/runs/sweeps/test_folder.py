"""One folder is one sweep of one notebook: extended, never replaced, and by one at a time."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from mlops_lab.workbench.runs import past
from mlops_lab.workbench.runs.claims.command import claims
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.many import Job, Lost
from mlops_lab.workbench.runs.run import Run, run
from mlops_lab.workbench.runs.sweeps import Progress, results, sweep
from mlops_lab.workbench.runs.sweeps.command import sweep as command
from mlops_lab.workbench.runs.sweeps.hold import hold
from mlops_lab.workbench.runs.sweeps.show import compare
from mlops_lab.workbench.runs.sweeps.tables import as_text

Make = Callable[..., Path]
Runner = Callable[[Sequence[Job]], Iterator[Run | Lost]]
DEFAULTS = {"seed": 0, "shift": 0.5, "dataset": "made", "fast": False, "sizes": [1, 2]}
CLASHING = (
    "state: str = 'a'\nseconds: int = 1\nmemory = 2\npoint = 3\nerror = 4\nstale = 5\nseed = 0"
)


@pytest.fixture(autouse=True)
def no_past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "_file", lambda: tmp_path / "past" / "seconds.json")


def pretend(times: float = 2.0, ran: list[Job] | None = None, lost: bool = False) -> Runner:
    """Run jobs without any kernel; each records a multiple of its shift."""

    def run_jobs(jobs: Sequence[Job]) -> Iterator[Run | Lost]:
        for job in jobs:
            if ran is not None:
                ran.append(job)
            if lost:
                yield Lost(job, "its process was killed")
                continue
            values = {**DEFAULTS, **job.parameters}
            value = times * float(str(values["shift"]))
            records = ({"kind": "record", "name": "times", "value": value},)
            yield Run(job.notebook, None, "passed", 1.5, 1, values, None, (), records, None)

    return run_jobs


def shifts(*values: float) -> list[dict[str, object]]:
    return [{"shift": value} for value in values]


def finish(notebook: Path, points: list[dict[str, object]], out: Path, runner: Runner) -> Progress:
    return list(sweep(notebook, points, out, runner=runner))[-1]


def rows(out: Path) -> list[tuple[int, float, float]]:
    table = results(out)
    return list(zip(table["point"], table["shift"], table["times"], strict=True))


def test_other_points_are_added_with_the_next_numbers(make_notebook: Make, tmp_path: Path) -> None:
    notebook, out, ran = make_notebook(), tmp_path / "out", list[Job]()
    finish(notebook, shifts(0, 1), out, pretend())
    last = finish(notebook, shifts(2, 1, 0.25), out, pretend(ran=ran))
    assert rows(out) == [(1, 0, 0), (2, 1, 2), (3, 2, 4), (4, 0.25, 0.5)]
    assert [job.parameters["shift"] for job in ran] == [2, 0.25]
    assert (last.numbers, last.total, last.known, last.stale) == ((3, 2, 4), 3, 1, 0)


def test_equal_points_stay_as_many_rows_as_they_were(make_notebook: Make, tmp_path: Path) -> None:
    notebook, out = make_notebook(), tmp_path / "out"
    for _ in range(2):
        last = finish(notebook, [{}, {"shift": 0.5}, {"shift": 1}], out, pretend())
        assert last.numbers == (1, 2, 3)
    assert [shift for _, shift, _ in rows(out)] == [0.5, 0.5, 1.0]


def test_rows_of_a_changed_notebook_stay_and_say_so_until_they_are_run_again(
    make_notebook: Make, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    finish(make_notebook("1"), shifts(0, 1, 2), out, pretend())
    last = finish(make_notebook("2"), shifts(1), out, pretend(times=10))
    assert last.stale == 2
    assert rows(out) == [(1, 0, 0), (2, 1, 10), (3, 2, 4)]
    assert list(results(out)["stale"]) == [True, False, True]
    shown = compare(results(out))
    assert (shown.stale, list(shown.table["mean"])) == (2, [10])
    assert "2 points are stale" in as_text(shown)
    finish(make_notebook("2"), shifts(0, 2), out, pretend(times=10))
    assert rows(out) == [(1, 0, 0), (2, 1, 10), (3, 2, 20)]
    assert "stale" not in results(out)


def test_a_row_stays_while_its_point_is_run_again(make_notebook: Make, tmp_path: Path) -> None:
    notebook, out = make_notebook(), tmp_path / "out"
    finish(notebook, shifts(0, 1, 2), out, pretend())
    coming = sweep(notebook, shifts(0, 1, 2), out, runner=pretend(times=10), force=True)
    assert next(coming).done == 0
    assert next(coming).done == 1
    del coming
    assert rows(out) == [(1, 0, 0), (2, 1, 2), (3, 2, 4)]
    finish(make_notebook("changed"), shifts(1), out, pretend(lost=True))
    assert list(results(out)["state"]) == ["passed", "lost", "passed"]
    finish(make_notebook("changed"), shifts(0), out, pretend())
    assert list(results(out)["state"]) == ["passed", "lost", "passed"]


def test_another_notebook_is_refused_and_changes_nothing(
    make_notebook: Make, tmp_path: Path
) -> None:
    notebook, out, ran = make_notebook("1"), tmp_path / "out", list[Job]()
    finish(notebook, shifts(0, 1), out, pretend())
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    other = make_notebook("2", name="other.ipynb")
    moved = tmp_path / "elsewhere" / notebook.name
    moved.parent.mkdir()
    shutil.copy(other, moved)
    for wrong in (other, moved):
        with pytest.raises(RefusedError, match=rf"holds the sweep of {notebook}.* -o for {wrong}"):
            finish(wrong, shifts(2), out, pretend(ran=ran))
    assert ran == []
    assert {path: path.read_bytes() for path in before} == before
    shutil.copy(notebook, moved)  # the same notebook in another place goes on
    assert finish(moved, shifts(0, 1, 2), out, pretend()).known == 2


def test_a_folder_of_before_there_was_a_register_keeps_its_rows(
    make_notebook: Make, tmp_path: Path
) -> None:
    notebook, out = make_notebook(), tmp_path / "out"
    finish(notebook, shifts(0, 1), out, pretend())
    (out / "sweep.json").unlink()
    assert finish(notebook, shifts(2), out, pretend()).stale == 0
    assert sorted(rows(out)[:2], key=lambda row: row[1])[1][1:] == (1, 2)
    assert rows(out)[2] == (3, 2, 4)


def test_a_broken_register_is_refused(make_notebook: Make, tmp_path: Path) -> None:
    notebook, out = make_notebook(), tmp_path / "out"
    finish(notebook, shifts(0), out, pretend())
    for broken in ("", "[]", "{}", '{"notebook": 1, "code": "", "points": []}'):
        (out / "sweep.json").write_text(broken)
        with pytest.raises(RefusedError, match=r"sweep\.json cannot be read"):
            finish(notebook, shifts(0), out, pretend())
    assert rows(out) == [(1, 0, 0)]


def test_a_second_sweep_waits_for_none_and_loses_nothing(
    make_notebook: Make, tmp_path: Path
) -> None:
    notebook, out = make_notebook(), tmp_path / "out"
    first = sweep(notebook, shifts(0, 1), out, runner=pretend())
    next(first)
    next(first)
    said = rf"Another sweep is at work in {out}: `mlops-lab sweep`, process {os.getpid()}, since"
    with pytest.raises(RefusedError, match=said):
        finish(notebook, shifts(2), out, pretend())
    list(first)
    finish(notebook, shifts(2), out, pretend())
    assert [shift for _, shift, _ in rows(out)] == [0, 1, 2]


def test_a_process_that_is_gone_holds_nothing(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path\n"
        "from mlops_lab.workbench.runs.sweeps.hold import hold\n"
        "with hold(Path(sys.argv[1]), 'sweep'):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(600)\n"
    )
    words = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(RefusedError, match=f"process {other.pid}"), hold(tmp_path, "sweep"):
            pass
        other.send_signal(signal.SIGKILL)
        other.wait()
    with hold(tmp_path, "sweep"):
        assert (tmp_path / ".lock").read_text()


@pytest.mark.parametrize("taken", ["out", "out/points", "out/results.csv/", "out/sweep.json/"])
def test_a_folder_that_cannot_take_results_is_told_before_any_run(
    make_notebook: Make, tmp_path: Path, taken: str
) -> None:
    path, ran = tmp_path / taken, list[Job]()
    path.parent.mkdir(exist_ok=True)
    path.mkdir() if taken.endswith("/") else path.write_text("")
    with pytest.raises(RefusedError, match=r"Name another folder with -o"):
        finish(make_notebook(), shifts(0), tmp_path / "out", pretend(ran=ran))
    assert ran == []


def test_parameters_called_as_the_columns_are_have_columns_of_their_own(
    make_notebook: Make, tmp_path: Path
) -> None:
    names = ["state", "seconds", "memory", "point", "error", "stale"]
    record = {"kind": "record", "name": "error", "value": 0.25}
    other = {"kind": "record", "name": "error (value)", "value": 0.5}

    def run_jobs(jobs: Sequence[Job]) -> Iterator[Run]:
        for job in jobs:
            values = {"state": "a", "seconds": 1, "memory": 2, "point": 3, "error": 4, "stale": 5,
                      "seed": 0, **job.parameters}  # fmt: skip
            yield Run(job.notebook, None, "passed", 9.0, 8, values, None, (), (record, other), None)

    points: list[dict[str, object]] = [
        {"state": "a", "seconds": 1}, {"state": "b", "seconds": 2}, {"state": "b", "seconds": 3},
    ]  # fmt: skip
    notebook = make_notebook(parameters=(CLASHING,))
    finish(notebook, points, tmp_path / "out", run_jobs)
    table = results(tmp_path / "out")
    assert list(table.columns) == [
        "point", "state", "seconds", "memory", "error", *(f"{name} (parameter)" for name in names),
        "seed", "error (value)", "error (value) (value)",
    ]  # fmt: skip
    assert list(table["state"]) == ["passed"] * 3
    assert list(table["state (parameter)"]) == ["a", "b", "b"]
    assert list(table["seconds (parameter)"]) == [1, 2, 3]
    shown = compare(table, ["error (value)"], x="seconds", by="state")
    assert (shown.x, shown.by) == ("seconds (parameter)", "state (parameter)")
    assert list(shown.table["mean"]) == [0.25] * 3
    assert compare(table).x == "seconds (parameter)"


def test_an_executed_copy_records_the_values_it_uses(make_notebook: Make, tmp_path: Path) -> None:
    first = run(make_notebook("print(shift)"), {"shift": 0.75, "seed": 3}, out=tmp_path / "a")
    assert first.output is not None
    again = run(first.output, out=tmp_path / "b")
    assert (again.parameters["shift"], again.parameters["seed"]) == (0.75, 3)
    other = run(first.output, {"shift": 1.0})
    assert (other.parameters["shift"], other.parameters["seed"]) == (1.0, 0)


def test_a_sweep_of_an_executed_copy_continues_too(make_notebook: Make, tmp_path: Path) -> None:
    first = run(make_notebook("1"), {"shift": 0.75}, out=tmp_path / "a")
    assert first.output is not None
    ran = list[Job]()

    def run_jobs(jobs: Sequence[Job]) -> Iterator[Run]:
        for job in jobs:
            ran.append(job)
            values = {**DEFAULTS, **(job.parameters or {"shift": 0.75})}
            yield Run(job.notebook, None, "passed", 1.0, 1, values, None, (), (), None)

    for _ in range(2):
        finish(first.output, [{}, {"seed": 1}], tmp_path / "out", run_jobs)
    assert len(ran) == 2
    table = results(tmp_path / "out")
    assert list(zip(table["seed"], table["shift"], strict=True)) == [(0, 0.75), (1, 0.5)]


def test_a_default_that_json_does_not_know_is_kept_as_it_is_written(
    make_notebook: Make, tmp_path: Path
) -> None:
    notebook = make_notebook(parameters=("shift = 0.5\nkinds = {1}\npair = (1, 2)",))

    def run_jobs(jobs: Sequence[Job]) -> Iterator[Run]:
        for job in jobs:
            values = {"shift": 0.5, "kinds": {1}, "pair": (1, 2), **job.parameters}
            yield Run(job.notebook, None, "passed", 1.0, 1, values, None, (), (), None)

    for _ in range(2):
        last = finish(notebook, shifts(0, 1), tmp_path / "out", run_jobs)
    assert (last.known, len(results(tmp_path / "out"))) == (2, 2)


def test_a_sweep_over_seeds_alone_is_a_table_without_a_picture(
    make_notebook: Make, tmp_path: Path
) -> None:
    finish(make_notebook(), [{"seed": seed} for seed in range(3)], tmp_path, pretend())
    done = CliRunner().invoke(command, ["show", str(tmp_path)])
    assert (done.exit_code, "times" in done.output) == (0, True)
    assert "Only the seed varied" in done.output
    assert not [*tmp_path.rglob("*.png"), *tmp_path.rglob("*.svg")]
    assert (tmp_path / "comparison" / "table.md").is_file()


def test_points_that_started_in_another_folder_are_run_again(
    make_notebook: Make, tmp_path: Path
) -> None:
    notebook, out, ran = make_notebook(), tmp_path / "out", list[Job]()
    for cwd in ("here", "notebook", str(tmp_path), "notebook"):
        last = list(sweep(notebook, shifts(0, 1), out, runner=pretend(ran=ran), cwd=cwd))[-1]
    assert (len(ran), last.known, len(rows(out))) == (6, 2, 2)
    with pytest.raises(RefusedError, match="--cwd nowhere: there is no such folder"):
        list(sweep(notebook, shifts(0), out, runner=pretend(ran=ran), cwd="nowhere"))


def test_a_sweep_and_claims_read_a_file_beside_the_notebook(
    make_notebook: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = make_notebook(
        "from mlops_lab import kit\n"
        "kit.finding('size', len(open('own.txt').read()) + seed * shift, at_least=0)"
    )
    (notebook.parent / "own.txt").write_text("abc")
    notebook.with_suffix(".claims.yaml").write_text("parameters: {shift: [0, 0.5, 1]}\nseeds: [0]")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    run_it = CliRunner().invoke
    words = [str(notebook), "-j", "1", "--cwd", "notebook", "-o"]
    done = run_it(command, [*words[:3], "-o", "a", "-p", "shift", "0,1"])
    assert (done.exit_code, list(results("a")["state"])) == (1, ["failed", "failed"])
    done = run_it(command, [*words, "a", "-p", "shift", "0,1"])
    assert (done.exit_code, list(results("a")["size"])) == (0, [3, 3])
    done = run_it(claims, [*words, "b"])
    assert (done.exit_code, "size  6 of 6 values" in done.output) == (0, True), done.output


def test_a_sweep_is_of_the_notebook_as_it_was_when_it_began(
    make_notebook: Make, tmp_path: Path
) -> None:
    notebook = make_notebook("from mlops_lab import kit\nkit.record('times', 2 * shift)")
    steps = sweep(notebook, shifts(1.0, 2.0), tmp_path / "out", workers=1)
    next(steps)
    newer = notebook.read_text(encoding="utf-8").replace("2 * shift", "50 * shift")
    notebook.write_text(newer, encoding="utf-8")
    assert next(steps).done == 1
    notebook.unlink()
    assert [step.done for step in steps] == [2]
    assert results(tmp_path / "out")["times"].to_list() == [2.0, 4.0]
