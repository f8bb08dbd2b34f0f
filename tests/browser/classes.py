"""A small class with answers in words, marked and unmarked, for the pages of an instructor."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat

from mlops_lab.workbench.classroom.book import (
    add_release,
    add_submission,
    mark,
    open_book,
    put_students,
    record_result,
)
from mlops_lab.workbench.classroom.collect.keep import digest_of, keep
from mlops_lab.workbench.classroom.folder import ClassFolder, read_class, start_class
from mlops_lab.workbench.classroom.frozen import STUDENT
from mlops_lab.workbench.classroom.model import Student, TaskResult
from mlops_lab.workbench.classroom.release import make_release

__all__ = ["ANSWER", "QUESTION", "small_class"]

QUESTION = """\
## Task 2: say why (4 points)

In *one* sentence: would you retrain?

**Rubric**, two points each.

- It names a reason.
- It names a price, and says of what that is the price and who pays it in the end."""
ANSWER = """\
# Retrain?

Yes, **if** the labels come in time:

| wait | cost |
|---|---|
| a day | 40 |

- it pays after `3` days
- it does not after ten"""
_NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
_CODE = "def spread(x):\n    return max(x) - min(x)"
_TEST = "found = spread([1, 5])\nassert found == 4, f'of 1 and 5: expected 4, got {found}'"


def _facts(name: str, **told: Any) -> dict[str, Any]:
    plain = {"grade": False, "solution": False, "locked": False, "task": False}
    return {"nbgrader": {"schema_version": 3, "grade_id": name, **plain, **told}}


def _master() -> bytes:
    made = nbformat.v4
    solution = f"### BEGIN SOLUTION\n{ANSWER}\n### END SOLUTION"
    test = _facts("spread-test", grade=True, locked=True, points=3)
    words = _facts("why", grade=True, solution=True, points=4)
    head, _, body = _CODE.partition("\n")
    code = f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
    cells = [
        made.new_markdown_cell("# 4.5 Drift: assignment", id="title"),
        made.new_markdown_cell("## Task 1: spread (3 points)", id="task-1"),
        made.new_code_cell(code, id="spread", metadata=_facts("spread", solution=True)),
        made.new_code_cell(_TEST, id="spread-test", metadata=test),
        made.new_markdown_cell(QUESTION, id="task-2"),
        made.new_markdown_cell(solution, id="why", metadata=words),
    ]
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": spec, "mlops_lab": {"lesson": "4.5"}}
    text: str = nbformat.writes(made.new_notebook(cells=cells, metadata=metadata))
    return text.encode()


def small_class(place: Path, students: int = 8) -> ClassFolder:
    """Make a class that has handed in 4.5; the first two are marked, one of them with a comment."""
    master = place / "course" / "4_deployment" / "05_drift_assignment.ipynb"
    master.parent.mkdir(parents=True)
    master.write_bytes(_master())
    master.with_name("05_drift.ipynb").write_bytes(_master())
    start_class(place / "class", "A class", course=place / "course")
    folder = read_class(place / "class" / "class.yaml")
    with open_book(folder.gradebook) as book:
        release = make_release(folder, master)
        add_release(book, release, by="a test")
        names = [f"s{number}" for number in range(students)]
        put_students(book, [Student(name, f"Student {name}") for name in names], by="a test")
        for number, name in enumerate(names):
            nb = json.loads((release.path / STUDENT).read_text(encoding="utf-8"))
            for cell in nb["cells"]:
                told = cell["metadata"].get("nbgrader", {}).get("grade_id")
                cell["source"] = {"spread": _CODE, "why": ANSWER}.get(told, cell["source"])
            content, time = json.dumps(nb).encode(), _NOON + timedelta(hours=number)
            path = keep(folder.submitted, "4.5", name, time, release.notebook, content)
            one = add_submission(
                book, assignment="4.5", release=release.number, student=name, received=time,
                digest=digest_of(content), path=path.relative_to(folder.path).as_posix(),
                by="a test",
            )  # fmt: skip
            record_result(book, one, [_result(number), _to_mark()], by="a test")
            if number < 2:
                said = "Good, **but**\nof what is it the price?" if number else ""
                mark(book, one, "why", 2, comment=said, met=(1,), by="root")
    return folder


def _result(number: int) -> TaskResult:
    if number % 3:
        return TaskResult("spread-test", "passed", 3, 3, "All tests pass.")
    told = "of 1 and 5: expected 4, got 6"
    return TaskResult("spread-test", "failed", 0, 3, told, "4", "6", "AssertionError: no")


def _to_mark() -> TaskResult:
    return TaskResult("why", "to mark", None, 4)
