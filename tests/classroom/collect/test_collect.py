import io
import os
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

from mlops_lab.workbench.classroom.book import (
    add_release,
    history,
    open_book,
    record_result,
    scores,
    submissions,
)
from mlops_lab.workbench.classroom.collect import Collected, collect, current, files
from mlops_lab.workbench.classroom.collect.keep import beside
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release, read_student
from mlops_lab.workbench.classroom.model import TaskResult
from mlops_lab.workbench.classroom.release import make_release
from mlops_lab.workbench.classroom.student_version import STUB
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

DUE = datetime(2026, 12, 1, 12, tzinfo=UTC).timestamp()
Hand = Callable[..., Path]


def answered(release: Release, text: str = "return a + b") -> bytes:
    nb = read_student(release)
    nb.cells[3].source = nb.cells[3].source.replace(STUB.splitlines()[-1], text)
    written: str = nbformat.writes(nb)
    return written.encode()


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    path = tmp_path / "inbox"
    path.mkdir()
    return path


@pytest.fixture
def hand_in(inbox: Path) -> Hand:
    """Put a file into the inbox, last changed so many seconds after it was due."""

    def put(name: str, content: bytes, after: float = -3600) -> Path:
        path = inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (DUE + after, DUE + after))
        return path

    return put


@pytest.fixture
def take(folder: ClassFolder, book: "Engine", inbox: Path) -> Callable[[], list[Collected]]:
    return lambda: collect(folder, book, inbox, by="me")


def states(lines: list[Collected]) -> dict[str, str]:
    return {line.student or line.source: line.state for line in lines}


Take = Callable[[], list[Collected]]


def test_on_time_late_and_missing(release: Release, hand_in: Hand, take: Take) -> None:
    hand_in("ada/05_sums_assignment.ipynb", answered(release))
    hand_in("bob/05_sums_assignment.ipynb", answered(release), after=1.5 * 86400)
    lines = take()
    assert states(lines) == {"ada": "on time", "bob": "late", "s3": "missing"}
    assert lines[0].sentence == "Received 2026-12-01 11:00 UTC."
    assert lines[1].sentence == "Received 2026-12-03 00:00 UTC, 1.5 days after it was due."
    assert lines[2] == Collected("missing", "s3", "4.5", "Nothing was handed in.")


def test_a_flat_folder_and_a_zip_give_the_same(
    release: Release, folder: ClassFolder, book: "Engine", tmp_path: Path, hand_in: Hand, take: Take
) -> None:
    names = ["sums_ada.ipynb", "bob@example.org.ipynb", "Çem Yildiz.ipynb"]
    for number, name in enumerate(names):
        hand_in(name, answered(release, f"return {number}"))
    assert states(take()) == dict.fromkeys(["ada", "bob", "s3"], "on time")
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, name in enumerate(names):
            archive.writestr(f"x/{name}", answered(release, f"return {number}"))
    assert states(collect(folder, book, path, by="me")) == dict.fromkeys(
        ["ada", "bob", "s3"], "duplicate"
    )


def test_files_are_kept_byte_for_byte(
    release: Release, folder: ClassFolder, book: "Engine", hand_in: Hand, take: Take
) -> None:
    content = answered(release) + b"\n\n"
    hand_in("ada/mine.ipynb", content)
    take()
    (entry,) = submissions(book)
    assert entry.path == "submitted/4.5/ada/20261201T110000Z/mine.ipynb"
    assert (folder.path / entry.path).read_bytes() == content
    assert (entry.release, entry.problem, entry.received) == (
        1,
        "",
        "2026-12-01T11:00:00.000000+00:00",
    )


def test_collecting_again_adds_nothing(
    release: Release, book: "Engine", hand_in: Hand, take: Take
) -> None:
    hand_in("ada/a.ipynb", answered(release))
    hand_in("ada/b.ipynb", answered(release, "return 1"), after=-60)
    hand_in("bob/empty.ipynb", b"")
    first, before = take(), history(book)
    assert [line.state for line in first] == ["replaced", "on time", "unreadable", "missing"]
    assert [line.state for line in take()] == ["duplicate", "duplicate", "duplicate", "missing"]
    assert history(book) == before


def test_a_later_one_replaces_and_both_are_kept(
    release: Release, folder: ClassFolder, book: "Engine", hand_in: Hand, take: Take
) -> None:
    hand_in("ada/a.ipynb", answered(release))
    take()
    hand_in("ada/a.ipynb", answered(release, "return 1"), after=60)
    (line, *_) = take()
    assert (line.state, line.submission) == ("late", 2)
    kept = submissions(book, "4.5", "ada")
    assert [(folder.path / each.path).is_file() for each in kept] == [True, True]
    assert current(kept) == kept[1]


def test_one_collected_late_but_older_does_not_count(
    release: Release, hand_in: Hand, take: Take
) -> None:
    hand_in("ada/a.ipynb", answered(release, "return 1"))
    take()
    hand_in("ada/a.ipynb", answered(release), after=-7200)
    (line, *_) = take()
    assert line.state == "replaced"
    assert "Submission 1 of 2026-12-01 11:00 UTC counts instead." in line.sentence


def test_an_older_one_brought_back_counts(
    release: Release, book: "Engine", hand_in: Hand, take: Take
) -> None:
    for after, text in ((-300, "return 1"), (-200, "return 2"), (-100, "return 1")):
        hand_in("ada/a.ipynb", answered(release, text), after=after)
        take()
    kept = submissions(book, "4.5", "ada")
    assert len(kept) == 3
    assert current(kept) == kept[2]
    assert kept[2].digest == kept[0].digest


def test_an_unreadable_one_never_replaces_a_readable(
    release: Release, folder: ClassFolder, book: "Engine", hand_in: Hand, take: Take
) -> None:
    hand_in("ada/a.ipynb", answered(release))
    hand_in("ada/b.ipynb", b"{", after=-60)
    lines = take()
    assert [line.state for line in lines[:2]] == ["on time", "unreadable"]
    kept = submissions(book, "4.5", "ada")
    assert current(kept) == kept[0]
    assert (folder.path / kept[1].path).read_bytes() == b"{"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("ada.ipynb", b"", "The file is empty."),
        ("ada.ipynb", b"<html>", "The file is not JSON, so it is no notebook"),
        ("ada.ipynb.zip", b"PK\x03\x04xxxx", "The file is a zip archive, not a notebook."),
        ("ada.ipynb", b'{"cells": [{"source": "1"}]}', "No cell of this assignment is in it."),
        ("05_sums_assignment_ada.pdf", b"%PDF", "05_sums_assignment_ada.pdf is no notebook."),
    ],
)
def test_one_sentence_says_why(
    release: Release, hand_in: Hand, take: Take, name: str, content: bytes, told: str
) -> None:
    assert release.number == 1
    hand_in(name, content)
    line = take()[0]
    assert (line.state, line.student) == ("unreadable", "ada")
    assert line.sentence.startswith(told)


def test_a_link_is_unreadable_and_not_followed(
    release: Release, book: "Engine", inbox: Path, take: Take, tmp_path: Path
) -> None:
    (tmp_path / "solved").write_bytes(answered(release))
    (inbox / "ada.ipynb").symlink_to(tmp_path / "solved")
    assert take()[0].state == "unreadable"
    assert submissions(book)[0].path == ""
    assert take()[0].state == "duplicate"


def test_files_beside_a_notebook_are_kept_and_told(
    release: Release, folder: ClassFolder, book: "Engine", hand_in: Hand, take: Take
) -> None:
    hand_in("ada/data.csv", b"1,2")
    hand_in("ada/mine.ipynb", answered(release))
    hand_in("ada/own/module.py", b"x = 1")
    hand_in("README.txt", b"hello")
    lines = take()
    assert [line.state for line in lines] == ["on time", "missing", "missing"]
    assert lines[0].sentence.endswith("Kept beside it: data.csv, module.py.")
    (one,) = submissions(book)
    assert beside(folder.path / one.path) == ["data.csv", "own/module.py"]
    assert take()[0].state == "duplicate"
    hand_in("ada/data.csv", b"3")
    take()
    assert beside(folder.path / one.path) == ["data-2.csv", "data.csv", "own/module.py"]


def test_files_go_with_the_notebook_that_lies_nearest(
    release: Release, folder: ClassFolder, book: "Engine", hand_in: Hand, take: Take
) -> None:
    for name, after in (("first", -9000), ("second", -60)):
        hand_in(f"ada/{name}/x.ipynb", answered(release, f"return a + b  # {name}"), after)
        hand_in(f"ada/{name}/{name}.png", b"picture")
    take()
    kept = [beside(folder.path / one.path) for one in submissions(book)]
    assert kept == [["first.png"], ["second.png"]]


def test_more_files_than_the_bound_are_told_and_the_notebook_stays(
    release: Release, hand_in: Hand, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_FILES", 2)
    hand_in("ada/x.ipynb", answered(release))
    for number in range(5):
        hand_in(f"ada/{number}.png", b"picture")
    told = take()[0].sentence
    assert told.endswith(
        "Kept beside it: 0.png, 1.png. 3 more are over the bound of 2 files or 64 MB."
    )


@pytest.mark.parametrize("place", ["ada/all of it.zip", "ada.zip", "lovelaceada_12_9_mine.zip"])
def test_a_student_s_own_zip_is_opened(
    release: Release, folder: ClassFolder, book: "Engine", hand_in: Hand, take: Take, place: str
) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("work/bob.ipynb", answered(release))
        file.writestr("work/plot.png", b"picture")
        file.writestr("../out.ipynb", answered(release))
    hand_in(place, archive.getvalue(), after=-600)
    lines = [line for line in take() if line.source]
    assert [(line.state, line.student) for line in lines] == [
        ("unreadable", "ada"),
        ("on time", "ada"),
    ]
    counts = current(submissions(book, "4.5", "ada"))
    assert counts is not None
    assert datetime.fromisoformat(counts.received).timestamp() == DUE - 600  # the zip's, not 1980
    assert beside(folder.path / counts.path) == ["plot.png"]


def test_an_untouched_copy_never_replaces_work(
    release: Release, book: "Engine", hand_in: Hand, take: Take
) -> None:
    given = nbformat.writes(read_student(release)).encode()
    hand_in("ada/x (1).ipynb", given, after=-60)
    hand_in("ada/x.ipynb", answered(release), after=-3600)
    lines = take()
    assert [line.state for line in lines[:2]] == ["replaced", "on time"]
    assert (
        "There is no answer in it: all are as they were handed out, or empty." in lines[0].sentence
    )
    own = submissions(book, "4.5", "ada")
    assert current(own) == own[0]
    for one in own:
        record_result(book, one.id, [TaskResult("t", "passed", one.id, 2, "")], key="", by="me")
    assert [score.submission for score in scores(book)] == [own[0].id]


def test_an_untouched_copy_alone_counts(
    release: Release, book: "Engine", hand_in: Hand, take: Take
) -> None:
    hand_in("ada/x.ipynb", nbformat.writes(read_student(release)).encode())
    assert take()[0].state == "on time"
    assert current(submissions(book)) is not None


def test_a_renamed_notebook_is_found_by_what_is_in_it(
    release: Release, hand_in: Hand, take: Take
) -> None:
    hand_in("ada/homework.txt", answered(release))
    assert take()[0].state == "on time"


def test_files_of_nobody_are_kept_and_listed(
    release: Release, folder: ClassFolder, hand_in: Hand, take: Take
) -> None:
    content = answered(release)
    hand_in("eve.ipynb", content)
    (line, *_) = take()
    assert (line.state, line.student, line.source) == ("unplaced", "", "eve.ipynb")
    assert line.sentence == "Its path names nobody in the roster."
    (kept,) = (folder.submitted / "unplaced").rglob("*.ipynb")
    assert kept.read_bytes() == content


def test_an_old_release_keeps_its_submissions(
    release: Release,
    folder: ClassFolder,
    book: "Engine",
    master: Path,
    change_master: Callable[[str, str], None],
    hand_in: Hand,
    take: Take,
) -> None:
    change_master("== 42", "== 42 ")
    add_release(book, make_release(folder, master, force=True), by="me")
    hand_in("ada/a.ipynb", answered(release))
    stripped = answered(release).replace(b'"release": 1', b'"released": 1')
    hand_in("bob/a.ipynb", stripped)
    lines = take()
    assert [(each.student, each.release) for each in submissions(book)] == [("ada", 1), ("bob", 2)]
    assert "It answers release 1; 2 is the newest." in lines[0].sentence
    assert "It does not say which release it answers; taken as 2." in lines[1].sentence


def test_a_time_can_be_given(
    release: Release, folder: ClassFolder, book: "Engine", inbox: Path, hand_in: Hand
) -> None:
    hand_in("ada/a.ipynb", answered(release), after=9999)
    time = datetime(2026, 12, 1, 10, tzinfo=UTC)
    (line, *_) = collect(folder, book, inbox, received=time, by="me")
    assert line.state == "on time"


def test_notes_about_answers_are_in_the_sentence(
    release: Release, hand_in: Hand, take: Take
) -> None:
    hand_in("ada/a.ipynb", answered(release).decode().encode("utf-8-sig"))
    assert "utf-8-sig" in take()[0].sentence


@pytest.mark.usefixtures("book")
def test_nothing_released_is_told(take: Take) -> None:
    with pytest.raises(RefusedError, match="Nothing is released"):
        take()


@pytest.mark.usefixtures("release")
def test_an_empty_roster_is_told(folder: ClassFolder, inbox: Path) -> None:
    with (
        open_book("sqlite://" + "/" + str(inbox.parent / "other.db")) as other,
        pytest.raises(RefusedError, match="roster is empty"),
    ):
        collect(folder, other, inbox, by="me")


def test_a_flood_of_one_student_stops_nobody(
    release: Release, book: "Engine", hand_in: Hand, take: Take
) -> None:
    for number in range(60):
        hand_in(f"ada/{number:02}.ipynb", answered(release, f"return a + b  # {number}"))
    hand_in("bob/x.ipynb", answered(release))
    lines = [line for line in take() if line.source]
    (over,) = (line for line in lines if line.state == "too much")
    assert (over.student, over.sentence.split(" from ")[0]) == (
        "ada",
        "10 more files are over the bound of 1,000 files, 50 notebooks or 128 MB",
    )
    assert lines[-1].student == "bob"
    assert lines[-1].state == "on time"
    assert len(submissions(book, "4.5", "ada")) == 50


def test_a_clock_in_2099_neither_counts_nor_comes_back(
    release: Release, book: "Engine", hand_in: Hand, take: Take
) -> None:
    path = hand_in("ada/x.ipynb", answered(release))
    ahead = datetime(2099, 1, 1, tzinfo=UTC).timestamp()
    os.utime(path, (ahead, ahead))
    line = next(line for line in take() if line.source)
    assert "Its own time is 2099-01-01 00:00 UTC, which is yet to come." in line.sentence
    (one,) = submissions(book)
    assert datetime.fromisoformat(one.received) < datetime(2099, 1, 1, tzinfo=UTC)
    other = hand_in("ada/y.ipynb", answered(release, "return b + a"))
    os.utime(other, (ahead, ahead))
    take()
    assert {line.state for line in take() if line.source} == {"duplicate"}
    assert len(submissions(book)) == 2


def test_a_zip_that_knows_no_time_was_handed_in_now(
    release: Release, folder: ClassFolder, book: "Engine", tmp_path: Path
) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(zipfile.ZipInfo("ada/x.ipynb"), answered(release))
    before = datetime.now(UTC)
    collect(folder, book, path, by="me")
    (one,) = submissions(book)
    assert before <= datetime.fromisoformat(one.received) <= datetime.now(UTC)


def test_two_notebooks_in_a_students_folder_are_two_assignments(
    folder: ClassFolder, book: "Engine", master: Path, hand_in: Hand,
    take: Callable[[], list[Collected]],
) -> None:  # fmt: skip
    """As in nbgrader's courses: ps1/one.ipynb and ps1/two.ipynb, with the same ids of cells."""
    made = []
    for name in ("one", "two"):
        path = master.parents[2] / "ps1" / f"{name}.ipynb"
        path.parent.mkdir(exist_ok=True)
        nb = nbformat.read(master, as_version=4)
        del nb.metadata["mlops_lab"]
        nbformat.write(nb, path)
        made.append(make_release(folder, path))
        add_release(book, made[-1], by="me")
    for one, text in zip(made, ("return a + b", "return b + a"), strict=True):
        hand_in(f"ada/ps1/{one.notebook}", answered(one, text))
    hand_in("bob/ps1/one.ipynb", answered(made[1]))  # what is in a file decides, not its name
    found = [(line.student, line.assignment, line.state) for line in take() if line.student]
    kept = {(one.student, one.assignment) for one in submissions(book)}
    assert kept == {("ada", "one"), ("ada", "two"), ("bob", "two")}, found
    (first,) = [one for one in submissions(book) if (one.student, one.assignment) == ("ada", "one")]
    assert "return a + b" in (folder.path / first.path).read_text(encoding="utf-8")
