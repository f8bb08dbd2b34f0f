"""Many notebooks at once: all of them, the longest first, and nothing left when it is stopped."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from mlops_lab.cli import main
from mlops_lab.threads import cores, quota
from mlops_lab.workbench.runs import past
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.many import Job, Lost, prepare_jobs, run_many, usual_workers
from mlops_lab.workbench.runs.report import complaint, line
from mlops_lab.workbench.runs.run import Run

Make = Callable[..., Path]
STAMP = "import time, pathlib; pathlib.Path({!r}).write_text(str(time.monotonic())); time.sleep({})"
MEET = """
import time
from pathlib import Path
Path({!r}).touch()
while not Path({!r}).exists():  # for ever, if one ran after the other
    time.sleep(0.02)
"""


@pytest.fixture(autouse=True)
def no_past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "_file", lambda: tmp_path / "past" / "seconds.json")
    monkeypatch.setenv("MLOPS_LAB_WARM", "off")


def ran(results: list[Run | Lost]) -> dict[str, Run]:
    assert all(isinstance(one, Run) for one in results), results
    return {one.notebook.stem: one for one in results if isinstance(one, Run)}


def test_each_gives_its_own_result(make_notebook: Make, tmp_path: Path) -> None:
    good, bad = (
        make_notebook("seed + 1", name="good.ipynb"),
        make_notebook("1 / 0", name="bad.ipynb"),
    )
    jobs = prepare_jobs([good, bad], {"seed": 4}, out=tmp_path / "out")
    done = ran(list(run_many(jobs, workers=2)))
    assert {name: one.state for name, one in done.items()} == {"good": "passed", "bad": "failed"}
    assert done["good"].parameters["seed"] == 4
    assert done["bad"].error is not None
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["bad.ipynb", "good.ipynb"]


def test_the_longest_begins_first_and_new_ones_before_it(
    make_notebook: Make, tmp_path: Path
) -> None:
    took = {"short": 1.0, "long": 9.0, "new": None}
    paths = {}
    for name, seconds in took.items():
        stamp = str(tmp_path / name)
        paths[name] = make_notebook(STAMP.format(stamp, 0), name=f"{name}.ipynb")
        if seconds:
            past.remember({paths[name]: seconds})
    ran(list(run_many([Job(paths[name]) for name in took], workers=1)))
    began = {name: float((tmp_path / name).read_text()) for name in took}
    assert sorted(began, key=lambda name: began[name]) == ["new", "long", "short"]
    assert past.seconds([paths["long"]])[paths["long"]] < 9.0  # what it took now


def test_two_run_at_once(make_notebook: Make, tmp_path: Path) -> None:
    here = {name: str(tmp_path / name) for name in "ab"}
    paths = [
        make_notebook(MEET.format(here[own], here[other]), name=f"{own}.ipynb")
        for own, other in ("ab", "ba")
    ]
    done = ran(list(run_many([Job(path) for path in paths], workers=2, timeout=120)))
    assert {name: one.state for name, one in done.items()} == {"a": "passed", "b": "passed"}


def test_the_usual_number_heeds_a_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quota, "cpu_quota", lambda: 0.5)
    assert usual_workers() == 2


@pytest.mark.parametrize(
    ("own", "workers", "threads"),
    [(None, 2, 1), (None, 1, 1), ("3", 2, 3)],
    ids=["shared", "alone", "as said"],
)
def test_notebooks_compute_with_one_thread_unless_told_otherwise(
    make_notebook: Make,
    monkeypatch: pytest.MonkeyPatch,
    own: str | None,
    workers: int,
    threads: int,
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv("MLOPS_LAB_TEMPLATE", "/that/of/another")
    if own:
        monkeypatch.setenv("OMP_NUM_THREADS", own)
    cell = (
        "import os, numpy, threadpoolctl\nfrom mlops_lab import kit\n"
        "pools = {one['num_threads'] for one in threadpoolctl.threadpool_info()}\n"
        "kit.record('threads', [int(os.environ['OMP_NUM_THREADS']), *pools])"
    )
    before = dict(os.environ)
    jobs = [Job(make_notebook(cell, name=f"{name}.ipynb")) for name in "ab"]
    done = ran(list(run_many(jobs, workers=workers)))
    started = min(threads, cores())  # OpenBLAS starts no more, whatever is asked for
    assert [one.records[0]["value"] for one in done.values()] == [[threads, started]] * 2
    assert dict(os.environ) == before


@pytest.mark.parametrize(
    ("typed", "said"), [({"nope": 1}, r"b\.ipynb: .*nope"), ({}, "would both be x.ipynb")]
)
def test_nothing_starts_when_one_is_refused(
    make_notebook: Make, tmp_path: Path, typed: dict[str, object], said: str
) -> None:
    if typed:
        paths = [make_notebook("1", name="b.ipynb")]
    else:
        paths = [make_notebook("1", name=f"{folder}/x.ipynb") for folder in ("one", "two")]
    with pytest.raises(RefusedError, match=said):
        prepare_jobs(paths, typed, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_killed_worker_is_told(make_notebook: Make) -> None:
    kill = "import os, psutil, signal; os.kill(psutil.Process().parent().pid, signal.SIGKILL)"
    (one,) = run_many([Job(make_notebook(kill))], workers=1)
    assert isinstance(one, Lost)
    assert "killed" in complaint(one)
    assert "lost" in line(one)


SCRIPT = """
import sys
from pathlib import Path
from mlops_lab.workbench.runs.many import Job, run_many
if __name__ == "__main__":
    try:
        out, *jobs = map(Path, sys.argv[1:])
        for done in run_many([Job(one, out=out) for one in jobs], workers=2):
            print(done.notebook.stem, flush=True)
    except KeyboardInterrupt:
        print("stopped", flush=True)
"""


def test_ctrl_c_ends_every_kernel_and_keeps_what_is_done(
    make_notebook: Make, tmp_path: Path
) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    names = {"quick": 0, "slow": 600, "slower": 600, "waiting": 600}
    paths = [
        make_notebook(STAMP.format(str(tmp_path / name), seconds), name=f"{name}.ipynb")
        for name, seconds in names.items()
    ]
    command = [sys.executable, str(tmp_path / "script.py"), str(tmp_path / "out"), *map(str, paths)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "quick\n"
    end = time.monotonic() + 180
    while not (tmp_path / "slower").exists():
        assert time.monotonic() < end
        time.sleep(0.1)
    family = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert out.split() == ["stopped"]
    assert not psutil.wait_procs(family, timeout=60)[1]
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["quick.ipynb"]


def test_each_of_several_failures_says_whose_it_is(make_notebook: Make) -> None:
    paths = [make_notebook("1 / 0", name=f"{name}.ipynb") for name in ("one", "other")]
    done = CliRunner().invoke(main, ["run", *map(str, paths), "-j", "2"])
    assert done.exit_code == 1
    for path in paths:
        assert f"{path}: ZeroDivisionError in cell 2 of 2" in done.output


def test_every_refused_parameter_says_of_which_notebook(make_notebook: Make) -> None:
    path = make_notebook()
    with pytest.raises(RefusedError) as caught:
        prepare_jobs([path], {"shift": 9.0, "nope": 1})
    lines = str(caught.value).splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"{path}: ") for line in lines)
