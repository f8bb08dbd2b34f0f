"""The command `mlops-lab class regrade`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlops_lab.workbench.classroom.book.rows import user
from mlops_lab.workbench.classroom.command_parts import CLASS, NO_SANDBOX, SECONDS, opened, say
from mlops_lab.workbench.runs.commands import print_json
from mlops_lab.workbench.runs.errors import KernelError
from mlops_lab.workbench.runs.options import JOBS, JSON

if TYPE_CHECKING:
    from mlops_lab.workbench.classroom.grade.regrade import Moved

__all__ = ["regrade_command"]


@click.command("regrade", epilog="\b\nExample:\n  mlops-lab class regrade 2.6")
@click.argument("assignment")
@click.option(
    "--release", "number", type=click.IntRange(1), metavar="N",
    help="The release whose tests are right; the newest by default.",
)  # fmt: skip
@click.option("--yes", is_flag=True, help="Write it without asking.")
@NO_SANDBOX
@SECONDS
@JOBS
@CLASS
@JSON
def regrade_command(
    assignment: str,
    number: int | None,
    yes: bool,
    no_sandbox: bool,
    seconds: float,
    workers: int | None,
    given: Path | None,
    as_json: bool,
) -> None:
    """Grade what answers older releases of ASSIGNMENT by the repaired tests of a later one.

    Says who gains and who loses, then asks before it writes. Marks that people gave stay. What is
    handed in later for an older release is graded by the repaired tests, too. First repair the
    master, and release it again with --force.
    """
    from tqdm import tqdm

    from mlops_lab.workbench.classroom.grade.regrade import Regrading

    with opened(given) as (folder, book):
        regrading = Regrading(folder, book, assignment, number, isolated=not no_sandbox)
        steps = regrading.run(by=user(), workers=workers, seconds=seconds)
        try:
            bar = tqdm(steps, total=regrading.total, unit="submission", leave=False, disable=None)
            moved = sorted(bar, key=lambda one: one.submission.student)
        except KernelError as error:
            raise click.ClickException(f"{error}. Nothing was written.") from error
        if as_json:
            print_json([_record(one) for one in moved])
        else:
            _tell(moved)
        question = (
            f"Write this into the grade book, as graded by release {regrading.release.number}?"
        )
        if yes or (not as_json and click.confirm(question, err=True)):
            regrading.write(by=user())
            say(f"{len(moved)} regraded by release {regrading.release.number}", err=True)
        else:
            say("Nothing was written; --yes writes it without asking.", err=True)


def _record(one: "Moved") -> dict[str, object]:
    return {
        "student": one.submission.student, "submission": one.submission.id,
        "before": one.before, "after": one.after, "changes": one.changes,
    }  # fmt: skip


def _tell(moved: "Sequence[Moved]") -> None:
    for one in moved:
        if one.before == one.after and not one.changes:
            continue
        before = "not graded" if one.before is None else f"{one.before:g}"
        sign = "" if one.before is None else f"  ({one.after - one.before:+g})"
        say(f"{one.submission.student:<20}  {before} -> {one.after:g}{sign}")
        for name, old, new in one.changes:
            say(f"    {name}: {old} -> {new}")
    known = [(one.before, one.after) for one in moved if one.before is not None]
    gain = sum(after > before for before, after in known)
    lose = sum(after < before for before, after in known)
    first = f", {len(moved) - len(known)} were not graded before" if len(known) < len(moved) else ""
    say(f"{gain} gain, {lose} lose, {len(known) - gain - lose} keep their points{first}",
               err=True)  # fmt: skip
