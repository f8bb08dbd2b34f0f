"""The site, built once for all tests of a run, whatever worker they are on."""

import shutil
from pathlib import Path

import pytest
from choices import tried
from coursesite.__main__ import build
from coursesite.course import Lesson, read_lessons
from coursesite.fresh import copy_name, stale
from coursesite.repository import SETTING
from filelock import FileLock
from running import of_all_workers, run_once

from mlops_lab.workbench.runs.course import lesson_paths
from mlops_lab.workbench.runs.run import run
from tests.site.reading import Site

ROOT = Path(__file__).parents[2]
COURSE = ROOT / "notebooks"
REPOSITORY = "https://github.com/someone/course"
SHORT = "3.3"
"""A lesson that runs quickly, and shows pictures, tables, findings and controls."""
MOVING = "1.2"
"""One whose explorer moves on the site: its states are quickly drawn."""


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder that all workers of a parallel run share."""
    folder = of_all_workers(tmp_path_factory) / "course-site"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def executed(shared: Path) -> Path:
    """Give a folder of executed lessons: those of `make site`, or else two that run now."""
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
    if not any(folder.iterdir()):
        paths = lesson_paths(COURSE)
        copy = run_once(paths[SHORT], tried(paths[SHORT]), shared).copy
        shutil.copy2(copy, folder / copy_name(SHORT, paths[SHORT]))
        run(paths[MOVING], out=folder, course=COURSE, stills=True)


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
