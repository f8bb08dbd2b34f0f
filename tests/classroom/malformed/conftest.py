"""One class in which everybody hands in something odd, collected and graded once."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import nbformat
import pytest

from mlops_lab.workbench.classroom.book import add_release, open_book, put_students, results
from mlops_lab.workbench.classroom.collect import Collected, collect
from mlops_lab.workbench.classroom.folder import start_class
from mlops_lab.workbench.classroom.frozen import read_student
from mlops_lab.workbench.classroom.grade import Graded, grade
from mlops_lab.workbench.classroom.model import Student, TaskResult
from mlops_lab.workbench.classroom.release import make_release
from mlops_lab.workbench.classroom.sandbox import probe

from .case import Case, master
from .cells import CELLS
from .files import FILES
from .sources import SOURCES

CASES = [*FILES, *CELLS, *SOURCES]


@dataclass(frozen=True)
class Run:
    """What collecting and grading said of each case, by its name, and what was imported once."""

    lines: dict[str, Collected]
    tasks: dict[str, dict[str, TaskResult]]
    steps: list[Graded]
    modules: list[str]


@cache
def isolation() -> str:
    """Say why there is none here, nothing where there is."""
    return " ".join(one.sentence for one in probe() if one.needed and not one.ok)


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    if isolation():
        pytest.skip(isolation())
    place = tmp_path_factory.mktemp("malformed")
    path = place / "course" / "7_lists" / "01_lists_assignment.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(master(), path)
    folder = start_class(place / "class", "odd", course=place / "course")
    release = make_release(folder, path)
    student = read_student(release)
    people = {f"s{n:03}": one for n, one in enumerate(CASES)}
    with open_book(folder.gradebook) as book:
        put_students(book, [_student(name, one) for name, one in people.items()], by="a test")
        add_release(book, release, by="a test")
        for name, one in people.items():
            file = place / "inbox" / one.file.format(id=name, name=one.person)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(one.make(student))
        lines = collect(folder, book, place / "inbox", by="a test")
        steps = list(grade(folder, book, release.assignment, by="a test", seconds=3))
        yield Run(
            {people[line.student].name: line for line in lines if line.student},
            {
                people[step.submission.student].name: results(book, step.submission.id)
                for step in steps
                if step.submission
            },
            steps,
            json.loads((folder.path / "grading" / "7.1-1.json").read_text())["modules"],
        )


def _student(name: str, one: Case) -> Student:
    return Student(name, one.person or f"Person {name}")
