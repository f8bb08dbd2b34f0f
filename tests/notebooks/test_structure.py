"""Every notebook of the course keeps every rule of how a lesson is written.

What it does not keep yet stands in `rules/not_yet.py`, rule by rule, and nothing else does.
"""

from pathlib import Path

import pytest
from rules import rules_for
from rules.not_yet import NOT_YET, entry
from rules.reading import course_notebooks, is_assignment, read

ROOT = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = course_notebooks(ROOT)


def test_the_course_has_a_lesson() -> None:
    assert [path for path in NOTEBOOKS if not is_assignment(path)], f"no lesson below {ROOT}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_keeps_the_rules_but_those_on_the_list(path: Path) -> None:
    nb, listed = read(path), set(NOT_YET.get(entry(path), ()))
    found = {name: rule(nb, path) for name, rule in rules_for(path).items()}
    told = [f"{name}: {one}" for name in found.keys() - listed for one in found[name]]
    told += [f"{name} is kept: take it off rules/not_yet.py" for name in listed if not found[name]]
    assert not told, f"{path.name}:\n" + "\n".join(sorted(told))


def test_the_list_names_notebooks_of_the_course_once() -> None:
    assert set(NOT_YET) <= {entry(path) for path in NOTEBOOKS}
    assert all(len(set(names)) == len(names) > 0 for names in NOT_YET.values())
