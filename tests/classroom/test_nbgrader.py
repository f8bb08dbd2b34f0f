"""The course's masters go through nbgrader itself, unchanged, and its validator likes ours."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlops_lab.workbench.classroom.folder import start_class
from mlops_lab.workbench.classroom.frozen import read_student, tasks_of
from mlops_lab.workbench.classroom.release import make_release
from mlops_lab.workbench.classroom.student_version import STUB
from mlops_lab.workbench.kernels import PROVISIONER, warmed
from mlops_lab.workbench.runs.course import find_course
from mlops_lab.workbench.runs.notebook import read_notebook

MASTERS = sorted(find_course(Path(__file__).parents[2] / "notebooks").glob("*/*_assignment.ipynb"))

# One process for all of them: nbgrader takes seconds to import.
GRADE = """
import json, shutil, sys
from pathlib import Path
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config
config, root, found = Config(), Path(sys.argv[1]), {}
config.CourseDirectory.root = str(root)
config.ExecutePreprocessor.timeout = 300
config.ClearSolutions.code_stub = {"python": sys.argv.pop()}
api = NbGraderAPI(config=config)
def good(done):
    if not done["success"]:
        sys.exit(done["log"] + str(done.get("error")))
for master in map(Path, sys.argv[2:]):
    for place in (root / "source" / master.stem, root / "submitted" / "ada" / master.stem):
        place.mkdir(parents=True)
        shutil.copy(master, place)
    good(api.generate_assignment(master.stem, create=True))
    good(api.autograde(master.stem, "ada", create=True))
    with api.gradebook as book:
        grades = book.find_submission(master.stem, "ada").notebooks[0].grades
        found[master.stem] = {one.name: [one.auto_score, one.max_score] for one in grades}
print(json.dumps(found))
"""
Scores = dict[str, dict[str, list[float | None]]]
Graded = tuple[Path, Scores]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Release each master, hand in its own solutions, grade.

    Gives nbgrader's folder, and what each task got, of how much.
    """
    folder = tmp_path_factory.mktemp("nbgrader")
    words = [sys.executable, "-c", GRADE, str(folder), *map(str, MASTERS), STUB]
    own = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",  # for alembic
        "JUPYTER_DEFAULT_PROVISIONER_NAME": PROVISIONER,  # forked kernels start sooner
    }
    with warmed():
        done = subprocess.run(
            words, cwd=folder, env={**os.environ, **own}, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found: Scores = json.loads(done.stdout.splitlines()[-1])
    return folder, found


@pytest.mark.parametrize("master", MASTERS, ids=lambda path: path.stem)
def test_nbgrader_gives_the_solved_master_all_points(master: Path, graded: Graded) -> None:
    tasks, _ = tasks_of(read_notebook(master))
    assert graded[1][master.stem] == {
        task.grade_id: [None if task.manual else task.points, task.points] for task in tasks
    }


@pytest.mark.parametrize("master", MASTERS, ids=lambda path: path.stem)
def test_our_student_version_is_nbgrader_s(master: Path, graded: Graded, tmp_path: Path) -> None:
    ours = read_student(make_release(start_class(tmp_path, "a class"), master))
    theirs = read_notebook(graded[0] / "release" / master.stem / master.name)
    assert ours.cells == theirs.cells


@pytest.mark.parametrize("master", MASTERS, ids=lambda path: path.stem)
def test_its_validator_finds_nothing_changed(master: Path, tmp_path: Path) -> None:
    from nbgrader.preprocessors import CheckCellMetadata
    from nbgrader.validator import Validator

    release = make_release(start_class(tmp_path, "a class"), master)
    nb, _ = CheckCellMetadata().preprocess(read_student(release), {})
    validator = Validator()
    assert validator._get_type_changed_cells(nb) == []
    assert validator._get_changed_cells(nb) == []
    assert {task.grade_id for task in release.tasks} | set(release.answers) == {
        cell.metadata.nbgrader.grade_id for cell in nb.cells if "nbgrader" in cell.metadata
    }
