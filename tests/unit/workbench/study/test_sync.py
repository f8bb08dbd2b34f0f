"""Filling, updating and resetting a workspace, also where the disk or the past is in the way."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import nbformat
import pytest

from mlops_lab import __version__
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.study import sync, workspace
from mlops_lab.workbench.study.course_files import course_files, find_course_file

from .conftest import write_assignment

LESSON, ASSIGNMENT = "2_data/06_weak_supervision.ipynb", "4_deployment/05_drift_assignment.ipynb"


@pytest.fixture
def space(home: Path) -> workspace.Workspace:
    return workspace.open_workspace(home / "mine")


def edit(path: Path, cell: str, source: str) -> None:
    nb = nbformat.read(path, 4)
    next(one for one in nb.cells if one.id == cell).source = source
    nbformat.write(nb, path)


def source_of(path: Path, cell: str) -> str:
    cells = nbformat.read(path, 4).cells
    return str(next(one for one in cells if one.id == cell).source)


def again(space: workspace.Workspace) -> workspace.Workspace:
    return workspace.open_workspace(space.root)


def test_filling_gives_lessons_without_outputs_and_student_versions(
    space: workspace.Workspace, course: Path
) -> None:
    done = sync.fill(space, course_files(course))
    assert [(one.title, one.state) for one in done] == [
        ("2.6 weak supervision", "new"),
        ("4.5 drift", "new"),
        ("4.5 drift assignment", "new"),
    ]
    lesson = nbformat.read(space.file(LESSON), 4)
    assert [cell.outputs for cell in lesson.cells if cell.cell_type == "code"] == [[], []]
    answer = source_of(space.file(ASSIGNMENT), "gain")
    assert ("NotImplementedError" in answer, "SOLUTION" in answer) == (True, False)
    assert again(space).given[LESSON].version == __version__


def test_the_masters_are_left_alone(space: workspace.Workspace, course: Path) -> None:
    before = {path: path.read_bytes() for path in course.rglob("*") if path.is_file()}
    sync.fill(space, course_files(course))
    sync.update(space, course_files(course))
    sync.reset(space, course_files(course)[0])
    assert before == {path: path.read_bytes() for path in course.rglob("*") if path.is_file()}


def test_what_is_there_is_never_written_over(space: workspace.Workspace, course: Path) -> None:
    space.file(LESSON).parent.mkdir(parents=True)
    space.file(LESSON).write_text("mine, and no notebook at all")
    done = sync.fill(space, course_files(course))
    assert LESSON not in [one.name for one in done]
    assert space.file(LESSON).read_text() == "mine, and no notebook at all"


def test_a_file_that_was_removed_comes_back(space: workspace.Workspace, course: Path) -> None:
    sync.fill(space, course_files(course))
    space.file(LESSON).unlink()
    assert [(one.name, one.state) for one in sync.fill(again(space), course_files(course))] == [
        (LESSON, "back")
    ]


def test_nothing_has_changed_at_first(space: workspace.Workspace, course: Path) -> None:
    sync.fill(space, course_files(course))
    edit(space.file(LESSON), "title", "my own title")
    assert sync.changed(again(space), course_files(course)) == []
    assert {one.state for one in sync.update(again(space), course_files(course))} == {"same"}


def test_a_master_of_other_bytes_and_the_same_text_is_no_change(
    space: workspace.Workspace, course: Path
) -> None:
    sync.fill(space, course_files(course))
    master = course / LESSON
    master.write_text(json.dumps(json.loads(master.read_text()), indent=7))
    assert sync.changed(again(space), course_files(course)) == []
    sync.update(space, course_files(course))
    assert again(space).given[LESSON].master == course_files(course)[0].digest


def test_updating_brings_the_new_and_keeps_what_is_the_learners(
    space: workspace.Workspace, course: Path
) -> None:
    sync.fill(space, course_files(course))
    edit(space.file(LESSON), "gap", "my = 'own'")
    before = space.file(LESSON).read_bytes()
    edit(course / LESSON, "title", "# 2.6 Weaker supervision")
    assert [one.name for one in sync.changed(again(space), course_files(course))] == [LESSON]
    done = sync.update(again(space), course_files(course))
    assert (done[0].state, done[0].told) == ("updated", ("1 cell was brought.",))
    assert source_of(space.file(LESSON), "title") == "# 2.6 Weaker supervision"
    assert source_of(space.file(LESSON), "gap") == "my = 'own'"
    assert space.before(LESSON).read_bytes() == before
    assert sync.changed(again(space), course_files(course)) == []


def test_an_answer_to_another_task_is_kept_and_the_task_is_beside_it(
    space: workspace.Workspace, course: Path
) -> None:
    sync.fill(space, course_files(course))
    edit(space.file(ASSIGNMENT), "gain", "def gain(a):\n    return a")
    write_assignment(course, "a, b")
    done = sync.update(again(space), course_files(course))[2]
    aside = space.file("4_deployment/05_drift_assignment.new.ipynb")
    assert done.told == (
        f"Your answer gain is kept, but its task asks for another function now: see {aside}.",
    )
    assert "gain(a, b)" in source_of(aside, "gain")
    assert source_of(space.file(ASSIGNMENT), "gain") == "def gain(a):\n    return a"


def test_a_file_that_cannot_be_read_is_left_and_the_new_one_is_beside_it(
    space: workspace.Workspace, course: Path
) -> None:
    sync.fill(space, course_files(course))
    space.file(LESSON).write_text('{"cells": [')
    edit(course / LESSON, "title", "# 2.6 Weaker supervision")
    for _ in range(2):
        done = sync.update(again(space), course_files(course))[0]
        assert done.state == "kept"
    assert space.file(LESSON).read_text() == '{"cells": ['
    beside = sorted(path.name for path in space.file(LESSON).parent.glob("*.ipynb"))
    assert beside == ["06_weak_supervision.ipynb", "06_weak_supervision.new.ipynb"]


def test_the_learners_own_new_file_is_not_written_over(
    space: workspace.Workspace, course: Path
) -> None:
    sync.fill(space, course_files(course))
    space.file(LESSON).write_text("broken")
    own = space.file("2_data/06_weak_supervision.new.ipynb")
    own.write_text("mine too")
    edit(course / LESSON, "title", "# 2.6 Weaker supervision")
    assert "new-2" in sync.update(again(space), course_files(course))[0].told[1]
    assert own.read_text() == "mine too"


def test_a_folder_without_a_record_is_taken_as_the_learners(
    space: workspace.Workspace, course: Path
) -> None:
    space.file(LESSON).parent.mkdir(parents=True)
    shutil.copy(course / LESSON, space.file(LESSON))
    edit(space.file(LESSON), "gap", "my = 'own'")
    sync.fill(space, course_files(course))
    assert [one.name for one in sync.changed(again(space), course_files(course))] == [LESSON]
    sync.update(again(space), course_files(course))
    everything = space.file(LESSON).read_text()
    assert "my = 'own'" in everything
    assert "kit.finding('gap'" in everything
    assert sync.changed(again(space), course_files(course)) == []


def test_a_lost_record_loses_nothing(space: workspace.Workspace, course: Path) -> None:
    sync.fill(space, course_files(course))
    edit(space.file(LESSON), "gap", "my = 'own'")
    (space.hidden / "workspace.json").unlink()
    before = space.file(LESSON).read_bytes()
    sync.update(again(space), course_files(course))
    assert space.file(LESSON).read_bytes() == before


@pytest.mark.parametrize("name", ["workspace.json", "before", "base", "mine/2_data"])
def test_a_full_disk_leaves_what_was_there(
    space: workspace.Workspace, course: Path, full_disk: Callable[[str], None], name: str
) -> None:
    sync.fill(space, course_files(course))
    edit(space.file(LESSON), "gap", "my = 'own'")
    edit(course / LESSON, "title", "# 2.6 Weaker supervision")
    full_disk(name)
    with pytest.raises(OSError, match="Nothing of yours was changed"):
        sync.update(again(space), course_files(course))
    assert source_of(space.file(LESSON), "gap") == "my = 'own'"


def test_an_update_that_was_stopped_is_finished_by_the_next(
    space: workspace.Workspace, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync.fill(space, course_files(course))
    edit(space.file(LESSON), "title", "my title")
    edit(course / LESSON, "title", "# 2.6 Weaker supervision")
    with monkeypatch.context() as patch:
        patch.setattr(sync, "_record", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            sync.update(again(space), course_files(course))
    halfway = space.file(LESSON).read_bytes()
    assert sync.update(again(space), course_files(course))[0].state == "updated"
    assert space.file(LESSON).read_bytes() == halfway
    assert halfway.count(b"my title") == 1


def test_resetting_keeps_a_backup_of_its_own_each_time(
    space: workspace.Workspace, course: Path
) -> None:
    sync.fill(space, course_files(course))
    one, when = course_files(course)[0], datetime(2026, 11, 21, 15, 30)
    kept = []
    for number in range(2):
        edit(space.file(LESSON), "gap", f"my = {number}")
        assert not sync.is_untouched(space, one)
        kept.append(sync.reset(space, one, now=when))
        assert sync.is_untouched(space, one)
    assert [path.name for path in kept if path] == [
        "06_weak_supervision.2026-11-21_1530.ipynb",
        "06_weak_supervision.2026-11-21_1530-2.ipynb",
    ]
    assert [source_of(path, "gap") for path in kept if path] == ["my = 0", "my = 1"]


def test_a_full_disk_stops_a_reset_before_the_lesson(
    space: workspace.Workspace, course: Path, full_disk: Callable[[str], None]
) -> None:
    sync.fill(space, course_files(course))
    edit(space.file(LESSON), "gap", "my = 1")
    full_disk(sync.BACKUPS)
    with pytest.raises(OSError, match="No space left"):
        sync.reset(space, course_files(course)[0])
    assert source_of(space.file(LESSON), "gap") == "my = 1"


def test_assignments_are_left_out_without_nbgrader(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert [one.assignment for one in course_files(course)] == [False, False]


@pytest.mark.parametrize("word", ["2.6", "06_weak_supervision", "weak_supervision", LESSON])
def test_a_lesson_is_found_by_its_id_or_name(course: Path, word: str) -> None:
    assert find_course_file(word, course_files(course)).name == LESSON


def test_an_unknown_lesson_is_refused_with_those_that_are_known(course: Path) -> None:
    with pytest.raises(RefusedError, match=r"Did you mean drift\? Known are: 2\.6, 4\.5\."):
        find_course_file("drfit", course_files(course))
    with pytest.raises(RefusedError, match=r"no assignment '2\.6'.*Known are: 4\.5\."):
        find_course_file("2.6", course_files(course), assignment=True)
