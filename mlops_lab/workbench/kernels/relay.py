"""A forked kernel that hands its session over to a fresh one, and passes on what is said."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_lab.core import ending_with_us

if TYPE_CHECKING:
    from ipykernel.kernelapp import IPKernelApp

__all__ = ["Relay"]

Frames = list[bytes]
_DELIMITER = b"<IDS|MSG>"
_QUIET = 0.1  # seconds in which nothing more comes from a kernel that has ended
_CHANNELS = {"shell": 1, "iopub": 2, "stdin": 3, "control": 4, "hb": 5}


class Relay:
    """Passes messages on between the clients of this kernel and a fresh one that it starts.

    Clients keep their connections. The fresh kernel runs again what has run here, unheard.

    Parameters
    ----------
    app : IPKernelApp
        Of this process, from whose main thread all is called.
    arguments : sequence of str
        Of this kernel; the fresh one gets a connection of its own.
    env : dict of str to str
        Its environment.
    cwd : str
        Its folder.
    repeated : sequence of list of bytes
        Messages that have been answered here already.

    Attributes
    ----------
    code : int or None
        The exit code of the fresh kernel, as of `subprocess.Popen`; None while it runs.
    """

    def __init__(
        self,
        app: "IPKernelApp",
        arguments: Sequence[str],
        env: dict[str, str],
        cwd: str,
        repeated: Sequence[Frames],
    ) -> None:
        from tornado.ioloop import IOLoop

        self.code: int | None = None
        self._app, self._kernel = app, app.kernel
        self._folder = Path(tempfile.mkdtemp(prefix="mlops-lab-"))  # mode 0700
        self._identity = os.urandom(8).hex().encode()
        self._unheard = {_parent(frames, 2) for frames in repeated}
        self._waiting: list[Frames] | None = [list(frames) for frames in repeated]
        self._loop = IOLoop.current()
        self._process = self._start([*arguments], env, cwd)
        self._connect()
        self._ended = os.pidfd_open(self._process.pid)
        self._loop.add_handler(self._ended, lambda *_: self._end(), IOLoop.READ)

    def send(self, frames: Sequence[Any]) -> None:
        """Pass a message of the shell channel on, once the fresh kernel is heard."""
        message = [frame if isinstance(frame, bytes) else frame.bytes for frame in frames]
        if _DELIMITER not in message:
            return  # a word of this kernel to itself
        if self._waiting is None:
            self._shell.send_multipart(message)
        else:
            self._waiting.append(message)

    def close(self) -> None:
        """Close this kernel's connections, once all has been passed on."""
        for stream in self._streams:
            stream.close()
        self._app.control_thread.io_loop.add_callback(self._control.close)
        self._app.close()  # type: ignore[no-untyped-call]  # ipykernel's

    def _start(
        self, arguments: list[str], env: dict[str, str], cwd: str
    ) -> "subprocess.Popen[bytes]":
        file = self._folder / "kernel.json"
        usual = json.loads(Path(self._app.abs_connection_file).read_text(encoding="utf-8"))
        ports = {f"{name}_port": number for name, number in _CHANNELS.items()}
        new = usual | ports | {"transport": "ipc", "ip": str(self._folder / "k")}
        file.write_text(json.dumps(new), encoding="utf-8")
        file.chmod(0o600)
        for place, word in enumerate(arguments):
            arguments[place] = word.replace(self._app.connection_file, str(file))
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # as a fresh process has it
        try:
            return subprocess.Popen(
                ending_with_us([sys.executable, "-m", "ipykernel_launcher", *arguments]),
                env=env | {"JPY_PARENT_PID": str(os.getpid())},
                cwd=cwd,
                stdout=_original(sys.stdout, 1),
                stderr=_original(sys.stderr, 2),
            )
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _connect(self) -> None:
        import zmq
        from zmq.eventloop.zmqstream import ZMQStream

        manager = self._app.shell_channel_thread.manager
        self._shell = self._stream(zmq.DEALER, "shell", self._on_shell)
        asked = ZMQStream(self._kernel.stdin_socket, self._loop)
        answers = self._stream(zmq.DEALER, "stdin", asked.send_multipart)
        asked.on_recv(answers.send_multipart)
        heard = self._stream(zmq.SUB, "iopub", self._on_iopub)
        self._streams = [self._shell, asked, answers, heard]
        self._reply = manager.get_subshell_to_shell_channel_socket(None).send_multipart
        self._app.control_thread.io_loop.add_callback(self._connect_control)
        # All of the shell channel comes to the main thread, as the order of messages wants it.
        onward = manager.get_shell_channel_to_subshell_socket(None).send_multipart
        self._app.shell_channel_thread.io_loop.add_callback(
            self._kernel.shell_stream.on_recv, onward
        )

    def _connect_control(self) -> None:
        """Pass the control channel on, in the thread that has it."""
        import zmq

        loop, usual = self._app.control_thread.io_loop, self._kernel.control_stream
        self._control = self._stream(zmq.DEALER, "control", usual.send_multipart, loop)
        usual.on_recv(self._control.send_multipart)

    def _stream(
        self,
        kind: int,
        channel: str,
        receive: Callable[[Frames], object],
        loop: Any = None,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401  a ZMQStream
        import zmq
        from zmq.eventloop.zmqstream import ZMQStream

        context = self._app.context
        assert context is not None  # of an app that is initialized
        socket = context.socket(kind)
        socket.linger = 0
        if kind == zmq.SUB:
            socket.subscribe(b"")
        else:
            socket.identity = self._identity
        socket.connect(f"ipc://{self._folder / 'k'}-{_CHANNELS[channel]}")
        stream = ZMQStream(socket, loop or self._loop)
        stream.on_recv(receive)
        return stream

    def _on_shell(self, frames: Frames) -> None:
        self._busy = True
        if _parent(frames) not in self._unheard:
            self._reply(frames)

    def _on_iopub(self, frames: Frames) -> None:
        self._busy = True
        kind = json.loads(frames[frames.index(_DELIMITER) + 2])["msg_type"]
        if kind == "iopub_welcome":
            self._begin()
        elif (parent := _parent(frames)) and parent not in self._unheard:
            self._kernel.iopub_socket.send_multipart(frames)

    def _begin(self) -> None:
        """Send what has waited until the fresh kernel's outputs are heard."""
        waiting, self._waiting = self._waiting or [], None
        for frames in waiting:
            self._shell.send_multipart(frames)

    def _end(self) -> None:
        """End this kernel once nothing more comes from the fresh one."""
        self._loop.remove_handler(self._ended)
        os.close(self._ended)
        self.code = self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._busy = True
        self._end_when_quiet()

    def _end_when_quiet(self) -> None:
        if not self._busy:
            self._loop.stop()
            return
        self._busy = False
        self._loop.call_later(_QUIET, self._end_when_quiet)


def _parent(frames: Frames, place: int = 3) -> str | None:
    """Return the id of a message's parent, or with place 2 its own."""
    header: dict[str, str] = json.loads(frames[frames.index(_DELIMITER) + place])
    return header.get("msg_id")


def _original(stream: Any, number: int) -> int:  # noqa: ANN401
    """Return the descriptor that ipykernel had before it took the standard one over."""
    copy: int = getattr(stream, "_original_stdstream_copy", number)
    return copy
