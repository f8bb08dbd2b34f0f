"""Take the answers out of a submission, and nothing else."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.frozen import Release, read_student
from mlops_lab.workbench.classroom.loose import Cell, Loose, read_loose

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Answers", "answers_from", "read_answers"]


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


def read_answers(release: Release, content: bytes) -> Answers:
    """Take the answers out of a submitted file.

    Parameters
    ----------
    release : Release
        What it answers.
    content : bytes
        The file as it was handed in.

    Raises
    ------
    UnreadableError
        As `read_loose`.
    """
    return answers_from(read_student(release), release.answers, read_loose(content))


def answers_from(student: "NotebookNode", grade_ids: Iterable[str], submitted: Loose) -> Answers:
    """Take the answers out of a submission's cells.

    A cell is an answer by its grade_id. Where an editor dropped that, by its cell id, then by
    the function it defines, then by the cell above it.

    Parameters
    ----------
    student : NotebookNode
        What the student was given.
    grade_ids : iterable of str
        The answers looked for.
    submitted : Loose
        What came back.

    Returns
    -------
    Answers
        Of several cells with one grade_id the last that is not the stub counts.
    """
    wanted = _wanted(student, set(grade_ids))
    known = {str(c.metadata.get("nbgrader", {}).get("grade_id", "")) for c in student.cells}
    given = {_bare(c.source) for c in student.cells if c.cell_type == "markdown"}
    found = {
        one.grade_id: [c for c in submitted.cells if c.grade_id == one.grade_id] for one in wanted
    }
    loose = [c for c in submitted.cells if c.grade_id not in known - {""}]
    loose = [c for c in loose if c.kind != "markdown" or _bare(c.source) not in given]
    notes, sources = list(submitted.notes), {}
    for one in wanted:
        cells = found[one.grade_id]
        if not cells:
            cells, how = _without_grade_id(one, loose, submitted.cells)
            notes += [f"{one.grade_id}: the cell lost its grade_id and was found by {how}."] * bool(
                cells
            )
        if cells:
            chosen = _last_written(one, cells)
            sources[one.grade_id] = chosen.source
            notes += _oddities(one, cells, chosen)
    missing = tuple(one.grade_id for one in wanted if one.grade_id not in sources)
    notes += [f"{name}: the submission has no such cell." for name in missing]
    untouched = tuple(one.grade_id for one in wanted if _is_stub(one, sources.get(one.grade_id)))
    return Answers(sources, untouched, missing, tuple(notes))


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
    return frozenset(re.findall(r"^(?:async def|def|class) (\w+)", source, re.MULTILINE))
