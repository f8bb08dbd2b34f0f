"""Answers that are no value of the kind that is due earn nothing; honest values of any kind do."""

from collections.abc import Callable
from typing import Any

import pytest

from mlops_lab.workbench.classroom.model import TaskResult

MakeClass = Callable[..., Any]

LIAR = """\
class Liar:
    _yes = lambda self, *a, **k: True
    _same = lambda self, *a, **k: self
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __bool__ = _yes
    __abs__ = __sub__ = __rsub__ = __add__ = __radd__ = __getitem__ = __call__ = _same
    __float__ = lambda self: 0.0
    __len__ = lambda self: 3
    __iter__ = lambda self: iter(())
    __hash__ = lambda self: 0
    __class__ = property(lambda self: float)
    __instancecheck__ = _yes
    shape, size, ndim = (3,), 3, 1
    mean = sum = max = min = _same
"""

# Tests as people write them; each lets something pass that is no answer.
PARTS = [
    ("code", "setup", "import numpy as np\nimport pandas as pd\nfrom mlops_lab import kit"),
    ("answer", "threshold", "def threshold(x):\n    return float(np.quantile(x, 0.9))"),
    ("test", "threshold-test", "x = np.arange(11.0)\nassert not np.mean(x > threshold(x)) > 0.2\n"
     "### BEGIN HIDDEN TESTS\nassert not abs(threshold(2 * x) - 18) > 1e-9\n"
     "### END HIDDEN TESTS", 1),
    ("answer", "scaled", "def scaled(x):\n    return (x - x.min()) / (x.max() - x.min())"),
    ("test", "scaled-test", "x = np.array([1.0, 2.0, 5.0])\n"
     "assert (np.abs(scaled(x) - [0, 0.25, 1]) < 1e-9).all()\n"
     "assert np.sum(np.abs(scaled(x) - np.array([0, 0.25, 1]))) < 1e-9", 1),
    ("answer", "squares", "def squares(numbers):\n    return [one * one for one in numbers]"),
    ("test", "squares-test", "found = squares([1, 2, 3])\n"
     "assert all(a == b for a, b in zip(found, [1, 4, 9]))", 1),
    ("answer", "root", "def root(x):\n    if x < 0:\n        raise ValueError('negative')\n"
     "    return x ** 0.5"),
    ("test", "root-test", "assert abs(root(4) - 2) < 1e-9\ntry:\n    if root(-1) == 0:\n"
     "        pass\nexcept ValueError:\n    pass\nelse:\n    assert False, 'negative numbers'", 1),
    ("answer", "table", "def table(rows):\n    return pd.DataFrame(rows)"),
    ("test", "table-test", "found = table([{'a': 1}, {'a': 2}])\nassert found.shape == (2, 1)\n"
     "assert found.size == 2", 1),
    ("answer", "grade", "def grade(rows):\n    return 2.0 * (sum(rows) == 6)"),
    ("test", "grade-test", "assert True\ngrade([1, 2, 3])", 2),
    ("answer", "ordered", "def ordered(rows):\n    return sorted(rows)"),
    ("test", "ordered-test", "rows = [3, 1, 2]\nassert ordered(rows) == sorted(rows)\n"
     "x = np.array([3.0, 1.0])\nassert ordered(x.tolist())[0] == 1.0", 1),
    ("answer", "centred", "def centred(x):\n    return x - x.mean()"),
    ("test", "centred-test", "x = np.array([3.0, 1.0, 2.0])\nfound = centred(x)\n"
     "assert np.allclose(found, x - x.mean())\n"
     "rows = kit.map_rows(centred, [np.array([1.0, 3.0])])\nassert len(rows) == 1", 1),
    ("answer", "cleaned", "def cleaned(frame):\n    return frame.dropna()"),
    ("test", "cleaned-test", "frame = pd.DataFrame({'a': [1.0, np.nan]})\nfound = cleaned(frame)\n"
     "assert len(found) == frame['a'].notna().sum()", 1),
    ("answer", "shuffled", "def shuffled(rows):\n    rows.reverse()"),
    ("test", "shuffled-test", "rows = [1, 2, 3]\nkit.in_place(shuffled)(rows)\n"
     "assert rows == [3, 2, 1]", 1),
    ("answer", "account", "def account(balance):\n    class Account: pass\n"
     "    made = Account()\n    made.balance = balance\n    return made"),
    ("test", "account-test", "assert account(15).balance == 15", 1),
    ("answer", "times", "def times(numbers):\n    return [2 * one for one in numbers]"),
    ("test", "times-test", "both = kit.map_rows(times, [[1], [2, 3]])\n"
     "assert all(one == [2 * x for x in row] for one, row in zip(both, [[1], [2, 3]]))", 1),
]  # fmt: skip
RIGHT = {
    "threshold": "def threshold(x): return np.quantile(x, 0.9)",
    "scaled": "def scaled(x): return (x - min(x)) / (max(x) - min(x))",
    "squares": "def squares(numbers): return np.array(numbers) ** 2",
    "root": "import math\ndef root(x): return math.sqrt(x)",
    "table": "def table(rows): return pd.DataFrame.from_records(rows)",
    "grade": "def grade(rows): return np.float64(2) if sum(rows) == 6 else 0",
    "ordered": "def ordered(rows):\n    rows.sort()\n    return rows",
    "centred": "def centred(x):\n    x -= x.mean()\n    return x",
    "cleaned": "def cleaned(frame):\n    frame.dropna(inplace=True)\n    return frame",
    "shuffled": "def shuffled(rows):\n    rows[:] = rows[::-1]\n    return rows",
    "account": "from types import SimpleNamespace\n"
    "def account(balance): return SimpleNamespace(balance=balance)",
    "times": "def times(numbers): return [one + one for one in numbers]",
}
LIARS = dict.fromkeys(
    ("threshold", "scaled", "squares", "root", "table", "grade", "ordered", "centred", "cleaned",
     "times"), "Liar()",
)  # fmt: skip
# What each hands in: the tasks that are not right, with what they give whatever they are given.
WRONG = {
    "liar": LIARS,
    "not a number": {"threshold": "float('nan')", "scaled": "np.full(3, np.nan)",
                     "grade": "float('nan')"},
    "infinite": {"threshold": "float('inf')", "grade": "float('inf')"},
    "negative": {"grade": "-1"},
    "too much": {"grade": "5"},
    "a text": {"grade": "'2'"},
    "any text": {"grade": "'all of it'"},
    "a list": {"grade": "[]", "threshold": "[99.0, 99.0]"},
    "nothing": {"grade": "None"},
    "yes": {"grade": "True"},
    "no rows": {"scaled": "np.empty((0, 1))", "squares": "[]", "times": "[]"},
    "an array is ambiguous": {"root": "np.zeros(3) if x < 0 else x ** 0.5"},
    "cannot cross": {"root": "np.ma.masked_all(3) if x < 0 else x ** 0.5"},
    "endless": {"root": "[loop for loop in [[]] if not loop.append(loop)] if x < 0 else x ** 0.5"},
    "looks the part": {
        "table": "type('Frame', (), {'shape': (2, 1), 'size': 2})()",
        "threshold": "type('Far', (float,), {'__gt__': lambda *a: False})('nan')",
    },
}  # fmt: skip
BODIES = {
    "sorts in place": {"ordered": "def ordered(rows):\n    rows[:] = [0] * len(rows)\n"
                       "    return rows",
                       "centred": "def centred(x):\n    x[:] = 0\n    return x",
                       "cleaned": "def cleaned(frame):\n"
                       "    frame.drop(frame.index, inplace=True)\n    return frame"},
    "not in place": {"shuffled": "def shuffled(rows): return rows[::-1]"},
    "error of another kind": {
        "root": "class ValueError(Exception): pass\ndef root(x):\n"
        "    if x < 0: raise ValueError('x')\n    return x ** 0.5"},
    "error of the grader's": {
        "root": "from mlops_lab.workbench.classroom.sandbox import SerializationError\n"
        "class Mine(SerializationError): pass\ndef root(x):\n    if x < 0: raise Mine('x')\n"
        "    return x ** 0.5"},
    "error with a name of the grader's": {
        "root": "class SerializationError(Exception): pass\ndef root(x):\n"
        "    if x < 0: raise SerializationError('x')\n    return x ** 0.5"},
    "forged list": {
        "times": "from mlops_lab.workbench.classroom.sandbox import worker\n"
        "worker._DOES['call'] = lambda *a: {'value': ['l']}\n"
        "worker._Worker.call = lambda *a: {'value': ['l']}\n"
        "def times(numbers): return []"},
}  # fmt: skip
HONEST = {
    "right": {},
    "own class": {"account": "class Account:\n    def __init__(self, b): self.balance = b\n"
                  "def account(balance): return Account(balance)"},
    "dataclass": {"account": "from dataclasses import dataclass\n@dataclass\nclass Account:\n"
                  "    balance: int\ndef account(balance): return Account(balance)"},
    "named tuple": {"account": "from collections import namedtuple\n"
                    "_Account = namedtuple('_Account', 'balance')\n"
                    "def account(balance): return _Account(balance)"},
    "series": {"account": "def account(balance): return pd.Series({'balance': balance})"},
    "bunch": {"account": "from sklearn.utils import Bunch\n"
              "def account(balance): return Bunch(balance=balance)"},
    "estimator": {"account": "from sklearn.dummy import DummyClassifier\ndef account(balance):\n"
                  "    made = DummyClassifier()\n    made.balance = balance\n    return made"},
    "child of ValueError": {"root": "class Negative(ValueError): pass\ndef root(x):\n"
                            "    if x < 0: raise Negative(x)\n    return x ** 0.5"},
    "error of a library": {"root": "import json\ndef root(x):\n"
                           "    if x < 0: json.loads('{')\n    return x ** 0.5"},
    "in place": {"ordered": RIGHT["ordered"], "centred": RIGHT["centred"]},
}  # fmt: skip
ARGUMENTS = {"threshold": "x", "scaled": "x", "squares": "numbers", "root": "x", "table": "rows",
             "grade": "rows", "ordered": "rows", "centred": "x", "cleaned": "frame",
             "times": "numbers"}  # fmt: skip


def answers(wrong: dict[str, str]) -> dict[str, str]:
    made = {
        name: f"{LIAR if 'Liar' in value else ''}def {name}({ARGUMENTS[name]}): return {value}"
        for name, value in wrong.items()
    }
    return RIGHT | made


Results = dict[str, dict[str, TaskResult]]


@pytest.fixture(scope="module")
def found(make_class: MakeClass, request: pytest.FixtureRequest) -> Results:
    """One class in which all of them hand in."""
    request.getfixturevalue("isolated")
    handed = {name: answers(wrong) for name, wrong in WRONG.items()}
    handed |= {name: RIGHT | bodies for name, bodies in (BODIES | HONEST).items()}
    room = make_class(PARTS, list(handed))
    for student, sources in handed.items():
        room.hand_in(student, sources)
    room.grade(seconds=4.0)
    return {student: room.results(student) for student in handed}


@pytest.mark.parametrize("name", [*WRONG, *BODIES])
def test_what_is_not_of_the_kind_that_is_due_earns_nothing(found: Results, name: str) -> None:
    wrong = {**WRONG, **BODIES}[name]
    lost = {task.removesuffix("-test") for task, one in found[name].items() if not one.points}
    if name == "forged list":  # what else its process gives is left to chance
        assert "times" in lost
    else:
        assert lost == {*wrong}, {task: one.message for task, one in found[name].items()}
    assert all(found[name][f"{task}-test"].message for task in wrong)


@pytest.mark.parametrize("name", HONEST)
def test_honest_values_of_common_libraries_pass(found: Results, name: str) -> None:
    lost = {task: one.message for task, one in found[name].items() if one.state != "passed"}
    assert lost == {}


def test_a_hidden_oddity_is_told_to_the_instructor_only(found: Results) -> None:
    one = found["not a number"]["threshold-test"]
    assert "not finite" in (one.detail or "")
    assert found["a list"]["grade-test"].detail
