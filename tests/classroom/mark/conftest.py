import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlops_lab.workbench.classroom.book import add_release, add_submission
from mlops_lab.workbench.classroom.collect.keep import digest_of, keep
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import STUDENT, Release
from mlops_lab.workbench.classroom.release import make_release

if TYPE_CHECKING:
    from sqlalchemy import Engine

HandIn = Callable[..., int]
RUBRIC = (
    "## Task 3: say why (4 points)\\n\\nIn *one* sentence.\\n\\n**Rubric**, two points each.\\n\\n"
    "- It names a reason.\\n- It names a price."
)
MODEL = "### BEGIN SOLUTION\\nBecause it **pays**.\\n### END SOLUTION"
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def release(
    folder: ClassFolder,
    book: "Engine",
    master: Path,
    change_master: Callable[[str, str], None],
) -> Release:
    """The class's 4.5, whose task in words has a rubric of two lines, two points each."""
    change_master("## Task 3: say why (4 points)", RUBRIC)
    change_master('"Because."', f'"{MODEL}"')
    made = make_release(folder, master)
    add_release(book, made, by="a test")
    return made


@pytest.fixture
def hand_in(folder: ClassFolder, book: "Engine", release: Release) -> HandIn:
    """Hand in an answer in words, `hours` after noon; None leaves the stub."""

    def submit(student: str, answer: str | None, hours: int = 0, problem: str = "") -> int:
        nb = json.loads((release.path / STUDENT).read_text(encoding="utf-8"))
        cell = nb["cells"][-1]
        assert cell["metadata"]["nbgrader"]["grade_id"] == "why"
        if answer is not None:
            cell["source"] = answer
        content, time = json.dumps(nb).encode(), NOON + timedelta(hours=hours)
        path = keep(folder.submitted, "4.5", student, time, release.notebook, content)
        return add_submission(
            book,
            assignment="4.5",
            release=release.number,
            student=student,
            received=time,
            digest=digest_of(content),
            path=path.relative_to(folder.path).as_posix(),
            problem=problem,
            by="a test",
        )

    return submit
