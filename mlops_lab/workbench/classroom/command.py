"""The command `mlops-lab class`: release to a class, collect what comes back."""

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlops_lab.workbench.classroom.book.rows import user
from mlops_lab.workbench.classroom.command_extend import extend_command
from mlops_lab.workbench.classroom.command_grade import grade_command
from mlops_lab.workbench.classroom.command_history import history_command
from mlops_lab.workbench.classroom.command_mark import mark
from mlops_lab.workbench.classroom.command_override import override_command
from mlops_lab.workbench.classroom.command_parts import CLASS, opened, say, time_from
from mlops_lab.workbench.classroom.command_regrade import regrade_command
from mlops_lab.workbench.classroom.command_report import report_command
from mlops_lab.workbench.classroom.command_results import export_command, feedback_command
from mlops_lab.workbench.classroom.command_roster import roster
from mlops_lab.workbench.hub.command_desk import desk_command
from mlops_lab.workbench.runs.commands import example, print_json, told
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.options import JSON

if TYPE_CHECKING:
    from mlops_lab.workbench.classroom.folder import ClassFolder
    from mlops_lab.workbench.classroom.frozen import Release

__all__ = ["classroom"]

_ALL = """\b
Examples:
  mlops-lab class init autumn --name "ML in production" --course notebooks
  cd autumn
  mlops-lab class roster import students.csv
  mlops-lab class release 4.5
  mlops-lab class collect downloads/drift.zip
  mlops-lab class grade 4.5
  mlops-lab class mark 4.5
  mlops-lab class feedback 4.5
  mlops-lab class export 4.5 --format canvas -o canvas.csv
  mlops-lab class report 4.5"""


class _Told(click.Group):
    """A group that tells what is refused as wrong use, also from groups inside."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  what click returns
        with told():
            return super().invoke(ctx)


@click.group("class", cls=_Told, epilog=_ALL)
def classroom() -> None:
    """Release assignments to a class, grade what comes back, and return it."""


@classroom.command("init", epilog=example('mlops-lab class init autumn --name "Autumn 2026"'))
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option("--name", help="What the class is called; the folder's name by default.")
@click.option(
    "--course", type=click.Path(path_type=Path), metavar="DIR",
    help="The folder of the master notebooks; found by itself by default.",
)  # fmt: skip
@click.option(
    "--gradebook", default="sqlite:///gradebook.db", show_default=True, metavar="URL",
    help="Or postgresql+psycopg://USER@HOST/DATABASE.",
)  # fmt: skip
@click.option("--timezone", default="UTC", show_default=True, help="The zone of due times.")
def init_command(
    folder: Path, name: str | None, course: Path | None, gradebook: str, timezone: str
) -> None:
    """Make a class in FOLDER: a class.yaml, to be edited, and a grade book."""
    from mlops_lab.workbench.classroom.book import open_book
    from mlops_lab.workbench.classroom.folder import FILE, start_class

    made = start_class(
        folder, name or folder.resolve().name, course=course, gradebook=gradebook,
        timezone=timezone,
    )  # fmt: skip
    with open_book(made.gradebook):
        say(f"made {folder / FILE}: put the due times in it")


@classroom.command("release", epilog=example("mlops-lab class release 4.5 --variant-seed 7"))
@click.argument("assignment")
@click.option(
    "--variant-seed", type=int, metavar="N",
    help="Give each student data of their own, drawn from N and the student's id.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Release a changed master again, as the next release.")
@click.option("--no-check", is_flag=True, help="Do not test the master's own solutions.")
@CLASS
@JSON
def release_command(
    assignment: str,
    variant_seed: int | None,
    force: bool,
    no_check: bool,
    given: Path | None,
    as_json: bool,
) -> None:
    """Release ASSIGNMENT: a lesson's id or name, or the path of a notebook in nbgrader's format.

    The master is frozen with its tests, so that later edits change nothing that is graded. What
    students get is in release/ and holds no secret; frozen/ is for you alone.
    """
    from mlops_lab.workbench.classroom.book import add_release, students
    from mlops_lab.workbench.classroom.release import find_master, make_release

    with opened(given) as (folder, book):
        master = find_master(assignment, folder.course)
        ids = [one.id for one in students(book)]
        made = make_release(folder, master, students=ids, variant_seed=variant_seed, force=force)
        add_release(book, made, by=user())
        said = "" if no_check else _checked(folder, made)
    if as_json:
        print_json(made)
        return
    where = folder.release / made.assignment
    what = where / made.notebook if variant_seed is None else where / "students"
    say(
        f"{made.assignment}, release {made.number}: {len(made.tasks)} tasks, "
        f"{made.points:g} points{_extra(made)}. For students: {what}"
    )
    click.echo(said, err=True, nl=bool(said))
    if made.assignment not in folder.due:
        say(f"class.yaml has no due time for {made.assignment}.", err=True)


def _extra(release: "Release") -> str:
    extra = [one.points for one in release.tasks if one.extra]
    return f" and {sum(extra):g} of extra credit" if extra else ""


def _checked(folder: "ClassFolder", release: "Release") -> str:
    """Test the master's own solutions now, while there is time to repair it."""
    from mlops_lab.workbench.classroom.grade.session import prepare
    from mlops_lab.workbench.runs.errors import KernelError

    try:
        *_, found = prepare(folder, release)
    except (RefusedError, KernelError) as error:
        return f"It was released, but it cannot be graded so: {error}"
    return f"The master's own solutions get all points, in {found.seconds:.1f} s. {found.note}"


@classroom.command("collect", epilog=example("mlops-lab class collect downloads/drift.zip"))
@click.argument("source", type=click.Path(path_type=Path), metavar="FOLDER")
@click.option("--assignment", metavar="ID", help="Take all as answers to this one.")
@click.option("--received", metavar="TIME", help="When all were handed in, as 2026-11-30 23:59.")
@CLASS
@JSON
def collect_command(
    source: Path, assignment: str | None, received: str | None, given: Path | None, as_json: bool
) -> None:
    """Collect FOLDER: a folder a student, notebooks named by student, or a zip of either.

    Or the inbox of `class desk`. Without --received a file counts as handed in when it was last
    changed, one of an inbox when the desk received it. All are kept as they came, under submitted/.
    """
    from mlops_lab.workbench.classroom.collect import collect

    with opened(given) as (folder, book):
        time = None if received is None else time_from(received, folder, "--received")
        lines = collect(
            folder, book, source, assignment=assignment, received=time, by=user()
        )  # fmt: skip
    if as_json:
        print_json(lines)
    else:
        for one in lines:
            what = " ".join(filter(None, [one.assignment, one.student])) or "?"
            say(f"{one.state:<10}  {what:<24}  {one.source}  {one.sentence}")
        counted = Counter(one.state for one in lines)
        listed = ", ".join(f"{n} {state}" for state, n in counted.items())
        say(listed or "no notebooks found", err=True)
    sys.exit(1 if any(one.state in ("unreadable", "unplaced", "too much") for one in lines) else 0)


for _each in (
    roster, extend_command, grade_command, regrade_command, mark, override_command,
    feedback_command, export_command, report_command, history_command, desk_command,
):  # fmt: skip
    classroom.add_command(_each)
