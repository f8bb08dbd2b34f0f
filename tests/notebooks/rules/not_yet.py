"""The rules that a notebook does not keep yet. The list only gets shorter: a test sees to that."""

from pathlib import Path

from rules.reading import is_assignment, lesson_id

__all__ = ["NOT_YET", "entry"]

NOT_YET: dict[str, tuple[str, ...]] = {}


def entry(path: Path) -> str:
    """Name a notebook as the list does: `4.5`, or `4.5 assignment`."""
    return f"{lesson_id(path)} assignment" if is_assignment(path) else lesson_id(path)
