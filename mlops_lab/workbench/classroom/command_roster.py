"""The commands `mlops-lab class roster`: who is in the class, who has left it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlops_lab.workbench.classroom.book.rows import user
from mlops_lab.workbench.classroom.command_parts import CLASS, name_all, opened, say
from mlops_lab.workbench.runs.commands import example, print_json
from mlops_lab.workbench.runs.options import JSON

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from mlops_lab.workbench.classroom.model import Student

__all__ = ["roster"]


@click.group("roster")
def roster() -> None:
    """Keep the list of students."""


@roster.command("import", epilog=example("mlops-lab class roster import students.csv"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--complete", is_flag=True, help="Who is not in FILE has left; asks before it writes."
)
@click.option("--yes", is_flag=True, help="With --complete: do not ask.")
@click.option("--encoding", metavar="NAME", help="What FILE is written in, where that is unclear.")
@CLASS
def import_command(
    file: Path, complete: bool, yes: bool, encoding: str | None, given: Path | None
) -> None:
    """Take students from FILE: a CSV with id, name and email, as Canvas and Moodle export it.

    Importing again updates names and addresses. Nobody is removed, or leaves without --complete.
    """
    from mlops_lab.workbench.classroom.book import put_students, students
    from mlops_lab.workbench.classroom.book.gone import gone
    from mlops_lab.workbench.classroom.roster import read_roster, require_same_case

    found, notes = read_roster(file, encoding)
    with opened(given) as (_, book):
        before, away = students(book), gone(book)
        require_same_case(found, students(book, everyone=True))
        leaving, back = _moves(book, found) if complete else ([], [])
        if not _agreed(leaving, back, file.name, yes=yes):
            say("Nothing was written; --yes writes it without asking.", err=True)
            return
        added, changed = put_students(book, found, leave=leaving, back=back, by=user())
    for note in notes:
        say(note, err=True)
    say(f"{added} new, {changed} changed, {len(found) - added - changed} as they were")
    if complete:
        return
    names = {one.id for one in found}
    if lacking := sorted({one.id for one in before} - names):
        name_all(f"not in {file.name}, and kept", lacking)
    if there := sorted(names & away.keys()):
        name_all(f"in {file.name}, and have left", there)
        say("`mlops-lab class roster back ID` takes one back", err=True)


@roster.command("list", epilog=example("mlops-lab class roster list"))
@click.option("--left", is_flag=True, help="Those who have left.")
@CLASS
@JSON
def list_command(left: bool, given: Path | None, as_json: bool) -> None:
    """List the students."""
    from mlops_lab.workbench.classroom.book import students
    from mlops_lab.workbench.classroom.book.gone import gone

    with opened(given) as (_, book):
        found, away = students(book, everyone=left), gone(book)
    found = [one for one in found if not left or one.id in away]
    if as_json:
        print_json(found)
        return
    width = max((len(one.id) for one in found), default=0)
    for one in found:
        say(f"{one.id:<{width}}  {one.name}  {one.email}".rstrip())
    more = f", {len(away)} have left" if away and not left else ""
    say(f"{len(found)} {'who have left' if left else 'students'}{more}", err=True)


@roster.command("export", epilog=example("mlops-lab class roster export roster.csv"))
@click.argument("file", type=click.Path(path_type=Path), required=False)
@CLASS
def write_command(file: Path | None, given: Path | None) -> None:
    """Write the students as CSV, to FILE or to standard output."""
    from mlops_lab.workbench.classroom.book import students
    from mlops_lab.workbench.classroom.roster import write_roster

    with opened(given) as (_, book):
        text = write_roster(students(book), file)
    click.echo(f"wrote {file}" if file else text, nl=file is not None)


@roster.command("leave", epilog=example("mlops-lab class roster leave bob"))
@click.argument("students", nargs=-1, required=True, metavar="ID...")
@CLASS
def leave_command(students: tuple[str, ...], given: Path | None) -> None:
    """Take students who have left out of all lists; nothing of theirs is lost.

    They stand in no export, report or marking list. What they hand in later is kept and told.
    """
    from mlops_lab.workbench.classroom.book import students as roster_of
    from mlops_lab.workbench.classroom.book.gone import leave

    with opened(given) as (_, book):
        leave(book, students, by=user())
        left = len(roster_of(book))
    name_all("left", dict.fromkeys(students), err=False)
    say(f"in the class: {left}")


@roster.command("back", epilog=example("mlops-lab class roster back bob"))
@click.argument("students", nargs=-1, required=True, metavar="ID...")
@CLASS
def back_command(students: tuple[str, ...], given: Path | None) -> None:
    """Take students who left back into the class, with all that was theirs."""
    from mlops_lab.workbench.classroom.book import students as roster_of
    from mlops_lab.workbench.classroom.book.gone import come_back

    with opened(given) as (_, book):
        come_back(book, students, by=user())
        now = len(roster_of(book))
    name_all("back", dict.fromkeys(students), err=False)
    say(f"in the class: {now}")
    say("what was handed in meanwhile is to be graded: mlops-lab class grade", err=True)


def _moves(book: "Engine", found: "Iterable[Student]") -> tuple[list[str], list[str]]:
    """Return who leaves and who comes back where a roster is complete."""
    from mlops_lab.workbench.classroom.book import students as roster_of
    from mlops_lab.workbench.classroom.book.gone import gone

    names = {one.id for one in found}
    leaving = [one.id for one in roster_of(book) if one.id not in names]
    return leaving, [name for name in gone(book) if name in names]


def _agreed(leaving: Sequence[str], back: Sequence[str], file: str, *, yes: bool) -> bool:
    """Show who leaves and who comes back, and ask."""
    for what, names in ((f"not in {file}, so they leave", leaving), ("come back", back)):
        if names:
            name_all(f"{len(names)} {what}", names)
    if yes or not (leaving or back):
        return True
    return click.confirm("Write this into the grade book?", err=True)
