"""Attacks on every task of every assignment: each must fail where the master's answer passes.

Three ways to look right without an answer are tried. A constant, whatever was asked. A memory:
the answers to just what the visible tests ask, a constant elsewhere. And an easier question: the
answer to data that the function has put in the place of what it was given. An object has no answers
to remember; instead of those it is tried with clocks, which say yes at a fixed call. The tests of a
task must see through all of them.
"""

import ast
import pickle
import re
import warnings
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rules.assignment import HIDDEN, Task, tasks
from rules.reading import course_notebooks, is_assignment, read

pytestmark = pytest.mark.usefixtures("package_as_it_was")

ROOT = Path(__file__).parents[2] / "notebooks"
DATA = (np.ndarray, np.random.Generator, pd.DataFrame, pd.Series, dict, list, set)
CLOCKS = (1, 10, 100, 500, 1000, 1100, 2001, 2100, 2200)
CONSTANTS: tuple[object, ...] = (
    None, True, False, 0, 0.0, 1, -1, 0.5, 1e9, "", (), [], {}, float("nan"), float("inf"),
    -float("inf"), np.empty(0), np.empty((0, 1)), np.array([np.nan]),
)  # fmt: skip


AUTOGRADED = [
    pytest.param(path, index, id=f"{path.stem}-{index + 1}")
    for path in course_notebooks(ROOT)
    if is_assignment(path)
    for index, task in enumerate(tasks(read(path)))
    if task.tests
]


@pytest.fixture(scope="module")
def prepared() -> dict[Path, dict[str, Any]]:
    """Names that each master's cells outside of tasks define, run once a module."""
    return {}


def namespace(path: Path, ready: dict[Path, dict[str, Any]]) -> dict[str, Any]:
    """Return what a master prepares for its tasks; its data anew, as an answer may spoil it."""
    if path not in ready:
        nb = read(path)
        inside = [cell for task in tasks(nb) for cell in task.cells]
        ready[path] = {"__name__": "attack"}
        for cell in nb.cells:
            if cell.cell_type == "code" and cell not in inside:
                exec(cell.source, ready[path])
    memo: dict[int, Any] = {}  # one for all: two names of one array stay that
    return {
        name: deepcopy(value, memo) if isinstance(value, DATA) else value
        for name, value in ready[path].items()
        if name != "__builtins__"
    }


def answers_to(task: Task, names: dict[str, Any]) -> None:
    exec(task.answers[0].source, names)


def accepts(task: Task, names: dict[str, Any], *, visible_only: bool = False) -> bool:
    """Run a task's tests; whatever they raise, the answer is not accepted."""
    for cell in task.tests:
        source = HIDDEN.sub("", cell.source) if visible_only else cell.source
        try:
            exec(source, names)
        except Exception:  # noqa: BLE001  any error of a wrong answer is a refusal
            return False
    return True


def defined(task: Task) -> ast.FunctionDef | ast.ClassDef:
    found = [
        node
        for node in ast.parse(task.answers[0].source).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    assert len(found) == 1, "an answer that can be attacked defines one function or class"
    return found[0]


def literals(task: Task) -> list[object]:
    """Constants that stand in the task's text and visible tests: what a guesser would try."""
    told = "\n".join(cell.source for cell in task.cells if cell.cell_type == "markdown")
    words: list[object] = [word.strip('"') for word in re.findall(r'"[^"\n`]+"', told)]
    shown = "\n".join(HIDDEN.sub("", cell.source) for cell in task.tests)
    values = [
        ast.literal_eval(node)
        for node in ast.walk(ast.parse(shown))
        if isinstance(node, ast.Constant | ast.Dict | ast.List | ast.Tuple) and _literal(node)
    ]
    return [*words, *values]


def _literal(node: ast.AST) -> bool:
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True


def constant(name: str, value: object, *, is_class: bool) -> object:
    if not is_class:
        return lambda *_, **__: value

    def method(*_: object, **__: object) -> object:
        return value

    return type(name, (), {"__getattr__": lambda *_: method})


def clock(name: str, strikes: int) -> type:
    """Return a class whose methods say yes at one call of each object, whatever they are given."""

    def method(self: Any, *_: object, **__: object) -> bool:
        self.calls = vars(self).get("calls", 0) + 1
        return bool(self.calls == strikes)

    return type(name, (), {"__getattr__": lambda self, _: method.__get__(self)})


def memory(answer: Callable[..., object], seen: dict[bytes, object] | None) -> Any:
    """Wrap an answer to fill `seen`; or give a function that only knows what is in `seen`."""
    stored: dict[bytes, object] = {}

    def record(*args: object, **named: object) -> object:
        return stored.setdefault(pickle.dumps((args, named)), answer(*args, **named))

    def recall(*args: object, **named: object) -> object:
        assert seen is not None
        return seen.get(pickle.dumps((args, named)), next(iter(seen.values())))

    return (record, stored) if seen is None else recall


def read_task(path: Path, index: int) -> Task:
    return tasks(read(path))[index]


def test_there_is_something_to_attack() -> None:
    assert AUTOGRADED


@pytest.mark.parametrize(("path", "index"), AUTOGRADED)
def test_the_master_is_accepted(
    path: Path, index: int, prepared: dict[Path, dict[str, Any]]
) -> None:
    names, task = namespace(path, prepared), read_task(path, index)
    answers_to(task, names)
    assert accepts(task, names)


@pytest.mark.parametrize(("path", "index"), AUTOGRADED)
def test_no_constant_is_accepted(
    path: Path, index: int, prepared: dict[Path, dict[str, Any]]
) -> None:
    task = read_task(path, index)
    node = defined(task)
    for value in [*CONSTANTS, *literals(task)]:
        names = namespace(path, prepared)
        names[node.name] = constant(node.name, value, is_class=isinstance(node, ast.ClassDef))
        assert not accepts(task, names), f"returning {value!r} always passes task {index + 1}"


@pytest.mark.parametrize(("path", "index"), AUTOGRADED)
def test_no_memory_of_the_visible_tests_and_no_clock_is_accepted(
    path: Path, index: int, prepared: dict[Path, dict[str, Any]]
) -> None:
    task = read_task(path, index)
    node = defined(task)
    if isinstance(node, ast.ClassDef):
        for strikes in CLOCKS:
            names = {**namespace(path, prepared), node.name: clock(node.name, strikes)}
            assert not accepts(task, names), f"a clock that strikes at {strikes} passes"
        return
    names = namespace(path, prepared)
    answers_to(task, names)
    names[node.name], seen = memory(names[node.name], None)
    assert accepts(task, names, visible_only=True)
    assert seen, "the visible tests call the answer"
    cheat = namespace(path, prepared)
    cheat[node.name] = memory(names[node.name], seen)
    assert accepts(task, cheat, visible_only=True), "the cheat passes what it has seen"
    assert not accepts(task, cheat), f"copying the visible answers passes task {index + 1}"


def all_alike(value: Any) -> None:
    """Put the first of an argument's parts in the place of all."""
    if isinstance(value, np.ndarray) and value.flags.writeable and value.size:
        value[...] = value.reshape(-1)[0] if value.ndim == 1 else value[:1]
    elif isinstance(value, list) and value:
        value[:] = [value[0]] * len(value)
    elif isinstance(value, pd.DataFrame) and len(value):
        value[:] = value.iloc[[0] * len(value)].to_numpy()


def nothing_left(value: Any) -> None:
    """Take out of an argument what can be taken out, and make the rest nought."""
    if isinstance(value, np.ndarray) and value.flags.writeable and value.dtype.kind in "biuf":
        value[...] = 0
    elif isinstance(value, list | dict | set):
        value.clear()
    elif isinstance(value, pd.DataFrame | pd.Series):
        value.drop(value.index, inplace=True)  # noqa: PD002  that is the cheat


@pytest.mark.parametrize("spoil", [all_alike, nothing_left])
@pytest.mark.parametrize(("path", "index"), AUTOGRADED)
def test_no_answer_to_an_easier_question_is_accepted(
    path: Path, index: int, spoil: Callable[[Any], None], prepared: dict[Path, dict[str, Any]]
) -> None:
    task = read_task(path, index)
    node = defined(task)
    if isinstance(node, ast.ClassDef):
        return
    names = namespace(path, prepared)
    answers_to(task, names)
    answer, others = names[node.name], list[bool]()

    def easier(*args: Any, **named: Any) -> Any:
        before = pickle.dumps((args, named))
        for value in (*args, *named.values()):
            spoil(value)
        others.append(pickle.dumps((args, named)) != before)
        return answer(*args, **named)

    names[node.name] = easier
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of nothing there is no mean
        accepted = accepts(task, names)
    assert not (accepted and any(others)), f"changing the data first passes task {index + 1}"
