"""The command `mlops-lab class extend`: more time for some students."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlops_lab.core import did_you_mean
from mlops_lab.workbench.classroom.book.rows import no_student, user
from mlops_lab.workbench.classroom.command_parts import CLASS, name_all, opened, say, time_from
from mlops_lab.workbench.runs.commands import print_json
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.options import JSON

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from mlops_lab.workbench.classroom.book.extensions import Extension
    from mlops_lab.workbench.classroom.folder import ClassFolder

__all__ = ["extend_command"]

_EXAMPLES = """\b
Examples:
  mlops-lab class extend 2.6 ada bob --until "2026-12-05 18:00" --reason "Ill, with a note."
  mlops-lab class extend 2.6 --group evening --until 2026-12-05
  mlops-lab class extend 2.6 bob --take-back
  mlops-lab class extend 2.6 --list"""


@click.command("extend", epilog=_EXAMPLES)
@click.argument("assignment")
@click.argument("students", nargs=-1, metavar="[STUDENT]...")
@click.option(
    "--group", "groups", multiple=True, metavar="NAME",
    help="All of a group, which class.yaml names under `groups`.",
)  # fmt: skip
@click.option("--until", metavar="TIME", help="Until when, as 2026-12-05 18:00.")
@click.option("--reason", default="", metavar="TEXT", help="For you; no student reads it.")
@click.option("--take-back", "back", is_flag=True, help="The class's due time holds again.")
@click.option("--list", "listed", is_flag=True, help="List who has more time.")
@CLASS
@JSON
def extend_command(
    assignment: str,
    students: tuple[str, ...],
    groups: tuple[str, ...],
    until: str | None,
    reason: str,
    back: bool,
    listed: bool,
    given: Path | None,
    as_json: bool,
) -> None:
    """Give STUDENTs more time for ASSIGNMENT, also for what was handed in already.

    What is late, and what that costs, goes by it everywhere. A new time takes the place of an
    earlier one; all of them stay in the history of the grade book.
    """
    from mlops_lab.workbench.classroom.book.extensions import end_extensions, extend, extensions

    if (listed + back + (until is not None)) != 1:
        raise RefusedError("Give --until TIME, --take-back or --list: one of them.")
    with opened(given) as (folder, book):
        _require_due(folder, assignment)
        names = [] if listed else _names(folder, book, students, groups)
        if until is not None:
            time = time_from(until, folder, "--until")
            _require_later(folder, assignment, time)
            extend(book, assignment, names, time, reason=reason.strip(), by=user())
        elif back:
            end_extensions(book, assignment, names, by=user())
        found = [one for one in extensions(book, assignment) if listed or one.student in names]
        if as_json:
            print_json(found)
        elif back:
            name_all(f"{len(names)} without an extension", names, err=False)
        else:
            _list(folder, found)


def _require_due(folder: "ClassFolder", assignment: str) -> None:
    if assignment not in folder.due:
        hint = did_you_mean(assignment, folder.due)
        raise RefusedError(
            f"class.yaml has no due time for {assignment!r}, so nothing is late.{hint}"
        )


def _require_later(folder: "ClassFolder", assignment: str, until: datetime) -> None:
    from mlops_lab.workbench.classroom.feedback.head import time_text

    if until <= (due := folder.due[assignment]):
        raise RefusedError(
            f"--until is {time_text(until, folder.timezone)}; {assignment} is due on "
            f"{time_text(due, folder.timezone)}, and an extension ends later."
        )


def _names(
    folder: "ClassFolder", book: "Engine", students: Sequence[str], groups: Sequence[str]
) -> list[str]:
    """Return the students that are meant, each once, all on the roster."""
    from mlops_lab.workbench.classroom.book import students as roster_of
    from mlops_lab.workbench.classroom.book.gone import gone

    names, away = list(students), gone(book)
    for group in groups:
        if group not in folder.groups:
            known = ", ".join(folder.groups) or "none"
            hint = did_you_mean(group, folder.groups)
            raise RefusedError(f"There is no group {group!r}.{hint} class.yaml names: {known}.")
        left = [name for name in folder.groups[group] if name in away]
        if left:
            name_all("left the class, so left out", left)
        names += [name for name in folder.groups[group] if name not in away]
    known_ids = {one.id for one in roster_of(book)}
    for name in names:
        if name not in known_ids:
            raise no_student(name, known_ids)
    if not names:
        raise RefusedError("Nobody is named: give ids of students, or --group NAME.")
    return list(dict.fromkeys(names))


def _list(folder: "ClassFolder", found: "Sequence[Extension]") -> None:
    from mlops_lab.workbench.classroom.feedback.head import time_text

    for one in found:
        until = time_text(datetime.fromisoformat(one.until), folder.timezone)
        reason = " ".join(one.reason.split())
        told = f": {reason}" if reason else ""
        say(f"{one.student:<20}  until {until}, by {one.by}{told}")
    say(f"{len(found)} with an extension", err=True)
