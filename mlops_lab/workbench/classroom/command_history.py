"""The command `mlops-lab class history`: who changed what in the grade book, and when."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from mlops_lab.workbench.classroom.command_parts import CLASS, opened, say
from mlops_lab.workbench.runs.commands import print_json
from mlops_lab.workbench.runs.options import JSON

if TYPE_CHECKING:
    from mlops_lab.workbench.classroom.model import Change, Submission

__all__ = ["history_command"]

# What tells a reader nothing: the time and the person stand at the head of the line.
_SILENT = {"key", "graded", "marked", "given", "by", "collected"}
_LONGEST = 60


@click.command("history", epilog="\b\nExample:\n  mlops-lab class history ada --assignment 2.6")
@click.argument("student", required=False, metavar="[STUDENT]")
@click.option("--assignment", metavar="ID", help="Only what concerns this assignment.")
@CLASS
@JSON
def history_command(
    student: str | None, assignment: str | None, given: Path | None, as_json: bool
) -> None:
    """List who changed what in the grade book, and when, the oldest first.

    With STUDENT, only what concerns that student: the roster, submissions, results, marks and
    extensions.
    """
    from mlops_lab.workbench.classroom.book import history, students, submissions
    from mlops_lab.workbench.classroom.book.rows import no_student

    with opened(given) as (folder, book):
        known = [one.id for one in students(book, everyone=True)]
        if student is not None and student not in known:
            raise no_student(student, known)
        handed = {one.id: one for one in submissions(book)}
        chosen = [
            (change, about)
            for change in history(book)
            if _is_asked(about := _about(change, handed), student, assignment)
        ]
        zone = ZoneInfo(folder.timezone)
    if as_json:
        print_json([vars(change) | about for change, about in chosen])
        return
    for change, about in chosen:
        time = datetime.fromisoformat(change.time).astimezone(zone)
        what = " ".join(filter(None, (about["assignment"], about["student"], about["task"])))
        told = "; ".join(_differences(change))
        say(f"{time:%Y-%m-%d %H:%M}  {change.by}  {change.what}  {what or change.key}: {told}")
    say(f"{len(chosen)} changes", err=True)


def _about(change: "Change", handed: Mapping[int, "Submission"]) -> dict[str, str]:
    """Say which assignment, student and task a change concerns; empty where it has none."""
    first, _, rest = change.key.partition("/")
    if change.what == "students":
        return {"assignment": "", "student": change.key, "task": ""}
    if change.what in ("submissions", "results", "marks"):
        one = handed.get(int(first))
        owner = (one.assignment, one.student) if one else ("", "")
        return {"assignment": owner[0], "student": owner[1], "task": rest}
    return {
        "assignment": first, "student": rest if change.what == "extensions" else "", "task": ""
    }  # fmt: skip


def _is_asked(about: Mapping[str, str], student: str | None, assignment: str | None) -> bool:
    return student in (None, about["student"]) and assignment in (None, about["assignment"])


def _differences(change: "Change") -> Iterator[str]:
    old: dict[str, Any] = json.loads(change.old) if change.old else {}
    new: dict[str, Any] = json.loads(change.new) if change.new else {}
    # A row that was taken away leaves at most the reason for it.
    if old and not new.keys() - {"comment"}:
        yield "taken back" + (f": {_short(new['comment'])}" if new else "")
        return
    for name, value in new.items():
        if name not in _SILENT and old.get(name) != value and value not in (None, ""):
            before = f"{_short(old[name])} to " if old.get(name) not in (None, "") else ""
            yield f"{name} {before}{_short(value)}"


def _short(value: object) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
