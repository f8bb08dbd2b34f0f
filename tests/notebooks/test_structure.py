"""Every notebook of the course keeps every rule of how a lesson is written."""

from pathlib import Path

import pytest
from rules import rules_for
from rules.reading import course_notebooks, is_assignment, read

ROOT = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = course_notebooks(ROOT)
CASES = [
    pytest.param(path, name, id=f"{path.stem}-{name}")
    for path in NOTEBOOKS
    for name in rules_for(path)
]


def test_the_course_has_a_lesson() -> None:
    assert [path for path in NOTEBOOKS if not is_assignment(path)], f"no lesson below {ROOT}"


@pytest.mark.parametrize(("path", "name"), CASES)
def test_notebook_keeps_rule(path: Path, name: str) -> None:
    problems = rules_for(path)[name](read(path), path)
    assert not problems, f"{path.name} breaks {name}:\n" + "\n".join(problems)
