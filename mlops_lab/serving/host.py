"""A server in this process: it runs until SIGTERM, SIGINT or the end of its parent."""

import contextlib
import errno
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Iterator

from mlops_lab.core import end_with_parent
from mlops_lab.serving.settings import Settings

__all__ = ["end_with", "listen", "run"]

_BACKLOG = 2048
_CONNECTIONS = 4096
_OWN_FILES = 100
_LAST_RESORT = 5.0
"""Seconds more than its grace that an orphan has to end by itself."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Raises
    ------
    OSError
        If the port is taken, or not ours to take; the message names it and says what to do.
    """
    if not 0 <= port <= 65535:
        raise ValueError(f"port {port}: 0 (any free one) to 65535 are allowed")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        why = "is in use by another program" if error.errno == errno.EADDRINUSE else error.strerror
        message = f"port {port} of {host} cannot be opened ({why}); take another, or 0 for any"
        raise OSError(error.errno, message) from None
    return listener


def run(settings: Settings, listener: socket.socket, parent: int = 0) -> None:
    """Serve until told to stop, then finish what was begun.

    Parameters
    ----------
    settings : Settings
        What to serve, and how.
    listener : socket
        Where; it is closed at the end.
    parent : int
        Process without which this one is to end as well: standard input is then a pipe whose other
        end it holds. 0 for none.
    """
    import uvicorn

    from mlops_lab.serving.app import build
    from mlops_lab.serving.wire import protocol

    class Quiet(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Take signals as uvicorn does, without raising them again: to stop is no error."""
            names = (signal.SIGTERM, signal.SIGINT)
            before = {name: signal.signal(name, self.handle_exit) for name in names}
            try:
                yield
            finally:
                for name, handler in before.items():
                    signal.signal(name, handler)

    app = build(settings)
    errors = app.service.metrics.errors
    config = uvicorn.Config(
        app,
        http=protocol(settings.read_timeout, _room(), lambda kind: errors.labels(kind).inc()),
        loop="uvloop",
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=round(settings.grace),
        backlog=_BACKLOG,
    )
    if parent:
        end_with(parent, settings.grace)
    Quiet(config).run(sockets=[listener])


def _room() -> int:
    """Return the number of connections that there are descriptors for, and make it large."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _CONNECTIONS + _OWN_FILES
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(1, min(_CONNECTIONS, soft - _OWN_FILES))


def end_with(parent: int, grace: float) -> None:
    """End this process when its parent has ended, however that came about.

    The pipe alone does it everywhere, unless a fork of the parent holds its other end too. On Linux
    the kernel tells as well; it does so at the end of the thread that started us, so the signal is
    only a reason to look.
    """

    def leave() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        timer = threading.Timer(grace + _LAST_RESORT, os._exit, (1,))
        timer.daemon = True
        timer.start()

    def watch() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 1):
                pass
        leave()

    if sys.platform == "linux":
        signal.signal(signal.SIGUSR1, lambda *_: leave() if os.getppid() != parent else None)
    if not end_with_parent(parent, signal.SIGUSR1):  # it ended while we were starting
        leave()
    threading.Thread(target=watch, daemon=True, name="parent").start()
