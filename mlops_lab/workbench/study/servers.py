"""JupyterLab servers of this user that are running, and the addresses of pages on them."""

import json
import os
import socket
import sys
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

__all__ = ["Server", "page_address", "running", "server_of", "show_page"]

_SCREENS = ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")
_PATIENCE = 2.0  # seconds for a server to take a connection


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes
    ----------
    pid : int
    url : str
        Of the server, ending in a slash.
    token : str
        Empty where a password is asked instead.
    root : Path
        The folder that it shows.
    opener : Path
        A private page that leads there, so that the token is on nobody's command line.
    """

    pid: int
    url: str
    token: str
    root: Path
    opener: Path


def server_of(pid: int) -> Server | None:
    """Return the server that a process is; None before it takes connections."""
    found = _read(_folder() / f"jpserver-{pid}.json")
    return found[0] if found and _answers(*found[1]) else None


def running(root: Path) -> Server | None:
    """Find a running server that shows a folder.

    Parameters
    ----------
    root : Path
        The workspace.

    Returns
    -------
    Server or None
        None when there is no such server, or only the trace of one that has ended.
    """
    wanted = root.resolve()
    for path in sorted(_folder().glob("jpserver-*.json")):
        found = _read(path)
        if found and found[0].root.resolve() == wanted and _answers(*found[1]):
            return found[0]
    return None


def page_address(server: Server, page: str, mode: str = "lab") -> str:
    """Return address of a notebook on a server, with its token; `mode` ``doc`` shows it alone."""
    query = f"?{urlencode({'token': server.token})}" if server.token else ""
    return f"{server.url}{mode}/tree/{quote(page)}{query}"


def show_page(server: Server, address: str = "lab") -> None:
    """Open a server's first page in a browser, where there is a screen; else `address` on it."""
    # A browser for terminals would take this one over.
    if sys.platform.startswith("linux") and not any(map(os.environ.get, _SCREENS)):
        return
    webbrowser.open(server.opener.as_uri() if server.opener.is_file() else server.url + address)


def _folder() -> Path:
    from jupyter_core.paths import jupyter_runtime_dir

    return Path(jupyter_runtime_dir())


def _read(path: Path) -> tuple[Server, tuple[str, int]] | None:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        pid = int(told["pid"])
        server = Server(
            pid=pid,
            url=str(told["url"]).rstrip("/") + "/",
            token=str(told.get("token") or ""),
            root=Path(told["root_dir"]),
            opener=path.with_name(f"jpserver-{pid}-open.html"),
        )
        address = str(told.get("hostname") or "localhost"), int(told["port"])
    except (OSError, ValueError, KeyError, TypeError):  # gone, or just being written
        return None
    return (server, address) if _is_alive(pid) else None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # alive, and somebody else's
        return True
    return True


def _answers(host: str, port: int) -> bool:
    # The number of a server that was killed may be another process's by now.
    nearby = "localhost" if host in ("0.0.0.0", "::", "") else host
    try:
        socket.create_connection((nearby, port), timeout=_PATIENCE).close()
    except OSError:
        return False
    return True
