"""A part of the lab's server: the start page's content as it is now, and how the lab looks."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.study.page import ADDRESS, start

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

__all__ = ["STYLE", "_jupyter_server_extension_points", "_load_jupyter_server_extension", "content"]

STYLE = Path(__file__).with_name("custom")
"""The folder with ``custom.css``; a learner's own file of that name comes first."""


def content(root: Path) -> str:
    """Return the HTML of the start page of a workspace; empty where it cannot be read now."""
    try:
        return start(root)._repr_html_()
    except RefusedError:  # such as a record that is being written by another command
        return ""


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: "ServerApp") -> None:
    from jupyter_server.base.handlers import JupyterHandler
    from jupyter_server.utils import url_path_join
    from tornado import web

    class Content(JupyterHandler):
        @web.authenticated
        async def get(self) -> None:
            root = Path(server.root_dir)
            # Some dozens of files are read: in a thread, so that no kernel waits for them.
            await self.finish(await asyncio.to_thread(content, root))

    folders = server.web_app.settings["static_custom_path"]
    folders.insert(1, str(STYLE))
    base = server.web_app.settings["base_url"]
    routes = [(url_path_join(base, ADDRESS), Content)]
    server.web_app.add_handlers(".*$", routes)  # type: ignore[no-untyped-call]  # not typed there
