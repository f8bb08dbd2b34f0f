"""A copy is reported as what it is, whoever left it and however its run ended."""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from papermill.exceptions import PapermillExecutionError

from mlops_lab.workbench.runs.notebook import read_notebook
from mlops_lab.workbench.runs.run import run
from mlops_lab.workbench.runs.site import build_site
from mlops_lab.workbench.runs.site.ended import how_it_ended
from mlops_lab.workbench.runs.site.read import read_pages

Make = Callable[..., Path]
KILL = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"


def of_papermill(source: Path, **given: object) -> Path:
    """Run a notebook as plain papermill does, whatever comes of it, and give its copy."""
    copy = source.with_name(f"copy_of_{source.name}")
    with suppress(PapermillExecutionError, DeadKernelError, CellTimeoutError):
        papermill.execute_notebook(source, copy, progress_bar=False, **given)
    return copy


def ended(copy: Path) -> tuple[str, str]:
    return how_it_ended(read_notebook(copy))


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def one(*cells: str | NotebookNode, name: str = "one.ipynb") -> Path:
        kernel = {"kernelspec": {"name": "python3", "display_name": "p", "language": "python"}}
        made = [new_code_cell(one) if isinstance(one, str) else one for one in cells]
        path = tmp_path / name
        nbformat.write(new_notebook(cells=made, metadata=kernel), path)
        return path

    return one


@pytest.mark.parametrize(
    ("cells", "state", "why"),
    [
        (["1", KILL, "2"], "unfinished", "cell 2 of 3 got no answer"),
        (["1", KILL], "unfinished", "cell 2 of 2 got no answer"),
        (["1", "import os; os._exit(0)"], "unfinished", "cell 2 of 2 got no answer"),
        (["1 / 0", "2"], "failed", "ZeroDivisionError in cell 1 of 2: division by zero"),
        (["1", "%%nothing\n2"], "failed", "an error in cell 2 of 2"),
        (["import sys\nsys.exit(0)", "2"], "passed", ""),
        (["import sys\nsys.exit(3)", "2"], "failed", "SystemExit in cell 1 of 2: 3"),
        (["1", "", "# 2"], "passed", ""),
    ],
)
def test_what_plain_papermill_left_is_told_apart(
    make: Make, cells: list[str], state: str, why: str
) -> None:
    said = ended(of_papermill(make(*cells), parameters={"p": 1}))
    assert said[0] == state
    assert said[1].startswith(why)
    assert bool(why) == bool(said[1])


def test_a_cell_that_took_too_long_is_no_success(make: Make) -> None:
    copy = of_papermill(make("import time; time.sleep(600)"), execution_timeout=1)
    state, why = ended(copy)  # the interrupt at its end may have come into the copy, or not
    assert state in ("failed", "unfinished")
    assert "cell 1 of 1" in why


def test_a_copy_of_a_papermill_that_was_killed_is_unfinished(make: Make, tmp_path: Path) -> None:
    copy, mark = tmp_path / "copy.ipynb", tmp_path / "mark"
    source = make("1", f"import time\nopen({str(mark)!r}, 'w').close()\ntime.sleep(600)", "3")
    words = [sys.executable, "-m", "papermill", str(source), str(copy), "--no-progress-bar"]
    with subprocess.Popen(words, stderr=subprocess.DEVNULL) as process:
        while not mark.exists() and process.poll() is None:
            time.sleep(0.05)
        process.kill()
    assert ended(copy) == ("unfinished", "cell 2 of 3 was begun, and not ended")


def test_a_copy_that_was_only_prepared_was_not_run(make: Make) -> None:
    assert ended(of_papermill(make("1"), prepare_only=True)) == (
        "unfinished",
        "cell 1 of 1 was not run",
    )
    text = make(new_markdown_cell("words"), name="words.ipynb")
    assert ended(of_papermill(text, prepare_only=True))[0] == "unfinished"
    assert ended(of_papermill(text)) == ("passed", "")


def test_a_later_run_of_papermill_counts_and_not_the_one_before(
    make_notebook: Make, tmp_path: Path
) -> None:
    flag = tmp_path / "flag"
    ends = f"import os, pathlib\nif pathlib.Path({str(flag)!r}).exists(): os._exit(1)"
    source = make_notebook(ends)
    done = run(source, out=tmp_path / "out")
    assert done.output is not None
    assert ended(done.output) == ("passed", "")
    flag.touch()
    assert ended(of_papermill(done.output))[0] == "unfinished"


def test_our_own_copies_say_what_the_run_said(make_notebook: Make, tmp_path: Path) -> None:
    died = run(make_notebook("1", KILL, name="died.ipynb"), out=tmp_path / "out")
    waits = make_notebook("import time; time.sleep(600)", name="late.ipynb")
    late = run(waits, out=tmp_path / "out", timeout=1)
    assert (died.state, late.state) == ("died", "timed out")
    assert {page.state for page in read_pages(tmp_path / "out")} == {"died", "timed out"}


def test_an_error_that_a_cell_was_meant_to_raise_is_none(make: Make) -> None:
    tags = {"tags": ["raises-exception"]}
    cells = [new_code_cell("1 / 0", metadata=tags), new_code_cell("1")]
    assert ended(of_papermill(make(*cells))) == ("passed", "")


def test_a_skipped_cell_is_not_missed(make: Make) -> None:
    skipped = new_code_cell("1 / 0", metadata={"tags": ["skip-execution"]})
    assert ended(of_papermill(make(skipped, "1"))) == ("passed", "")


def test_marks_of_another_tool_are_enough() -> None:
    def half(*counts: int | None, **marks: object) -> NotebookNode:
        cells = [new_code_cell("1", execution_count=one) for one in counts]
        about = {"end_time": "2026-01-01", "exception": None, **marks}
        made: NotebookNode = new_notebook(cells=cells, metadata={"papermill": about})
        return made

    assert how_it_ended(half(1, 2)) == ("passed", "")
    assert how_it_ended(half(1, None, 3)) == ("unfinished", "cell 2 of 3 was not run")
    assert how_it_ended(half(1, exception=True))[0] == "failed"
    assert how_it_ended(half(1, end_time=None))[0] == "unfinished"
    nb = half(1)
    nb.cells[0].outputs = [new_output("error", ename="E", evalue="", traceback=[])]
    assert how_it_ended(nb) == ("failed", "E in cell 1 of 1")


def test_the_report_counts_only_what_passed(make: Make, tmp_path: Path) -> None:
    crashed, good = make(KILL, name="crashed.ipynb"), make("1", name="good.ipynb")
    (tmp_path / "out").mkdir()
    for source in (crashed, good):
        of_papermill(source).rename(tmp_path / "out" / source.name)
    text = build_site(tmp_path / "out").read_text(encoding="utf-8")
    assert "1 of 2 passed" in text
    assert "cell 1 of 1 got no answer" in text
