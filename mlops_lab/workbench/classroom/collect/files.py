"""Files that come with a notebook: pictures, tables, modules. Kept next to it, and told."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.book import submissions
from mlops_lab.workbench.classroom.collect.collected import Collected
from mlops_lab.workbench.classroom.collect.entries import Entry
from mlops_lab.workbench.classroom.collect.keep import keep_beside
from mlops_lab.workbench.classroom.folder import ClassFolder

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["Other", "listed", "with_files"]

MOST_FILES, MOST_BYTES = 100, 64 * 2**20  # with one notebook
_SHOWN = 5

Other = tuple[Entry, str, str]
"""A file that is no notebook, whose it is, and for what; empty where nothing tells."""


def with_files(
    folder: ClassFolder, book: "Engine", others: Iterable[Other], lines: Sequence[Collected]
) -> list[Collected]:
    """Keep what came with the notebooks of a collection, and tell it in their lines.

    Parameters
    ----------
    folder : ClassFolder
        The class.
    book : Engine
        Its grade book.
    others : iterable of Other
        The files.
    lines : sequence of Collected
        What became of the notebooks. A file belongs to that of the same student, and the same
        assignment, with which it shares most folders; of several such to the last.

    Returns
    -------
    list of Collected
        The same lines, with the names of what was kept, and how many were over the bounds.
    """
    own = {str(entry.path) for entry, _, _ in others}
    notebooks = defaultdict[str, list[Collected]](list)
    for one in lines:
        if one.submission is not None and one.source not in own:
            notebooks[one.student].append(one)
    with_it = defaultdict[Collected, list[Entry]](list)
    for entry, student, what in others:
        mine = [one for one in notebooks[student] if what in ("", one.assignment)]
        if mine and not entry.problem:
            with_it[max(reversed(mine), key=lambda one: _shared(entry, one))].append(entry)
    told = {line: _kept(folder, book, line, files) for line, files in with_it.items()}
    return [
        replace(line, sentence=f"{line.sentence} {told[line]}") if line in told else line
        for line in lines
    ]


def listed(names: Sequence[str]) -> str:
    """Write some names in one phrase.

    Examples
    --------
    >>> listed(["a.csv", "b.png"]), listed([f"{n}.png" for n in range(8)])
    ('a.csv, b.png', '0.png, 1.png, 2.png, 3.png, 4.png and 3 more')
    """
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _shared(entry: Entry, line: Collected) -> int:
    theirs = PurePosixPath(line.source).parts[:-1]
    same = [a == b for a, b in zip(entry.path.parts[:-1], theirs, strict=False)]
    return [*same, False].index(False)


def _kept(folder: ClassFolder, book: "Engine", line: Collected, files: Sequence[Entry]) -> str:
    kept = {one.id: one.path for one in submissions(book, line.assignment, line.student)}
    path = kept[line.submission or 0]
    if not path:  # such as a link: there is no place next to it
        return f"{len(files)} files came with it and were not kept."
    notebook, here = folder.path / path, PurePosixPath(line.source).parent
    within = list(_within(files))
    for entry in within:
        inside = entry.path.is_relative_to(here)
        place = entry.path.relative_to(here) if inside else PurePosixPath(entry.path.name)
        keep_beside(notebook, place, entry.content)
    told = f"Kept beside it: {listed([one.path.name for one in within])}." if within else ""
    if over := len(files) - len(within):
        bound = f"{MOST_FILES} files or {MOST_BYTES // 2**20} MB"
        told += f" {over} more {'is' if over == 1 else 'are'} over the bound of {bound}."
    return told.strip()


def _within(files: Iterable[Entry]) -> Iterator[Entry]:
    total = 0
    for number, entry in enumerate(files, start=1):
        total += len(entry.content)
        if number > MOST_FILES or total > MOST_BYTES:
            return
        yield entry
