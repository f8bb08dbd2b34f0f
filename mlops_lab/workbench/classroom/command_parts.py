"""What the commands of `mlops-lab class` share: options and the open book."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.terminal import clean_lines

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from mlops_lab.workbench.classroom.folder import ClassFolder

__all__ = ["CLASS", "NO_SANDBOX", "SECONDS", "name_all", "opened", "say", "time_from"]

CLASS = click.option(
    "--class", "given", type=click.Path(path_type=Path), metavar="DIR",
    help="The class folder; found in the current folder and those above.",
)  # fmt: skip
NO_SANDBOX = click.option(
    "--no-sandbox", is_flag=True,
    help="Run students' code with sight of this machine; every result says so.",
)  # fmt: skip
SECONDS = click.option(
    "--seconds", type=click.FloatRange(1, 3600), default=30, show_default=True, metavar="S",
    help="Of processor time for each task, unless the master's own solution needs a fifth of it or "
    "more; ten times as much may pass.",
)  # fmt: skip


@contextmanager
def opened(given: Path | None) -> "Iterator[tuple[ClassFolder, Engine]]":
    """Find the class and open its grade book."""
    from mlops_lab.workbench.classroom.book import open_book
    from mlops_lab.workbench.classroom.folder import find_class

    folder = find_class(given)
    with open_book(folder.gradebook) as book:
        yield folder, book


def say(text: str, *, err: bool = False) -> None:
    """Print lines of which strangers may have written a part, with nothing that steers a terminal.

    Parameters
    ----------
    text : str
        A line, or several.
    err : bool
        Print to standard error.
    """
    click.echo(clean_lines(text), err=err)


def name_all(what: str, names: Iterable[str], *, err: bool = True) -> None:
    """Tell of some students or files by their names, on lines that a terminal holds."""
    told = f"{what}: {', '.join(names)}"
    say(click.wrap_text(told, 100, subsequent_indent="  "), err=err)


def time_from(text: str, folder: "ClassFolder", option: str) -> datetime:
    """Read the time that an option gives, in the class's zone where it names none.

    Raises
    ------
    RefusedError
        When it is no time.
    """
    from zoneinfo import ZoneInfo

    from mlops_lab.workbench.classroom.settings import parse_time

    time = parse_time(text, ZoneInfo(folder.timezone))
    if time is None:
        raise RefusedError(f"{option} {text!r} is no time; write it as 2026-11-30 23:59.")
    return time
