"""One class, in which honest and hostile students hand in side by side; graded once for all."""

import hashlib
import json
import os
import socket
import time
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

from mlops_lab.workbench.classroom.book import add_release, open_book, put_students
from mlops_lab.workbench.classroom.collect import Collected, collect
from mlops_lab.workbench.classroom.folder import ClassFolder, read_class, start_class
from mlops_lab.workbench.classroom.frozen import STUDENT
from mlops_lab.workbench.classroom.grade import grade
from mlops_lab.workbench.classroom.model import Student, TaskResult
from mlops_lab.workbench.classroom.release import make_release
from mlops_lab.workbench.classroom.sandbox import probe

from .attacks import ATTACKS
from .case import RIGHT, WRONG, Attack, Notebook, master_notebook

if TYPE_CHECKING:
    from sqlalchemy import Engine

ASSIGNMENT = "3.9"
SECONDS = 3.0  # for each task
STUB = "raise NotImplementedError()"

# What the honest ones answer in other words than the master; all of it is graded as it stands.
HONEST: dict[str, dict[str, str]] = {
    "right": {},
    "right in other words": {
        "mean": "import statistics\ndef mean(values):\n    return statistics.mean(values)",
        "scale": "def scale(x):\n    deviation = ((x - x.mean()) ** 2).mean() ** 0.5\n"
        "    return (x - x.mean()) / deviation",
        "keep": "def keep(rows, wanted):\n    return list(filter(wanted, rows))",
    },
    "half": {name: WRONG[name] for name in ("mean", "tidy", "best")},
    "slow": {"mean": "import time\ndef mean(values):\n    until = time.process_time() + 0.05\n"
             "    while time.process_time() < until: pass\n    return sum(values) / len(values)"},
    "nothing yet": dict.fromkeys(RIGHT, STUB) | {"why": "Because."},
    "nothing in the middle": {"tidy": STUB, "Account": STUB},
    "breaks": {"scale": "def scale(x):\n    return x / unknown", "best": "best = prices[7]"},
    "heavy": {"keep": "import numpy as np\ndef keep(rows, wanted):\n"
    "    room = np.ones(60_000_000)\n"
              "    return [row for row in rows if wanted(row) and room[0]]"},
    "right again": {},
}  # fmt: skip
LOST = {
    "half": {"mean": "failed", "tidy": "failed", "best": "failed"},
    "nothing yet": dict.fromkeys(RIGHT, "missing"),
    "nothing in the middle": {"tidy": "missing", "Account": "missing"},
    "breaks": {"scale": "error", "best": "error"},
}


@cache
def isolation() -> str:
    """Say why there is none here, nothing where there is."""
    return " ".join(one.sentence for one in probe() if one.needed and not one.ok)


def people() -> dict[str, str]:
    """Return all students with what they hand in: an honest one after every few hostile ones."""
    honest, found = list(HONEST), list[str]()
    every = max(1, len(ATTACKS) // (len(honest) - 1))
    for number, attack in enumerate(ATTACKS):
        if number % every == 0 and honest:
            found.append(honest.pop(0))
        found.append(attack.name)
    found += honest
    return {f"s{number:03}": name for number, name in enumerate(found)}


@dataclass
class Graded:
    """What came of the one run of `collect` and `grade`, and what the machine was before it."""

    place: Path
    collected: list[Collected] = field(default_factory=list)
    results: dict[str, dict[str, TaskResult]] = field(default_factory=dict)
    alone: dict[str, dict[str, TaskResult]] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    running: int = 0  # the most processes of the run that were seen at once
    left: list[str] = field(default_factory=list)
    canary: str = ""
    reached: list[str] = field(default_factory=list)  # what heard something over a network
    seconds: float = 0.0


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    if isolation():
        pytest.skip(isolation())
    place = tmp_path_factory.mktemp("hostile")
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        (place / "data").mkdir()
        # All that is started carries this in its environment, and is known by it.
        patch.setenv("MLOPS_LAB_DATA", str(place / "data"))
        run = Graded(place, canary=f"canary-{os.getpid()}-{time.time_ns()}")
        begun = time.monotonic()
        run.alone = _alone(place / "quiet")
        _hostile(run, stack)
        run.seconds = time.monotonic() - begun
        yield run


def _class(place: Path, students: list[str]) -> ClassFolder:
    course = place.with_name(f"{place.name}-course") / "3_modeling"
    course.mkdir(parents=True)
    for name in ("09_small.ipynb", "09_small_assignment.ipynb"):
        nbformat.write(master_notebook(), course / name)
    start_class(place, "A class", course=course.parent)
    folder = read_class(place / "class.yaml")
    with open_book(folder.gradebook) as book:
        put_students(book, [Student(one) for one in students], by="a test")
        made = make_release(folder, course / "09_small_assignment.ipynb")
        add_release(book, made, by="a test")
    return folder


def _alone(place: Path) -> dict[str, dict[str, TaskResult]]:
    """Grade the honest ones in a class of their own."""
    folder = _class(place, [f"s{number:03}" for number in range(len(HONEST))])
    for number, name in enumerate(HONEST):
        inbox = place.with_name("quiet-in") / f"s{number:03}"
        inbox.mkdir(parents=True)
        (inbox / "a.ipynb").write_bytes(_notebook(folder, HONEST[name]))
    with open_book(folder.gradebook) as book:
        collect(folder, book, place.with_name("quiet-in"), by="a test")
        found = _grade(folder, book, Graded(place))
    return dict(zip(HONEST, (found[one] for one in sorted(found)), strict=True))


def _hostile(run: Graded, stack: ExitStack) -> None:
    students, attacks = people(), {one.name: one for one in ATTACKS}
    folder = _class(run.place / "class", list(students))
    ears = _ears(stack, run)
    words = {"@CLASS@": str(folder.path), "@ROOT@": str(Path(__file__).parents[3]),
             "@CANARY@": run.canary, "@PORT@": str(ears["TCP"].getsockname()[1]),
             "@MARK@": run.canary.replace("canary-", "86").replace("-", "."),
             "@PID@": str(os.getpid())}  # fmt: skip
    inbox = run.place / "in"
    for student, name in students.items():
        _hand_in(folder, inbox, student, attacks.get(name, Attack(name, "", HONEST.get(name, {}))),
                 words)  # fmt: skip
    with open_book(folder.gradebook) as book:
        for source in (inbox, *sorted(run.place.glob("s*.zip"))):
            run.collected += collect(folder, book, source, by="a test")
        run.before = _hashes(run.place)
        found = _grade(folder, book, run)
    run.results = {students[student]: tasks for student, tasks in found.items()}
    run.after = _hashes(run.place)
    run.left = _alive(str(run.place), patience=5.0)
    run.reached = [name for name, ear in ears.items() if _heard(ear)]


def _hand_in(
    folder: ClassFolder, inbox: Path, student: str, attack: Attack, words: dict[str, str]
) -> None:
    answers = {name: _filled(text, words) for name, text in attack.answers.items()}
    nb = json.loads(_notebook(folder, answers))
    if attack.change:
        attack.change(nb)
    content = json.dumps(nb).encode()
    if attack.pack:
        with zipfile.ZipFile(inbox.with_name(f"{student}.zip"), "w", zipfile.ZIP_DEFLATED) as made:
            for name, data in attack.pack(student, content):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", UserWarning)  # of names that are there twice
                    made.writestr(_filled(name, words) if isinstance(name, str) else name, data)
        return
    (inbox / student).mkdir(parents=True)
    if attack.write:
        attack.write(inbox / student, content)
    else:
        (inbox / student / "a.ipynb").write_bytes(content)


def _filled(text: str, words: dict[str, str]) -> str:
    for word, meant in words.items():
        text = text.replace(word, meant)
    return text


def _notebook(folder: ClassFolder, answers: dict[str, str]) -> bytes:
    nb: Notebook = deepcopy(_given(folder.frozen / ASSIGNMENT / "1" / STUDENT))
    for cell in nb["cells"]:
        facts = cell["metadata"].get("nbgrader", {})
        if facts.get("solution"):
            cell["source"] = (RIGHT | answers)[facts["grade_id"]]
    return json.dumps(nb).encode()


@cache
def _given(path: Path) -> Notebook:
    read: Notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in read["cells"]:
        cell["source"] = "".join(cell["source"])
    return read


def _grade(folder: ClassFolder, book: "Engine", run: Graded) -> dict[str, dict[str, TaskResult]]:
    found: dict[str, dict[str, TaskResult]] = {}
    for one in grade(folder, book, ASSIGNMENT, by="a test", seconds=SECONDS, workers=2):
        if one.submission is not None:
            found[one.submission.student] = {task.task: task for task in one.tasks}
        run.running = max(run.running, len(_alive(str(run.place))))
    return found


def _ears(stack: ExitStack, run: Graded) -> dict[str, socket.socket]:
    """Listen for whoever gets out."""
    tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    udp.bind(tcp.getsockname())
    nameless = stack.enter_context(socket.socket(socket.AF_UNIX))
    nameless.bind("\0" + run.canary.replace("canary-", "86").replace("-", "."))
    nameless.listen()
    return {"TCP": tcp, "UDP": udp, "nameless": nameless}


def _heard(ear: socket.socket) -> bool:
    ear.setblocking(False)
    try:
        if ear.type == socket.SOCK_DGRAM:
            ear.recv(1)
        else:
            ear.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def _hashes(place: Path) -> dict[str, str]:
    """Return a digest of each file below, but for what grading writes."""
    files = (path for path in sorted(place.rglob("*")) if path.is_file() and not path.is_symlink())
    return {
        str(path.relative_to(place)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if not path.name.startswith("gradebook.db") and path.parent.name != "grading"
    }


def _alive(mark: str, patience: float = 0.0) -> list[str]:
    """Return the processes with a mark in their environment, but for this one."""
    until = time.monotonic() + patience
    while True:
        found = [one for one in Path("/proc").glob("[0-9]*") if _has(one, mark)]
        if not found or time.monotonic() > until:
            return [one.name for one in found if one.name != str(os.getpid())]
        time.sleep(0.1)


def _has(process: Path, mark: str) -> bool:
    try:
        return mark.encode() in (process / "environ").read_bytes()
    except OSError:  # ended meanwhile, or somebody else's
        return False
