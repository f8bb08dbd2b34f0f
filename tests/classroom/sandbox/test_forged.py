"""Bytes that no honest student process would send: the student ends, the grader goes on."""

import json
import struct
from pathlib import Path

import pytest

from mlops_lab.workbench.classroom.sandbox import Sandbox, State, Student


def message(body: object, blob: bytes = b"") -> bytes:
    header = json.dumps(body).encode()
    return struct.pack("!IQ", len(header), len(blob)) + header + blob


def sent(student: Student, data: bytes) -> State:
    source = f"import os\nos.write(3, {data!r})"
    return student.run([("a", source)], seconds=0.5)[0].state


ID = 1
COLLIDING = [["i", f"{k * (2**61 - 1):x}"] for k in range(1, 10_002)]
FORGED = {
    "not JSON": struct.pack("!IQ", 4, 0) + b"[[[[",
    "no message": message([1, 2]),
    "too long a header": struct.pack("!IQ", 2**31, 0),
    "too long a blob": struct.pack("!IQ", 2, 2**60) + b"{}",
    "wrong id": message({"id": 7, "value": 1}),
    "no id": message({"value": 1}),
    "true for an id": message({"id": True, "value": 1}),
    "deep": struct.pack("!IQ", 200_000, 0) + b"[" * 200_000,
    "unknown kind": message({"id": ID, "value": ["pickle", "x"]}),
    "left over": message({"id": ID, "value": 1}, b"xxxx"),
    "missing bytes": message({"id": ID, "value": ["b", 5]}, b"xxxx"),
    "negative bytes": message({"id": ID, "value": ["b", -1]}),
    "wrong shape": message({"id": ID, "value": ["a", "<f8", [9], 8]}, b"\0" * 8),
    "huge shape": message({"id": ID, "value": ["a", "|S0", [2**39], 0]}),
    "object array": message({"id": ID, "value": ["a", "|O8", [1], 8]}, b"\0" * 8),
    "structured array": message({"id": ID, "value": ["a", "<f8,<f8", [1], 16]}, b"\0" * 16),
    "unhashable key": message({"id": ID, "value": ["d", ["l"], 1]}),
    "odd pairs": message({"id": ID, "value": ["d", "a"]}),
    "same key twice": message({"id": ID, "value": ["d", "a", 1, "a", 2]}),
    "object": message({"id": ID, "value": {"a": 1}}),
    "bad name": message({"id": ID, "value": ["n", "T", ["__class__"], 1]}),
    "field with code": message({"id": ID, "value": ["n", "T", ["a=print()"], 1]}),
    "endless range": message({"id": ID, "value": ["r", 0, 10**15, 1]}),
    "endless index": message({"id": ID, "value": ["pr", None, 0, 10**15, 1]}),
    "endless rows of nothing": message({"id": ID, "value": ["a", "<f8", [2**39, 0], 0]}),
    "bad handle": message({"id": ID, "value": ["h", -1, "x"]}),
    "callback": message({"id": ID, "callback": 0, "args": ["l"], "kwargs": ["d"]}),
    "error that is none": message({"id": ID, "error": 5}),
    "error of numbers": message({"id": ID, "error": {"type": 1, "message": 2, "trace": 3}}),
    "changed nothing": message({"id": ID, "value": 1, "changed": ["l", 1]}),
    "bad zone": message(
        {"id": ID, "value": ["pt", ["a", "<M8[ns]", [1], 8], "../../etc/passwd"]}, b"\0" * 8
    ),
    "bad text": message({"id": ID, "value": ["u", 1]}, b"\xff"),
    "bad character": message({"id": ID, "value": ["a", "<U1", [1], 4]}, b"\xff" * 4),
    "colliding keys": message({"id": ID, "value": ["s", *COLLIDING]}),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_message_ends_its_student(student: Student, name: str) -> None:
    assert sent(student, FORGED[name]) is State.FORGED
    assert student.ended is not None


def test_many_small_objects_are_not_made(student: Student) -> None:
    body = "b'[' + b'[],' * 1_333_333 + b'[]'"
    source = f"import os\nos.write(3, {struct.pack('!IQ', 4_000_002, 0)!r} + {body})"
    assert student.run([("a", source)])[0].state is State.FORGED


def test_drops_of_a_message_that_never_ends(student: Student) -> None:
    drops = "while True: os.write(3, b'\\0'); time.sleep(.05)"
    source = "import os, time\nos.write(3, b'\\0\\0\\1\\0')\n" + drops
    assert student.run([("a", source)], seconds=0.3)[0].state in (State.TIMED_OUT, State.FORGED)


def test_endless_messages(student: Student) -> None:
    source = f"import os\nwhile True: os.write(3, {message({'id': 1, 'callback': 0})!r})"
    assert student.run([("a", source)], seconds=0.3)[0].state is State.FORGED


def test_a_reply_before_it_was_asked_for(student: Student) -> None:
    assert (
        sent(student, message({"id": 1, "value": None}) + message({"id": 2, "value": 42}))
        is State.OK
    )
    # The false answer to the second question stands; it is the student's own to give. The true
    # answers come behind, and are not taken for answers to the third.
    assert student.value("os").state in (State.OK, State.FORGED)
    assert student.run([("b", "1 + 1")])[0].state is State.FORGED


def test_a_student_that_never_reads(student: Student) -> None:
    import numpy as np

    assert student.run([("a", "import threading, time\ndef f(x): pass")])[0].ok
    hang = "import signal, os\nos.kill(os.getpid(), signal.SIGSTOP)"
    assert student.run([("b", hang)], seconds=0.1)[0].state is State.TIMED_OUT
    assert student.call("f", [np.zeros(10**6)], seconds=0.3).state is State.TIMED_OUT


def test_descriptors_over_the_line_are_dropped(student: Student) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    source = (
        "import socket, array\n"
        "line = socket.socket(fileno=3)\n"
        f"line.sendmsg([{message({'id': 1, 'value': None})!r}], "
        "[(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0, 1, 2]))])\nline.detach()"
    )
    assert student.run([("a", source)])[0].ok
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize(
    "source",
    [
        'import json; json.dumps = lambda *a, **k: \'{"id": 1, "score": 5}\'',
        "import builtins; builtins.type = lambda *a: int",
        "import numpy; numpy.ndarray = list; numpy.asarray = None",
        "import mlops_lab.workbench.classroom.sandbox.worker as w\n"
        "w._Worker.answer = lambda *a: b'x' * 99",
        "import sys; sys.settrace(lambda *a: (_ for _ in ()).throw(ValueError))",
        "import sys; sys.modules.clear()",
        "import sys; sys.stdout = sys.stderr = None",
        "import socket; socket.socket.sendall = lambda *a: None",
    ],
)
def test_a_patched_sender_harms_itself_only(sandbox: Sandbox, source: str) -> None:
    with sandbox.start() as student, sandbox.start() as other:
        student.run([("a", source + "\ndef f(): return 1")], seconds=0.3)
        done = student.call("f", seconds=0.3)
        assert done.state in State
        assert done.value in (None, 1)
        assert other.run([("a", "def f(): return 2")])[0].ok
        assert other.call("f").value == 2
