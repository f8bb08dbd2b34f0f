"""Each core assignment from end to end: released, answered by a class, graded, marked, returned.

The class has one who answers as the master does. The others share the answers in
`notebooks/answers`, each at most one a task: plausible wrong ones, which earn nothing, and right
ones of another kind, which earn all. No task's tests look at the answer to another task.
"""

import csv
import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from click.testing import CliRunner
from nbformat import NotebookNode

from mlops_lab.cli import main
from mlops_lab.workbench.classroom.frozen import load_release, read_master, read_student
from mlops_lab.workbench.classroom.grade.plan import ANSWER, TEST, make_plan
from mlops_lab.workbench.classroom.sandbox import probe
from mlops_lab.workbench.runs.course import find_course, lessons

ROOT = Path(__file__).parents[2]
COURSE = find_course(ROOT / "notebooks")
ASSIGNMENTS = {
    one.id: one.path.with_name(f"{one.path.stem}_assignment.ipynb")
    for one in lessons(COURSE)
    if one.path.with_name(f"{one.path.stem}_assignment.ipynb").is_file()
}
LACKING = " ".join(one.sentence for one in probe() if one.needed and not one.ok)


def lab(*words: str) -> str:
    """Run a command as from a shell in this folder, without a new Python for each."""
    done = CliRunner().invoke(main, ["class", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


@cache
def answers(path: Path) -> list[tuple[str, int, str]]:
    """Return kind, task and source of each answer that is kept for an assignment."""
    name = path.stem.removesuffix("_assignment")
    file = ROOT / "tests" / "notebooks" / "answers" / f"{name}.yaml"
    kept: dict[str, list[dict[str, Any]]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [(kind, one["task"], one["answer"]) for kind in kept for one in kept[kind]]


def dealt(cases: list[tuple[str, int, str]]) -> list[dict[int, tuple[str, str]]]:
    """Deal answers out to as few students as can have them; give kind and source by task."""
    students: list[dict[int, tuple[str, str]]] = []
    for kind, task, source in cases:
        free = next((one for one in students if task not in one), None)
        if free is None:
            students.append(free := {})
        free[task] = (kind, source)
    return students


def filled(student: NotebookNode, sources: dict[str, str]) -> str:
    nb = nbformat.from_dict(json.loads(json.dumps(student)))
    for cell in nb.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = sources.get(name, cell.source)
    return str(nbformat.writes(nb))


@pytest.mark.skipif(bool(LACKING), reason=LACKING)
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_from_release_to_return(
    assignment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lab("init", ".", "--course", str(COURSE))
    cases = dealt(answers(ASSIGNMENTS[assignment]))
    ids = ["ada", *(f"s{i}" for i in range(len(cases)))]
    (tmp_path / "all.csv").write_text("id,name,email\n" + "".join(f"{i},{i},\n" for i in ids))
    lab("roster", "import", "all.csv")
    lab("release", assignment)
    release = load_release(tmp_path / "frozen", assignment)
    plan, student = make_plan(read_master(release)), read_student(release)
    tests = [step for step in plan.steps if step.kind == TEST]
    words = {
        cell.metadata["nbgrader"]["grade_id"]: cell.source
        for cell in read_master(release).cells
        if cell.cell_type == "markdown" and cell.metadata.get("nbgrader", {}).get("solution")
    }
    handed = {"ada": filled(student, plan.solutions | words)}
    for one, mine in zip(ids[1:], cases, strict=True):
        cells = {tests[task - 1].answers[0]: source for task, (_, source) in mine.items()}
        handed[one] = filled(student, cells)
    for one, text in handed.items():
        (tmp_path / "in" / one).mkdir(parents=True)
        (tmp_path / "in" / one / release.notebook).write_text(text, encoding="utf-8")
    lab("collect", "in")
    graded = json.loads(lab("grade", assignment, "--json"))
    found = {one["submission"]["student"]: one["tasks"] for one in graded}
    assert {one["task"]: one["points"] for one in found["ada"]} == {
        one.grade_id: None if one.manual else one.points for one in release.tasks
    }
    for one, mine in zip(ids[1:], cases, strict=True):
        results = {each["task"]: each for each in found[one]}
        earned = {name: each["points"] for name, each in results.items() if each["points"]}
        right = [tests[task - 1] for task, (kind, _) in mine.items() if kind == "right"]
        assert earned == {step.name: step.points for step in right}, f"{mine}\n{results}"
        for task in mine:
            assert results[tests[task - 1].name]["state"] != "missing"
    manual = [one for one in release.tasks if one.manual]
    lab("mark", assignment, "--csv", "marks.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "marks.csv").read_text("utf-8-sig"))))
    assert len(rows) == len(manual)  # of ada only: the others have no answer in words
    for row in rows:
        row["points"] = row["points available"]
    with (tmp_path / "marked.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    lab("mark", assignment, "--from", "marked.csv")
    lab("feedback", assignment)
    page = (tmp_path / "feedback" / assignment / "ada.html").read_text(encoding="utf-8")
    assert f"{release.points:g}" in page
    assert "HIDDEN TESTS" not in page
    total = list(csv.DictReader(io.StringIO(lab("export", assignment))))
    assert (total[0]["id"], float(total[0]["total"])) == ("ada", release.points)
    lab("report", assignment)
    assert (tmp_path / "reports" / f"{assignment}.html").is_file()


def test_every_answer_of_the_master_is_tried() -> None:
    assert len(ASSIGNMENTS) >= 8
    for path in ASSIGNMENTS.values():
        plan = make_plan(nbformat.read(path, as_version=4))
        answered = {step.name for step in plan.steps if step.kind == ANSWER}
        assert {name for step in plan.steps for name in step.answers} <= answered
