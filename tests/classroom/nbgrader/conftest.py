"""Masters graded by nbgrader and by us: the same students, the same answers.

This folder has no ``__init__.py``: it would make it a package that hides nbgrader itself.
"""

import json
import os
import subprocess
import sys
from collections import ChainMap
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from mlops_lab.workbench.classroom.book import add_release, open_book, put_students, results
from mlops_lab.workbench.classroom.collect import collect
from mlops_lab.workbench.classroom.folder import ClassFolder, start_class
from mlops_lab.workbench.classroom.frozen import read_student
from mlops_lab.workbench.classroom.grade import grade
from mlops_lab.workbench.classroom.model import Student, TaskResult
from mlops_lab.workbench.classroom.release import make_release
from mlops_lab.workbench.classroom.sandbox import probe
from mlops_lab.workbench.kernels import PRELOAD, PROVISIONER, warmed

from .courses import ABOVE, COURSES
from .notebook import Course, Submission

if TYPE_CHECKING:
    from sqlalchemy import Engine

Scores = dict[str, dict[str, dict[str, float | None]]]
"""Points by course, student and task."""
Results = dict[str, dict[str, dict[str, TaskResult]]]

# One process for all of them: nbgrader takes seconds to import.
GRADE = """
import json, sys
from pathlib import Path
import nbformat
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config
config, root, found = Config(), Path(sys.argv[1]), []
config.CourseDirectory.root = str(root)
api = NbGraderAPI(config=config)
for course in json.loads((root / "courses.json").read_text()):
    name = course["name"]
    file = root / "source" / name / f"{name}.ipynb"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(course["master"]))
    done = api.generate_assignment(name, create=True)
    if not done["success"]:
        sys.exit(done["log"] + str(done.get("error")))
    scores = {}
    found.append(scores)
    for student, answers in course["submissions"].items():
        nb = nbformat.read(root / "release" / name / f"{name}.ipynb", 4)
        for cell in nb.cells:
            cell.source = answers.get(cell.metadata.nbgrader.grade_id, cell.source)
        place = root / "submitted" / student / name
        place.mkdir(parents=True)
        nbformat.write(nb, place / f"{name}.ipynb")
        done = api.autograde(name, student, create=True)
        if not done["success"]:
            scores[student] = {"refused": None}
            continue
        with api.gradebook as book:
            grades = book.find_submission(name, student).notebooks[0].grades
            scores[student] = {one.name: one.auto_score for one in grades}
print(json.dumps(found))
"""


LIGHT = PRELOAD[: PRELOAD.index("pandas")]
TOGETHER = COURSES


@pytest.fixture(scope="session")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Scores:
    """Return what nbgrader itself says, of all masters in one notebook: a start takes seconds."""
    folder = tmp_path_factory.mktemp("nbgrader")
    (folder / "courses.json").write_text(json.dumps([_together(), _document(ABOVE)]))
    own = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",  # for alembic
        "JUPYTER_DEFAULT_PROVISIONER_NAME": PROVISIONER,  # forked kernels start sooner
    }
    with warmed(LIGHT):
        done = subprocess.run(
            [sys.executable, "-c", GRADE, str(folder)], cwd=folder, env={**os.environ, **own},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    together, above = json.loads(done.stdout.splitlines()[-1])
    apart = {
        one.name: {
            who: {name: together[who][name] for name in submission.points}
            for who, submission in one.submissions.items()
        }
        for one in TOGETHER
    }
    return {**apart, ABOVE.name: above}


def _document(course: Course) -> dict[str, Any]:
    answers = {who: {**one.answers} for who, one in course.submissions.items()}
    return {"name": course.name, "master": course.master, "submissions": answers}


def _together() -> dict[str, Any]:
    everybody = sorted({who for one in TOGETHER for who in one.submissions})
    answers = {
        who: [one.submissions[who].answers for one in TOGETHER if who in one.submissions]
        for who in everybody
    }
    cells = tuple(cell for one in TOGETHER for cell in one.cells)
    return _document(
        Course(
            "together",
            cells,
            {who: Submission(ChainMap(*map(dict, a))) for who, a in answers.items()},
        )
    )


@cache
def isolation() -> str:
    """Say why there is none here, nothing where there is."""
    return " ".join(one.sentence for one in probe() if one.needed and not one.ok)


@pytest.fixture(scope="session")
def ours(tmp_path_factory: pytest.TempPathFactory) -> tuple[Results, dict[str, str]]:
    """Return what we say, and the note on each course."""
    if isolation():
        pytest.skip(isolation())
    found, notes = Results(), {}
    for course in COURSES:
        with released(course, tmp_path_factory.mktemp(course.name)) as (folder, book):
            steps = list(grade(folder, book, course.name, by="a test"))
            notes[course.name] = steps[-1].note
            found[course.name] = {
                one.submission.student: results(book, one.submission.id)
                for one in steps
                if one.submission
            }
    return found, notes


@contextmanager
def released(course: Course, place: Path) -> Iterator[tuple[ClassFolder, "Engine"]]:
    """Yield a class to which a course was released, and in which all have handed in."""
    folder, file = start_class(place / "class", "a class"), place / f"{course.name}.ipynb"
    nbformat.write(course.master, file)
    release = make_release(folder, file)
    for who, submission in course.submissions.items():
        nb = read_student(release)
        for cell in nb.cells:
            name = cell.metadata.nbgrader.grade_id
            cell.source = submission.answers.get(name, cell.source)
        handed = place / "inbox" / who / file.name
        handed.parent.mkdir(parents=True)
        nbformat.write(nb, handed)
    with open_book(folder.gradebook) as book:
        put_students(book, [Student(who) for who in course.submissions], by="a test")
        add_release(book, release, by="a test")
        collect(folder, book, place / "inbox", by="a test")
        yield folder, book
