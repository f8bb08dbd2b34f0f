"""What one malformed submission is, and the assignment that all of them answer."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode, v4

__all__ = [
    "ALL",
    "MANUAL",
    "POINTS",
    "Case",
    "Notebook",
    "by_id",
    "case",
    "master",
    "solved",
    "text",
]

Notebook = dict[str, Any]
"""A notebook as JSON has it: nothing of nbformat's checks."""

POINTS = {"mean-test": 2.0, "count-test": 3.0, "ranked-test": 5.0}
ALL = dict.fromkeys(POINTS, "passed")
MANUAL = "why"

PROVIDED = """\
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

seen = {"ada": 3, "bob": 5, "cem": 1}
"""
MEAN = '''\
def mean(values):
    """Give the mean of a list of numbers."""
    ### BEGIN SOLUTION
    return sum(values) / len(values)
    ### END SOLUTION
'''
MEAN_TEST = """\
SCALE = 10


def scaled(values):
    return [SCALE * one for one in values]


assert mean(scaled([1, 2, 3])) == 20, f"10, 20 and 30: expected 20, got {mean([10, 20, 30])}"
### BEGIN HIDDEN TESTS
assert mean([0.5, 1.0]) == 0.75
### END HIDDEN TESTS
"""
COUNT = '''\
def count(words):
    """Count how often each word is there."""
    ### BEGIN SOLUTION
    return {word: words.count(word) for word in words}
    ### END SOLUTION
'''
COUNT_TEST = """\
assert count(["a", "b", "a"]) == {"a": 2, "b": 1}
### BEGIN HIDDEN TESTS
assert count([]) == {}
### END HIDDEN TESTS
"""
RANKED = """\
### BEGIN SOLUTION
ranked = sorted(seen, key=seen.get, reverse=True)
### END SOLUTION
"""
RANKED_TEST = """\
assert ranked == ["bob", "ada", "cem"]
"""
# What a student hands in.
RIGHT = {
    "mean": "def mean(values):\n    return sum(values) / len(values)",
    "count": "def count(words):\n    return {word: words.count(word) for word in words}",
    "ranked": 'ranked = ["bob", "ada", "cem"]',
    "why": "A sorted list shows the best first.",
}


def _cell(kind: str, name: str, source: str, **facts: Any) -> NotebookNode:
    plain = {"grade": False, "solution": False, "locked": False, "task": False}
    told = {"nbgrader": {"schema_version": 3, "grade_id": name, **plain, **facts}} if facts else {}
    make = getattr(v4, f"new_{kind}_cell")
    made: NotebookNode = make(source.strip(), id=f"id-{name}", metadata=told)
    return made


def master() -> NotebookNode:
    """Three tested tasks of 2, 3 and 5 points, the third of a value, and one in words for 4."""
    cells = [
        _cell("markdown", "title", "# 7.1 Lists: assignment"),
        _cell("code", "start", PROVIDED),
        _cell("markdown", "task-1", "## Task 1: the mean"),
        _cell("code", "mean", MEAN, solution=True),
        _cell("code", "mean-test", MEAN_TEST, grade=True, locked=True, points=2),
        _cell("markdown", "task-2", "## Task 2: count"),
        _cell("code", "count", COUNT, solution=True),
        _cell("code", "count-test", COUNT_TEST, grade=True, locked=True, points=3),
        _cell("markdown", "task-3", "## Task 3: rank the names in `seen`"),
        _cell("code", "ranked", RANKED, solution=True),
        _cell("code", "ranked-test", RANKED_TEST, grade=True, locked=True, points=5),
        _cell("markdown", "task-4", "## Task 4: why?"),
        _cell("markdown", "why", "It is so.", grade=True, solution=True, points=4),
    ]
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "mlops_lab": {"lesson": "7.1"},
    }
    made: NotebookNode = v4.new_notebook(cells=cells, metadata=metadata)
    return made


@dataclass(frozen=True)
class Case:
    """A submission that is odd and honest.

    Attributes
    ----------
    name : str
        What is odd about it.
    make : callable
        Gives the file, from the student's version.
    file : str
        Where it is, of what was collected; ``{id}`` and ``{name}`` are the student's.
    person : str
        The student's name.
    lost : mapping of str to str
        The state of each task that earns nothing, by its test's grade_id.
    says : mapping of str to str
        What the message of a task has to hold.
    note : str
        What collecting has to say of it.
    manual : str
        The state of the task that a person reads.
    """

    name: str
    make: Callable[[NotebookNode], bytes]
    file: str = "{id}/71_lists_assignment.ipynb"
    person: str = ""
    lost: Mapping[str, str] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    manual: str = "to mark"

    @property
    def states(self) -> dict[str, str]:
        """The state of every task."""
        return {**ALL, MANUAL: self.manual, **self.lost}

    @property
    def points(self) -> dict[str, float | None]:
        """The points of every task; None where a person gives them."""
        tested = {name: 0.0 if name in self.lost else points for name, points in POINTS.items()}
        return {**tested, MANUAL: None if self.manual == "to mark" else 0.0}


def case(name: str, make: Callable[[Notebook], object] | None = None, **told: Any) -> Case:
    """Make a case of a change to a solved notebook.

    Parameters
    ----------
    name : str
        What is odd.
    make : callable, optional
        Changes the notebook, or gives the file's bytes.
    **told
        Parts of a `Case`; ``mean``, ``count``, ``ranked`` and ``why`` are the answers.
    """
    answers = {one: told.pop(one) for one in RIGHT if one in told}

    def file(student: NotebookNode) -> bytes:
        nb = solved(student, answers)
        made = make(nb) if make else None
        return made if isinstance(made, bytes) else text(nb).encode()

    return Case(name, file, **told)


def solved(student: NotebookNode, answers: Mapping[str, str]) -> Notebook:
    """Return the student's version with right answers, and those that are given."""
    nb: Notebook = json.loads(json.dumps(deepcopy(student)))
    for name, source in {**RIGHT, **answers}.items():
        by_id(nb, name)["source"] = source
    return nb


def by_id(nb: Notebook, name: str) -> dict[str, Any]:
    """Find a cell."""
    found: dict[str, Any] = next(one for one in nb["cells"] if one["id"] == f"id-{name}")
    return found


def text(nb: Notebook) -> str:
    """Write a notebook as editors do."""
    return json.dumps(nb, indent=1, ensure_ascii=False) + "\n"
