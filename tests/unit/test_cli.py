import functools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mlops_lab.cli import main

PARAMETERS = "shift: float = 0.5  # how far, in standard deviations; 0 to 2"
FINDING = """\
from IPython.display import display
mime = "application/vnd.mlops-lab.finding+json"
display({{mime: {{"name": "gap", "value": {}, "holds": False}}}}, raw=True)
"""
COMMAND = [sys.executable, "-m", "mlops_lab.cli"]


def write_lesson(folder: Path, number: int, name: str, *cells: str) -> Path:
    sources = [("parameters", PARAMETERS), *(("plain", cell) for cell in cells)]
    content = {
        "cells": [
            {
                "cell_type": "code",
                "execution_count": None,
                "id": f"cell-{index}",
                "metadata": {"tags": [tag]},
                "outputs": [],
                "source": source,
            }
            for index, (tag, source) in enumerate(sources)
        ],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "mlops_lab": {"lesson": f"4.{number}"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path = folder / "notebooks" / "4_deployment" / f"{number:02}_{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path


@pytest.fixture(autouse=True)
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_lesson(tmp_path, 5, "drift", "print(shift)")
    write_lesson(tmp_path, 6, "wrong", "x = 1\nx / 0")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_list_shows_the_lessons_in_order() -> None:
    result = call("list")
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["4.5", "4.6"]


def test_list_as_json() -> None:
    first = json.loads(call("list", "--json").stdout)[0]
    assert (sorted(first), first["id"]) == (
        ["claims", "course", "id", "minutes", "path", "title"],
        "4.5",
    )
    assert first["claims"] == {"state": "unplanned", "claims": 0, "throughout": 0, "values": 0}


def test_params_shows_type_default_and_help() -> None:
    lines = call("params", "drift").stdout.splitlines()
    assert lines == ["shift = 0.5  (float, 0 to 2)", "    how far, in standard deviations"]


def test_run_passes_with_the_last_word_and_keeps_the_copy(course: Path) -> None:
    (course / "p.yaml").write_text("shift: 0.1\n")
    words = [
        "run",
        "4.5",
        "-p",
        "shift",
        "0.2",
        "-p",
        "shift",
        "0.3",
        "-f",
        "p.yaml",
        "-o",
        "out/",
        "--json",
    ]
    done = subprocess.run([*COMMAND, *words], capture_output=True, text=True, check=False)
    result = json.loads(done.stdout)
    assert (done.returncode, result["state"], result["error"]) == (0, "passed", None)
    assert (result["parameters"], result["output"]) == ({"shift": 0.3}, "out/4.5_drift.ipynb")
    assert "0.3" in Path(result["output"]).read_text()
    assert "4.5 drift" in done.stderr  # the progress bar
    assert "Traceback" not in done.stderr


def test_a_failing_run_exits_1_and_shows_the_cell_on_standard_error() -> None:
    done = subprocess.run(
        [*COMMAND, "run", "4.6", "--json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["line"] == 2
    assert "-->   2 | x / 0" in done.stderr
    assert "nbclient" not in done.stderr


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("run 4.5 -p shfit 1", "Did you mean shift?"),
        ("run 4.5 -p shift far", "it takes float, 0 to 2"),
        ("run 4.5 -f none.yaml", "cannot be read"),
        ("run drfit", "Did you mean drift?"),
        ("run 4.5 --timeout 0", "x>=1"),
        ("run", "Missing argument"),
        ("list --course nowhere", "No course found"),
        ("params none.ipynb", "There is no file"),
        ("lst", "No such command"),
    ],
)
def test_wrong_use_exits_2_with_a_sentence(words: str, complaint: str) -> None:
    result = call(*words.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr
    assert "Traceback" not in result.stderr


def test_several_lessons_run_at_once(course: Path) -> None:
    write_lesson(course, 7, "again", FINDING.format(1).replace("False", "True"))
    done = call("run", "4.5", "*again", "-o", "out", "--memory", "2", "-j", "2")
    assert done.exit_code == 0, done.output
    lines = sorted(done.stdout.splitlines())
    assert [text.split()[:3] for text in lines] == [
        ["4.5", "05_drift", "passed"],
        ["4.7", "07_again", "passed"],
    ]
    assert "1 of 1 findings hold" in lines[1]
    assert sorted(p.name for p in Path("out").iterdir()) == ["4.5_drift.ipynb", "4.7_again.ipynb"]


def test_one_that_fails_among_several_exits_1() -> None:
    done = call("run", "4.*", "--json")
    assert done.exit_code == 1
    states = {one["lesson"]: one["state"] for one in json.loads(done.stdout)}
    assert states == {"4.5": "passed", "4.6": "failed"}
    assert "ZeroDivisionError in cell 2" in done.stderr


def test_doctor_exits_1_when_something_is_wrong(course: Path) -> None:
    (course / "notebooks" / "4_deployment" / "07_broken.ipynb").write_text("{")
    result = call("doctor", "--json")
    checks = {check["name"]: check for check in json.loads(result.stdout)}
    assert (result.exit_code, checks["course"]["ok"], checks["kernel"]["ok"]) == (1, False, True)
    assert sorted(checks["course"]) == ["detail", "fix", "name", "ok"]


def test_run_as_json_prints_nothing_else(course: Path) -> None:
    cell = "import os\nos.system('echo loose')\n" + FINDING.format("'nan'")
    write_lesson(course, 8, "loud", cell)
    quiet = {key: value for key, value in os.environ.items() if key != "PYTEST_CURRENT_TEST"}
    done = subprocess.run(
        [*COMMAND, "run", "4.8", "--json"], capture_output=True, text=True, check=False, env=quiet
    )
    result = json.loads(done.stdout, parse_constant=pytest.fail)
    assert (done.returncode, result["state"]) == (1, "failed")
    assert result["findings"][0]["value"] == "nan"
    assert "These findings do not hold: gap." in done.stderr


def test_params_as_json_takes_every_default(course: Path) -> None:
    path = write_lesson(course, 8, "odd")
    content = json.loads(path.read_text())
    content["cells"][0]["source"] = "a = 1e400\nb = {(1, 2): 3}\nc = {1}\nd = ...\ne = 2j"
    path.write_text(json.dumps(content))
    result = call("params", "4.8", "--json")
    known = json.loads(result.stdout, parse_constant=pytest.fail)
    assert [each["default"] for each in known[:3]] == ["inf", {"(1, 2)": 3}, [1]]


def test_list_of_an_empty_course_says_so(course: Path) -> None:
    (course / "empty" / "1_first").mkdir(parents=True)
    result = call("list", "--course", "empty", "--json")
    assert (result.exit_code, result.stdout, result.stderr) == (
        1,
        "[]\n",
        "empty holds no lessons.\n",
    )


def test_list_tells_what_it_leaves_out(course: Path) -> None:
    (course / "notebooks" / "4_deployment" / "drift.ipynb").write_text("{}")
    result = call("list")
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 2)
    assert "drift.ipynb is left out: a lesson is called NN_name.ipynb" in result.stderr


@pytest.mark.parametrize("words", [["doctor"], ["store", "4.5"], ["data", "list"]])
def test_ctrl_c_ends_every_command_with_130(
    words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mlops_lab.workbench.runs.doctor.examine", stop)
    monkeypatch.setattr("mlops_lab.workbench.runs.stored.store", stop)
    monkeypatch.setattr("mlops_lab.data.command.data.invoke", stop)
    result = call(*words)
    assert result.exit_code == 130
    assert "Stopped." in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("word", ["list", "--help"])
def test_a_full_disk_is_told_in_one_sentence(word: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, word], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert done.stderr.startswith("Error: ")


def test_a_closed_output_is_told_in_one_sentence() -> None:
    closed = functools.partial(os.close, 1)
    done = subprocess.run(
        [*COMMAND, "list"], stderr=subprocess.PIPE, text=True, check=False, preexec_fn=closed
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: Standard output is closed")


@pytest.mark.parametrize("command", ["list", "params", "run", "doctor", "data"])
def test_every_help_has_an_example(command: str) -> None:
    result = call(command, "--help")
    assert result.exit_code == 0
    assert f"Example:\n    mlops-lab {command}" in result.stdout


def test_the_help_imports_nothing_heavy() -> None:
    heavy = "{'papermill', 'pandas', 'numpy', 'nbformat', 'IPython', 'jupyter_client'}"
    program = (
        "import sys; from mlops_lab.cli import main; main(['--help'], standalone_mode=False); "
        f"sys.exit(', '.join({heavy} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def wait_for(condition: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def test_ctrl_c_ends_the_kernel_and_writes_nothing(course: Path) -> None:
    hang = "import os, pathlib, time\npathlib.Path('pid').write_text(str(os.getpid()))\n"
    write_lesson(course, 7, "hang", hang + "time.sleep(600)")
    default = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    running = subprocess.Popen(  # a background job starts with SIGINT ignored; this one must not
        [*COMMAND, "run", "4.7", "-o", "out"], stderr=subprocess.PIPE, text=True, preexec_fn=default
    )
    wait_for(lambda: (course / "pid").exists() and (course / "pid").read_text())
    os.kill(running.pid, signal.SIGINT)
    told = running.communicate(timeout=60)[1]
    assert running.returncode == 130
    assert "Stopped." in told
    assert "Traceback" not in told
    assert not (course / "out").exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int((course / "pid").read_text()), 0)


@pytest.mark.parametrize(
    ("words", "code"),
    [(["list"], 0), (["show", "no-such-set"], 2), (["get", "electricity"], 1), (["get"], 2)],
)
def test_data_commands_end_with_their_exit_code(
    words: list[str], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("a cache below a file can never be made")
    monkeypatch.setenv("MLOPS_LAB_DATA", str(tmp_path / "file" / "cache"))
    assert CliRunner().invoke(main, ["data", *words]).exit_code == code
