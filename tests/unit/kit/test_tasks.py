"""What is told below a test of a task: where a page asks for it, and nowhere else."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbformat import NotebookNode

from mlops_lab.kit.tasks import TASK

Execute = Callable[..., list[list[NotebookNode]]]
TEST = {"nbgrader": {"grade": True, "solution": False, "locked": True, "points": 3}}
STUB = 'def f(x):\n    raise NotImplementedError("Your code goes here, in place of this line.")'
TWO = """\
found = f(1)
assert found == 2, f"one more than 1: expected 2, got {found}"
found = f(2)
assert found == 3, (
    f"one more than 2: expected 3, got {found}")"""


class Lab:
    """A shell as JupyterLab uses it: each request says what its cell's metadata is."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.metadata: dict[str, Any] = {}
        shell.get_parent = lambda: {"metadata": self.metadata}  # type: ignore[attr-defined]
        self.run("from mlops_lab import kit\nkit.check_tasks()")

    def run(self, source: str, metadata: dict[str, Any] | None = None) -> Any:
        self.metadata = metadata or {}
        with capture_output(display=True) as seen:
            done = self.shell.run_cell(source)
        return done.error_in_exec, [one.data for one in seen.outputs]

    def test(self, source: str) -> dict[str, Any]:
        error, (shown,) = self.run(source, TEST)
        assert error is None, "Run All goes on"
        found: dict[str, Any] = shown
        return found


@pytest.fixture
def lab() -> Iterator[Lab]:
    InteractiveShell.clear_instance()
    yield Lab(InteractiveShell.instance())
    InteractiveShell.clear_instance()


def test_a_test_that_passes_says_so(lab: Lab) -> None:
    lab.run("def f(x):\n    return x + 1")
    shown = lab.test(TWO)
    assert shown["text/plain"] == "2 of 2 tests, 3 of 3 points. The grader tests more."
    assert shown[TASK] == {
        "state": "passed", "tests": 2, "passed": 2, "points": 3.0, "reached": 3.0
    }  # fmt: skip
    assert "<details>" not in shown["text/html"]


def test_a_wrong_answer_hears_one_sentence_and_the_traceback_is_folded(lab: Lab) -> None:
    lab.run("def f(x):\n    return 2")
    shown = lab.test(TWO)
    told = "one more than 2: expected 3, got 2. 1 of 2 tests, 0 of 3 points."
    assert shown["text/plain"] == f"Not yet. {told}"
    html = shown["text/html"]
    first, _, folded = html.partition("<details><summary>Traceback</summary><pre>")
    assert first == f'<p class="mlops-lab-task"><b>Not yet.</b> {told}</p>'
    assert "AssertionError: one more than 2" in folded
    assert shown[TASK]["state"] == "failed"
    assert (shown[TASK]["passed"], shown[TASK]["reached"]) == (1, 0.0)


def test_a_stub_is_no_wrong_answer(lab: Lab) -> None:
    lab.run(STUB)
    shown = lab.test(TWO)
    assert shown["text/plain"] == (
        "No answer yet. f is still to be written, in the cell above. 0 of 2 tests, 0 of 3 points."
    )
    assert shown[TASK]["state"] == "not answered"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("x = 1", "There is no f yet: run the cell above, which defines it."),
        (
            "def f(x):\n    return x[0]",
            "Your code stopped in line 2, in f. TypeError: ",
        ),
        (
            "def f(x):\n    assert x > 9",
            "Your code stopped in line 2, in f. Asserti",
        ),
    ],
)
def test_code_that_stops_hears_where(lab: Lab, answer: str, told: str) -> None:
    lab.run(answer)
    assert lab.test(TWO)["text/plain"].startswith(f"Not yet. {told}")


def test_an_answer_that_is_no_function_does_not_stop_run_all_either(lab: Lab) -> None:
    answer = {"nbgrader": {"grade": False, "solution": True, "locked": False}}
    said = "Your code goes here, in place of this line."
    error, (shown,) = lab.run(f'raise NotImplementedError("{said}")', answer)
    assert error is None
    assert shown["text/plain"] == f"No answer yet. {said}"
    shown = lab.test("assert two == 2, f'expected 2, got {two}'")
    assert shown["text/plain"].startswith("Not yet. There is no two yet: run the cell above")
    error, shown = lab.run("raise ValueError('no')", answer)
    assert isinstance(error, ValueError), "an error of the answer's own stays one"


def test_what_a_test_cannot_compare_is_told(lab: Lab) -> None:
    lab.run("import math\ndef f(x):\n    return None")
    shown = lab.test("found = f(1)\nassert math.isclose(found, 2), f'expected 2, got {found}'")
    assert shown["text/plain"] == (
        "Not yet. The test could not use what came: found is None. "
        "TypeError: must be real number, not NoneType. 0 of 1 test, 0 of 3 points."
    )


def test_tests_in_functions_and_loops_are_counted_where_they_fail(lab: Lab) -> None:
    helper = "def is_two(x):\n    assert x == 2, f'expected 2, got {x}'\n"
    shown = lab.test(f"assert True, 'no'\n{helper}for i in (2, 3):\n    is_two(i)")
    assert shown["text/plain"] == "Not yet. expected 2, got 3. 1 of 2 tests, 0 of 3 points."


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"nbgrader": {"grade": False, "solution": True, "points": 3}},
        {"nbgrader": {"grade": True, "solution": True, "points": 3}},
        {"nbgrader": []},
    ],
)
def test_any_other_cell_raises_as_ever(lab: Lab, metadata: dict[str, Any]) -> None:
    error, shown = lab.run("assert 1 == 2, 'no'", metadata)
    assert isinstance(error, AssertionError)
    assert shown == []


def test_an_interrupt_is_no_answer(lab: Lab) -> None:
    error, shown = lab.run("raise KeyboardInterrupt", TEST)
    assert isinstance(error, KeyboardInterrupt)
    assert shown == []


def test_it_is_asked_for_once(lab: Lab) -> None:
    lab.run("kit.check_tasks()")
    assert len(lab.shell.ast_transformers) == 1


def test_whatever_else_runs_a_notebook_sees_the_error(execute: Execute) -> None:
    *_, (error,), _ = execute(
        "from mlops_lab import kit\nkit.check_tasks()", "f = int", TWO, "print('further')"
    )
    assert (error.output_type, error.ename) == ("error", "AssertionError")
    assert error.evalue == "one more than 1: expected 2, got 1"


def test_a_plain_script_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    from mlops_lab import kit

    InteractiveShell.clear_instance()
    kit.check_tasks()
    assert capsys.readouterr().out == ""


CELLS = (
    "from mlops_lab import kit\nkit.check_tasks()",
    "def ordered(rows):\n    rows[:] = [0] * len(rows)\n    return rows",
    "class Box:\n    def __init__(self, rows): rows.clear()\n"
    "    def fill(self, rows): rows[:] = [0]",
)
SPOILED = {
    "a function": "rows = [2, 1]\nassert ordered(rows) == [0, 0]",
    "a helper calls it": "def check(rows):\n    assert ordered(rows) == [0, 0]\nrows = [2, 1]\n"
    "check(rows)",
    "a class": "rows = [2, 1]\nassert Box(rows) is not None",
    "a method": "rows = [2, 1]\nassert Box([]).fill(rows) is None",
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_test_keeps_what_it_hands_over_in_any_notebook(execute: Execute, name: str) -> None:
    *_, shown = execute(*CELLS, f"{SPOILED[name]}\nprint(rows)")
    assert "".join(one.text for one in shown) == "[2, 1]\n"


@pytest.mark.parametrize(
    "source",
    ["rows = [2, 1]\nassert kit.in_place(ordered)(rows) is rows\nprint(rows)",
     "rows = [2, 1]\nordered(rows)\nprint(rows)",
     "def spoil(rows): rows[:] = [0, 0]\nrows = [2, 1]\nspoil(rows)\nassert rows\nprint(rows)"],
    ids=["it says so", "no test", "its own helper"],
)  # fmt: skip
def test_other_calls_are_as_ever(execute: Execute, source: str) -> None:
    *_, shown = execute(*CELLS, source)
    assert "".join(one.text for one in shown) == "[0, 0]\n"
