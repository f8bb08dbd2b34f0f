import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbformat import NotebookNode

from mlops_lab.workbench.classroom.book import add_release, open_book, put_students
from mlops_lab.workbench.classroom.folder import ClassFolder, read_class, start_class
from mlops_lab.workbench.classroom.frozen import Release
from mlops_lab.workbench.classroom.model import Student
from mlops_lab.workbench.classroom.release import make_release

if TYPE_CHECKING:
    from sqlalchemy import Engine

ADD = """\
def add(a, b):
    ### BEGIN SOLUTION
    secret = a + b
    return secret
    ### END SOLUTION
"""
ADD_TEST = """\
assert add(1, 2) == 3, f"1 and 2: expected 3, got {add(1, 2)}"
### BEGIN HIDDEN TESTS
assert add(20, 22) == 42, "a hidden one"
### END HIDDEN TESTS
"""
TWICE = """\
def twice(x):
    ### BEGIN SOLUTION
    return x + x
    ### END SOLUTION
"""


def facts(name: str, **told: Any) -> dict[str, Any]:
    plain = {"grade": False, "solution": False, "locked": False, "task": False}
    return {"nbgrader": {"schema_version": 3, "grade_id": name, **plain, **told}}


def cell(kind: str, name: str, source: str, metadata: dict[str, Any] | None = None) -> NotebookNode:
    told = {"id": name, "metadata": metadata or {}}
    make = getattr(nbformat.v4, f"new_{kind}_cell")
    made: NotebookNode = make(source.strip(), **told)
    return made


def master_notebook() -> NotebookNode:
    """Two tested tasks, 2 and 3 points, and one in words for 4."""
    test = {"grade": True, "locked": True}
    cells = [
        cell("markdown", "title", "# 4.5 Sums: assignment"),
        cell("code", "parameters", "seed: int = 0  # seed; 0 to 1000", {"tags": ["parameters"]}),
        cell("markdown", "task-1", "## Task 1: add (2 points)"),
        cell("code", "add", ADD, facts("add", solution=True)),
        cell("code", "add-test", ADD_TEST, facts("add-test", points=2, **test)),
        cell("markdown", "task-2", "## Task 2: double (3 points)"),
        cell("code", "twice", TWICE, facts("twice", solution=True)),
        cell(
            "code",
            "twice-test",
            "assert twice(4) == 8, 'no'",
            facts("twice-test", points=3, **test),
        ),
        cell("markdown", "task-3", "## Task 3: say why (4 points)"),
        cell("markdown", "why", "Because.", facts("why", points=4, grade=True, solution=True)),
    ]
    cells[3].outputs = [nbformat.v4.new_output("stream", text="left over")]
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "mlops_lab": {"lesson": "4.5"},
    }
    nb: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    return nb


def notebook_bytes(nb: NotebookNode) -> bytes:
    text: str = nbformat.writes(nb)
    return text.encode()


@pytest.fixture
def master(tmp_path: Path) -> Path:
    path = tmp_path / "course" / "4_deployment" / "05_sums_assignment.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(notebook_bytes(master_notebook()))
    path.with_name("05_sums.ipynb").write_bytes(notebook_bytes(master_notebook()))
    return path


@pytest.fixture
def folder(tmp_path: Path, master: Path) -> ClassFolder:
    """A class whose 4.5 is due on the first of December, 10 percent a day."""
    path = tmp_path / "class"
    start_class(path, "A class", course=master.parents[1])
    file = path / "class.yaml"
    text = file.read_text().replace('#  "4.5": 2026-11-30 23:59', "  4.5: 2026-12-01 12:00")
    file.write_text(text.replace("percent_a_day: 0", "percent_a_day: 10"))
    return read_class(file)


@pytest.fixture
def book(folder: ClassFolder) -> "Iterator[Engine]":
    people = [
        Student("ada", "Ada Lovelace", "ada@example.org"),
        Student("bob", "Bob de Boer", "bob@example.org"),
        Student("s3", "Çem Yildiz", "c.y@example.org"),
    ]
    with open_book(folder.gradebook) as opened:
        put_students(opened, people, by="a test")
        yield opened


@pytest.fixture
def release(folder: ClassFolder, book: "Engine", master: Path) -> Release:
    made = make_release(folder, master)
    add_release(book, made, by="a test")
    return made


@pytest.fixture
def change_master(master: Path) -> Callable[[str, str], None]:
    """Replace a text in the master's file."""

    def change(old: str, new: str) -> None:
        text = master.read_text(encoding="utf-8")
        assert old in text
        master.write_text(text.replace(old, new), encoding="utf-8")

    return change


# Debian keeps the server's programs out of PATH.
PLACES = os.pathsep.join(
    [os.environ.get("PATH", ""), *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin")))]
)
NEEDED = {
    "psycopg is not installed": find_spec("psycopg") is None,
    "initdb and pg_ctl are not installed": not (
        shutil.which("initdb", path=PLACES) and shutil.which("pg_ctl", path=PLACES)
    ),
    "PostgreSQL does not run as root, and setpriv is not here": os.name != "posix"
    or (os.geteuid() == 0 and shutil.which("setpriv") is None),
}
LACKING = [why for why, lacks in NEEDED.items() if lacks]


@contextmanager
def server() -> Iterator[str]:
    """Start a PostgreSQL of our own, in a folder of its own; it refuses to run as root.

    It listens at a socket in that folder and at no port, which another program could take.
    """
    root = os.geteuid() == 0
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if root else []
    with tempfile.TemporaryDirectory(prefix="mlops-lab-", dir="/tmp") as home:
        if root:
            os.chown(home, 65534, 65534)
        data = f"{home}/data"

        def run(*words: str) -> None:
            command = [*nobody, "env", f"HOME={home}", f"PATH={PLACES}", *words]
            subprocess.run(command, cwd=home, check=True, stdout=subprocess.DEVNULL)

        run("initdb", "-D", data, "-U", "me", "-A", "trust")
        options = f"-c listen_addresses= -k {home}"
        run("pg_ctl", "-D", data, "-l", f"{home}/log", "-o", options, "-w", "start")
        try:
            yield f"postgresql+psycopg://me@/postgres?host={home}"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    """Yield the URL of an empty database of a server of our own."""
    if LACKING:
        pytest.skip(", ".join(LACKING))
    with server() as url:
        yield url
