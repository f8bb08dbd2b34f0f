"""Cells, calls, values and what is told of errors."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlops_lab.workbench.classroom.sandbox import (
    Handle,
    Limits,
    Sandbox,
    SandboxError,
    SerializationError,
    State,
    Student,
)

CELLS = [
    ("imports", "import math\nimport numpy as np\nimport pandas as pd"),
    ("add", "def add(a, b=1):\n    print('adding')\n    return a + b"),
    ("broken", "def broken(:"),
    ("task", "def task(x):\n    raise NotImplementedError()"),
    ("audit", "def audit(loss):\n    return 'right' if loss(2.0) == 4.0 else 'wrong'"),
    ("maker", "def maker(n):\n    return lambda x: x * n"),
    ("spoil", "def spoil(values, more):\n    values.append(1)\n    return len(values)"),
    ("frame", "def means(table):\n    return table.mean()"),
    ("deep", "def deep(x):\n    return np.linalg.inv(np.zeros((2, 2)))"),
    (
        "riser",
        "class Riser:\n    def __init__(self):\n        self.total = 0\n"
        "    def update(self, error):\n        self.total += error\n        return self.total > 2",
    ),
]


@pytest.fixture
def ready(student: Student) -> Student:
    states = [one.state for one in student.run(CELLS)]
    assert states == [State.ERROR if name == "broken" else State.OK for name, _ in CELLS]
    return student


def test_a_call_gives_value_and_output(ready: Student) -> None:
    done = ready.call("add", [1], {"b": 2.5})
    assert (done.state, done.value, done.stdout, done.stderr) == (State.OK, 3.5, "adding\n", "")
    assert done.ok


def test_errors_show_the_students_own_lines_only(ready: Student) -> None:
    done = ready.call("task", [1])
    assert done.failure is not None
    assert (done.state, done.failure.kind) == (State.ERROR, "NotImplementedError")
    done = ready.call("deep", [1])
    assert done.failure is not None
    assert done.failure.trace.splitlines() == [
        '  File "<cell deep>", line 2, in deep',
        "    return np.linalg.inv(np.zeros((2, 2)))",
        *(line for line in done.failure.trace.splitlines() if "^^^" in line),
        "numpy.linalg.LinAlgError: Singular matrix",
    ]
    assert done.failure.message == "Singular matrix"


def test_a_syntax_error_says_where(student: Student) -> None:
    done = student.run([("broken", "x = 1\ndef f(:")])[0]
    assert done.failure is not None
    assert done.failure.kind == "SyntaxError"
    assert '"<cell broken>", line 2' in done.failure.trace


def test_an_unknown_name_is_an_error(ready: Student) -> None:
    done = ready.call("nothing")
    assert done.failure is not None
    assert done.failure.kind == "NameError"
    assert "name 'nothing' is not defined" in done.failure.message


def test_the_graders_functions_can_be_called(ready: Student) -> None:
    seen: list[Any] = []

    def square(x: float) -> float:
        seen.append(x)
        return x * x

    assert ready.call("audit", [square]).value == "right"
    assert ready.call("audit", [lambda x: x]).value == "wrong"
    assert seen == [2.0]


def test_an_error_in_a_function_of_the_grader_is_the_students(ready: Student) -> None:
    def careful(x: float) -> float:
        raise ValueError(f"no {x}")

    done = ready.call("audit", [careful])
    assert done.failure is not None
    assert done.failure.message == "ValueError: no 2.0"


def test_calling_the_grader_for_ever_ends(ready: Student) -> None:
    assert ready.run([("loop", "def loop(f):\n    while True: f()")])[0].ok
    assert ready.call("loop", [lambda: 1]).state is State.FORGED


def test_a_returned_function_can_be_called(ready: Student) -> None:
    made = ready.call("maker", [3]).value
    assert type(made) is Handle
    assert ready.call(made, [4]).value == 12
    assert ready.map(made, [(1,), (2,)]).value == [3, 6]
    assert ready.call("audit", [made]).value == "wrong"


def test_an_object_of_the_students_class_stays_there(ready: Student) -> None:
    riser = ready.call("Riser").value
    assert type(riser) is Handle
    assert ready.call(riser, [1], path="update").value is False
    assert ready.map(riser, [(1,), (1,)], path="update").value == [False, True]
    assert ready.value(riser, path="total").value == 3


def test_a_changed_argument_is_told(ready: Student) -> None:
    mine = [0]
    done = ready.call("spoil", [mine], {"more": [1]})
    assert (done.value, done.changed, mine) == (2, {0: [0, 1]}, [0])
    assert ready.call("add", [np.zeros(2)]).changed == {}


def test_frames_cross_both_ways(ready: Student) -> None:
    table = pd.DataFrame({"a": [1.0, 3.0], "b": [2.0, math.nan]})
    pd.testing.assert_series_equal(ready.call("means", [table]).value, table.mean())


def test_values_that_cannot_cross(ready: Student) -> None:
    assert ready.run([("x", "held = [1, {'scores': object()}]")])[0].ok
    done = ready.value("held")
    assert done.failure is not None
    assert done.failure.kind == "SerializationError"
    assert done.failure.message.startswith("[1]['scores']: a value of type object cannot")
    with pytest.raises(SerializationError, match="a value of type object"):
        ready.call("add", [object()])


def test_control_characters_of_an_error_are_left_out(student: Student) -> None:
    done = student.run([("a", "raise ValueError('\\x1b[31m red \\ud800')")])[0]
    assert done.failure is not None
    assert "\x1b" not in done.failure.trace
    done.failure.trace.encode()


def test_two_processes_do_not_share_random_numbers(sandbox: Sandbox) -> None:
    source = "import random\nimport numpy as np\ndrawn = (random.random(), np.random.random())"
    drawn = []
    for _ in range(2):
        with sandbox.start() as one:
            assert one.run([("a", source)])[0].ok
            drawn.append(one.value("drawn").value)
    assert drawn[0][0] != drawn[1][0]
    assert drawn[0][1] != drawn[1][1]


def test_an_ended_student_says_so(student: Student) -> None:
    student.end()
    student.end()
    assert student.call("f").state is State.KILLED


def test_one_student_may_have_other_limits(sandbox: Sandbox) -> None:
    with sandbox.start(Limits(memory=16 * 2**20)) as small:
        done = small.run([("a", "x = bytearray(32 * 2**20)")])[0]
        assert done.state is State.OUT_OF_MEMORY


def test_a_closed_sandbox_says_so(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match="the sandbox is closed"):
        Sandbox().start()
    assert sandbox.isolated


def test_a_module_that_cannot_be_imported_is_left_out() -> None:
    with Sandbox(["no_such_module"], sandbox=False) as box:
        assert list(box.left_out) == ["no_such_module"]
