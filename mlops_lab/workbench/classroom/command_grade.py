"""The command `mlops-lab class grade`."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlops_lab.workbench.classroom.book.rows import user
from mlops_lab.workbench.classroom.command_parts import CLASS, opened
from mlops_lab.workbench.runs.commands import print_json
from mlops_lab.workbench.runs.errors import KernelError
from mlops_lab.workbench.runs.options import JOBS, JSON

if TYPE_CHECKING:
    from mlops_lab.workbench.classroom.grade import Graded

__all__ = ["grade_command"]


@click.command("grade", epilog="\b\nExample:\n  mlops-lab class grade 2.6")
@click.argument("assignment")
@click.option("--student", "students", multiple=True, metavar="ID", help="Only this student's.")
@click.option("--force", is_flag=True, help="Grade again what has not changed.")
@click.option(
    "--no-sandbox", is_flag=True,
    help="Run students' code with sight of this machine; every result says so.",
)  # fmt: skip
@click.option(
    "--seconds", type=click.FloatRange(1, 3600), default=30, show_default=True, metavar="S",
    help="What each task may take, unless the master's own solution needs a fifth of it or more; "
    "a busy machine gives more.",
)  # fmt: skip
@JOBS
@CLASS
@JSON
def grade_command(
    assignment: str,
    students: tuple[str, ...],
    force: bool,
    no_sandbox: bool,
    seconds: float,
    workers: int | None,
    given: Path | None,
    as_json: bool,
) -> None:
    """Grade every submission to ASSIGNMENT that counts, in parallel, shut in.

    Only answers are taken from a submission; tests and all else come from the release. What was
    graded before and has not changed is left alone, so a stopped grading goes on where it was.
    """
    from mlops_lab.workbench.classroom.grade import grade

    with opened(given) as (folder, book):
        steps = grade(
            folder, book, assignment, by=user(), students=students, isolated=not no_sandbox,
            force=force, workers=workers, seconds=seconds,
        )  # fmt: skip
        try:
            done = list(_shown(steps))
        except KernelError as error:
            raise click.ClickException(f"{error}. What was graded is kept.") from error
    if as_json:
        print_json([{"submission": one.submission, "tasks": one.tasks} for one in done[1:]])
        return
    _tell(done)


def _shown(steps: "Iterator[Graded]") -> "Iterator[Graded]":
    """Draw a bar on a terminal while submissions are graded."""
    from tqdm import tqdm

    first = next(steps)
    yield first
    bar = tqdm(steps, total=first.total, unit="submission", leave=False, disable=None)
    yield from bar


def _tell(done: "list[Graded]") -> None:
    kept, graded = done[0].kept, done[1:]
    for one in graded:
        assert one.submission is not None  # only the first has none
        points = sum(task.points or 0 for task in one.tasks)
        of = sum(task.of for task in one.tasks)
        states = Counter(task.state for task in one.tasks)
        told = ", ".join(f"{number} {state}" for state, number in states.items())
        click.echo(f"{one.submission.student:<20}  {points:g} of {of:g}  {told}")
    if graded and graded[-1].note:
        click.echo(graded[-1].note, err=True)
    click.echo(f"{len(graded)} graded, {kept} as they were", err=True)
