import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import papermill
import pytest

from mlops_lab.workbench.runs.errors import KernelError, RefusedError
from mlops_lab.workbench.runs.failure import Failure, show
from mlops_lab.workbench.runs.notebook import read_notebook
from mlops_lab.workbench.runs.report import complaint, summary
from mlops_lab.workbench.runs.run import Run, not_holding, run

Make = Callable[..., Path]
FINDING = """\
from IPython.display import display
mime = "application/vnd.mlops-lab.finding+json"
display({mime: {"name": "gap", "value": 0.02, "holds": False, "bound": "at least 0.1"}}, raw=True)
raise AssertionError("gap is 0.02, wanted at least 0.1")
"""
RECORD = """\
from IPython.display import display
mime = "application/vnd.mlops-lab.record+json"
display({mime: {"name": "shift", "value": [shift, seed]}, "text/plain": "shift"}, raw=True)
"""


def stopped(done: Run) -> Failure:
    assert done.error is not None
    return done.error


def test_a_notebook_runs_with_its_parameters(make_notebook: Make, tmp_path: Path) -> None:
    done = run(make_notebook(RECORD), {"shift": 1}, out=tmp_path / "out")
    assert (done.state, done.error, done.output) == ("passed", None, tmp_path / "out/tiny.ipynb")
    assert [row["value"] for row in done.records] == [[1.0, 0]]
    assert done.parameters == {
        "seed": 0,
        "shift": 1.0,
        "dataset": "made",
        "fast": False,
        "sizes": [1, 2],
    }


def test_the_source_is_not_changed_and_nothing_is_written_without_a_folder(
    make_notebook: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_notebook("x = 1")
    before = path.read_bytes()
    monkeypatch.chdir(tmp_path)
    assert run(path).output is None
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (before, [path])


def test_a_failing_cell_is_told_by_number_line_and_error(make_notebook: Make) -> None:
    error = stopped(run(make_notebook("x = 0", "y = 1\ny / x\nz = 2", "never = 1")))
    assert (error.cell, error.cells, error.line, error.ename) == (3, 4, 2, "ZeroDivisionError")
    shown = show(error)
    assert "ZeroDivisionError in cell 3 of 4 (In [3]): division by zero" in shown
    assert "-->   2 | y / x" in shown
    assert "\x1b" not in shown


def test_injected_parameters_do_not_shift_the_cell_number(make_notebook: Make) -> None:
    assert stopped(run(make_notebook("1 / 0"), {"seed": 3})).cell == 2


def test_the_copy_of_a_failed_run_is_kept_whole(make_notebook: Make, tmp_path: Path) -> None:
    path = make_notebook("1 / 0", "2", name="4_deployment/05_drift.ipynb", lesson="4.5")
    done = run(path, out=tmp_path / "out")
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["4.5_drift.ipynb"]
    kept = read_notebook(tmp_path / "out" / "4.5_drift.ipynb")
    assert (done.state, done.lesson, kept.metadata.papermill.exception) == ("failed", "4.5", True)


def test_a_finding_that_does_not_hold_is_shown_without_a_traceback(make_notebook: Make) -> None:
    done = run(make_notebook(FINDING))
    assert (done.state, done.findings[0]["holds"]) == ("failed", False)
    shown = show(stopped(done))
    assert "gap is 0.02, wanted at least 0.1" in shown
    assert "Cell In" not in shown


def test_a_finding_that_does_not_hold_fails_even_a_run_that_went_on(make_notebook: Make) -> None:
    swallowed = "try:\n    " + "\n    ".join(FINDING.splitlines()) + "\nexcept AssertionError: 0"
    done = run(make_notebook(swallowed))
    assert (done.state, done.error) == ("failed", None)
    assert complaint(done) == "These findings do not hold: gap."


def test_a_finding_that_does_not_say_whether_it_holds_does_not(make_notebook: Make) -> None:
    done = run(make_notebook(FINDING.replace('"holds": False, ', "")))
    assert (done.state, not_holding(done.findings)) == ("failed", ["gap"])
    assert "gap does not hold: 0.02, at least 0.1" in summary(done)


def test_a_group_of_exceptions_is_told_by_its_first_line(make_notebook: Make) -> None:
    error = stopped(run(make_notebook("raise ExceptionGroup('both', [ValueError(1), OSError(2)])")))
    assert (error.ename, error.evalue) == ("ExceptionGroup", "both (2 sub-exceptions)")
    assert "ValueError: 1" in show(error)


def test_a_message_cannot_steer_the_terminal(make_notebook: Make) -> None:
    cell = r"raise ValueError('\x1b[2J\x07\x00' + 'long' * 1000)"
    error = stopped(run(make_notebook(cell)))
    for color in (False, True):
        shown = show(error, color=color)
        assert [word for word in ("\x1b[2J", "\x07", "\x00") if word in shown] == []
        assert max(map(len, shown.splitlines())) < 600


def test_what_child_processes_print_is_kept_and_goes_nowhere_else(
    make_notebook: Make,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # with it ipykernel does not watch file descriptors
    cell = "import os, time\nos.system('echo said; echo wrong >&2')\ntime.sleep(1)"
    run(make_notebook(cell), out=tmp_path / "out")
    kept = read_notebook(tmp_path / "out" / "tiny.ipynb").cells[1].outputs
    texts = "".join(out.get("text", "") for out in kept)
    assert ("said" in texts, "wrong" in texts) == (True, True)
    assert tuple(capfd.readouterr()) == ("", "")


def test_a_numbered_folder_elsewhere_makes_no_lesson(make_notebook: Make, tmp_path: Path) -> None:
    done = run(make_notebook(name="4_mine/05_try.ipynb"), out=tmp_path / "out")
    assert (done.lesson, done.output) == (None, tmp_path / "out" / "05_try.ipynb")


def test_a_cell_that_is_meant_to_raise_does_not_fail_the_run(make_notebook: Make) -> None:
    assert run(make_notebook(("1 / 0", "raises-exception"), "x = 1")).state == "passed"


def test_an_error_after_a_cell_meant_to_raise_is_the_one_told(make_notebook: Make) -> None:
    assert stopped(run(make_notebook(("1 / 0", "raises-exception"), "nope"))).ename == "NameError"


def test_a_magic_that_does_not_exist_fails_the_run(make_notebook: Make) -> None:
    error = stopped(run(make_notebook("%nosuchmagic 3")))
    assert (error.ename, error.evalue) == (
        "UsageError",
        "Line magic function `%nosuchmagic` not found.",
    )


@pytest.mark.parametrize("code", ["1", "2", "'no data'"])
def test_leaving_early_with_an_error_fails_the_run(make_notebook: Make, code: str) -> None:
    done = run(make_notebook(f"import sys\nsys.exit({code})", "x = 1"))
    assert stopped(done).ename == "SystemExit"


@pytest.mark.parametrize("code", ["0", ""])
def test_leaving_early_without_one_is_a_success_as_under_papermill(
    make_notebook: Make, tmp_path: Path, code: str
) -> None:
    notebook = make_notebook(RECORD, f"import sys\nsys.exit({code})", "1 / 0")
    done = run(notebook, {"shift": 1.0}, out=tmp_path / "out")
    assert (done.state, done.error, len(done.records)) == ("passed", None, 1)
    assert done.output is not None
    kept = nbformat.read(done.output, as_version=4)
    assert not kept.metadata.papermill.exception
    assert [cell.metadata.papermill.exception for cell in kept.cells[-2:]] == [False, None]
    papermill.execute_notebook(notebook, None, progress_bar=False)


def test_a_syntax_error_names_its_line(make_notebook: Make) -> None:
    assert stopped(run(make_notebook("x = 1\ny = = 2"))).line == 2


@pytest.mark.parametrize("ending", ["import os\nos._exit(3)", "import os\nos.kill(os.getpid(), 9)"])
def test_a_kernel_that_dies_is_told(make_notebook: Make, tmp_path: Path, ending: str) -> None:
    done = run(make_notebook("x = 1", ending, "y = 2"), out=tmp_path / "out")
    assert (done.state, stopped(done).cell) == ("died", 3)
    assert read_notebook(tmp_path / "out/tiny.ipynb").metadata.papermill.exception is True


def test_a_cell_that_takes_too_long_is_stopped(make_notebook: Make) -> None:
    done = run(make_notebook("import time\ntime.sleep(600)"), timeout=1)
    assert (done.state, stopped(done).cell) == ("timed out", 2)
    assert "longer than 1 seconds" in show(stopped(done))


def test_a_long_traceback_loses_its_middle() -> None:
    lines = "\n".join(f"line {n}" for n in range(200))
    shown = show(Failure(1, 1, 1, "f()", None, "E", "", lines))
    assert "140 lines left out" in shown
    assert "line 0\n" in shown
    assert shown.endswith("line 199")


def test_a_wrong_parameter_is_refused_before_any_kernel(
    make_notebook: Make, tmp_path: Path
) -> None:
    with pytest.raises(RefusedError, match=r"Did you mean shift\?"):
        run(make_notebook(f"open({str(tmp_path / 'ran')!r}, 'w')"), {"shif": 1.0})
    assert not (tmp_path / "ran").exists()


def test_the_folder_of_the_source_is_refused(make_notebook: Make, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="Name another folder"):
        run(make_notebook(), out=tmp_path)


def test_a_file_in_place_of_the_folder_is_refused(make_notebook: Make, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(RefusedError, match="cannot be made"):
        run(make_notebook(), out=tmp_path / "out")


def test_another_language_is_refused(make_notebook: Make) -> None:
    path = make_notebook()
    path.write_text(path.read_text().replace('"python"', '"R"'))
    with pytest.raises(RefusedError, match="written in R"):
        run(path)


def test_a_kernel_that_does_not_start_is_told(
    make_notebook: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = tmp_path / "jupyter" / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text('{"argv": ["/nonexistent"], "display_name": "x"}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    with pytest.raises(KernelError, match="did not start"):
        run(make_notebook())


@pytest.mark.parametrize(("cell", "state", "code"), [("x = 1", "passed", 0), ("1/0", "failed", 1)])
def test_plain_papermill_and_plain_nbval_agree(
    make_notebook: Make, tmp_path: Path, cell: str, state: str, code: int
) -> None:
    path = make_notebook(cell)
    plain = [sys.executable, "-m", "papermill", str(path), str(tmp_path / "plain.ipynb")]
    nbval = [sys.executable, "-m", "pytest", "--nbval-lax", "-p", "no:cacheprovider", str(path)]
    codes = [
        subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode
        for command in (plain, nbval)
    ]
    assert (run(path).state, codes) == (state, [code, code])


def test_a_file_beside_the_notebook_is_found_with_cwd(make_notebook: Make, tmp_path: Path) -> None:
    (tmp_path / "own data.txt").write_text("found")
    notebook = make_notebook("from pathlib import Path", "print(Path('own data.txt').read_text())")
    done = run(notebook)
    assert stopped(done).ename == "FileNotFoundError"
    beside = f"{tmp_path / 'own data.txt'} is beside the notebook: `--cwd notebook` starts the"
    assert beside in complaint(done)
    for cwd in ("notebook", str(tmp_path)):
        assert run(notebook, cwd=cwd).state == "passed"
    with pytest.raises(RefusedError, match="--cwd nowhere: there is no such folder"):
        run(notebook, cwd="nowhere")
