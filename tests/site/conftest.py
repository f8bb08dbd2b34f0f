"""The site, built once for all tests of a run, whatever worker they are on."""

import base64
import io
import shutil
from pathlib import Path

import pytest
from choices import tried
from coursesite.__main__ import build
from coursesite.course import Lesson, read_lessons
from coursesite.fresh import copy_name, stale
from coursesite.repository import SETTING
from filelock import FileLock
from PIL import Image, ImageOps
from running import of_all_workers, run_once

from mlops_lab.workbench.runs.course import lesson_paths
from mlops_lab.workbench.runs.notebook import read_notebook, write_notebook
from mlops_lab.workbench.runs.site.widgets import VIEW
from mlops_lab.workbench.runs.stills import stills_of
from tests.site.reading import Site

ROOT = Path(__file__).parents[2]
COURSE = ROOT / "notebooks"
REPOSITORY = "https://github.com/someone/course"
MOVING = "1.2"
"""A lesson whose explorer moves in the tests."""
SHORT = "3.3"
"""Another that runs quickly, and shows pictures, tables, findings and controls."""


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers of a parallel run share."""
    folder = of_all_workers(tmp_path_factory) / "course-site"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def executed(shared: Path) -> Path:
    """Return a folder of executed lessons: those of `make site`, or else two that run now."""
    folder = shared / "course"
    with FileLock(shared / "course.lock"):
        if not folder.is_dir():
            part = shared / "course.part"
            _execute(part, shared.parent)
            part.rename(folder)
    return folder


def _execute(folder: Path, shared: Path) -> None:
    made = ROOT / "build" / "course"
    old = set(stale(COURSE, made))
    folder.mkdir(exist_ok=True)
    for name, path in lesson_paths(COURSE).items():
        if path not in old:
            shutil.copy2(made / copy_name(name, path), folder)
    paths = lesson_paths(COURSE)
    for name in (MOVING,) if any(folder.iterdir()) else (MOVING, SHORT):
        copy = folder / copy_name(name, paths[name])
        if not copy.is_file():
            shutil.copy2(run_once(paths[name], tried(paths[name]), shared).copy, copy)
    moving = folder / copy_name(MOVING, paths[MOVING])
    if not stills_of(read_notebook(moving)):
        _let_move(moving)


def _let_move(copy: Path) -> None:
    """Give the explorer of an executed lesson a second state: its first picture as a negative.

    Its own states take longer to draw than a test may; `test_moving` has a lesson that draws them.
    """
    nb = read_notebook(copy)
    (cell,) = [one for one in nb.cells if "kit.explore(" in one.source and one.get("outputs")]
    panel, picture = [one for one in cell.outputs if {VIEW, "image/png"} & one.data.keys()][:2]
    with Image.open(io.BytesIO(base64.b64decode(picture.data["image/png"]))) as image:
        states = [ImageOps.invert(image.convert("RGB")), image.convert("RGB")]
    alt = picture.metadata["image/png"]["alt"]
    labels = ["as a negative", "as it is"]  # begins at the second, so Home and End both move it
    nb.metadata.setdefault("mlops_lab", {})["stills"] = [
        {
            "panel": panel.data[VIEW]["model_id"],
            "controls": [{"name": "picture", "labels": labels, "first": 1}],
            "others": [{"name": "all else", "label": "as it was"}],
            "pictures": list(map(_webp, states)),
            "alts": {"before": f"{alt} Now: picture ", "differs": labels, "after": "."},
            "seconds": 0.0,
        }
    ]
    write_notebook(nb, copy)


def _webp(image: Image.Image) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", lossless=True)
    return base64.b64encode(buffer.getvalue()).decode()


@pytest.fixture(scope="session")
def lessons(executed: Path) -> list[Lesson]:
    return read_lessons(COURSE, executed, ROOT / "docs" / "site" / "lessons.yaml")


@pytest.fixture(scope="session")
def site(shared: Path, executed: Path) -> Site:
    """Build the site; Sphinx's warnings are errors."""
    with FileLock(shared / "site.lock"), pytest.MonkeyPatch.context() as patch:
        patch.setenv(SETTING, REPOSITORY)
        if not (shared / "site" / "index.html").is_file():
            assert build(executed, shared / "site") == 0, "Sphinx said above what is wrong"
    return Site(shared / "site")
