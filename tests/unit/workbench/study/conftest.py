"""A course of two lessons, of which one has an assignment, and a JupyterLab that only pretends."""

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode

from mlops_lab.workbench.classroom.names import write_whole
from mlops_lab.workbench.study.course_files import course_files
from mlops_lab.workbench.study.sync import fill
from mlops_lab.workbench.study.workspace import Workspace, open_workspace

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CARD = "| | |\n|---|---|\n| **Minutes** | {} |\n| **Prerequisites** | {} |"
FINDING = "application/vnd.mlops-lab.finding+json"


def text(name: str, source: str) -> NotebookNode:
    cell: NotebookNode = nbformat.v4.new_markdown_cell(source, id=name)
    return cell


def code(name: str, source: str, **metadata: Any) -> NotebookNode:
    cell: NotebookNode = nbformat.v4.new_code_cell(source, id=name, metadata=metadata)
    return cell


def marks(name: str, *, solution: bool = False, points: int | None = None) -> dict[str, Any]:
    found = {
        "schema_version": 3, "grade_id": name, "solution": solution,
        "grade": points is not None, "locked": not solution, "task": False,
    }  # fmt: skip
    return {**found, **({} if points is None else {"points": points})}


def write(path: Path, *cells: NotebookNode, lesson: str = "") -> None:
    metadata = {**METADATA, **({"mlops_lab": {"lesson": lesson}} if lesson else {})}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells), metadata=metadata), path)


def findings_cell(*names: str) -> NotebookNode:
    cell = code("findings", "kit.findings()")
    listed = "".join(f"holds  {name}\n" for name in names)
    cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=listed)]
    return cell


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Write lessons 2.6 and 4.5, and the assignment of 4.5."""
    folder = tmp_path / "checkout" / "notebooks"
    write(
        folder / "2_data" / "06_weak_supervision.ipynb",
        text("title", "# 2.6 Weak supervision"),
        text("card", CARD.format(40, "None")),
        code("gap", "kit.finding('gap', 1, at_least=0)\nkit.finding('rise', 2, at_least=0)"),
        findings_cell("gap", "rise"),
        lesson="2.6",
    )
    write(
        folder / "4_deployment" / "05_drift.ipynb",
        text("title", "# 4.5 Drift"),
        text("card", CARD.format(35, "lesson 2.6 helps")),
        code("shift", "shift: float = 0.5  # how far"),
        findings_cell("psi"),
        lesson="4.5",
    )
    write_assignment(folder)
    return folder


def write_assignment(folder: Path, parameters: str = "a") -> None:
    answer = f"def gain({parameters}):\n    ### BEGIN SOLUTION\n    return a\n    ### END SOLUTION"
    write(
        folder / "4_deployment" / "05_drift_assignment.ipynb",
        text("title", "# 4.5 Drift: the assignment"),
        code("gain", answer, nbgrader=marks("gain", solution=True)),
        code("gain-test", "assert gain(1) == 1", nbgrader=marks("gain-test", points=3)),
        lesson="4.5",
    )


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep Jupyter's own files out of the user's, and the current folder away from the course."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in ("RUNTIME", "DATA", "CONFIG"):
        monkeypatch.setenv(f"JUPYTER_{name}_DIR", str(folder / name.lower()))
    (folder / "runtime").mkdir()
    monkeypatch.setenv("MLOPS_LAB_WARM", "off")
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "JUPYTER_DEFAULT_PROVISIONER_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def space(home: Path, course: Path) -> Workspace:
    """Fill a workspace from the course."""
    space = open_workspace(home / "workspace")
    fill(space, course_files(course))
    return space


PRETEND = """
import json, os, signal, socket, sys, time
from pathlib import Path
record, runtime = Path(sys.argv[1]), Path(os.environ["JUPYTER_RUNTIME_DIR"])
seen = {"words": sys.argv[2:], "cwd": os.getcwd(), "pid": os.getpid(),
        "config": os.environ.get("JUPYTER_CONFIG_PATH", ""),
        "provisioner": os.environ.get("JUPYTER_DEFAULT_PROVISIONER_NAME", "")}
listener = socket.create_server(("localhost", 0))
port = listener.getsockname()[1]
root = next(w.partition("=")[2] for w in sys.argv if w.startswith("--ServerApp.root_dir="))
info = runtime / f"jpserver-{os.getpid()}.json"
def end(*_):
    info.unlink()
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
record.write_text(json.dumps(seen))
part = info.with_suffix(".part")
part.write_text(json.dumps({"pid": os.getpid(), "url": f"http://localhost:{port}/", "token": "t",
    "root_dir": root, "hostname": "localhost", "port": port}))
part.rename(info)
wanted = os.environ.get("PRETEND_UNTIL")
until = time.monotonic() + 600
while time.monotonic() < until and not (wanted and os.path.exists(wanted)):
    time.sleep(0.05)
sys.exit(int(os.environ.get("PRETEND_CODE", "0")))
"""


@pytest.fixture
def pretend(tmp_path: Path) -> tuple[tuple[str, ...], Path]:
    """Return program that stands in for JupyterLab, and the file where it tells how it was run."""
    program, record = tmp_path / "pretend.py", tmp_path / "called.json"
    program.write_text(PRETEND)
    return (sys.executable, str(program), str(record)), record


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the disk be full whenever a file is written in whose path a name is."""

    def fill(name: str) -> None:
        def write_part(path: Path, content: bytes) -> None:
            if name in str(path):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            write_whole(path, content)

        monkeypatch.setattr("mlops_lab.workbench.study.files.write_whole", write_part)

    return fill
