"""The commands `mlops-lab class feedback` and `export`: what goes back to students and others."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlops_lab.workbench.classroom.command_parts import CLASS, name_all, opened
from mlops_lab.workbench.runs.commands import print_json
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.options import JSON

if TYPE_CHECKING:
    from mlops_lab.workbench.classroom.feedback import Feedback

__all__ = ["export_command", "feedback_command"]

_FORMATS = ("csv", "canvas", "moodle", "nbgrader")  # as export.FORMATS; a test compares them
_EXPORTS = """\b
Examples:
  mlops-lab class export -o points.csv --tasks
  mlops-lab class export 2.6 --format canvas --column 2.6 "Weak supervision (4711)" -o canvas.csv"""


@click.command("feedback", epilog="\b\nExample:\n  mlops-lab class feedback 2.6 --student ada")
@click.argument("assignment")
@click.option("--student", "students", multiple=True, metavar="ID", help="Only for this student.")
@CLASS
@JSON
def feedback_command(
    assignment: str, students: tuple[str, ...], given: Path | None, as_json: bool
) -> None:
    """Write a page for each student who handed in ASSIGNMENT, under feedback/.

    A page holds points, what the tests said, comments, and the student's own answers; nothing of
    hidden tests or solutions. Pages that would be as they are already are not written again.
    """
    from mlops_lab.workbench.classroom.feedback import write_feedback

    with opened(given) as (folder, book):
        done = write_feedback(folder, book, assignment, students or None)
    if as_json:
        print_json(done)
        return
    _tell(done)


def _tell(done: "Feedback") -> None:
    for page in done.changed:
        click.echo(page)
    same = len(done.pages) - len(done.changed)
    click.echo(f"{len(done.changed)} written, {same} as they were", err=True)
    _name("handed in nothing, so no page", done.missing)
    _name("preliminary, something is still to be graded or marked", done.preliminary)
    _name("not on the roster, left as they are", [str(page) for page in done.left])


def _name(what: str, which: Sequence[str]) -> None:
    if which:
        name_all(what, which)


@click.command("export", epilog=_EXPORTS)
@click.argument("assignments", nargs=-1, metavar="[ASSIGNMENT]...")
@click.option(
    "--format", "form", type=click.Choice(_FORMATS), default="csv", show_default=True,
    help="A plain table, or what Canvas or Moodle import, or nbgrader's table.",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE",
    help="Write to this file; to standard output by default.",
)  # fmt: skip
@click.option("--tasks", is_flag=True, help="A column for each task too; csv only.")
@click.option("--comments", is_flag=True, help="A column of comments too; moodle only.")
@click.option(
    "--column", "columns", type=(str, str), multiple=True, metavar="ASSIGNMENT NAME",
    help="What the column is called there, as Canvas's 'Title (number)'; the id by default.",
)  # fmt: skip
@click.option(
    "--ids", type=click.Choice(["auto", "canvas", "sis", "login"]), default="auto",
    show_default=True, help="Which of Canvas's numbers the ids of the roster are; canvas only.",
)  # fmt: skip
@click.option("--missing-as-zero", is_flag=True, help="0 for who handed in nothing.")
@click.option("--preliminary", is_flag=True, help="Also totals that are not final.")
@CLASS
def export_command(
    assignments: tuple[str, ...],
    form: str,
    output: Path | None,
    tasks: bool,
    comments: bool,
    columns: tuple[tuple[str, str], ...],
    ids: str,
    missing_as_zero: bool,
    preliminary: bool,
    given: Path | None,
) -> None:
    """Write the totals of ASSIGNMENTs as CSV; of all that were released when none is named.

    What being late costs is taken off. Who handed in nothing has no points there rather than 0.
    """
    from mlops_lab.workbench.classroom.export import export

    with opened(given) as (folder, book):
        text = export(
            folder, book, assignments, form, tasks=tasks, comments=comments,
            missing_as_zero=missing_as_zero, preliminary=preliminary, names=dict(columns), ids=ids,
        )  # fmt: skip
    if output is None:
        click.echo(text, nl=False)
        return
    _write(output, text)
    click.echo(f"wrote {output}")


def _write(file: Path, text: str) -> None:
    from mlops_lab.workbench.classroom.names import write_whole

    try:
        write_whole(file, text.encode("utf-8", "replace"))
    except OSError as error:
        raise RefusedError(f"{file} cannot be written: {error.strerror}.") from error
