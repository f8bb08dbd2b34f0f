"""The checks on an executed lesson, proved by tiny notebooks that ran badly."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from executed import FINDING, problems
from memory import peak_of_children
from nbformat import NotebookNode
from running import run
from samples import code, notebook, output, put, store, text


def ran(name: str, source: str, *outputs: NotebookNode, tag: str = "") -> NotebookNode:
    cell = code(name, source, *filter(None, [tag]))
    put(cell, outputs=list(outputs), execution_count=1)
    return cell


def display(data: dict[str, Any], **metadata: Any) -> NotebookNode:
    return output("display_data", data=data, metadata=metadata)


def finding(*, holds: bool) -> NotebookNode:
    return display({FINDING: {"name": "far", "value": 1, "holds": holds, "bound": "at least 2"}})


def picture(alt: str) -> NotebookNode:
    return display({"image/png": "aGk="}, **{"image/png": {"alt": alt}})


HELD = 200_000_000
ERROR = output("error", ename="ValueError", evalue="no", traceback=[])
STDERR = output("stream", name="stderr", text="careful\n")
CLAIM = ran("claim", "kit.finding('far', 3, at_least=2)", finding(holds=True))
SHOW = ran("show", "kit.show(fig, alt='A line.')", picture("A line."))


def test_a_good_run_has_no_problems() -> None:
    fails = ran("fails", "1 / 0", ERROR, tag="raises-exception")
    assert problems(notebook([text("look", "## Look?"), SHOW, fails, CLAIM])) == []


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (ran("x", "1 / 0", ERROR), "cell x failed"),
        (ran("x", "1", tag="raises-exception"), "cell x did not fail as announced"),
        (ran("x", "1", STDERR), "cell x wrote to stderr: careful"),
        (code("x", "1"), "cell x did not run"),
        (ran("x", "1", finding(holds=False)), "the finding far is 1, not at least 2"),
        (ran("x", "kit.show(fig)"), "the section 'Look?' has a picture to show and shows none"),
        (ran("x", "kit.claims('4.5')"), "the section 'Look?' has a picture to show and shows none"),
        (ran("x", "1", picture(" ")), "cell x shows a picture without alt text"),
        (ran("x", "1", display({"image/png": "aGk="})), "cell x shows a picture without alt text"),
    ],
)
def test_a_bad_run_is_told(cell: NotebookNode, told: str) -> None:
    assert problems(notebook([CLAIM, text("look", "## Look?"), cell])) == [told]


def test_a_run_without_findings_is_told() -> None:
    assert problems(notebook([SHOW])) == ["no finding was recorded"]


def test_a_real_run_that_fails_is_told(tmp_path: Path) -> None:
    cells = [
        code("parameters", "seed: int = 0  # seed", "parameters"),
        code("announced", "1 / 0", "raises-exception"),
        code("magic", "%nosuch"),
        code("late", "print(seed)"),
    ]
    executed = run(store(notebook(cells), tmp_path / "bad.ipynb"), {"seed": 3}, tmp_path)
    assert "cell late did not run" in problems(executed)
    assert "cell announced failed" not in problems(executed)


def test_a_real_run_takes_the_parameters(tmp_path: Path) -> None:
    cells = [
        code("parameters", "seed: int = 0  # seed", "parameters"),
        code("announced", "1 / 0", "raises-exception"),
        code("late", "print(seed)"),
    ]
    executed = run(store(notebook(cells), tmp_path / "good.ipynb"), {"seed": 3}, tmp_path)
    assert executed.cells[-1].outputs[0].text == "3\n"
    assert problems(executed) == ["no finding was recorded"]


def test_the_peak_of_a_child_is_seen() -> None:
    source = f"import time; held = bytearray({HELD}); print(flush=True); time.sleep(60)"
    with peak_of_children() as peak:
        child = subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        deadline = time.monotonic() + 30
        while peak.bytes <= HELD and time.monotonic() < deadline:
            time.sleep(0.05)
        child.kill()
        child.communicate()
    assert HELD < peak.bytes < 2 * HELD
