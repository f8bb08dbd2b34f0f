"""Ask a template for a kernel, and hold on to it."""

import contextlib
import os
import select
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from mlops_lab.threads import thread_environment
from mlops_lab.workbench.kernels.protocol import SOCKET, receive, send

__all__ = ["ForkUnavailableError", "ForkedKernel", "fork", "readable"]

_PATIENCE = 10.0  # seconds for a template to answer
_WHOLE_GROUP = 1 << 2  # PIDFD_SIGNAL_PROCESS_GROUP, Linux 6.9


class ForkUnavailableError(Exception):
    """No kernel could be forked; the message says why. Start one in the ordinary way.

    Attributes
    ----------
    stale : bool
        The template has imported what is no longer installed; start another.
    """

    def __init__(self, why: str, *, stale: bool = False) -> None:
        super().__init__(why)
        self.stale = stale


class ForkedKernel:
    """A kernel that a template forked, with the parts of `subprocess.Popen` that Jupyter uses.

    Attributes
    ----------
    pid : int
    returncode : int or None
        As of `subprocess.Popen`; None while it runs.
    stdin, stdout, stderr : None
        It has its owner's streams, or those it was given.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, process: int, line: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._process = process
        self._line = line

    def poll(self) -> int | None:
        """Return the exit code, None while the kernel runs."""
        if self.returncode is None and readable(self._line.fileno()):
            self._end()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end, `timeout` seconds at most; raises `subprocess.TimeoutExpired`."""
        if self.returncode is None and not readable(self._line.fileno(), timeout):
            raise subprocess.TimeoutExpired(["kernel", str(self.pid)], timeout or 0)
        code = self.poll()
        assert code is not None
        return code

    def send_signal(self, number: int) -> None:
        """Signal the kernel and what it started; nothing happens when it has ended."""
        if self.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            try:
                signal.pidfd_send_signal(self._process, number, None, _WHOLE_GROUP)
            except OSError as error:
                if isinstance(error, ProcessLookupError):
                    raise
                os.killpg(self.pid, number)  # an older Linux

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """Let go of it, which ends it; its exit code stays unknown."""
        if self.returncode is None:
            self.returncode = -signal.SIGKILL
            self._line.close()
            os.close(self._process)

    def __del__(self) -> None:
        """Let go: nobody is left who could end it."""
        self.close()

    def _end(self) -> None:
        try:
            self._line.settimeout(_PATIENCE)
            self.returncode = int(receive(self._line)[0]["code"])
        except (OSError, EOFError, ValueError, KeyError):
            # The template was killed, and its kernels with it.
            self.returncode = -signal.SIGKILL
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)
        self._line.close()
        os.close(self._process)


def readable(descriptor: int, timeout: float | None = 0) -> bool:
    """Say whether something can be read, or the other side has closed, within `timeout` seconds.

    Parameters
    ----------
    descriptor : int
        Of a socket or a pipe.
    timeout : float, optional
        None waits for ever.
    """
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(None if timeout is None else timeout * 1000))


def fork(
    folder: Path,
    argv: Sequence[str],
    *,
    executable: str,
    env: Mapping[str, str],
    cwd: Path,
    streams: tuple[int, int, int],
) -> ForkedKernel:
    """Ask the template in `folder` for a kernel.

    Parameters
    ----------
    folder : Path
        Of a running template.
    argv : sequence of str
        What follows the program in `sys.argv`.
    executable : str
        The Python that a fresh kernel would run on.
    env : mapping of str to str
        Its whole environment; `thread_environment` completes it.
    cwd : Path
        Where it starts.
    streams : tuple of int
        Descriptors for its standard input, output and error.

    Returns
    -------
    ForkedKernel
        It ends when this process ends or lets go of it.

    Raises
    ------
    ForkUnavailableError
        There is no such template, it does not answer, or a fork would differ from a fresh kernel.
    """
    request = {
        "executable": executable,
        "argv": list(argv),
        "env": thread_environment(env),
        "cwd": str(cwd.absolute()),
        "umask": _umask(),
        "processors": sorted(os.sched_getaffinity(0)),
        "limits": _limits(),
    }
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(_PATIENCE)
        _check_private(folder)
        line.connect(str(folder / SOCKET))
        send(line, request, streams)
        answer, files = receive(line, 1)
        if "pid" in answer:
            return ForkedKernel(int(answer["pid"]), files[0], line)
    except (OSError, EOFError, ValueError) as error:
        line.close()
        raise ForkUnavailableError(f"the template in {folder} does not answer ({error})") from error
    except BaseException:
        line.close()  # which ends what may have been forked by now
        raise
    line.close()
    ended = f"the fork ended at once with code {answer.get('code')}"
    raise ForkUnavailableError(answer.get("refused", ended), stale=answer.get("stale", False))


def _limits() -> dict[str, list[int]]:
    import resource  # not there on Windows, where this module is imported too

    names = ["AS", "CORE", "CPU", "DATA", "FSIZE", "NOFILE", "NPROC", "STACK"]
    numbers = [getattr(resource, f"RLIMIT_{name}") for name in names]
    return {str(number): list(resource.getrlimit(number)) for number in numbers}


def _umask() -> int:
    # os.umask only tells by setting it, which other threads would notice.
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line[:6] == "Umask:"), 8)


def _check_private(folder: Path) -> None:
    found = folder.stat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(f"{folder} is not private to this user")
