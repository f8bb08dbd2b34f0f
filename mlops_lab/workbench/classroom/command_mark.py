"""The command `mlops-lab class mark`: mark answers in words, in a notebook or in a table."""

import os
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlops_lab.workbench.classroom.book.rows import user
from mlops_lab.workbench.classroom.command_parts import CLASS, opened, say
from mlops_lab.workbench.runs.commands import print_json
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.options import JSON

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from mlops_lab.workbench.classroom.folder import ClassFolder
    from mlops_lab.workbench.classroom.mark import Item

__all__ = ["mark"]

_EXAMPLES = """\b
Examples:
  mlops-lab class mark 2.6
  mlops-lab class mark 2.6 --lab
  mlops-lab class mark 2.6 --csv marks.csv --anonymous
  mlops-lab class mark 2.6 --from marks.csv"""


@click.command("mark", epilog=_EXAMPLES)
@click.argument("assignment")
@click.option("--lab", "panel", is_flag=True, help="Open the marking panel in JupyterLab.")
@click.option("--port", type=click.IntRange(1, 65535), help="Where it looks for a free one first.")
@click.option("--browser/--no-browser", default=True, help="Open a browser, or only tell where.")
@click.option("--list", "listed", is_flag=True, help="List the answers that are to mark.")
@click.option(
    "--csv", "out", type=click.Path(path_type=Path), metavar="FILE",
    help="Write them as a table for a spreadsheet, to fill in points and comments.",
)  # fmt: skip
@click.option(
    "--from", "back", type=click.Path(path_type=Path), metavar="FILE",
    help="Take the points and comments of such a table; all rows, or none if one is wrong.",
)  # fmt: skip
@click.option("--extra", is_flag=True, help="With --from: allow more points than a task has.")
@click.option("--again", is_flag=True, help="Those too that are marked already.")
@click.option("--anonymous", is_flag=True, help="Name no students in the list or the table.")
@click.option("--force", is_flag=True, help="Replace a table that is there already.")
@CLASS
@JSON
def mark(
    assignment: str,
    panel: bool,
    port: int | None,
    browser: bool,
    listed: bool,
    out: Path | None,
    back: Path | None,
    extra: bool,
    again: bool,
    anonymous: bool,
    force: bool,
    given: Path | None,
    as_json: bool,
) -> None:
    """Mark the answers in words of ASSIGNMENT.

    Says how many are to mark. --lab opens a panel with the question, the answer and the rubric to
    tick beside it, one student after the other, names hidden; it is a notebook in marking/. A mark
    counts instead of computed points.
    """
    if sum([panel, listed, out is not None, back is not None]) > 1:
        raise RefusedError(
            "--lab, --list, --csv and --from each do something else. Give one of them."
        )
    if extra and back is None:
        raise RefusedError("--extra goes with --from FILE: only a table gives more points.")
    if panel:
        _open(assignment, given, port, browser)
        return
    with opened(given) as (folder, book):
        if out is not None:
            _write(folder, book, assignment, out, (again, anonymous, force), as_json)
        elif back is not None:
            _take(folder, book, assignment, back, as_json, extra=extra)
        else:
            _tell(folder, book, assignment, (listed, again, anonymous), as_json)


def _open(assignment: str, given: Path | None, port: int | None, browser: bool) -> None:
    from mlops_lab.workbench.classroom.mark import to_mark
    from mlops_lab.workbench.classroom.mark.lab import open_marking

    with opened(given) as (folder, book):
        to_mark(folder, book, assignment)  # refuses what nobody can mark
    code = open_marking(folder, assignment, say=partial(say, err=True), port=port, browser=browser)
    if code:
        raise click.ClickException(f"JupyterLab ended with code {code}.")


def _write(
    folder: "ClassFolder",
    book: "Engine",
    assignment: str,
    file: Path,
    flags: tuple[bool, bool, bool],
    as_json: bool,
) -> None:
    from mlops_lab.workbench.classroom.mark import write_marks

    again, anonymous, force = flags
    lines = write_marks(
        folder, book, assignment, file, again=again, anonymous=anonymous, force=force
    )
    if as_json:
        print_json({"file": str(file), "answers": lines})
        return
    say(f"wrote {file}: {lines} answers")
    say(f"then: mlops-lab class mark {assignment} --from {file}", err=True)


def _take(
    folder: "ClassFolder", book: "Engine", assignment: str, file: Path, as_json: bool, *,
    extra: bool,
) -> None:  # fmt: skip
    from mlops_lab.workbench.classroom.mark import read_marks

    taken = read_marks(folder, book, file, user(), assignment=assignment, extra=extra)
    if as_json:
        print_json(taken)
        return
    say(f"{taken.written} marked, {taken.same} as they were, {taken.empty} without points")


def _tell(
    folder: "ClassFolder",
    book: "Engine",
    assignment: str,
    flags: tuple[bool, bool, bool],
    as_json: bool,
) -> None:
    from mlops_lab.workbench.classroom.mark import to_mark, write_desk

    listed, again, anonymous = flags
    everything = to_mark(folder, book, assignment, again=True)
    still = [one for one in everything if not one.done]
    found = everything if again else still
    if as_json:
        print_json([_line(one, anonymous=anonymous) for one in found])
        return
    if listed:
        _print_list(found, anonymous=anonymous)
        return
    say(f"{assignment}: {len(still)} of {len(everything)} answers are to mark")
    for title, count in Counter(one.asked.title for one in still).items():
        say(f"{count:>5}  {title}")
    if everything:
        path = Path(os.path.relpath(write_desk(folder, assignment)))
        say(f"mark them in {path}:\n  mlops-lab class mark {assignment} --lab")


def _line(item: "Item", *, anonymous: bool) -> dict[str, object]:
    from mlops_lab.workbench.classroom.mark.render import words

    given = item.mark
    return {
        "submission": item.submission,
        **({} if anonymous else {"student": item.student}),
        "task": item.task,
        "title": item.asked.title,
        "of": item.of,
        "words": words(item.answer),
        "points": given and given.points,
        "comment": given and given.comment,
        "by": given and given.by,
        "notes": list(item.notes),
    }


def _print_list(items: "Sequence[Item]", *, anonymous: bool) -> None:
    from mlops_lab.workbench.classroom.mark.render import words

    for item in items:
        who = f"submission {item.submission}" if anonymous else item.student
        given = f"{item.mark.points:g} by {item.mark.by}" if item.mark else "to mark"
        long = f"{words(item.answer)} words"
        say("  ".join([f"{who:<16}", f"{item.task:<16}", f"{long:>10}", given]).rstrip())
        for note in item.notes:
            say(f"    {note}")
    say(f"{len(items)} answers", err=True)
