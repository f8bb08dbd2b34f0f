"""The command `mlops-lab class desk`: serve the submission desk of a class."""

import os
import socket
from pathlib import Path

import click

from mlops_lab.workbench.classroom.command_parts import CLASS, opened, say
from mlops_lab.workbench.runs.commands import example
from mlops_lab.workbench.runs.errors import RefusedError

__all__ = ["desk_command"]

_BACKLOG = 512  # connections that wait: a class submits in its last minute


@click.command("desk", epilog=example("mlops-lab class desk --port 8100"))
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8100, show_default=True, help="0 for any."
)
@click.option(
    "--inbox", type=click.Path(path_type=Path), metavar="DIR",
    help="Where submissions go; inbox/ in the class folder by default.",
)  # fmt: skip
@CLASS
def desk_command(host: str, port: int, inbox: Path | None, given: Path | None) -> None:
    """Take submissions over HTTP from the users of a JupyterHub, until SIGTERM or Ctrl-C.

    JUPYTERHUB_API_URL says where the hub's API is, which tells whose a token is. `class collect`
    takes what came.
    """
    hub = os.environ.get("JUPYTERHUB_API_URL", "")
    if not hub.startswith(("http://", "https://")):
        raise RefusedError(
            f"JUPYTERHUB_API_URL is {hub!r}; set it to the address of the hub's API, such as "
            "http://127.0.0.1:8081/hub/api."
        )
    try:
        import uvicorn

        from mlops_lab.workbench.hub.desk import desk
        from mlops_lab.workbench.hub.inbox import holding
    except ImportError as error:
        raise RefusedError(
            "The desk needs FastAPI, httpx and uvicorn: pip install 'mlops-lab[serve]'."
        ) from error
    with opened(given) as (folder, book), _listener(host, port) as listener:
        place = inbox or folder.path / "inbox"
        with holding(place):
            say(f"the desk of {folder.name} is at {_address(listener)}; submissions go to {place}")
            config = uvicorn.Config(
                desk(folder, book, place, hub),
                log_level="warning",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                ws="none",
                timeout_graceful_shutdown=10,
            )
            uvicorn.Server(config).run(sockets=[listener])


def _listener(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=_BACKLOG)
    except OSError as error:
        raise RefusedError(
            f"Port {port} of {host} cannot be opened ({error.strerror}). Give --port N, 0 for any."
        ) from error


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{host}:{port}"
