"""A class that was released to, that hands in what a test says, and is graded."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbformat import NotebookNode

from mlops_lab.workbench.classroom.book import (
    add_release,
    add_submission,
    open_book,
    put_students,
    results,
)
from mlops_lab.workbench.classroom.collect.keep import digest_of, keep
from mlops_lab.workbench.classroom.folder import ClassFolder, start_class
from mlops_lab.workbench.classroom.frozen import STUDENT, Release
from mlops_lab.workbench.classroom.grade import Graded, counting, grade
from mlops_lab.workbench.classroom.model import Student, TaskResult
from mlops_lab.workbench.classroom.release import make_release
from mlops_lab.workbench.classroom.sandbox import probe

if TYPE_CHECKING:
    from sqlalchemy import Engine

Part = tuple[str, str, str] | tuple[str, str, str, float]
Answers = Mapping[str, str]
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def notebook(parts: Sequence[Part]) -> NotebookNode:
    """Make a master out of (kind, name, source, points); an answer's source is its solution."""
    nb: NotebookNode = nbformat.v4.new_notebook(cells=[_cell(*part) for part in parts])
    nb.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "mlops_lab": {"lesson": "4.5"},
        }
    )
    return nb


def _cell(kind: str, name: str, source: str, points: float | None = None) -> NotebookNode:
    graded = points is not None
    answer = kind in ("answer", "words")
    facts: dict[str, Any] = {
        "schema_version": 3, "grade_id": name, "grade": graded, "solution": answer,
        "locked": not answer, "task": False,
    }  # fmt: skip
    if graded:
        facts["points"] = points
    metadata: dict[str, Any] = {"nbgrader": facts} if graded or answer else {}
    if name == "parameters":
        metadata = {"tags": ["parameters"]}
    if kind in ("words", "markdown"):
        return nbformat.v4.new_markdown_cell(source.strip(), id=name, metadata=metadata)
    if answer:
        head, _, body = source.strip().partition("\n")
        source = f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
    return nbformat.v4.new_code_cell(source.strip(), id=name, metadata=metadata)


@dataclass
class Classroom:
    """A class with one assignment, 4.5."""

    folder: ClassFolder
    book: "Engine"
    master: Path
    release: Release
    variant_seed: int | None = None

    def hand_in(self, student: str, answers: Answers | bytes, minutes: int = 0) -> int:
        """Hand in the student's version with answers, or the bytes of any file."""
        content = answers if isinstance(answers, bytes) else self.answered(answers)
        problem = "" if content.startswith(b"{") else "The file is empty."
        time = NOON + timedelta(minutes=minutes)
        path = keep(self.folder.submitted, "4.5", student, time, "x.ipynb", content)
        return add_submission(
            self.book, assignment="4.5", release=self.release.number, student=student,
            received=time, digest=digest_of(content), problem=problem,
            path=path.relative_to(self.folder.path).as_posix(), by="a test",
        )  # fmt: skip

    def answered(self, answers: Answers) -> bytes:
        """Return the student's version with some answers in it."""
        nb = json.loads((self.release.path / STUDENT).read_text(encoding="utf-8"))
        for cell in nb["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
            cell["source"] = answers.get(name, cell["source"])
        return json.dumps(nb).encode()

    def again(self, *changes: tuple[str, str]) -> None:
        """Release the master again with some texts replaced."""
        text = self.master.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.master.write_text(text, encoding="utf-8")
        seed = self.variant_seed
        self.release = make_release(self.folder, self.master, variant_seed=seed, force=True)
        add_release(self.book, self.release, by="a test")

    def grade(self, **how: Any) -> list[Graded]:
        """Grade, with little time for each task."""
        return list(grade(self.folder, self.book, "4.5", by="a test", **{"seconds": 2.0} | how))

    def results(self, student: str) -> dict[str, TaskResult]:
        """Return what is in the grade book of a student's counting submission."""
        (one,) = [one for one in counting(self.book, "4.5") if one.student == student]
        return results(self.book, one.id)


MakeClass = Callable[..., Classroom]


@cache
def isolation() -> str:
    """Say why there is none here, nothing where there is."""
    return " ".join(one.sentence for one in probe() if one.needed and not one.ok)


@pytest.fixture(scope="session")
def isolated() -> None:
    """Skip what needs isolation where there is none."""
    if isolation():
        pytest.skip(isolation())


@pytest.fixture(scope="module")
def make_class(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeClass]:
    """Yield what makes a class of some students with a master of some parts."""
    with ExitStack() as opened:

        def make(
            parts: Sequence[Part], students: Sequence[str], *, variant_seed: int | None = None,
            gradebook: str = "sqlite:///gradebook.db",
        ) -> Classroom:  # fmt: skip
            place = tmp_path_factory.mktemp("class")
            master = place / "course" / "4_deployment" / "05_sums_assignment.ipynb"
            master.parent.mkdir(parents=True)
            text = nbformat.writes(notebook(parts))
            master.write_text(text, encoding="utf-8")
            master.with_name("05_sums.ipynb").write_text(text, encoding="utf-8")
            course = master.parents[1]
            folder = start_class(place / "class", "A class", course=course, gradebook=gradebook)
            book = opened.enter_context(open_book(folder.gradebook))
            put_students(book, [Student(name) for name in students], by="a test")
            release = make_release(folder, master, variant_seed=variant_seed)
            add_release(book, release, by="a test")
            return Classroom(folder, book, master, release, variant_seed)

        yield make
