"""Counters of a running program, served in Prometheus' text format by a thread."""

import sys
import threading
import weakref
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

__all__ = ["Exporter"]

_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_ENDINGS = {"_total": "counter", "_sum": "summary", "_count": "summary"}


class Exporter:
    """Counts that only grow, and a page that tells them; also a context manager.

    A count's name ends with ``_total``, or two belong together: ``x_sum`` and ``x_count``, whose
    increases give the mean of x over any time between two looks.

    Attributes
    ----------
    url : str
        The page, such as ``http://127.0.0.1:40123/metrics``; the port is one that was free.
    looks : int
        How many answers of the page have been sent.
    """

    def __init__(self) -> None:
        self._counts: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}
        self._changed = threading.Condition()
        self.looks = 0
        self._server = _Server(("127.0.0.1", 0), _handler(weakref.ref(self)))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/metrics"
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        self._end = weakref.finalize(self, _close, self._server, thread)

    def add(self, name: str, amount: float = 1.0, **labels: str) -> None:
        """Let a count grow.

        Parameters
        ----------
        name : str
            Ends with ``_total``, ``_sum`` or ``_count``.
        amount : float, at least 0
            0 makes the count known before anything has happened.
        **labels : str

        Raises
        ------
        ValueError
            For another name, or an amount below 0: a count never falls.
        """
        if _ending(name) not in _ENDINGS:
            raise ValueError(f"a count's name ends with one of {', '.join(_ENDINGS)}; got {name!r}")
        if not amount >= 0:
            raise ValueError(f"a count cannot fall: {name} was given {amount}")
        key = name, tuple(sorted(labels.items()))
        with self._changed:
            self._counts[key] = self._counts.get(key, 0.0) + amount

    def text(self) -> str:
        """Return all counts in Prometheus' text format."""
        with self._changed:
            counts = sorted(self._counts.items())
        families: dict[str, list[str]] = {}
        for (name, labels), value in counts:
            kind = _ENDINGS[_ending(name)]
            family = name if kind == "counter" else name[: -len(_ending(name))]
            lines = families.setdefault(family, [f"# TYPE {family} {kind}"])
            inside = ",".join(f'{key}="{_escaped(one)}"' for key, one in labels)
            lines.append(f"{name}{{{inside}}} {value!r}" if inside else f"{name} {value!r}")
        return "".join(f"{line}\n" for lines in families.values() for line in lines)

    def wait(self, looks: int = 2, patience: float = 60.0) -> None:
        """Wait until somebody has looked at the page some times from now on.

        Parameters
        ----------
        looks : int
            Two: the first may be under way already, and when the second begins, a scraper has
            stored what the first told.
        patience : float
            Seconds after which this gives up.

        Raises
        ------
        TimeoutError
            When nobody looked as often as that.
        """
        with self._changed:
            until = self.looks + looks
            if not self._changed.wait_for(lambda: self.looks >= until, patience):
                missing = until - self.looks
                raise TimeoutError(f"{missing} of {looks} looks did not come in {patience:g} s")

    def looked(self) -> None:
        """Count a look; the page does so itself."""
        with self._changed:
            self.looks += 1
            self._changed.notify_all()

    def stop(self) -> None:
        """Close the page; calling it again does nothing."""
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _ending(name: str) -> str:
    return "_" + name.rpartition("_")[2]


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a reader who hung up; tell of any other error, as the base class does.

        A scraper that is stopped resets its connection, at any moment: that is its right, and a
        traceback of it would end up in whatever cell is running.
        """
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _handler(of: "weakref.ref[Exporter]") -> type[BaseHTTPRequestHandler]:
    class Page(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            exporter = of()
            if exporter is None or self.path != "/metrics":
                self.send_error(404)
                return
            body = exporter.text().encode()
            self.send_response(200)
            self.send_header("Content-Type", _TYPE)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            exporter.looked()

        def log_message(self, *_: object) -> None:
            """Say nothing: a line a scrape would fill the notebook."""

    return Page


def _close(server: ThreadingHTTPServer, thread: threading.Thread) -> None:
    server.shutdown()
    thread.join()
    server.server_close()
