"""The command `mlops-lab class override`: points in place of computed ones, with a reason."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlops_lab.workbench.classroom.book.rows import user
from mlops_lab.workbench.classroom.command_parts import CLASS, opened, say
from mlops_lab.workbench.runs.commands import print_json
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.options import JSON

if TYPE_CHECKING:
    from mlops_lab.workbench.classroom.mark.override import Override
    from mlops_lab.workbench.classroom.mark.overrides import Overridden

__all__ = ["override_command"]

_EXAMPLES = """\b
Examples:
  mlops-lab class override 2.6 ada half-test --points 2 --reason "A right way that tests miss."
  mlops-lab class override 2.6 ada half-test --take-back
  mlops-lab class override 2.6 --from overrides.csv
  mlops-lab class override 2.6 --list"""


@click.command("override", epilog=_EXAMPLES)
@click.argument("assignment")
@click.argument("student", required=False)
@click.argument("task", required=False)
@click.option("--points", metavar="P", help="What counts from now on.")
@click.option("--reason", default="", metavar="TEXT", help="Why, which the student reads.")
@click.option("--take-back", "back", is_flag=True, help="What the tests gave counts again.")
@click.option("--extra", is_flag=True, help="Allow more points than the task has.")
@click.option(
    "--from", "table", type=click.Path(path_type=Path), metavar="FILE",
    help="Take a CSV with student, task, points and reason; all rows, or none if one is wrong.",
)  # fmt: skip
@click.option("--list", "listed", is_flag=True, help="List what was overridden.")
@CLASS
@JSON
def override_command(
    assignment: str,
    student: str | None,
    task: str | None,
    points: str | None,
    reason: str,
    back: bool,
    extra: bool,
    table: Path | None,
    listed: bool,
    given: Path | None,
    as_json: bool,
) -> None:
    """Give STUDENT points for TASK, by its grade_id, in place of what the tests of ASSIGNMENT gave.

    They stay when it is graded or regraded, and when the same answer is handed in again. The
    reason stands on the student's page. What was there before stays in the grade book.
    """
    from mlops_lab.workbench.classroom.mark.override import override_all
    from mlops_lab.workbench.classroom.mark.overrides import overrides

    one = bool(student or task or points is not None)
    if sum([one, table is not None, listed]) != 1 or (listed and (back or extra or reason)):
        raise RefusedError(
            "Give a student and a task, or --from FILE, or --list: one of them, and for the first "
            "--points and --reason, or --take-back."
        )
    wishes = [] if listed else _wishes(student, task, points, reason, table, back=back)
    with opened(given) as (folder, book):
        if listed:
            found = overrides(folder, book, assignment)
        else:
            found = override_all(folder, book, assignment, wishes, extra=extra, by=user())
    if as_json:
        print_json(found)
    elif listed:
        _list(found)
    else:
        _tell(found, assignment)


def _wishes(
    student: str | None, task: str | None, points: str | None, reason: str, table: Path | None, *,
    back: bool,
) -> "list[Override]":  # fmt: skip
    from mlops_lab.workbench.classroom.mark.give import points_from
    from mlops_lab.workbench.classroom.mark.override import Override

    if table is not None:
        if reason and not back:
            raise RefusedError("--reason is for one task; in a table each row has its own reason.")
        return _from_table(table, reason, back=back)
    if student is None or task is None:
        raise RefusedError("A student and a task are needed, such as `override 2.6 ada half-test`.")
    if back == (points is not None):
        raise RefusedError("Give either --points or --take-back.")
    number = None if points is None else points_from(points)
    return [Override(student, task, number, reason)]


def _from_table(file: Path, reason: str, *, back: bool) -> "list[Override]":
    from mlops_lab.workbench.classroom.mark.give import points_from
    from mlops_lab.workbench.classroom.mark.override import Override
    from mlops_lab.workbench.classroom.mark.rows import table_rows

    needed = ("student", "task") if back else ("student", "task", "points", "reason")
    found, wrong = [], []
    made_by = f"It takes a header and rows: {','.join(needed)}."
    for number, cells in table_rows(file, needed, ("reason",), made_by=made_by):
        try:
            points = None if back else points_from(cells["points"])
        except RefusedError as error:
            wrong.append(f"row {number}: {error}")
            continue
        why = cells.get("reason") or reason
        found.append(Override(cells["student"], cells["task"], points, why, f"row {number}"))
    if wrong:
        raise RefusedError("\n".join(["Nothing was changed.", *wrong]))
    if not found:
        raise RefusedError(f"{file} has a header and no rows.")
    return found


def _number(points: float | None) -> str:
    return "not graded" if points is None else f"{points:g}"


def _tell(done: "Sequence[Overridden]", assignment: str) -> None:
    for one in done:
        what = "" if one.points is not None else ", as the tests say"
        told = f"{_number(one.was)} -> {_number(one.now)} of {one.of:g}{what}"
        say(f"{one.student:<20}  {one.task}: {told}")
    say(f"for the students: mlops-lab class feedback {assignment}", err=True)


def _list(found: "Sequence[Overridden]") -> None:
    for one in found:
        told = f"{_number(one.computed)} -> {_number(one.points)} of {one.of:g}, by {one.by}"
        say(f"{one.student:<20}  {one.task}: {told}: {' '.join(one.reason.split())}")
        if not one.counts:
            say("    counts no more: another answer was handed in since, or is not graded")
    say(f"{len(found)} overridden", err=True)
