"""Tests that run beside the answers: what they could tell of hidden lines, they do not."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from mlops_lab.workbench.classroom.grade.in_process import NOTE
from mlops_lab.workbench.classroom.grade.messages import HIDDEN

Classroom = Any  # what the conftest's `make_class` makes
MakeClass = Callable[..., Classroom]

SECRET = "tangerine"
PARTS = [
    # A generator that is read step by step cannot cross to another process.
    ("answer", "count", "def count(n):\n    yield from range(n)"),
    ("test", "count-test",
     "steps = count(3)\nassert [next(steps), next(steps)] == [0, 1], 'expected 0, 1'\n"
     f"### BEGIN HIDDEN TESTS\n{SECRET} = 4711\nsteps = count({SECRET})\n"
     f"assert next(steps) == 0, f'{{{SECRET}}}'\n### END HIDDEN TESTS", 2),
    ("answer", "after", "def after(x):\n    return x + 1"),
    ("test", "after-test", "assert after(1) == 2, f'expected 2, got {after(1)}'", 1),
]  # fmt: skip
SPY = """\
    import sys
    frame = sys._getframe(1)
    names = {**frame.f_globals}
"""
ANSWERS: dict[str, Mapping[str, str]] = {
    "right": {"count": "def count(n): yield from range(n)", "after": "def after(x): return x + 1"},
    "wrong": {"count": "def count(n): yield from (1, 2)", "after": "def after(x): return 7"},
    "hidden": {"count": "def count(n): yield from range(n if n < 9 else 0)"},
    "error": {"count": "def count(n):\n    if n > 9: raise KeyError(n)\n    yield from range(n)"},
    "reader": {
        "count": f"def count(n):\n{SPY}    if '{SECRET}' in names:\n"
        f"        raise AssertionError(f'expected 1, got {{names[\"{SECRET}\"]}} {SECRET}')\n"
        "    yield from range(n)",
        "after": f"def after(x):\n{SPY}    return [x for x in names.items() if x[0][0] == 't']",
    },
    "code": {
        "count": "def count(n):\n    import sys\n"
        "    found = sys._getframe(1).f_code\n"
        "    raise ValueError(str(found.co_names + found.co_consts))",
    },
    "ends": {
        "count": "def count(n):\n    import os\n    if n > 9: os._exit(3)\n    yield 0\n    yield 1"
    },
}


@pytest.fixture(scope="module")
def graded(make_class: MakeClass, request: pytest.FixtureRequest) -> Classroom:
    request.getfixturevalue("isolated")
    room = make_class(PARTS, list(ANSWERS))
    for name, answers in ANSWERS.items():
        room.hand_in(name, answers)
    room.grade()
    return room


def test_points_and_words(graded: Classroom) -> None:
    found = {name: graded.results(name) for name in ANSWERS}
    assert all(one.message.endswith(NOTE) for tasks in found.values() for one in tasks.values())
    state = {name: (tasks["count-test"].state, tasks["after-test"].state)
             for name, tasks in found.items()}  # fmt: skip
    assert state == {
        "right": ("passed", "passed"), "wrong": ("failed", "failed"),
        "hidden": ("error", "missing"), "error": ("error", "missing"),
        "reader": ("failed", "failed"), "code": ("error", "missing"),
        "ends": ("killed", "missing"),
    }  # fmt: skip
    assert found["wrong"]["count-test"].message.startswith("expected 0, 1")
    assert (found["wrong"]["after-test"].expected, found["wrong"]["after-test"].found) == ("2", "7")
    for name in ("hidden", "error", "reader"):
        assert found[name]["count-test"].message == f"{HIDDEN} {NOTE}"


@pytest.mark.parametrize("name", list(ANSWERS))
def test_a_page_tells_nothing_of_hidden_lines(graded: Classroom, name: str) -> None:
    for one in graded.results(name).values():
        told = f"{one.message} {one.expected} {one.found}"
        assert SECRET not in told
        assert "4711" not in told


CREDIT = [
    *PARTS[:2],
    ("answer", "share", "def share(rows):\n    return 2.0 * (sum(rows) == 6)"),
    ("test", "share-test", "share([1, 2, 3])", 2),
    ("answer", "right", "def right(rows):\n    return rows == [1]"),
    ("test", "right-test", "right([1])", 1),
]  # fmt: skip
COUNT = {"count": ANSWERS["right"]["count"]}
ENDS = {  # what an answer gives for the points, and for a yes; the points for them
    "number": ("2 * (sum(rows) == 6)", "rows == [1]", 2, 1),
    "half": ("1.0", "True", 1, 1),
    "text": ("'all of it'", "False", 0, 0),
    "list": ("[]", "None", 0, 0),
    "nothing": ("None", "[0]", 0, 0),
    "yes": ("True", "'yes'", 0, 0),
    "object": ("object()", "object()", 0, 0),
}


def test_credit_is_held_against_how_the_test_ends_for_the_master(
    make_class: MakeClass, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("isolated")
    room = make_class(CREDIT, list(ENDS))
    for name, (share, right, *_) in ENDS.items():
        share, right = f"def share(rows): return {share}", f"def right(rows): return {right}"
        room.hand_in(name, {**COUNT, "share": share, "right": right})
    room.grade()
    found = {name: room.results(name) for name in ENDS}
    points = {name: (one["share-test"].points, one["right-test"].points)
              for name, one in found.items()}  # fmt: skip
    assert points == {name: tuple(due) for name, (_, _, *due) in ENDS.items()}
    assert all(one.message.endswith(NOTE) for tasks in found.values() for one in tasks.values())
    assert all(one["count-test"].points == 2 for one in found.values())
