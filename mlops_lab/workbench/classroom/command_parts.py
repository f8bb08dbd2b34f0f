"""What the commands of `mlops-lab class` share: the option and the open book."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from mlops_lab.workbench.classroom.folder import ClassFolder

__all__ = ["CLASS", "opened"]

CLASS = click.option(
    "--class", "given", type=click.Path(path_type=Path), metavar="DIR",
    help="The class folder; found in the current folder and those above.",
)  # fmt: skip


@contextmanager
def opened(given: Path | None) -> "Iterator[tuple[ClassFolder, Engine]]":
    """Find the class and open its grade book."""
    from mlops_lab.workbench.classroom.book import open_book
    from mlops_lab.workbench.classroom.folder import find_class

    folder = find_class(given)
    with open_book(folder.gradebook) as book:
        yield folder, book
