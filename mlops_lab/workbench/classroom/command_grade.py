"""The command `mlops-lab class grade`."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlops_lab.workbench.classroom.book.rows import user
from mlops_lab.workbench.classroom.command_parts import CLASS, NO_SANDBOX, SECONDS, opened, say
from mlops_lab.workbench.classroom.points import added
from mlops_lab.workbench.runs.commands import print_json
from mlops_lab.workbench.runs.errors import KernelError
from mlops_lab.workbench.runs.options import JOBS, JSON

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from mlops_lab.workbench.classroom.folder import ClassFolder
    from mlops_lab.workbench.classroom.grade import Graded
    from mlops_lab.workbench.classroom.mark.overrides import Overridden

__all__ = ["grade_command"]


@click.command("grade", epilog="\b\nExample:\n  mlops-lab class grade 2.6")
@click.argument("assignment")
@click.option("--student", "students", multiple=True, metavar="ID", help="Only this student's.")
@click.option("--force", is_flag=True, help="Grade again what has not changed.")
@NO_SANDBOX
@SECONDS
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
        lapsed = _lapsed(folder, book, assignment, done)
    if as_json:
        names = ("submission", "tasks", "marked")
        print_json([{name: getattr(one, name) for name in names} for one in done[1:]])
        return
    _tell(done)
    for one in lapsed:
        say(
            f"{one.student}: {one.points:g} points given by hand for {one.task} do not count any "
            "more, as the answer is another now",
            err=True,
        )


def _lapsed(
    folder: "ClassFolder", book: "Engine", assignment: str, done: "list[Graded]"
) -> "list[Overridden]":
    """Return the overrides that do not hold for what was graded just now."""
    from mlops_lab.workbench.classroom.mark.overrides import overrides

    graded = {one.submission.student for one in done if one.submission}
    found = overrides(folder, book, assignment) if graded else []
    return [one for one in found if not one.counts and one.student in graded]


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
        points = added(one.marked.get(task.task, task.points or 0) for task in one.tasks)
        states = Counter("marked" if task.task in one.marked else task.state for task in one.tasks)
        told = ", ".join(f"{number} {state}" for state, number in states.items())
        say(f"{one.submission.student:<20}  {points:g} of {one.of:g}  {told}")
    if graded and graded[-1].note:
        say(graded[-1].note, err=True)
    say(f"{len(graded)} graded, {kept} as they were", err=True)
