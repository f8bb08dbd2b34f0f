"""Each lesson that says what its claims rest on shows where they hold, and on today's code."""

from pathlib import Path

import pytest
from coursesite.readme import with_claims
from rules.reading import course_notebooks, is_assignment

from mlops_lab.workbench.runs.claims.files import plan_file
from mlops_lab.workbench.runs.claims.plan import read_plan
from mlops_lab.workbench.runs.claims.status import claims_status
from mlops_lab.workbench.runs.notebook import read_notebook
from mlops_lab.workbench.runs.parameters import declared

ROOT = Path(__file__).parents[2]
LESSONS = [path for path in course_notebooks(ROOT / "notebooks") if not is_assignment(path)]


def test_where_claims_hold_was_tried_with_the_code_and_the_plan_of_today() -> None:
    planned = [path for path in LESSONS if plan_file(path).is_file()]
    old = {
        path.stem: state for path in planned if (state := claims_status(path).state) != "current"
    }
    assert not old, f"run `mlops-lab claims` again for {old}"
    for path in planned:
        assert read_plan(path, declared(read_notebook(path))).parameters


def test_the_readme_says_of_each_lesson_where_its_claims_hold() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert with_claims(readme, ROOT) == readme, "run `python -m coursesite.readme` in docs/site"


HEAD = "finding,runs,held,code\n"


@pytest.mark.parametrize("before", ["", "<br>[9 of 9 claims](old.csv) hold at every value tried"])
def test_a_line_of_the_readme_follows_the_table(tmp_path: Path, before: str) -> None:
    lesson = tmp_path / "notebooks" / "4_deployment" / "05_drift.ipynb"
    lesson.parent.mkdir(parents=True)
    lesson.write_text('{"cells": []}')
    link = "[**4.5 Drift**](notebooks/4_deployment/05_drift.ipynb)"
    table = f"| 1.1 Lifecycle | {link}{before} |\n"
    assert with_claims(table, tmp_path) == f"| 1.1 Lifecycle | {link} |\n"
    plan_file(lesson).write_text("parameters: {}")
    lesson.with_suffix(".claims.csv").write_text(HEAD + "a,3,3,0\na,3,2,0\nb,3,3,0\n")
    told = "[1 of 2 claims](notebooks/4_deployment/05_drift.claims.csv) hold at every value tried"
    assert with_claims(table, tmp_path) == f"| 1.1 Lifecycle | {link}<br>{told} |\n"
