"""The gate on errors, proved by tiny notebooks that nbval alone would let pass."""

from pathlib import Path

import pytest
from nbformat import NotebookNode
from samples import code, notebook, output, store

CONFTEST = Path(__file__).parents[2] / "conftest.py"

GOOD = code("good", "x = 1\nprint(x)")
AFTER = code("after", "y = 2")
NOISE = "import sys\nprint('careful', file=sys.stderr)"


def checked(stored: str) -> NotebookNode:
    cell = code("check", "print('holds')", "nbval-check-output")
    cell.execution_count = 1
    cell.outputs = [output("stream", name="stdout", text=f"{stored}\n")]
    return cell


PASSING = {
    "clean": GOOD,
    "checked": checked("holds"),
    "announced": code("fails", "1 / 0", "raises-exception"),
}
FAILING = {
    "bad_magic": (code("magic", "%nosuch"), "not tagged raises-exception"),
    "bad_cell_magic": (code("magic", "%%nosuch\nx = 1"), "not tagged raises-exception"),
    "not_announced": (code("fails", "1 / 0"), "ZeroDivisionError"),
    "stderr": (code("noise", NOISE), "wrote to stderr: careful"),
    "announced_stderr": (code("noise", f"{NOISE}\n1 / 0", "raises-exception"), "careful"),
    "announced_magic": (code("magic", "%nosuch", "raises-exception"), "showed no exception"),
    "announced_and_good": (code("good", "x = 1", "raises-exception"), "showed no exception"),
    "other_announcement": (code("fails", "1 / 0", "nbval-raises-exception"), "not tagged"),
    "changed_output": (checked("fails"), "Cell outputs differ"),
}


def run_nbval(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    pytester.makeini("[pytest]\nfilterwarnings = error")
    return pytester.runpytest_subprocess("--nbval-lax", "--color=no", *options)


def test_good_notebooks_pass(pytester: pytest.Pytester) -> None:
    for name, cell in PASSING.items():
        store(notebook([cell, AFTER]), pytester.path / f"{name}.ipynb")
    run_nbval(pytester).assert_outcomes(passed=2 * len(PASSING))


@pytest.mark.parametrize(
    "options",
    [("-n", "2", "--dist", "loadscope"), pytest.param((), marks=pytest.mark.exhaustive)],
    ids=["xdist", "one"],
)
def test_bad_notebooks_fail_for_their_reason(
    pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    for name, (cell, _) in FAILING.items():
        store(notebook([cell, AFTER]), pytester.path / f"{name}.ipynb")
    result = run_nbval(pytester, *options)
    result.assert_outcomes(failed=len(FAILING), passed=len(FAILING))
    for name, (_, reason) in FAILING.items():
        assert reason in told(result, name), f"{name} does not say {reason!r}"


def told(result: pytest.RunResult, name: str) -> str:
    """Return what pytest says about the first cell of one notebook that failed."""
    _, _, rest = result.stdout.str().partition(f"_ {name}.ipynb::Cell 0 _")
    return rest.lstrip("_").partition("\n____")[0].partition("\n====")[0]


def test_a_cell_without_the_gate_would_have_passed(pytester: pytest.Pytester) -> None:
    store(notebook([code("magic", "%nosuch"), code("noise", NOISE)]), pytester.path / "bad.ipynb")
    pytester.runpytest_subprocess("--nbval-lax").assert_outcomes(passed=2)
