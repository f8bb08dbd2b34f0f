"""The student process: runs cells and calls functions, as it is asked over the one line it has.

Everything here runs beside code of strangers, who can change any of it. The other side trusts
nothing that comes from here.
"""

import linecache
import signal
import socket
import sys
import types
from collections.abc import Callable

from mlops_lab.workbench.classroom.sandbox.bounds import Bounds, SerializationError, Value
from mlops_lab.workbench.classroom.sandbox.cells import FUTURE, compiled, execute
from mlops_lab.workbench.classroom.sandbox.clock import Deadline
from mlops_lab.workbench.classroom.sandbox.pack import Packer
from mlops_lab.workbench.classroom.sandbox.said import OutOfTimeError, has_attributes, told
from mlops_lab.workbench.classroom.sandbox.unpack import Unpacker
from mlops_lab.workbench.classroom.sandbox.wire import encode, read

__all__ = ["serve"]

_MOST_HANDLES = 20_000
_CHANGEABLE = ("l", "d", "s", "lf", "lq", "a", "o", "ps", "pf")


class _Grader:
    """A function of the grader, as the student's code sees it."""

    def __init__(self, worker: "_Worker", number: int, name: str) -> None:
        self._worker, self._number = worker, number
        self.__name__ = name

    def __call__(self, *args: Value, **kwargs: Value) -> Value:
        return self._worker.ask_grader(self._number, args, kwargs)


def serve(line: socket.socket) -> None:
    """Answer requests until the other side ends this process or closes the line."""
    worker = _Worker(line)
    signal.signal(signal.SIGALRM, worker.ring)
    while True:
        try:
            request, blob = read(line, Bounds(), _at_once)
        except (EOFError, OSError):
            return
        line.sendall(worker.answer(request, blob))


def _at_once(_: socket.socket) -> None:
    return None


class _Worker:
    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.kept: list[Value] = []
        self.main = types.ModuleType("__main__")
        sys.modules["__main__"] = self.main
        self.request = 0
        self.future = 0
        self.deadline = Deadline(0.0)

    def answer(self, request: dict[str, Value], blob: bytes) -> bytes:
        """Return the bytes of the reply."""
        self.request = request["id"]
        reply: dict[str, Value] = {"id": self.request}
        packer = self.packer()
        try:
            self.deadline = Deadline(request["seconds"], passes=request["passes"])
            signal.setitimer(signal.ITIMER_REAL, self.deadline.left())
            reply |= _DOES[request["do"]](self, request, blob, packer)
            _flush()
            signal.setitimer(signal.ITIMER_REAL, 0)
        except BaseException as error:  # noqa: BLE001  whatever it is, the student's code raised it
            signal.setitimer(signal.ITIMER_REAL, 0)
            reply["error"] = told(error)
            packer.buffers.clear()
            _flush()
        return encode(reply, packer.buffers)

    def ring(self, *_: object) -> None:
        """End what runs, unless it has not had its time."""
        if self.deadline.over():
            raise OutOfTimeError

    def run(self, request: dict[str, Value], _: bytes, __: Packer) -> dict[str, Value]:
        name, source = f"<cell {request['name']}>", request["source"]
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        code = compiled(source, name, self.future)
        self.future |= code.co_flags & FUTURE
        execute(code, self.main.__dict__)
        return {}

    def call(self, request: dict[str, Value], blob: bytes, packer: Packer) -> dict[str, Value]:
        function = self.target(request)
        args, kwargs = self.unpacker(blob).whole(["t", request["args"], request["kwargs"]])
        if request["many"]:
            found: Value = [function(*one) for one in zip(*args, strict=True)]
        else:
            found = function(*args, **kwargs)
        value = {"value": packer.node(found)}
        if request["changes"]:
            value |= self.changes(request, blob, args, kwargs, packer)
        return value

    def changes(
        self,
        request: dict[str, Value],
        blob: bytes,
        args: list[Value],
        kwargs: Value,
        packer: Packer,
    ) -> dict[str, Value]:
        """Return those arguments that the function has changed in place."""
        nodes = dict(enumerate(request["args"][1:])) | _pairs(request["kwargs"])
        if request["many"] or not any(_changeable(node) for node in nodes.values()):
            return {}
        before = self.unpacker(blob)
        first = before.each(request["args"][1:])
        old = dict(enumerate(first)) | before.value(request["kwargs"])
        now = dict(enumerate(args)) | kwargs
        changed = {
            key: now[key]
            for key, node in nodes.items()
            if _changeable(node) and self.bytes_of(old[key]) != self.bytes_of(now[key])
        }
        return {"changed": packer.node(changed)} if changed else {}

    def bytes_of(self, value: Value) -> bytes:
        packer = self.packer()
        return encode({"node": packer.node(value)}, packer.buffers)

    def value(self, request: dict[str, Value], _: bytes, packer: Packer) -> dict[str, Value]:
        return {"value": packer.node(self.target(request))}

    def target(self, request: dict[str, Value]) -> Value:
        name = request["target"]
        if type(name) is int:
            found = self.kept[name]
        elif name in self.main.__dict__:
            found = self.main.__dict__[name]
        else:
            raise NameError(f"name '{name}' is not defined", name=name)
        for part in request["path"]:
            found = getattr(found, part)
        return found

    def ask_grader(self, number: int, args: Value, kwargs: Value) -> Value:
        packer = self.packer()
        nodes = {"args": packer.node(list(args)), "kwargs": packer.node(kwargs)}
        said = {"id": self.request, "callback": number} | nodes
        self.line.sendall(encode(said, packer.buffers))
        reply, blob = read(self.line, Bounds(), _at_once)
        if "error" in reply:
            raise RuntimeError(reply["error"])
        return self.unpacker(blob).whole(reply["value"])

    def packer(self) -> Packer:
        return Packer(Bounds(), self.offer)

    def unpacker(self, blob: bytes) -> Unpacker:
        return Unpacker(blob, Bounds(), self.resolve)

    def offer(self, value: Value) -> list[Value] | None:
        """Keep what can be called from the other side, and objects that have attributes."""
        if not callable(value) and not has_attributes(value):
            return None
        for number, one in enumerate(self.kept):
            if one is value:
                return ["h", number, _name(value)]
        if len(self.kept) >= _MOST_HANDLES:
            raise SerializationError(
                f"more than {_MOST_HANDLES} functions and objects are too many"
            )
        self.kept.append(value)
        return ["h", len(self.kept) - 1, _name(value)]

    def resolve(self, number: int, name: str) -> Value:
        """Return what was kept; a number beyond 2 ** 40 is a function of the grader's."""
        return self.kept[number] if number < 2**40 else _Grader(self, number - 2**40, name)


_DOES: dict[str, Callable[..., dict[str, Value]]] = {
    "run": _Worker.run,
    "call": _Worker.call,
    "value": _Worker.value,
}


def _changeable(node: Value) -> bool:
    return type(node) is list and node[0] in _CHANGEABLE


def _pairs(node: list[Value]) -> dict[str, Value]:
    return dict(zip(node[1::2], node[2::2], strict=True))


def _name(value: Value) -> str:
    name = getattr(value, "__name__", None) or type(value).__name__
    return str(name)[:100]


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:  # noqa: BLE001  closed or replaced by the student's code
            continue
