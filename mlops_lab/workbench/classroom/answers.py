"""Take the answers out of a submission, and nothing else."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from keyword import kwlist
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.frozen import Release
from mlops_lab.workbench.classroom.lenient import Cell, LenientNotebook

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Answers", "answers_from", "is_untouched"]

# What binds a name at the top of a cell, or uses one first in a line: `name = ...`, `name.sort()`.
_FIRST = re.compile(r"^(?:async def |def |class )?([^\W\d]\w*)", re.MULTILINE)
# Each sign is looked at once, as the text may be hostile.
_DEFINED = re.compile(
    r"^(?:async def|def|class) (\w+)|^(\w++)(?:[ \t]*+:[^=\n]++)?+[ \t]*+=[ \t]*+lambda\b",
    re.MULTILINE,
)
_MOST_PARTS = 20
_NO_NAME = {*kwlist, "print", "display"}


@dataclass(frozen=True)
class Answers:
    """What a student wrote.

    Attributes
    ----------
    sources : mapping of str to str
        By grade_id, in the release's order; missing ones are not in it.
    untouched : tuple of str
        Those among them that are still the stub, or empty.
    missing : tuple of str
        Those of which the submission has no cell.
    notes : tuple of str
        What was unusual, a sentence each.
    """

    sources: Mapping[str, str]
    untouched: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Wanted:
    grade_id: str
    kind: str
    stub: str
    id: str
    defines: frozenset[str]
    before: str  # the source of the cell above


def answers_from(
    student: "NotebookNode", grade_ids: Iterable[str], submitted: LenientNotebook
) -> Answers:
    """Take the answers out of a submission's cells.

    A cell is an answer by its grade_id. Where an editor dropped that, by its cell id, then by
    the function it defines, then by the cell above it; at last, the function may be in another
    answer's cell. Cells into which an editor has split an answer are put together again.

    Parameters
    ----------
    student : NotebookNode
        What the student was given.
    grade_ids : iterable of str
        The answers looked for.
    submitted : LenientNotebook
        What came back.

    Returns
    -------
    Answers
        Of several cells with one grade_id the last that is not the stub counts.
    """
    wanted = _wanted(student, set(grade_ids))
    known = {str(c.metadata.get("nbgrader", {}).get("grade_id", "")) for c in student.cells}
    given = {_bare(c.source) for c in student.cells if c.cell_type == "markdown"}
    loose = [c for c in submitted.cells if c.grade_id not in known - {""}]
    loose = [c for c in loose if c.kind != "markdown" or _bare(c.source) not in given]
    notes, sources = list(submitted.notes), {}
    for one in wanted:
        cells = list(_copies(one, submitted.cells))
        if all(_is_stub(one, cell.source) for cell in cells):
            cells = [*_copies(one, submitted.others), *cells]
        if not cells:
            cells, how = _without_grade_id(one, loose, submitted.cells)
            notes += [f"{one.grade_id}: the cell lost its grade_id and was found by {how}."] * bool(
                cells
            )
        if cells:
            chosen = _last_written(one, cells)
            sources[one.grade_id] = chosen.source
            notes += _oddities(one, cells, chosen)
    for one, other in _elsewhere(wanted, dict(sources)):
        sources[one.grade_id] = sources[other]
        notes.append(f"{one.grade_id}: found in the cell {other}.")
    sources = {one.grade_id: sources[one.grade_id] for one in wanted if one.grade_id in sources}
    missing = tuple(one.grade_id for one in wanted if one.grade_id not in sources)
    notes += [f"{name}: the submission has no such cell." for name in missing]
    untouched = tuple(one.grade_id for one in wanted if _is_stub(one, sources.get(one.grade_id)))
    return Answers(sources, untouched, missing, tuple(notes))


def is_untouched(release: Release, found: Answers) -> bool:
    """Tell whether every answer is as it was handed out, where all answers have their cells."""
    elsewhere = {one.grade_id for one in release.tasks if one.manual} - set(release.answers)
    return not elsewhere and {*found.untouched, *found.missing} == set(release.answers)


def _copies(one: _Wanted, cells: Iterable[Cell]) -> Iterator[Cell]:
    """Yield the cells of one grade_id, those put together that were split from one another."""
    graded = (cell for cell in cells if cell.grade_id)
    for name, run in groupby(graded, lambda cell: cell.grade_id):
        if name == one.grade_id:
            yield from _put_together(one, run)


def _put_together(one: _Wanted, run: Iterable[Cell]) -> Iterator[Cell]:
    """Join what is a part of the cell before it, and not another version of it."""
    parts, names = list[Cell](), set[str]()
    for cell in run:
        own = _first_names(cell.source)
        if parts and not _continue(one, [*parts, cell], names, own):
            yield _joined(parts)
            parts, names = [], set()
        parts.append(cell)
        names |= own
    if parts:
        yield _joined(parts)


def _continue(one: _Wanted, parts: Sequence[Cell], names: set[str], last: set[str]) -> bool:
    stub = any(_is_stub(one, part.source) for part in (parts[-2], parts[-1]))
    if stub or parts[-1].kind != parts[0].kind or len(parts) > _MOST_PARTS:
        return False
    if one.kind != "code":
        new = parts[-1].source
        return not any(new in part.source or part.source in new for part in parts[:-1])
    return bool(names | last) and not names & last


def _joined(parts: Sequence[Cell]) -> Cell:
    source = "\n".join(part.source for part in parts)
    return replace(parts[-1], source=source, parts=len(parts)) if parts[1:] else parts[0]


def _first_names(source: str) -> set[str]:
    return set(_FIRST.findall(source)) - _NO_NAME


def _elsewhere(
    wanted: Sequence[_Wanted], sources: Mapping[str, str]
) -> Iterator[tuple[_Wanted, str]]:
    """Find missing answers in the cells of other ones, into which somebody has merged them."""
    defined = {name: _defined(text) for name, text in sources.items()}
    for one in wanted:
        holders = [name for name, its in defined.items() if one.defines and one.defines <= its]
        if one.grade_id not in sources and holders:
            yield one, holders[-1]


def _wanted(student: "NotebookNode", grade_ids: set[str]) -> list[_Wanted]:
    found, before = [], ""
    for cell in student.cells:
        name = str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if name in grade_ids:
            defines = _defined(cell.source) if cell.cell_type == "code" else frozenset()
            found.append(
                _Wanted(name, cell.cell_type, _bare(cell.source), cell.id, defines, before)
            )
        before = _bare(cell.source)
    return found


def _without_grade_id(
    one: _Wanted, loose: Sequence[Cell], everything: Sequence[Cell]
) -> tuple[list[Cell], str]:
    by_id = [cell for cell in loose if one.id and cell.id == one.id]
    by_name = [c for c in loose if one.defines and one.defines <= _defined(c.source)]
    above = [
        cell for up, cell in pairwise(everything) if one.before and _bare(up.source) == one.before
    ]
    by_place = [cell for cell in above if any(cell is each for each in loose)]
    ways = {
        "its cell id": by_id,
        "the function it defines": by_name,
        "the cell above it": by_place,
    }
    return next(((cells, how) for how, cells in ways.items() if cells), ([], ""))


def _last_written(one: _Wanted, cells: Sequence[Cell]) -> Cell:
    written = [cell for cell in cells if not _is_stub(one, cell.source)]
    return (written or cells)[-1]


def _oddities(one: _Wanted, cells: Sequence[Cell], chosen: Cell) -> list[str]:
    notes = []
    if chosen.parts > 1:
        notes.append(f"{one.grade_id}: its {chosen.parts} parts were put together.")
    if len({_bare(cell.source) for cell in cells}) > 1:
        notes.append(f"{one.grade_id}: there are {len(cells)} such cells; the last written counts.")
    if chosen.kind != one.kind:
        notes.append(f"{one.grade_id}: the cell was {one.kind} and is {chosen.kind or 'unknown'}.")
    if re.search(r"^(<{7}|>{7}) ", chosen.source, re.MULTILINE):
        notes.append(f"{one.grade_id}: the answer holds git's merge markers.")
    return notes


def _is_stub(one: _Wanted, source: str | None) -> bool:
    return source is not None and _bare(source) in ("", one.stub)


def _bare(source: str) -> str:
    """Leave out what editors change by themselves."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def _defined(source: str) -> frozenset[str]:
    """Name what a cell defines at its top; a student's text is not given to Python's parser."""
    found = _DEFINED.findall(source)
    return frozenset(name for pair in found for name in pair if name)
