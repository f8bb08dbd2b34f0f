"""The marking panel in a lab of its own: nothing but the panel, which is there when it opens."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.mark.desk import PLACE, write_desk
from mlops_lab.workbench.runs.errors import KernelError
from mlops_lab.workbench.study.serve import launched
from mlops_lab.workbench.study.servers import Server, page_address, running, show_page
from mlops_lab.workbench.study.settings import configured

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["open_marking"]

_MODE = "doc"  # JupyterLab with one document alone: no sidebars, no tabs
_LOUD = ("cell-toolbar", "debugger", "extensionmanager")  # what would lie over or beside the panel
_SECONDS = 120.0


def open_marking(
    folder: ClassFolder,
    assignment: str,
    *,
    say: Callable[[str], None],
    port: int | None = None,
    browser: bool = True,
) -> int:
    """Open the panel in JupyterLab, and stay until that ends.

    Parameters
    ----------
    folder : ClassFolder
        The class. The lab shows its folder ``marking/`` alone.
    assignment : str
        Its id.
    say : callable
        Tells the marker a sentence.
    port : int, optional
        Where to begin to look for a free one.
    browser : bool
        Whether to open one.

    Returns
    -------
    int
        0, or JupyterLab's exit code when it ended by itself with another.

    Raises
    ------
    KernelError
        When JupyterLab, or the panel in it, does not start.
    """
    desk = write_desk(folder, assignment)
    if server := running(desk.parent):
        _show(server, desk, say, browser)
        return 0
    hidden = folder.path / PLACE / ".mlops-lab"
    hidden.mkdir(exist_ok=True)
    lab_of = launched(desk.parent, desk.name, hidden / "lab.log", port=port, mode=_MODE)
    with configured(hidden, _LOUD), lab_of as lab:
        server = lab.server()

        def show() -> None:
            _show(server, desk, say, browser)
            say("Ctrl-C closes it. What you have marked is saved.")

        return lab.wait(say, show)


def _show(server: Server, desk: Path, say: Callable[[str], None], browser: bool) -> None:
    _fill(server, desk)
    say(f"The panel is open: {page_address(server, desk.name, _MODE)}")
    if browser:
        show_page(server, f"{_MODE}/tree/{desk.name}")


def _fill(server: Server, desk: Path) -> None:
    """Run the panel's cell in the kernel that the page will have, and write down what it shows.

    The page finds the kernel by the notebook's path and its widgets by the kernel, as after it
    was loaded anew.
    """
    import nbformat
    from nbformat.sign import NotebookNotary

    from mlops_lab.workbench.runs.notebook import read_notebook, write_notebook

    nb = read_notebook(desk)
    (cell,) = [one for one in nb.cells if one.id == "panel"] or nb.cells[-1:]
    outputs: list[NotebookNode] = []

    def keep(message: dict[str, Any]) -> None:
        if message["msg_type"] in ("stream", "display_data", "execute_result", "error"):
            outputs.append(nbformat.v4.output_from_msg(message))

    client = _client(server, desk)
    try:
        _wait(client)
        reply = client.execute_interactive(cell.source, timeout=_SECONDS, output_hook=keep)
    except (RuntimeError, TimeoutError) as error:
        raise KernelError(f"The panel does not start: {error}") from error
    finally:
        client.stop_channels()
    cell.outputs, cell.execution_count = outputs, reply["content"]["execution_count"]
    write_notebook(nb, desk)
    NotebookNotary().sign(nbformat.read(desk, as_version=4))  # or its widgets would not be shown


def _wait(client: Any) -> None:  # noqa: ANN401  a client has no types
    """Wait for a kernel that somebody else starts: its heart does not beat at once."""
    until = time.monotonic() + _SECONDS
    while True:
        try:
            client.wait_for_ready(_SECONDS)
        except RuntimeError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


def _client(server: Server, desk: Path) -> Any:  # noqa: ANN401  it has no types
    from jupyter_client.blocking.client import BlockingKernelClient
    from jupyter_core.paths import jupyter_runtime_dir

    number = _session(server, desk)["kernel"]["id"]
    file = Path(jupyter_runtime_dir()) / f"kernel-{number}.json"
    client = BlockingKernelClient(connection_file=str(file))
    client.load_connection_file()
    client.start_channels()
    return client


def _session(server: Server, desk: Path) -> dict[str, Any]:
    """Return the session of a notebook, with its kernel; the one that is there, or a new one."""
    import requests

    asked: dict[str, Any] = {
        "path": desk.name,
        "name": desk.name,
        "type": "notebook",
        "kernel": {"name": "python3"},
    }
    try:
        reply = requests.post(
            f"{server.url}api/sessions", json=asked, timeout=_SECONDS,
            headers={"Authorization": f"token {server.token}"},
        )  # fmt: skip
        reply.raise_for_status()
        found: dict[str, Any] = reply.json()
    except (requests.RequestException, json.JSONDecodeError) as error:
        raise KernelError(f"JupyterLab starts no kernel for the panel: {error}") from error
    return found
