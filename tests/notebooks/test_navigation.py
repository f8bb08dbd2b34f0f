"""Where every lesson and assignment leads in the lab: to what is there, and as the map says."""

import re
from graphlib import TopologicalSorter
from pathlib import Path
from urllib.parse import unquote

import pytest

from mlops_lab.workbench.runs.course import lesson_paths
from mlops_lab.workbench.study.builds import builds_on
from mlops_lab.workbench.study.course_files import CourseFile, course_files, learner_version
from mlops_lab.workbench.study.navigation import BOTTOM, START, TOP

COURSE = Path(__file__).parents[2] / "notebooks"
GIVEN = course_files(COURSE)
BUILDS = builds_on(lesson_paths(COURSE))
NAMES = {one.lesson: one.name for one in GIVEN if not one.assignment}


def links(text: str) -> list[str]:
    """Return the notebooks that a text leads to, by their names in the workspace."""
    return [unquote(one) for one in re.findall(r"\]\(\.\./([^)]+\.ipynb)\)", text)]


@pytest.mark.parametrize("one", GIVEN, ids=lambda one: Path(one.name).stem)
def test_it_leads_to_what_is_there_and_to_what_the_map_says(one: CourseFile) -> None:
    cells = {cell.id: cell.source for cell in learner_version(one).cells}
    beside = next(o.name for o in GIVEN if (o.lesson, o.assignment) != (one.lesson, one.assignment)
                  and o.lesson == one.lesson)  # fmt: skip
    order = [*NAMES.values()]
    after = order[order.index(NAMES[one.lesson]) + 1 :][:1]
    assert [*cells][1] == TOP
    assert [*cells][-1] == BOTTOM
    assert links(cells[TOP]) == links(cells[BOTTOM]) == [START, beside, *after]
    everything = "\n".join(cells.values())
    assert set(links(everything)) <= {START, *(each.name for each in GIVEN)}
    if not one.assignment:
        assert links(cells["card"]) == [NAMES[each] for each in BUILDS[one.lesson]]


def test_nothing_builds_on_itself() -> None:
    order = [*TopologicalSorter(BUILDS).static_order()]
    assert sorted(order) == sorted(NAMES)
    assert any(BUILDS.values())
