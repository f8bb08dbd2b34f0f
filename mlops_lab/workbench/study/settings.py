"""How JupyterLab is set for a workspace: defaults only, which a learner's own settings override."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mlops_lab.workbench.study.files import put

__all__ = ["configured"]

_PATH = "JUPYTER_CONFIG_PATH"
_DEFAULTS = {
    # A lab works offline, and nobody is asked about the news before the first page is read.
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "fetchNews": "false",
    },
    # What a self-check has told is in the widgets' state; with it, the start page can count them.
    "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
    # Code is up to 88 characters wide, more than fits beside the file browser on a small screen.
    "@jupyterlab/notebook-extension:tracker": {
        "codeCellConfig": {"lineNumbers": False, "lineWrap": True}
    },
    # A lesson and its assignment begin alike: the whole column is for their names.
    "@jupyterlab/filebrowser-extension:browser": {"showLastModifiedColumn": False},
}

# nbgrader's menu, buttons and pages are for who gives assignments; here they would take up a
# learner's screen, and write beside notebooks that `mlops-lab` keeps track of.
_PAGE = {"disabledExtensions": {"@jupyter/nbgrader": True}}
_SERVER = {
    "ServerApp": {
        "jpserver_extensions": {
            f"nbgrader.server_extensions.{part}": False
            for part in ("assignment_list", "course_list", "formgrader", "validate_assignment")
        }
        | {"mlops_lab.workbench.study.live": True}
    }
}


def _page(disabled: Sequence[str]) -> dict[str, dict[str, bool]]:
    own = {f"@jupyterlab/{name}-extension": True for name in disabled}
    return {"disabledExtensions": {**_PAGE["disabledExtensions"], **own}}


@contextmanager
def configured(hidden: Path, disabled: Sequence[str] = ()) -> Iterator[None]:
    """Have JupyterLab's defaults set for the programs that are started in the block.

    Parameters
    ----------
    hidden : Path
        `Workspace.hidden`; the settings are written below it.
    disabled : sequence of str
        More extensions of JupyterLab's own that are not wanted, such as ``"debugger"``.
    """
    folder, before = hidden / "jupyter", os.environ.get(_PATH)
    files = {
        "labconfig/default_setting_overrides.json": _DEFAULTS,
        "labconfig/page_config.json": _page(disabled),
        "jupyter_server_config.d/mlops_lab.json": _SERVER,
        "jupyter_lab_config.json": {"LabApp": {"custom_css": True}},
    }
    for name, content in files.items():
        put(folder / name, (json.dumps(content, indent=1) + "\n").encode())
    os.environ[_PATH] = os.pathsep.join(filter(None, [str(folder.resolve()), before]))
    try:
        yield
    finally:
        if before is None:
            del os.environ[_PATH]
        else:
            os.environ[_PATH] = before
