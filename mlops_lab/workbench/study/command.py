"""The commands `mlops-lab lab`, `mlops-lab update` and `mlops-lab reset`."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlops_lab.workbench.runs.commands import example, told
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.options import COURSE, JSON

if TYPE_CHECKING:
    from mlops_lab.workbench.study.course_files import CourseFile
    from mlops_lab.workbench.study.sync import Outcome
    from mlops_lab.workbench.study.workspace import Workspace

__all__ = ["lab", "reset_command", "update_command"]

_WORKSPACE = click.option(
    "--workspace", metavar="DIR", type=click.Path(path_type=Path),
    help="Your own folder; by default workspace/, found here or above, or made beside the course.",
)  # fmt: skip


def _say(sentence: str) -> None:
    if sentence:
        click.echo(sentence, err=True)


@click.command("lab", epilog=example("mlops-lab lab --workspace ~/mlops-lab"))
@_WORKSPACE
@COURSE
@click.option("--port", type=click.IntRange(1, 65535), help="Where to look for a free one first.")
@click.option("--browser/--no-browser", default=True, help="Open a browser, or only tell where.")
def lab(workspace: Path | None, course: Path | None, port: int | None, browser: bool) -> None:
    """Open JupyterLab on your own copies of the lessons.

    The first time they are put into a folder `workspace`; what is there is never overwritten.
    A lab that is open already is shown again. Ctrl-C closes it.
    """
    from mlops_lab.workbench.runs.course import find_course
    from mlops_lab.workbench.study.opened import open_lab
    from mlops_lab.workbench.study.workspace import find_workspace, open_workspace

    with told():
        masters = find_course(course)
        space = open_workspace(find_workspace(workspace, masters))
        code = open_lab(space, masters, say=_say, port=port, browser=browser)
    if code:
        raise click.ClickException(f"JupyterLab ended with code {code}. What it said: {space.log}")


@contextmanager
def _held(
    workspace: Path | None, course: Path | None, doing: str, lessons: Sequence[str]
) -> Iterator[tuple["Workspace", "list[CourseFile]"]]:
    from mlops_lab.workbench.runs.course import find_course
    from mlops_lab.workbench.study.course_files import course_files, find_course_file
    from mlops_lab.workbench.study.lock import hold
    from mlops_lab.workbench.study.servers import running
    from mlops_lab.workbench.study.workspace import find_workspace, open_workspace

    with told():
        masters = find_course(course)
        known = course_files(masters)
        for word in lessons:  # before anything is made, if one is unknown
            find_course_file(word, known)
        space = open_workspace(find_workspace(workspace, masters))
        with hold(space.hidden, doing) as stale:
            _say(stale)
            if server := running(space.root):
                raise RefusedError(
                    f"{space.root} is open in JupyterLab (process {server.pid}), which would write "
                    "its own copy over the new one. Save your notebooks and close it first."
                )
            yield space, known


@click.command("update", epilog=example("mlops-lab update 2.6"))
@click.argument("lessons", nargs=-1, metavar="[LESSON]...")
@_WORKSPACE
@COURSE
@JSON
def update_command(
    lessons: tuple[str, ...], workspace: Path | None, course: Path | None, as_json: bool
) -> None:
    """Bring new versions of LESSONs and their assignments into your copies; of all by default.

    Your answers, your changes and the cells that you added stay. What cannot be merged is kept
    beside it, and named.
    """
    from mlops_lab.workbench.study.course_files import NO_ASSIGNMENTS, find_course_file
    from mlops_lab.workbench.study.sync import update, withdrawn

    with _held(workspace, course, "update", lessons) as (space, known):
        for name in [] if lessons else withdrawn(space, _masters(course)):
            _say(f"{name} is no longer in the course; your copy stays.")
        wanted = {find_course_file(word, known).lesson for word in lessons}
        done = update(space, [one for one in known if not lessons or one.lesson in wanted])
        if not any(one.assignment for one in known):
            _say(NO_ASSIGNMENTS)
    if as_json:
        from mlops_lab.workbench.runs.document import as_json as text

        click.echo(text(done))
        return
    for outcome in done:
        _print(outcome)
    same = sum(outcome.state == "same" for outcome in done)
    kept = sum(outcome.state == "kept" for outcome in done)
    more = f" {kept} could not be, and are as they were." if kept else ""
    click.echo(f"{len(done) - same - kept} brought up to date, {same} were so already.{more}")
    if any(outcome.state == "updated" for outcome in done):
        click.echo(f"Your files as they were before are in {space.hidden / 'before'}.")


def _masters(course: Path | None) -> Path:
    from mlops_lab.workbench.runs.course import find_course

    return find_course(course)


_WORDS = {"new": "new", "back": "was missing, and is back", "kept": "could not be merged"}


def _print(outcome: "Outcome") -> None:
    if outcome.state != "same":
        said = [_WORDS.get(outcome.state, ""), *outcome.told]
        click.echo(f"{outcome.title}: {' '.join(filter(None, said)) or 'updated'}")


@click.command("reset", epilog=example("mlops-lab reset 2.6"))
@click.argument("lesson")
@click.option("--assignment", is_flag=True, help="Its assignment instead of the lesson.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_WORKSPACE
@COURSE
def reset_command(
    lesson: str, assignment: bool, yes: bool, workspace: Path | None, course: Path | None
) -> None:
    """Give a LESSON afresh, after asking; your own copy is kept in the workspace's backups/."""
    from mlops_lab.workbench.study.course_files import NO_ASSIGNMENTS, find_course_file
    from mlops_lab.workbench.study.sync import BACKUPS, is_untouched, reset

    with _held(workspace, course, "reset", [lesson]) as (space, known):
        if assignment and not any(one.assignment for one in known):
            raise RefusedError(NO_ASSIGNMENTS)
        one = find_course_file(lesson, known, assignment=assignment)
        if is_untouched(space, one):
            click.echo(f"{one.title} is as it was given; there is nothing to reset.")
            return
        if not yes and not _agreed(f"Reset {one.title}? Yours goes to {space.root / BACKUPS}."):
            click.echo("Nothing was changed.")
            return
        backup = reset(space, one)
    click.echo(f"{one.title} is as new." + (f" Yours is {backup}." if backup else ""))


def _agreed(question: str) -> bool:
    if sys.stdin is None or not sys.stdin.readable():
        raise RefusedError("Nobody can be asked here; say --yes.")
    try:
        return click.confirm(question)
    except click.Abort:
        if sys.stdin.isatty():
            raise  # Ctrl-C
        raise RefusedError("Nobody can be asked here; say --yes.") from None
