"""The command `mlops-lab check`: how a student's own notebook stands, outside the notebook."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlops_lab.core import did_you_mean
from mlops_lab.workbench.classroom.command_parts import say
from mlops_lab.workbench.classroom.points import added
from mlops_lab.workbench.runs.commands import print_json, told
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.options import JSON

if TYPE_CHECKING:
    from mlops_lab.workbench.classroom.check import Checked, CheckedTask

__all__ = ["check_command", "find_assignment"]

_EXAMPLES = """\b
Examples:
  mlops-lab check
  mlops-lab check 05_drift_assignment.ipynb
  mlops-lab check 4.5 --json

Exit codes: 0 no answer fails its visible tests, 1 one does, 2 wrong use, 130 stopped by Ctrl-C.
What is not answered yet fails nothing."""


@click.command("check", epilog=_EXAMPLES)
@click.argument("notebook", required=False, metavar="[FILE]")
@click.option(
    "--seconds", type=click.FloatRange(1, 3600), default=60, show_default=True, metavar="S",
    help="Of processor time for each task; ten times as much may pass.",
)  # fmt: skip
@JSON
def check_command(notebook: str | None, seconds: float, as_json: bool) -> None:
    """Check the answers in FILE, your copy of an assignment, with its visible tests.

    FILE is a path, or an assignment's id. Without it the only assignment in this folder, or in a
    folder in it, is meant. The file is read as it was last saved, and not changed. The answers run
    as in grading: from top to bottom, in a fresh process, apart from the tests.
    """
    from mlops_lab.workbench.classroom.check import check

    with told():
        done = check(find_assignment(notebook), seconds=seconds)
    if as_json:
        print_json({**done.__dict__, "good": done.good})
    else:
        _tell(done)
    sys.exit(0 if done.good else 1)


def find_assignment(name: str | None, here: Path | None = None) -> Path:
    """Find the notebook that a student means.

    Parameters
    ----------
    name : str or None
        A path, a folder, an assignment's id or its file's name; None for the only one there is.
    here : Path, optional
        Where to look, and in the folders in it; the current folder by default.

    Raises
    ------
    RefusedError
        When there is none, or more than one.
    """
    place = here or Path()
    if name and (place / name).is_dir():
        place, name = place / name, None
    if name and (name.endswith(".ipynb") or (place / name).is_file()):
        if (place / name).is_file():
            return place / name
        beside = [one.name for one in (place / name).parent.glob("*.ipynb")]
        raise RefusedError(f"There is no file {name}.{did_you_mean(Path(name).name, beside)}")
    found = {path: names for path in _notebooks(place) if (names := _names(path))}
    wanted = [path for path, names in found.items() if name is None or name in names]
    if len(wanted) == 1:
        return wanted[0]
    known = "".join(f"\n  {path}" for path in wanted or found)
    where = "this folder" if place == Path() else str(place)
    if wanted:
        raise RefusedError(f"There is more than one in {where}; name the file:{known}")
    what = "assignment" if name is None else f"assignment {name!r}"
    hint = f" There are:{known}" if known else " Change to the folder that holds your copy."
    raise RefusedError(f"There is no {what} in {where} or the folders in it.{hint}")


def _notebooks(place: Path) -> Iterator[Path]:
    for path in [*sorted(place.glob("*.ipynb")), *sorted(place.glob("*/*.ipynb"))]:
        # No pipe and no device: reading one may never end.
        if path.is_file() and not any(
            part.startswith(".") for part in path.relative_to(place).parts
        ):
            yield path


def _names(path: Path) -> set[str]:
    """Return what an assignment may be called; nothing for what is none, or cannot be read."""
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
        facts = [one["metadata"].get("nbgrader", {}) for one in document["cells"]]
        if not any(one.get("grade") or one.get("task") for one in facts):
            return set()
        ours = document["metadata"].get("mlops_lab", {})
        told = {str(ours.get("assignment")), str(ours.get("lesson"))} - {"None"}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return set()
    return {path.stem, path.stem.removesuffix("_assignment"), *told}


def _tell(done: "Checked") -> None:
    say(done.title)
    width = max(len(one.title) for one in done.tasks)
    for one in done.tasks:
        got = "" if one.points is None else f"{one.points:g} of "
        extra = " extra" if one.extra else ""
        say(f"{one.state:<12}  {one.title:<{width}}  {got}{one.of:g}{extra}")
        for line in _why(one):
            say(f"{'':<12}  {line}")
    tested = [one for one in done.tasks if one.points is not None]
    points = added(one.points or 0 for one in tested)
    of = added(one.of for one in tested if not one.extra)
    say(f"{points:g} of {of:g} points that the visible tests can see; the grader tests more")
    if by_hand := added(one.of for one in done.tasks if one.points is None):
        say(f"{by_hand:g} more points are for a person to give")
    for note in done.notes:
        say(note, err=True)


def _why(task: "CheckedTask") -> list[str]:
    if task.state in ("not answered", "to mark") or (
        task.state == "passed" and task.message == "All tests pass."
    ):
        return []
    lines = task.message.splitlines()
    told = (task.expected, task.found)
    if all(told) and not all(str(one) in task.message for one in told):
        lines.append(f"expected {task.expected}, found {task.found}")
    return lines
