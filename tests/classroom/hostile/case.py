"""What a hostile submission is, and the assignment that it is handed in for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import nbformat
from nbformat import NotebookNode

__all__ = [
    "MANUAL", "POINTS", "RIGHT", "SECRETS", "STATES", "WRONG", "Attack", "Members", "Notebook",
    "hidden_parts", "master_notebook",
]  # fmt: skip

Notebook: TypeAlias = dict[str, Any]
Members: TypeAlias = list[tuple[str | Any, bytes]]  # Any: a ZipInfo

STATES = ("passed", "failed", "partial", "error", "timed out", "killed", "missing", "unreadable",
          "to mark")  # fmt: skip
POINTS = {"mean": 2.0, "scale": 3.0, "tidy": 4.0, "Account": 5.0, "keep": 6.0, "best": 7.0}
MANUAL = {"why": 8.0}
SECRETS = ("tangerine", "kumquat", "71305")  # words and numbers of hidden tests only

RIGHT = {
    "mean": "def mean(values):\n    return sum(values) / len(values)",
    "scale": "def scale(x):\n    return (x - x.mean()) / x.std()",
    "tidy": (
        "def tidy(table):\n"
        "    found = table.dropna(subset=['price'])\n"
        "    return found.assign(total=found['price'] * found['count'])"
    ),
    "Account": (
        "class Account:\n"
        "    def __init__(self, balance):\n"
        "        self.balance = balance\n\n"
        "    def deposit(self, amount):\n"
        "        self.balance += amount\n\n"
        "    def withdraw(self, amount):\n"
        "        if amount > self.balance:\n"
        "            raise ValueError('too much')\n"
        "        self.balance -= amount"
    ),
    "keep": "def keep(rows, wanted):\n    return [row for row in rows if wanted(row)]",
    "best": "best = min(prices)",
    "why": "Because it pays.",
}
WRONG = {
    "mean": "def mean(values):\n    return 0",
    "scale": "def scale(x):\n    return x",
    "tidy": "def tidy(table):\n    return table",
    "Account": "class Account:\n    def __init__(self, balance):\n        self.balance = 0",
    "keep": "def keep(rows, wanted):\n    return rows",
    "best": "best = 0.0",
    "why": "No idea.",
}
_TESTS = {
    "mean": """\
found = mean([1, 2, 6])
assert found == 3, f"of 1, 2 and 6: expected 3, got {found}"
### BEGIN HIDDEN TESTS
cases = [([71305, 71307], 71306), ([-4], -4), ([0, 0, 0, 2], 0.5)]
assert all(map(lambda case: mean(case[0]) == case[1], cases)), "tangerine: other numbers"
### END HIDDEN TESTS
""",
    "scale": """\
assert np.allclose(scale(np.array([1.0, 3.0])), [-1.0, 1.0]), "1 and 3 become -1 and 1"
### BEGIN HIDDEN TESTS
made = np.array([71305.0, 71306.0, 71310.0])
expected = (made - made.mean()) / made.std()
assert np.allclose(scale(made), expected), "tangerine: other numbers"
assert np.isclose(scale(made), expected).all(), "tangerine: one by one"
### END HIDDEN TESTS
""",
    "tidy": """\
table = pd.DataFrame({"price": [2.0, np.nan, 3.0], "count": [1, 2, 3]})
wanted = pd.DataFrame({"price": [2.0, 3.0], "count": [1, 3], "total": [2.0, 9.0]}, index=[0, 2])
pd.testing.assert_frame_equal(tidy(table), wanted)
### BEGIN HIDDEN TESTS
table = pd.DataFrame({"price": [np.nan, 71305.0], "count": [1, 2], "kind": ["x", "kumquat"]})
found = tidy(table)
assert list(found.columns) == ["price", "count", "kind", "total"], "tangerine: columns"
assert found["total"].tolist() == [142610.0], "tangerine: totals"
assert len(table) == 2, "tangerine: the table was changed"
### END HIDDEN TESTS
""",
    "Account": """\
account = Account(10)
account.deposit(5)
assert account.balance == 15, f"10 and 5: expected 15, got {account.balance}"
### BEGIN HIDDEN TESTS
other = Account(71305)
try:
    other.withdraw(99999)
except ValueError:
    pass
else:
    raise AssertionError("tangerine: overdrawn")
other.withdraw(305)
assert other.balance == 71000, "tangerine: balance"
assert account.balance == 15, "tangerine: they share a balance"
### END HIDDEN TESTS
""",
    "keep": """\
found = keep([1, 2, 3, 4], lambda number: number % 2 == 0)
assert found == [2, 4], f"{found} came for the even ones of 1 to 4"
### BEGIN HIDDEN TESTS
seen = []


def wanted(word):
    seen.append(word)
    assert isinstance(word, str), "tangerine: called with something else"
    return word.startswith("kum")


rows = ["kumquat", "tangerine", "kumquat", "lime"]
assert keep(rows, wanted) == ["kumquat", "kumquat"], "tangerine: words"
assert seen == ["kumquat", "tangerine", "kumquat", "lime"], "tangerine: calls"
assert len(rows) == 4, "tangerine: the rows were changed"
### END HIDDEN TESTS
""",
    "best": """\
assert isinstance(best, float), f"expected a float, got {best!r}"
### BEGIN HIDDEN TESTS
assert best == 3.25, "tangerine: the price"
### END HIDDEN TESTS
""",
}


@dataclass(frozen=True)
class Attack:
    """One hostile submission.

    Attributes
    ----------
    name, tries : str
        What it is called, and what it attempts.
    answers : mapping of str to str
        Sources in place of the right answers.
    lost : mapping of str to str
        The tasks that earn nothing, with the states that are right, bars between them; by default
        what is in `answers`, failed or with an error. All other tasks are passed.
    either : tuple of str
        Tasks that are passed or not, by chance.
    change : callable, optional
        Changes the notebook, as JSON.
    write : callable, optional
        Writes the file itself: gets the student's folder and the notebook's bytes.
    pack : callable, optional
        Gives the members of a zip of its own; gets the student's id and the notebook's bytes.
    """

    name: str
    tries: str
    answers: Mapping[str, str] = field(default_factory=dict)
    lost: Mapping[str, str] | None = None
    either: tuple[str, ...] = ()
    change: Callable[[Notebook], None] | None = None
    write: Callable[[Path, bytes], None] | None = None
    pack: Callable[[str, bytes], Members] | None = None

    @property
    def states(self) -> Mapping[str, str]:
        """What is right for the tasks that earn nothing."""
        if self.lost is not None:
            return self.lost
        return dict.fromkeys(self.answers, "failed|error")


def _cell(kind: str, name: str, source: str, metadata: Notebook | None = None) -> NotebookNode:
    make = getattr(nbformat.v4, f"new_{kind}_cell")
    made: NotebookNode = make(source.strip(), id=name, metadata=metadata or {})
    return made


def _facts(name: str, **told: Any) -> Notebook:
    plain = {"grade": False, "solution": False, "locked": False, "task": False}
    return {"nbgrader": {"schema_version": 3, "grade_id": name, **plain, **told}}


def master_notebook() -> NotebookNode:
    """Six tested tasks of different kinds, and one in words."""
    provided = "import numpy as np\nimport pandas as pd\n\nprices = [4.5, 3.25, 9.0]"
    cells = [
        _cell("markdown", "title", "# 3.9 Small things: assignment"),
        _cell("code", "provided", provided),
    ]
    for number, (name, points) in enumerate(POINTS.items(), 1):
        solution = f"### BEGIN SOLUTION\n{RIGHT[name]}\n### END SOLUTION"
        test = _facts(f"{name}-test", points=points, grade=True, locked=True)
        cells += [
            _cell("markdown", f"task-{number}", f"## Task {number}: {name} ({points:g} points)"),
            _cell("code", name, solution, _facts(name, solution=True)),
            _cell("code", f"{name}-test", _TESTS[name], test),
        ]
    manual = _facts("why", points=MANUAL["why"], grade=True, solution=True)
    cells += [
        _cell("markdown", "task-7", "## Task 7: say why (8 points)"),
        _cell("markdown", "why", "Because.", manual),
    ]
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "mlops_lab": {"lesson": "3.9"},
    }
    nb: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    return nb


def hidden_parts() -> list[str]:
    """Return the lines of hidden tests, without space around them."""
    found: list[str] = []
    for source in _TESTS.values():
        hidden = source.partition("### BEGIN HIDDEN TESTS\n")[2].partition("### END")[0]
        found += [line.strip() for line in hidden.splitlines() if len(line.strip()) > 20]
    return found
