"""The owner's side of one student process: ask it, wait no longer than agreed, believe nothing."""

import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from mlops_lab.workbench.classroom.sandbox import replies
from mlops_lab.workbench.classroom.sandbox.bounds import (
    Bounds,
    Handle,
    Limits,
    ProtocolError,
    Value,
)
from mlops_lab.workbench.classroom.sandbox.clock import (
    MOST_TIMES,
    Deadline,
    processor_seconds,
    waited,
)
from mlops_lab.workbench.classroom.sandbox.outcome import Failure, Outcome, State
from mlops_lab.workbench.classroom.sandbox.pack import Packer
from mlops_lab.workbench.classroom.sandbox.replies import SOFT, over, why
from mlops_lab.workbench.classroom.sandbox.streams import OutputError, Stream
from mlops_lab.workbench.classroom.sandbox.unpack import Unpacker
from mlops_lab.workbench.classroom.sandbox.wire import encode, read, write
from mlops_lab.workbench.kernels.forked import readable
from mlops_lab.workbench.kernels.protocol import receive

__all__ = ["Student"]

_GRACE = 1.0  # seconds beyond its time, in which the student's side may end a call by itself
_SOON = 0.5  # seconds that a call gets at least, so that its own message comes
_STARVED = 0.25  # of the time that has passed
_PATIENCE = 2.0  # seconds for an ending to be told, or to be over
_OURS = 2**40  # numbers of the grader's functions begin here


class Student:
    """A student process. Whatever it does, what comes here is an `Outcome`, never an exception.

    Attributes
    ----------
    ended : Outcome or None
        How the process came to its end; None while it lives. From then on, every call gives this.
    pid : int or None
        Its id, where the system tells.
    """

    def __init__(
        self, files: Sequence[int], control: socket.socket, process: int, limits: Limits,
        bounds: Bounds, pid: int | None = None,
    ) -> None:  # fmt: skip
        self.ended: Outcome | None = None
        self._line = socket.socket(fileno=files[0])
        self._line.setblocking(False)
        self._streams = [Stream(one, limits.output) for one in files[1:]]
        self._control, self._process = control, process
        self._limits, self._bounds = limits, bounds
        self.pid, self._used = pid, 0.0
        self._waited = self._before = 0.0
        self._asked = time.monotonic()
        self._count = 0
        self._allowed = 0.0
        self._deadline = Deadline(0.0)
        self._functions: list[Callable[..., Value]] = []

    def run(
        self, cells: Iterable[tuple[str, str]], *, seconds: float | Deadline | None = None
    ) -> list[Outcome]:
        """Run cells one after the other, in one namespace; go on after one that fails.

        Parameters
        ----------
        cells : iterable of (str, str)
            Name, as tracebacks show it, and source.
        seconds : float or Deadline, optional
            For each, as in `Limits`; of a deadline, what is left.
        """
        return [self._ask({"do": "run", "name": a, "source": b}, seconds) for a, b in cells]

    def call(
        self, target: str | Handle, args: Sequence[Value] = (),
        kwargs: Mapping[str, Value] | None = None, *, path: str = "",
        seconds: float | Deadline | None = None, changes: bool = True,
    ) -> Outcome:  # fmt: skip
        """Call a function of the student's.

        Parameters
        ----------
        target : str or Handle
            A name, or what an earlier call gave back.
        args, kwargs : sequence, mapping
            Values, handles, or functions of the grader's, which run here when they are called.
        path : str
            Attributes to follow first, with dots between them: ``"update"`` calls that method.
        seconds : float or Deadline, optional
            As in `Limits`; of a deadline, what is left.
        changes : bool
            Tell which arguments the function has changed in place.

        Raises
        ------
        SerializationError
            An argument cannot be handed over.
        """
        given = (list(args), dict(kwargs or {}))
        return self._call(target, *given, path, seconds, many=False, changes=changes)

    def map(
        self, target: str | Handle, many: Iterable[Sequence[Value]], *, path: str = "",
        seconds: float | Deadline | None = None,
    ) -> Outcome:  # fmt: skip
        """Call a function once for each tuple of arguments, in one go; the value is a list."""
        columns = [list(one) for one in zip(*many, strict=True)]
        return self._call(target, columns, {}, path, seconds, many=True)

    def value(
        self, target: str | Handle, *, path: str = "", seconds: float | Deadline | None = None
    ) -> Outcome:
        """Return the value of a name, or of an attribute."""
        return self._ask({"do": "value", **replies.address(target, path)}, seconds)

    def used(self) -> float:
        """Return how many seconds the process has computed since it began."""
        if self.pid is not None and self._process >= 0:
            self._used = max(self._used, processor_seconds(self.pid))  # 0 when it is gone
        return self._used

    def starved(self) -> bool:
        """Say whether what was asked last has waited for a core for a good part of its time."""
        passed = time.monotonic() - self._asked
        return self._waits() - self._before > _STARVED * passed

    def _waits(self) -> float:
        if self.pid is not None and self._process >= 0:
            self._waited = max(self._waited, waited(self.pid))
        return self._waited

    def end(self) -> None:
        """End the process and all that it has started; they are gone when this returns."""
        if self._process < 0:
            return
        self.used()
        self._waits()
        self._line.close()
        self._control.close()  # the watcher ends when nobody holds it, and all others with it
        if not readable(self._process, _PATIENCE):
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)
            readable(self._process, _PATIENCE)
        os.close(self._process)
        self._process = -1
        for one in self._streams:
            one.close()
        self.ended = self.ended or over(State.KILLED, "it was ended")

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """End it."""
        self.end()

    def __del__(self) -> None:
        """End it: nobody else could."""
        with suppress(AttributeError):
            self.end()

    def _call(
        self, target: str | Handle, args: list[Value], kwargs: dict[str, Value], path: str,
        seconds: float | Deadline | None, *, many: bool, changes: bool = False,
    ) -> Outcome:  # fmt: skip
        self._functions.clear()
        packer = Packer(self._bounds, self._offer)
        nodes = {"args": packer.node(args), "kwargs": packer.node(kwargs)}
        how = {"many": many, "changes": changes}
        said = {"do": "call", **how, **replies.address(target, path), **nodes}
        outcome = self._ask(said, seconds, packer.buffers)
        if self._functions and outcome.state is State.TIMED_OUT and self.ended is None:
            self.ended = outcome  # it may still wait for what one of the functions gives back
            self.end()
        self._functions.clear()  # none is for later
        return outcome

    def _ask(
        self,
        request: dict[str, Value],
        seconds: float | Deadline | None,
        buffers: Sequence[bytes] = (),
    ) -> Outcome:
        if self.ended is not None:
            return self.ended
        if isinstance(seconds, Deadline):
            allowed, passes = max(_SOON, seconds.computes()), max(_SOON, seconds.passes())
        else:
            allowed = self._limits.seconds if seconds is None else seconds
            passes = MOST_TIMES * allowed
        self._allowed = round(allowed, 1)  # for people
        self._count += 1
        self._deadline = Deadline(allowed, self.used, passes=passes, more=_GRACE)
        self._asked, self._before = time.monotonic(), self._waits()
        limits = {"seconds": allowed, "passes": passes}
        said = {"id": self._count} | limits | request
        try:
            write(self._line, encode(said, list(buffers)), self._deadline.left)
            return self._outcome(*self._reply())
        except ProtocolError as error:
            return self._over(State.FORGED, f"its process sent what it must not: {error}")
        except TimeoutError:
            return self._over(State.TIMED_OUT, why(State.TIMED_OUT, self._limits, self._allowed))
        except OutputError:
            return self._over(State.TOO_MUCH_OUTPUT, why(State.TOO_MUCH_OUTPUT, self._limits))
        except (EOFError, OSError):
            return self._over(*self._how_it_ended())

    def _reply(self) -> tuple[dict[str, Value], bytes]:
        """Wait for the reply; meanwhile, answer calls of the grader's functions."""
        for _ in range(self._limits.callbacks + 1):
            reply, blob = read(self._line, self._bounds, self._wait)
            if type(reply.get("id")) is not int or reply["id"] != self._count:
                raise ProtocolError("a reply that nobody asked for")
            if "callback" not in reply:
                return reply, blob
            write(self._line, self._called(reply, blob), self._deadline.left)
        raise ProtocolError(f"more than {self._limits.callbacks} calls of the grader's functions")

    def _called(self, reply: dict[str, Value], blob: bytes) -> bytes:
        number = reply["callback"]
        if type(number) is not int or not 0 <= number < len(self._functions):
            raise ProtocolError("a call of a function that was not handed out")
        both = ["t", reply.get("args"), reply.get("kwargs")]
        args, kwargs = Unpacker(blob, self._bounds, self._resolve).whole(both)
        if type(args) is not list or type(kwargs) is not dict or not replies.texts_only(kwargs):
            raise ProtocolError("a call without arguments")
        packer = Packer(self._bounds, self._offer)
        try:
            said = {"value": packer.node(self._functions[number](*args, **kwargs))}
        except Exception as error:  # noqa: BLE001  the arguments are a stranger's
            return encode({"error": f"{type(error).__name__}: {error}"}, [])
        return encode(said, packer.buffers)

    def _wait(self, line: socket.socket) -> None:
        """Wait until there is something to read; take what is printed meanwhile."""
        poll = select.poll()
        poll.register(line, select.POLLIN)
        for one in self._streams:
            one.register(poll)
        while True:
            left = self._deadline.left()
            ready = dict(poll.poll(max(0.0, left) * 1000))
            for one in self._streams:
                one.take(ready, poll)
            if left <= 0:
                raise TimeoutError
            if line.fileno() in ready:
                return

    def _outcome(self, reply: dict[str, Value], blob: bytes) -> Outcome:
        out, err = (one.text() for one in self._streams)
        if "error" in reply:
            failure = replies.failure_of(reply["error"])
            state = SOFT.get(failure.kind, State.ERROR)
            if state is not State.ERROR:
                kind = "TimeoutError" if state is State.TIMED_OUT else failure.kind
                failure = Failure(kind, why(state, self._limits, self._allowed))
            return Outcome(state, failure=failure, stdout=out, stderr=err)
        nodes = ["t", reply.get("value"), reply.get("changed")]
        value, changed = Unpacker(blob, self._bounds, self._resolve).whole(nodes)
        if changed is not None and type(changed) is not dict:
            raise ProtocolError("changed arguments that are none")
        return Outcome(State.OK, value, None, changed or {}, out, err)

    def _over(self, state: State, why: str) -> Outcome:
        texts = [one.last() for one in self._streams]
        self.ended = over(state, why, *texts)
        self.end()
        return self.ended

    def _how_it_ended(self) -> tuple[State, str]:
        code: Value = None
        if readable(self._control.fileno(), _PATIENCE / 2):
            with suppress(EOFError, OSError, ValueError):
                code = receive(self._control)[0].get("ended")
        return replies.ending(code, self._limits)

    def _offer(self, value: Value) -> list[Value] | None:
        if not callable(value):
            return None
        self._functions.append(value)
        name = getattr(value, "__name__", "function")
        return ["h", _OURS + len(self._functions) - 1, str(name)[:100]]

    def _resolve(self, number: int, name: str) -> Value:
        return Handle(number, name)
