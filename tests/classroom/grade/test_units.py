"""The parts of grading, one by one."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbformat import NotebookNode

from mlops_lab.kit import in_place, map_rows
from mlops_lab.workbench.classroom.grade import messages
from mlops_lab.workbench.classroom.grade.checks import (
    NAME,
    VALUE,
    Recorder,
    compiled_test,
    expected_and_found,
)
from mlops_lab.workbench.classroom.grade.errors import UncaughtError, error_of
from mlops_lab.workbench.classroom.grade.inplace import put_back
from mlops_lab.workbench.classroom.grade.names import bound, carried
from mlops_lab.workbench.classroom.grade.plan import (
    ANSWER,
    PROVIDED,
    TEST,
    Plan,
    Step,
    from_document,
    make_plan,
)
from mlops_lab.workbench.classroom.grade.proxy import GoneError, Proxy, value_of
from mlops_lab.workbench.classroom.grade.student_session import StudentSession
from mlops_lab.workbench.classroom.sandbox import (
    Failure,
    Limits,
    Outcome,
    Sandbox,
    State,
    Student,
)
from mlops_lab.workbench.classroom.student_version import STUB_SAYS
from mlops_lab.workbench.runs.errors import RefusedError

# Names


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("x = 1", "x"),
        ("a, (b, *c) = 1, (2, 3)", "a b c"),
        ("x: int = 1", "x"),
        ("x += 1", "x"),
        ("def f(y):\n    z = y\n    return z", "f"),
        ("async def f(): ...", "f"),
        ("class A:\n    b = 1\n    def c(self): ...", "A"),
        ("import os.path, numpy as np\nfrom math import pi as p", "np os p"),
        ("for i in range(3):\n    last = i", "i last"),
        ("with open('x') as file: pass", "file"),
        ("try: pass\nexcept ValueError as error: pass", "error"),
        ("if (n := 3) > 2: pass", "n"),
        ("match 3:\n    case number: pass", "number"),
        ("def f():\n    global g\n    g = 1", "f"),
        ("squares = [i for i in range(3)]", "squares"),
        ("frame['a'] = 1", "frame"),
        ("model.coef_ = 1", "model"),
        ("box.inner['a'].b[0] += 1", "box"),
        ("del frame['a']", "frame"),
        ("del x", "x"),
        ("f()['a'] = 1", ""),
        ("frame.drop(columns='a')", ""),
        ("def f():\n    frame['a'] = 1", "f"),
        ("lambda: 1", ""),
        ("", ""),
    ],
)
def test_names_that_a_cell_binds_or_changes(source: str, names: str) -> None:
    assert sorted(bound(source)) == names.split()


def test_names_of_what_is_not_python() -> None:
    with pytest.raises(SyntaxError):
        bound("def")


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("import math\nassert add(1, 2) == 3", "import math"),
        ("rows = [1]\nfound = add(rows)\nassert found", "rows = [1]"),
        ("a = 1\nb = add(a)\nc = b + 1\nd = a", "a = 1\n\n\nd = a"),
        ("def helper(x):\n    return add(x)\nfound = helper(1)",
         "def helper(x):\n    return add(x)"),
        ("@cached\ndef helper(x):\n    return x\nuse = helper(1)",
         "@cached\ndef helper(x):\n    return x\nuse = helper(1)"),
        ("class Case:\n    pass\nfor one in range(3): pass\nprint(1)", "class Case:\n    pass"),
        ("limit: int = 3\nadd(limit)", "limit: int = 3"),
        ("assert add(1, 2) == 3", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_what_of_a_test_an_answer_may_rely_on(source: str, kept: str) -> None:
    assert carried(source, frozenset({"add"})) == kept


# The plan


def master(**changed: str) -> NotebookNode:
    """A provided cell, an answer, a test with a hidden part, and one in messages."""
    told = {
        "setup": "%matplotlib inline\nimport numpy as np",
        "add": "def add(a, b):\n    return a + b",
        "add-test": "case = (1, 2)\nassert add(*case) == 3\n### BEGIN HIDDEN TESTS\n"
        "assert add(2, 2) == 4\n### END HIDDEN TESTS\nassert add(0, 0) == 0",
        "why": "Because.",
    } | changed
    plain = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
    facts = {
        "setup": {},
        "add": {"nbgrader": {**plain, "grade_id": "add", "solution": True}},
        "add-test": {"nbgrader": {**plain, "grade_id": "add-test", "grade": True, "points": 2}},
        "why": {"nbgrader": {**plain, "grade_id": "why", "grade": True, "solution": True,
                             "points": 4}},
    }  # fmt: skip
    kinds = {"why": "markdown"}
    cells = [
        getattr(nbformat.v4, f"new_{kinds.get(name, 'code')}_cell")(
            told[name], id=name, metadata=facts[name]
        )
        for name in facts
    ]
    return nbformat.v4.new_notebook(cells=cells)


def test_a_plan_says_whose_each_cell_is() -> None:
    plan = make_plan(master())
    provided, answer, test = plan.steps
    assert provided == Step(PROVIDED, "setup", "pass\nimport numpy as np")
    assert (answer.kind, answer.name, answer.names) == (ANSWER, "add", ("add",))
    assert (test.kind, test.points, test.hidden) == (TEST, 2.0, (3, 4, 5))
    assert (test.answers, test.carried) == (("add",), "case = (1, 2)")
    assert plan.manual == (("why", 4.0, "why"),)
    assert plan.solutions == {"add": "def add(a, b):\n    return a + b"}
    assert "numpy" in plan.modules


def test_a_plan_crosses_as_plain_data() -> None:
    plan = make_plan(master())
    assert from_document(json.loads(json.dumps(plan.document()))) == plan


@pytest.mark.parametrize("name", ["setup", "add", "add-test"])
def test_a_plan_refuses_what_is_not_python(name: str) -> None:
    with pytest.raises(RefusedError, match=f"Cell '{name}' of the master is not Python, line 1"):
        make_plan(master(**{name: "def"}))


# Expected and found


def seen(source: str, **names: object) -> tuple[str | None, str | None]:
    """Run a test cell that fails; give what it says of what it wanted."""
    recorder = Recorder()
    with pytest.raises(AssertionError) as error:
        exec(compiled_test(source, "<test>"), {NAME: recorder, "np": np, **names})
    return expected_and_found(str(error.value), recorder)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("assert 4 == 3", ("3", "4")),
        ("assert 4 != 4", ("!= 4", "4")),
        ("assert 4 < 3", ("< 3", "4")),
        ("assert 4 <= 3", ("<= 3", "4")),
        ("assert 3 > 4", ("> 4", "3")),
        ("assert 3 >= 4", (">= 4", "3")),
        ("assert 0 is None", ("None", "0")),
        ("assert None is not None", ("is not None", "None")),
        ("assert 3 in [4]", ("in [4]", "3")),
        ("assert 4 not in [4]", ("not in [4]", "4")),
        ("assert 1 == 1 and 'a' == 'b'", ("'b'", "'a'")),
        ("assert 1 == 2 or 'a' == 'b'", ("'b'", "'a'")),
        ("assert np.isclose(1.0, 2.0)", ("2.0", "1.0")),
        ("import math\nassert math.isclose(1.0, 2.0, rel_tol=0.1)", ("2.0", "1.0")),
        ("assert np.allclose([1], [2], atol=0.1)", ("[2]", "[1]")),
        ("assert np.array_equal(np.zeros(1), np.ones(1))", ("array([1.])", "array([0.])")),
        ("assert 1 < 2 < 2", (None, None)),
        ("assert not 3", (None, None)),
        ("assert isinstance(3, str)", (None, None)),
        ("assert False", (None, None)),
        ("1 == 2\nassert False", (None, None)),
        ("assert 1 == 1\nassert False", (None, None)),
        ("assert 4 == 3, 'no'", ("3", "4")),
        ("assert 4 == 3, 'for 1 and 2: expected three, got four'", ("three", "four")),
        ("assert 4 == 3, 'expected: three; but found: four.'", ("three", "four")),
        ("assert False, 'expected a\\nb, came c'", ("a\nb", "c")),
        ("if True:\n    assert 4 == 3", ("3", "4")),
        ("def f(x):\n    assert x == 3\nf(4)", ("3", "4")),
        ("for i in range(3):\n    assert i == 0", ("0", "1")),
    ],
)
def test_each_kind_of_assert_says_what_it_wanted(
    source: str, told: tuple[str | None, str | None]
) -> None:
    assert seen(source) == told


def test_what_is_long_or_cannot_be_shown_is_told_all_the_same() -> None:
    class Odd:
        def __repr__(self) -> str:
            raise TypeError

    expected, found = seen("assert odd == 'x' * 9999", odd=Odd())
    assert (found, len(expected or "")) == ("a Odd that cannot be shown (TypeError)", 500)


def test_the_value_of_a_last_expression_is_kept_and_asserts_stay_lazy() -> None:
    names: dict[str, Any] = {NAME: Recorder(), "calls": []}
    source = "assert True or calls.append(1)\nassert 1 == 1, calls.append(2)\n2 * 3"
    exec(compiled_test(source, "<test>"), names)
    assert (names[VALUE], names["calls"]) == (6, [])


# In place


def test_lists_and_dicts_are_changed_in_place_nested_ones_too() -> None:
    inner, array, frame = [1], np.zeros(2), pd.DataFrame({"a": [1]})
    place = {"inner": inner, "array": array, "frame": frame, "set": {1}, "gone": 1, "x": (1,)}
    new = {
        "inner": [1, 2], "array": np.ones(2), "frame": pd.DataFrame({"b": [2, 3]}), "set": {2},
        "x": (2,), "more": "new",
    }  # fmt: skip
    put_back(place, new)
    assert list(place) == list(new)
    assert place["inner"] is inner
    assert inner == [1, 2]
    assert place["array"] is array
    assert array.tolist() == [1, 1]
    assert place["frame"] is frame
    assert frame.to_dict("list") == {"b": [2, 3]}
    assert (place["set"], place["x"], place["more"]) == ({2}, (2,), "new")


@pytest.mark.parametrize(
    ("place", "new", "after"),
    [
        ([1, [2], {3: 4}], [[5], [6, 7], {3: [8]}, 9], [[5], [6, 7], {3: [8]}, 9]),
        ([1, 2, 3], [], []),
        ([1], [True], [True]),
        ({1: [2]}, {}, {}),
        ({1, 2}, {2, 3}, {2, 3}),
        ((1, 2), (3, 4), (1, 2)),
        ("text", "other", "text"),
        ([1], {1: 2}, [1]),
    ],
)
def test_plain_things_in_place(place: Any, new: Any, after: Any) -> None:
    put_back(place, new)
    assert place == after
    assert [type(one) for one in place] == [type(one) for one in after]


def test_arrays_in_place() -> None:
    whole = np.arange(6.0).reshape(2, 3)
    put_back(whole[0], np.full(3, 7.0))  # a view changes what it looks at
    assert whole.tolist() == [[7, 7, 7], [3, 4, 5]]
    for other in (np.zeros(4), np.zeros((2, 3), int)):
        put_back(whole, other)
    assert whole.sum() == 33
    whole.flags.writeable = False
    put_back(whole, np.zeros((2, 3)))
    assert whole.sum() == 33


def test_an_array_of_another_size_takes_the_old_one_s_place_in_a_list() -> None:
    old = np.zeros(2)
    place = [old]
    put_back(place, [np.ones(3)])
    assert (place[0].tolist(), old.tolist()) == ([1, 1, 1], [0, 0])


def test_frames_and_series_in_place() -> None:
    frame, series = pd.DataFrame({"a": [1, 2]}, index=[5, 6]), pd.Series([1, 2], name="a")
    put_back(frame, pd.DataFrame({"a": [2.5], "b": ["x"]}, index=["k"]))
    put_back(series, pd.Series([3.5], index=["k"], name="b"))
    pd.testing.assert_frame_equal(frame, pd.DataFrame({"a": [2.5], "b": ["x"]}, index=["k"]))
    pd.testing.assert_series_equal(series, pd.Series([3.5], index=["k"], name="b"))


# Words

STEP = Step(TEST, "add-test", "", points=4.0, answers=("add",))


@pytest.mark.parametrize(
    ("value", "points", "state"),
    [
        (None, 4, "passed"), (True, 4, "passed"), (False, 4, "passed"), (4, 4, "passed"),
        (2.5, 2.5, "partial"), (1, 1, "partial"), (0, 0, "failed"), (-1, 0, "failed"),
        (5, 0, "failed"), (float("nan"), 0, "failed"), ("2", 0, "failed"), (10**400, 0, "failed"),
        (float("inf"), 0, "failed"), (-float("inf"), 0, "failed"), (np.float64("nan"), 0, "failed"),
        ("nan", 0, "failed"), (" 4 ", 0, "failed"), (b"2", 0, "failed"), (2 + 0j, 0, "failed"),
        (np.array(2.5), 2.5, "partial"), (-1e-300, 0, "failed"), ("done", 4, "passed"),
        (3.9999999999999996, 4, "passed"), (4.000000000000001, 4, "passed"),
        (0.1 + 0.2, 0.3, "partial"), (-1e-17, 0, "failed"),
        (np.int64(2), 2, "partial"), (np.float32(1.5), 1.5, "partial"), (np.True_, 4, "passed"),
        (np.arange(3), 4, "passed"),
    ],
    ids=lambda one: f"{type(one).__name__} {one}"[:24],
)  # fmt: skip
def test_partial_credit(value: object, points: float, state: str) -> None:
    done = messages.earned(STEP, value)
    assert (done.points, done.state, done.of) == (points, state, 4)


@pytest.mark.parametrize("value", [-1, 5, float("nan"), float("inf"), "2", 10**400])
def test_odd_credit_is_told_to_the_instructor(value: object) -> None:
    done = messages.earned(STEP, value)
    assert repr(value)[:50] in (done.detail or "")
    assert "a number from 0 to 4" in (done.detail or "")
    assert "Your instructor" in done.message
    assert repr(value) not in done.message


def raised(kind: str, message: str) -> BaseException:
    """An error of the student's, as a test sees it."""
    trace = f'  File "<cell add>", line 3, in add\n    x\n{kind}: {message}\n'
    return error_of(Failure(kind, message, trace))


SECRET = "of 4711 rows"


@pytest.mark.parametrize(
    "error",
    [
        AssertionError(f"expected {SECRET}, got 1"), NameError(SECRET, name="rows"),
        KeyError(SECRET), raised("ValueError", SECRET), raised("AssertionError", SECRET),
        raised("Rows4711", SECRET), raised(SECRET, SECRET),
    ],
    ids=["assert", "name", "key", "the answer's error", "its assert", "a kind", "no kind"],
)  # fmt: skip
def test_a_hidden_failure_tells_nothing_of_its_data(error: Exception) -> None:
    done = messages.failed(STEP, error, None, hidden=True, wanted=(SECRET, SECRET))
    shown = f"{done.message} {done.expected} {done.found}"
    assert "4711" not in shown
    assert "hidden test failed" in shown
    assert SECRET in (done.detail or "")


@pytest.mark.parametrize(
    ("error", "state", "told"),
    [
        (AssertionError("three, please"), "failed", "three, please"),
        (AssertionError(), "failed", "A test failed."),
        (NameError("name 'add' is not defined", name="add"), "failed", "does not define add"),
        (KeyError("a"), "failed", "KeyError: 'a'"),
        (raised("ValueError", "no"), "error", "raised ValueError in line 3 of add: no"),
        (raised("NotImplementedError", ""), "missing", "no answer yet"),
        (raised("NotImplementedError", STUB_SAYS), "missing", "no answer yet"),
        (raised("NotImplementedError", "later"), "error", "NotImplementedError"),
    ],
    ids=[
        "assert",
        "bare",
        "name",
        "key",
        "error",
        "nbgrader's stub",
        "stub",
        "own NotImplementedError",
    ],
)
def test_a_visible_failure_says_why(error: Exception, state: str, told: str) -> None:
    done = messages.failed(STEP, error, None, hidden=False, wanted=("3", "4"))
    assert (done.state, done.points) == (state, 0)
    assert told in done.message
    if isinstance(error, AssertionError):
        assert (done.expected, done.found) == ("3", "4")


@pytest.mark.parametrize("kind", ["KeyError", "Rows_4711"])
def test_a_hidden_error_is_told_without_kind_line_or_word(kind: str) -> None:
    trace = 'File "<cell rows_4711>", line 4711\nFile "<cell add>", line 4711\n'
    error = error_of(Failure(kind, "4711", trace))
    done = messages.failed(STEP, error, None, hidden=True, wanted=("", ""))
    assert (done.state, done.message) == (
        "error",
        "A hidden test failed: your code raised an error there.",
    )
    assert "4711" in (done.detail or "")  # for the instructor


def test_an_answer_that_did_not_run_is_named_before_what_came_of_it() -> None:
    trace = '  File "<cell add>", line 2\n    def (\nSyntaxError: invalid syntax\n'
    broken = Outcome(State.ERROR, failure=Failure("SyntaxError", "invalid syntax", trace))
    done = messages.failed(STEP, NameError("add", name="add"), broken, hidden=True, wanted=("", ""))
    assert (done.state, done.message) == (
        "error", "Your cell did not run: SyntaxError in line 2 of add: invalid syntax",
    )  # fmt: skip


@pytest.mark.parametrize("state", [one for one in State if one not in (State.OK, State.ERROR)])
def test_how_a_process_ended_is_told(state: State) -> None:
    done = messages.gone(STEP, Outcome(state, failure=Failure("X", "it was that way.")))
    assert done.state == ("timed out" if state is State.TIMED_OUT else "killed")
    said = "its process ended" if state is State.KILLED else "it was that way"
    assert done.message == f"Your code was stopped: {said}."
    assert "it was that way" in (done.detail or "")
    broken = messages.failed(
        STEP, NameError("x"), Outcome(state), hidden=False, wanted=(None, None)
    )
    ended = "its process ended" if state is State.KILLED else "its process had ended"
    assert broken.message == f"Your code was stopped: {ended}."


@pytest.mark.parametrize("kind", ["OSError", "AssertionError"])
def test_no_place_of_this_machine_is_told(kind: str) -> None:
    installed = str(Path(messages.__file__).parents[4])
    places = f"{sys.prefix}/lib/x.py", messages.__file__
    error = raised(kind, str(places)) if kind == "OSError" else AssertionError(str(places))
    done = messages.failed(STEP, error, None, hidden=False, wanted=places)
    shown = [done.message] if kind == "OSError" else [done.message, done.expected, done.found]
    for text in shown:
        assert text is not None
        assert "…/" in text
        assert not [one for one in (sys.prefix, installed) if one in text]
    assert sys.prefix in (done.detail or "")  # an instructor may have to look there


def test_words_are_cut() -> None:
    long = AssertionError("x" * 10_000)
    done = messages.failed(STEP, long, None, hidden=False, wanted=(None, None))
    assert len(done.message) == len(done.detail or "") == 2_000


# Proxies, and the process behind them

CODE = """
import numpy as np
class Far(Exception): pass
class Sum:
    unit = "euro"
    def __init__(self, start=0):
        self.total, self.seen = start, []
    def add(self, x):
        self.total += x
        self.seen.append(x)
        return self
    def make(self):
        return [self, {"again": Sum(7)}]
    def __eq__(self, other):
        return True
    __hash__ = None
def double(values, *, more=None):
    for i, one in enumerate(values): values[i] = 2 * one
    if more is not None: more["seen"] = len(values)
import collections, dataclasses, json, types, pandas as pd
class Late(ValueError): pass
class Both(KeyError, ValueError): pass
def fail(kind, *words):
    if kind == "json": json.loads(f'{words[0]}')
    if kind == "decoded": b"\\xff".decode()
    raise {"value": ValueError, "own": Far, "key": KeyError, "decode": UnicodeDecodeError,
           "assert": AssertionError, "late": Late, "both": Both, "file": FileNotFoundError}[kind](
               *words)
def namesake(kind, said):
    made = type(kind, (Exception,), {"__module__": "builtins", "__qualname__": kind})
    raise made(said)
def strange(kind):
    from mlops_lab.workbench.classroom.sandbox.bounds import SerializationError, ProtocolError
    raise {"exit": SystemExit, "stop": StopIteration, "group of it": KeyboardInterrupt,
           "ours": SerializationError, "child of ours": type("Mine", (SerializationError,), {}),
           "forged": type("Mine", (ProtocolError, ValueError), {}),
           "base": BaseException}[kind]("x")
def too_much(what):
    loop = []
    loop.append(loop)
    return {"itself": loop, "masked": np.ma.masked_all(3), "bits": 1 << 50_000}[what]
@dataclasses.dataclass
class Filled:
    balance: int
class Own:
    def __init__(self, balance): self.balance = balance
def thing(what):
    if what == "bunch":
        class Bunch(dict):
            __getattr__ = dict.__getitem__
        return Bunch(balance=15, more=[Own(1)])
    if what == "library":
        made = pd.api.indexers.FixedForwardWindowIndexer()
        made.balance = 15
        return made
    names = {"namedtuple": ("Point", ["balance"]), "named _Point": ("_Point", ["balance"]),
             "renamed": ("Point", ["class"])}
    if what in names:
        return collections.namedtuple(*names[what], rename=True)(15)
    return {"namespace": types.SimpleNamespace(balance=15), "dataclass": Filled(15),
            "own": Own(15)}[what]
def unusual():
    return pd.DataFrame({"small": pd.array([1, 2], dtype="UInt8"),
                         "sparse": pd.arrays.SparseArray([0.0, 1.0])})
def apply(function, x): return function(x) + 1
def module(): return np
def less(a, b): return a - b
def stop():
    import os
    os._exit(0)
"""


@pytest.fixture(scope="module")
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    request.getfixturevalue("isolated")
    small = Limits(seconds=2.0, memory=128 * 2**20, processes=24, output=20_000)
    with Sandbox(["numpy", "pandas"], limits=small) as box:
        yield box


@pytest.fixture(scope="module")
def student(sandbox: Sandbox) -> Iterator[Student]:
    with sandbox.start() as one:
        assert one.run([("code", CODE)])[0].ok
        yield one


@pytest.fixture
def named(student: Student) -> Callable[[str], Any]:
    """Return a name of the student's, as tests see it."""
    return lambda name: value_of(student.value(name), Direct(student))


class Direct:
    """Asks a student process that never ends."""

    def __init__(self, student: Student) -> None:
        self.call, self.map, self.value = student.call, student.map, student.value

    def now(self) -> "Direct":
        return self


Named = Callable[[str], Any]


def test_calls_change_no_arguments_here(named: Named) -> None:
    values, array, facts = [1, [2]], np.arange(3), {"a": 1}
    assert named("double")(values, more=facts) is None
    named("double")(array)
    assert map_rows(named("double"), [values]) == [None]
    assert (values, facts, array.tolist()) == ([1, [2]], {"a": 1}, [0, 1, 2])


def test_calls_in_place_change_arguments_here_too(named: Named) -> None:
    values, array, facts = [1, [2]], np.arange(3), {"a": 1}
    assert in_place(named("double"))(values, more=facts) is None
    in_place(named("double"))(array)
    assert (values, facts) == ([2, [2, 2]], {"a": 1, "seen": 2})
    assert array.tolist() == [0, 2, 4]


def test_objects_have_attributes_and_methods(named: Named) -> None:
    one = named("Sum")(3)
    assert isinstance(one, Proxy)
    assert one.add(4).total == 7
    assert (one.total, one.unit, one.seen) == (7, "euro", [4])
    assert named("Sum").unit == "euro"
    with pytest.raises(AttributeError, match="nothing"):
        _ = one.nothing
    me, others = one.make()
    assert me.total == one.total
    assert others["again"].total == 7


def test_a_proxy_is_asked_nothing_of_its_own(named: Named) -> None:
    one = named("Sum")(3)
    assert repr(one).endswith("of the student's>")
    assert one == one
    assert one != named("Sum")(3)
    assert one != 3
    assert len({one, one}) == 1
    with pytest.raises(AttributeError):
        _ = one.__reduce_me__


def test_map_rows_calls_once_for_each_row(named: Named) -> None:
    assert map_rows(named("Sum")(0).add, [1])[0].total == 1
    rows = np.arange(20_003)  # more than go into one message
    assert map_rows(named("less"), rows, rows + 1) == [-1] * len(rows)
    with pytest.raises(TypeError):
        map_rows(named("less"), rows)


@pytest.mark.parametrize(
    ("words_of", "kind", "said"),
    [
        (("value", "no"), ValueError, "no"),
        (("key", "a"), KeyError, "a"),
        (("assert", "mine"), AssertionError, "mine"),
        (("own", "far"), Exception, "far"),
        (("late", "far"), ValueError, "far"),
        (("json", "far"), ValueError, "Expecting"),
        (("both", "far"), ValueError, "far"),
        (("both", "far"), KeyError, "far"),
        (("decode",), TypeError, "arguments"),
        (("decoded",), ValueError, "start byte"),
        (("file", "far"), OSError, "far"),
    ],
    ids=lambda one: one[0] if isinstance(one, tuple) else "",
)
def test_errors_are_of_their_type_and_known_as_the_student_s(
    named: Named, words_of: Sequence[str], kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind, match=said) as error:
        named("fail")(*words_of)
    assert "line" in error.value.failure.trace  # type: ignore[attr-defined]  # proxies put it there


@pytest.mark.parametrize(
    "kind",
    ["ValueError", "OtherError", "SerializationError", "ProtocolError", "UncaughtError",
     "GoneError", "RuntimeError", "Exception", "no name", "", "object"],
)  # fmt: skip
def test_a_class_of_the_student_s_is_no_error_that_it_is_called_like(
    named: Named, kind: str
) -> None:
    with pytest.raises(Exception, match="said") as error:
        named("namesake")(kind, "said")
    assert type(error.value) is Exception


@pytest.mark.parametrize(
    "kind", ["exit", "stop", "group of it", "ours", "child of ours", "forged", "base"]
)
def test_no_test_can_wait_for_what_is_no_error_of_an_answer(named: Named, kind: str) -> None:
    with pytest.raises(UncaughtError) as error:
        named("strange")(kind)
    assert not isinstance(error.value, Exception)
    assert error.value.failure.kind


@pytest.mark.parametrize("kind", ["UnicodeDecodeError", "ExceptionGroup", "no name", "", "object"])
def test_an_error_that_cannot_be_built_from_its_message_says_it_all_the_same(kind: str) -> None:
    error = error_of(Failure(kind, "said", kinds=(f"builtins:{kind}",)))
    assert str(error) == "said"
    assert isinstance(error, UnicodeDecodeError) == (kind == "UnicodeDecodeError")
    assert not isinstance(error, RuntimeError)


def test_a_function_of_the_test_is_called_here(named: Named) -> None:
    asked: list[int] = []

    def ask(x: int) -> int:
        asked.append(x)
        return 10

    assert named("apply")(ask, 5) == 11
    assert asked == [5]


def test_what_cannot_cross_is_an_error_of_its_answer(named: Named) -> None:
    with pytest.raises(UncaughtError, match="module") as error:
        named("module")()
    assert error.value.failure.kind == "SerializationError"


@pytest.mark.parametrize("what", ["itself", "masked", "bits"])
def test_what_cannot_cross_is_no_error_that_is_due(named: Named, what: str) -> None:
    with pytest.raises(UncaughtError):
        named("too_much")(what)


@pytest.mark.parametrize(
    "what",
    ["namespace", "dataclass", "own", "namedtuple", "named _Point", "renamed", "library", "bunch"],
)  # fmt: skip
def test_honest_objects_are_read_by_their_attributes(named: Named, what: str) -> None:
    found = named("thing")(what)
    first = found[0] if what == "renamed" else found.balance
    assert first == 15


def test_frames_of_unusual_types_cross(named: Named) -> None:
    found = named("unusual")()
    assert found["small"].tolist() == [1, 2]
    assert found["sparse"].tolist() == [0.0, 1.0]
    assert found["small"].dtype == "UInt8"


# The student's side


def plan_of(*parts: tuple[str, str, str]) -> Plan:
    steps = [Step(kind, name, source, tuple(sorted(bound(source))) if kind == ANSWER else ())
             for kind, name, source in parts]  # fmt: skip
    return Plan(tuple(steps), (), ())


ANSWERS = plan_of(
    (PROVIDED, "setup", "base = 10"),
    (ANSWER, "one", "def one(): ..."),
    (ANSWER, "two", "def two(): ..."),
    (ANSWER, "three", "def three(): ..."),
)


def side_of(
    sandbox: Sandbox, answers: Mapping[str, str], seeds: Mapping[str, str] | None = None
) -> tuple[StudentSession, dict[str, Any]]:
    """Run all cells; give the side and what its answers have bound."""
    side = StudentSession(ANSWERS, answers, seeds or {}, sandbox.start)
    found: dict[str, Any] = {}
    for at, step in enumerate(ANSWERS.steps):
        side.begin()
        side.advance(at)
        if step.kind == ANSWER:
            found |= side.values(step)
    return side, found


def test_a_process_that_an_answer_ends_begins_again_without_it(sandbox: Sandbox) -> None:
    answers = {
        "one": "def one(): return base + 1",
        "two": "import os; os._exit(0)",
        "three": "def three(): return one() + 1",
    }
    side, found = side_of(sandbox, answers)
    assert sorted(found) == ["one", "three"]
    assert found["three"]() == 12
    assert found["one"]() == 11, "a function from before the end is found again by its name"
    broken = side.broken(Step(TEST, "t", "", answers=("one", "two")))
    assert broken is not None
    assert broken.state is State.KILLED
    assert side.broken(Step(TEST, "t", "", answers=("one", "three"))) is None
    side.drop()


def test_a_process_that_a_call_ends_begins_again(sandbox: Sandbox) -> None:
    answers = {
        "one": "def one(): return base + 1",
        "two": "class Box:\n    def get(self): return base\ndef two(): return Box()",
        "three": "import os\ndef three(): os._exit(0)",
    }
    side, found = side_of(sandbox, answers)
    box = found["two"]()
    assert box.get() == 10
    with pytest.raises(GoneError) as error:
        found["three"]()
    assert error.value.outcome.state is State.KILLED
    assert found["one"]() == 11
    with pytest.raises(GoneError):  # the object went with its process
        box.get()
    assert found["two"]().get() == 10
    side.drop()
    assert found["one"]() == 11
    side.drop()


def test_what_a_test_hands_over_is_found_again_in_a_new_process(sandbox: Sandbox) -> None:
    answers = {
        "one": "def one(x=0): return base + x",
        "two": "class Box:\n    def get(self, x=1): return x\ndef two(f=None):\n"
        "    return Box() if f is None else f['f'][0](5)",
        "three": "import os\ndef three(): os._exit(0)",
    }
    side, found = side_of(sandbox, answers)
    for _ in range(2):
        assert found["two"]({"f": (found["one"],)}) == 15
        box = found["two"]()
        assert found["two"](f={"f": [box.get]}) == 5, "a method is not its object"
        with pytest.raises(GoneError):
            found["three"]()
        with pytest.raises(GoneError):  # went with its process, and is taken for nothing else
            found["two"]({"f": [box.get]})
    side.drop()


def test_an_answer_that_is_left_out_binds_nothing_and_an_own_seed_is_used(sandbox: Sandbox) -> None:
    side, found = side_of(sandbox, {"one": "def one(): return base"}, {"setup": "base = 99"})
    assert (sorted(found), sorted(side.known)) == (["one"], ["one"])
    assert found["one"]() == 99
    side.drop()


def test_one_that_dies_again_and_again_comes_to_an_end(sandbox: Sandbox) -> None:
    late = "import os, threading\nthreading.Timer(0.05, os._exit, (0,)).start()\n"
    side, found = side_of(
        sandbox, {"one": late + "def one(): return 1", "two": "def two(): return 2"}
    )
    for _ in range(30):
        time.sleep(0.06)
        try:
            found.get("two", lambda: 2)()
        except (GoneError, NameError):
            continue  # the timer ended a call; or the cell of `two`, which is then left out
    side.drop()
