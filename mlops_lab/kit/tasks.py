"""How a task of an assignment stands, told below its test in a sentence instead of a traceback.

JupyterLab sends a cell's metadata along with its code, nbgrader's marks among them; whatever else
runs a notebook (papermill, nbclient, nbgrader's autograder and its validator) sends the code alone.
So only a reader's page asks for the sentence. Everybody else sees the test pass or raise.
"""

import ast
import linecache
import reprlib
import sys
import textwrap
import traceback
from collections.abc import Sequence
from html import escape
from pathlib import Path
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any

from mlops_lab.kit.copies import with_copies
from mlops_lab.kit.output import show_data

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["TASK", "Judging", "Stub", "check_tasks"]

TASK = "application/vnd.mlops-lab.task+json"
"""MIME type of how a task stands: ``state`` ("passed", "failed" or "not answered"), ``tests`` and
``points``, and of these ``passed`` and ``reached``."""
_MORE = "The grader tests more."


def check_tasks() -> None:
    """Tell below each test of a task, in JupyterLab, how many pass and what the first one misses.

    A test that fails does not stop *Run All* there: the tasks after it run, too. Its traceback is
    folded away. Outside of JupyterLab no test says anything. Everywhere, cells that test hand
    copies to the functions that they test, as grading does; see `in_place`.
    """
    if "IPython" not in sys.modules:  # nobody's page, and it takes long to load
        return
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None or any(isinstance(one, _Wrapping) for one in shell.ast_transformers):
        return
    shell.ast_transformers.append(_Wrapping(shell))


class _Wrapping(ast.NodeTransformer):
    """Put a cell's code below ``with``, where the request to run it says that it is a test."""

    def __init__(self, shell: "InteractiveShell") -> None:
        self._shell = shell

    def visit_Module(self, node: ast.Module) -> ast.Module:
        request: Any = getattr(self._shell, "get_parent", dict)() or {}
        facts = request.get("metadata", {}).get("nbgrader")
        if not isinstance(facts, dict):
            return with_copies(node)
        if facts.get("solution"):
            is_stub = any(isinstance(one, ast.Raise) for one in node.body)
            return _below("Stub()", node) if is_stub and not facts.get("grade") else node
        points = float(facts.get("points") or 0)
        given = f"Judging({points!r}, {_assertions(node)!r})"
        return _below(given, with_copies(node)) if facts.get("grade") else node


def _below(manager: str, node: ast.Module) -> ast.Module:
    """Put a cell's code below ``with`` and a context manager of this module."""
    name = manager.partition("(")[0]
    call = f"__import__({__name__!r}, fromlist=[{name!r}]).{manager}"
    (below,) = ast.parse(f"with {call}: pass").body
    assert isinstance(below, ast.With)
    below.body = node.body or below.body
    return ast.Module([below], node.type_ignores)


class Stub:
    """Run an answer's cell that is still a stub: nobody has to see that it raises."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: object
    ) -> bool:
        """Say that an answer is missing; let pass any other error."""
        if not isinstance(error, NotImplementedError):
            return False
        told = f"No answer yet. {error}".strip()
        html = f'<p class="mlops-lab-task">{escape(told)}</p>'
        show_data({"text/html": html, "text/plain": told})
        return True


class Judging:
    """Run a test's code, and say how the task stands; an error of it goes no further.

    Parameters
    ----------
    points : float
        That the test is worth.
    tests : tuple of (int, int)
        First and last line of each of its assertions, in order.
    """

    def __init__(self, points: float, tests: tuple[tuple[int, int], ...]) -> None:
        self._points, self._tests = points, tests

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        """Show the sentence; let pass what is no error, such as an interrupt."""
        if error is None:
            self._show("passed", len(self._tests), "", "")
            return True
        if not isinstance(error, Exception) or trace is None:
            return False
        failed = _which(trace, self._tests)
        told = _said(error, trace, self._tests)
        state = "not answered" if isinstance(error, NotImplementedError) else "failed"
        self._show(state, failed, told, "".join(traceback.format_exception(error)))
        return True

    def _show(self, state: str, passed: int, told: str, folded: str) -> None:
        tests, points = len(self._tests), self._points
        reached = points if state == "passed" else 0.0
        counts = f"{passed} of {tests} {_many('test', tests)}, "
        counts += f"{reached:g} of {points:g} {_many('point', points)}."
        mark = {"passed": counts, "failed": "Not yet."}.get(state, "No answer yet.")
        rest = _MORE if state == "passed" else f"{told} {counts}"
        html = f'<p class="mlops-lab-task"><b>{escape(mark)}</b> {escape(rest)}</p>'
        if folded:
            pre = f"<pre>{escape(folded)}</pre>"
            html += f"<details><summary>Traceback</summary>{pre}</details>"
        facts = {"state": state, "tests": tests, "passed": passed, "points": points}
        show_data({
            TASK: {**facts, "reached": reached},
            "text/html": html,
            "text/plain": f"{mark} {rest}",
        })  # fmt: skip


def _assertions(module: ast.Module) -> tuple[tuple[int, int], ...]:
    found = [one for one in ast.walk(module) if isinstance(one, ast.Assert)]
    return tuple(sorted((one.lineno, one.end_lineno or one.lineno) for one in found))


def _many(noun: str, number: float) -> str:
    return noun if number == 1 else f"{noun}s"


def _frames(trace: TracebackType) -> list[TracebackType]:
    found, at = [], trace.tb_next
    while at is not None:
        found.append(at)
        at = at.tb_next
    return [trace, *found]


def _own(trace: TracebackType) -> list[TracebackType]:
    """Return the frames in the test's cell, the outermost first."""
    file = trace.tb_frame.f_code.co_filename
    return [one for one in _frames(trace) if one.tb_frame.f_code.co_filename == file]


def _which(trace: TracebackType, tests: Sequence[tuple[int, int]]) -> int:
    """Count the assertions before the one that failed, or before the line that did not run."""
    line = _own(trace)[-1].tb_lineno
    inside = [number for number, (first, last) in enumerate(tests) if first <= line <= last]
    return inside[0] if inside else sum(last < trace.tb_lineno for _, last in tests)


def _said(error: Exception, trace: TracebackType, tests: Sequence[tuple[int, int]]) -> str:
    """Say in a sentence what is wrong: the test's own words, or what stopped the code."""
    place = _frames(trace)[-1].tb_frame.f_code
    message = str(error).strip()
    if isinstance(error, AssertionError) and message:
        return _sentence(message)
    if isinstance(error, NotImplementedError):
        return f"{place.co_name} is still to be written, in the cell above."
    if isinstance(error, NameError) and len(_frames(trace)) == 1:
        return f"There is no {error.name} yet: run the cell above, which defines it."
    kind = f"{type(error).__name__}: {message}" if message else type(error).__name__
    answer = _answer(trace)
    if answer is not None:
        line, name = answer.tb_lineno, answer.tb_frame.f_code.co_name
        return _sentence(f"Your code stopped in line {line}, in {name}. {kind}")
    values = _values(_own(trace)[-1], tests)
    return _sentence(f"The test could not use what came{values}. {kind}")


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _answer(trace: TracebackType) -> TracebackType | None:
    """Return the last frame in another cell of the notebook."""
    own = Path(trace.tb_frame.f_code.co_filename)
    files = [(one, Path(one.tb_frame.f_code.co_filename)) for one in _frames(trace)]
    others = [one for one, file in files if file.parent == own.parent and file != own]
    return others[-1] if others else None


def _values(at: TracebackType, tests: Sequence[tuple[int, int]]) -> str:
    """Tell the values that the assertion at this line compares."""
    code, frame = at.tb_frame.f_code, at.tb_frame
    ranges = [lines for lines in tests if lines[0] <= at.tb_lineno <= lines[1]]
    if not ranges:
        return ""
    first, last = ranges[0]
    lines = linecache.getlines(code.co_filename)[first - 1 : last]
    (check,) = ast.parse(textwrap.dedent("".join(lines))).body
    test = check.test if isinstance(check, ast.Assert) else check
    names = {one.id: None for one in ast.walk(test) if isinstance(one, ast.Name)}
    known = {name: frame.f_locals[name] for name in names if name in frame.f_locals}
    told = [
        f"{name} is {reprlib.repr(value)}"
        for name, value in known.items()
        if not callable(value) and not isinstance(value, ModuleType)
    ]
    return f": {', '.join(told)}" if told else ""
