"""Tell which assignment a file answers, from its cells and its path."""

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from mlops_lab.workbench.classroom.collect.whose import plain, without_ending
from mlops_lab.workbench.classroom.frozen import Release
from mlops_lab.workbench.classroom.lenient import LenientNotebook

__all__ = ["find_assignment"]


def find_assignment(
    path: PurePosixPath, loose: LenientNotebook | None, known: Sequence[Release]
) -> str | None:
    """Find which assignment a file answers; None when nothing tells.

    Its metadata counts first, then the grade ids in it, then its path.
    """
    ids = {one.assignment for one in known}
    if loose and loose.assignment:
        return loose.assignment if loose.assignment in ids else None
    shared = {one.assignment: _shared(loose, one) for one in known} if loose else {}
    best = [name for name, count in shared.items() if count == max(shared.values())]
    if len(best) == 1 and shared[best[0]]:
        return best[0]
    text = " ".join(map(plain, [*path.parts[:-1], without_ending(path.name)]))
    named = {one.assignment for one in known if _holds(text, _titles(one))}
    if len(named) == 1:
        return named.pop()
    return ids.pop() if len(ids) == 1 else None


def _shared(loose: LenientNotebook, release: Release) -> int:
    graded = {*release.answers, *(task.grade_id for task in release.tasks)}
    return len(graded & {cell.grade_id for cell in loose.cells})


def _titles(release: Release) -> set[str]:
    return {plain(PurePosixPath(release.notebook).stem), plain(release.assignment)}


def _holds(text: str, names: Iterable[str]) -> bool:
    return any(f" {name} " in f" {text} " for name in names)
