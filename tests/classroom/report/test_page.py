import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from mlops_lab.workbench.classroom.book import mark, put_students
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release
from mlops_lab.workbench.classroom.model import Student, TaskResult
from mlops_lab.workbench.classroom.report import report_frame, write_report
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

EVIL = "</pre><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}"
Give = Callable[..., int]
Page = Callable[[], str]
TESTS = ("add-test", "twice-test")


@pytest.fixture
def page(folder: ClassFolder, book: "Engine", release: Release) -> Page:
    return lambda: write_report(folder, book, release.assignment).read_text(encoding="utf-8")


def words(page: str) -> str:
    text = re.sub(r"<style.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    return " ".join(text.split())


def count(page: str, what: str) -> int:
    found = re.search(rf"<dt>{what}</dt><dd>(\d+)</dd>", page)
    assert found
    return int(found[1])


class Outline(HTMLParser):
    """Collects tags, ids and levels of headings, and what would be fetched or run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.levels: list[int] = []
        self.outside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag not in ("meta", "br", "use", "path"):
            self.open.append(tag)
        self.ids += [told["id"]] if told.get("id") else []  # type: ignore[list-item]  # it is text
        self.levels += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        self.outside += [tag] if tag in ("script", "link", "iframe", "object", "img") else []
        self.outside += [name for name in told if name.startswith("on")]
        links = [told.get(name) or "" for name in ("src", "href", "xlink:href")]
        self.outside += [one for one in links if one and not one.startswith("#")]

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("path", "use"):
            assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in ("meta", "br", "use", "path"):
            self.open.pop()


def test_counts(hand_in: Give, page: Page, book: "Engine") -> None:
    put_students(book, [Student("eve"), Student("dan")], by="a test")
    hand_in("ada", points={"add-test": 2, "twice-test": 0, "why": None})
    hand_in("bob", points={"add-test": 2}, hours=30)
    hand_in("s3", problem="The file is empty.")
    unread = TaskResult("add-test", "unreadable", 0, 2, "The file could not be read.")
    hand_in("eve", points={"add-test": unread})
    text = page()
    assert count(text, "on the roster") == 5
    assert count(text, "handed in") == 4
    assert count(text, "late") == 1
    assert count(text, "unreadable") == 2
    assert count(text, "not graded yet") == 1
    assert count(text, "answers to mark") == 1
    assert "No result was computed without isolation." in text


def test_the_submission_that_counts_is_the_latest_readable(hand_in: Give, page: Page) -> None:
    hand_in("ada", points={"add-test": 0, "twice-test": 0, "why": None}, hours=-3)
    hand_in("ada", points={"add-test": 2, "twice-test": 3, "why": None}, hours=-2)
    hand_in("ada", problem="The file is empty.")
    text = page()
    assert (count(text, "handed in"), count(text, "unreadable")) == (1, 0)
    assert "5 to 5, of 5" in words(text)


def test_a_task_that_is_not_marked_for_all_is_left_out_of_the_totals(
    book: "Engine", hand_in: Give, page: Page
) -> None:
    put_students(book, [Student(f"n{i}") for i in range(6)], by="a test")
    numbers = [
        hand_in(f"n{i}", points={"add-test": 2, "twice-test": i % 2 * 3, "why": None})
        for i in range(6)
    ]
    text = words(page())
    # Totals 2 5 2 5 2 5, of which the task in words is no part: as 0 of 4 it would lower each.
    assert "2 to 5, of 5" in text
    assert "Mean 3.5; 95 % interval" in text
    assert "left out of these totals: Task 3: say why (4 points, 6 to mark)." in text
    mark(book, numbers[0], "why", 4, by="a test")
    text = words(page())
    assert "2 to 5, of 5" in text  # and not 6 of 9 for one of them
    assert "(4 points, 5 to mark)" in text
    for number in numbers[1:]:
        mark(book, number, "why", 4, by="a test")
    text = words(page())
    assert "6 to 9, of 9" in text
    assert "Preliminary" not in text


def test_a_submission_that_is_not_graded_is_no_part_of_the_totals(
    hand_in: Give, page: Page
) -> None:
    hand_in("ada", points={"add-test": 2, "twice-test": 3, "why": 4})
    hand_in("bob", points={"add-test": 2})
    text = page()
    assert "9 to 9, of 9" in words(text)
    assert count(text, "not graded yet") == 1


def test_where_all_waits_for_a_person_there_are_no_totals(hand_in: Give, page: Page) -> None:
    hand_in("ada", points={"add-test": None, "twice-test": None, "why": None})
    text = words(page())
    assert "Nothing is graded and marked yet." in text
    assert "Task 3: say why (4 points, 1 to mark)" in text


def test_grading_without_isolation_is_said(hand_in: Give, page: Page) -> None:
    told = "All tests pass. Graded without isolation, because it was asked for."
    hand_in("ada", points={"add-test": TaskResult("add-test", "passed", 2, 2, told)})
    text = page()
    assert "1 of 1 submissions have results" in words(text)
    assert "No result was computed without isolation" not in text


def test_nothing_handed_in(page: Page) -> None:
    text = words(page())
    assert "Nothing is graded yet." in text
    assert "Nobody has handed in." in text
    assert "alpha: it needs two graded tasks" in text
    assert "not graded for most" in text


def test_nothing_of_a_stranger_is_markup(
    book: "Engine", hand_in: Give, page: Page, long: Callable[..., str]
) -> None:
    put_students(book, [Student("ada", EVIL), Student("bob", f"{EVIL}\u202e")], by="a test")
    bad = TaskResult("add-test", "failed", 0, 2, f"got \x00\x1b[31m{EVIL}", detail=EVIL)
    answer = long() + f"    # {EVIL}\n"
    for student in ("ada", "bob"):
        hand_in(student, {"add": answer, "why": f"{EVIL} {EVIL} {EVIL}"}, {"add-test": bad})
    text = page()
    found = Outline(text)
    assert found.outside == []
    assert found.open == []
    assert not re.search(r"<script|<img|[\x00\x1b]", text)
    assert "&lt;script&gt;" in text
    assert "{{ 7*7 }}" in text


def test_the_page_is_in_order(hand_in: Give, page: Page) -> None:
    for i, student in enumerate(("ada", "bob", "s3")):
        hand_in(student, points={"add-test": 2, "twice-test": i, "why": i}, hours=i - 1)
    text = page()
    found = Outline(text)
    assert found.open == []
    assert len(found.ids) == len(set(found.ids))
    assert found.levels[0] == 1
    assert found.levels.count(1) == 1
    assert all(b <= a + 1 for a, b in zip(found.levels, found.levels[1:], strict=False))
    assert text.count("<svg ") == text.count('<svg role="img" aria-label="') == 2
    assert all('scope="' in one for one in re.findall(r"<th\b[^>]*>", text))
    assert "#0b62a1" not in text  # a picture's colour that the page does not set


def test_names_stand_with_equal_answers_only(
    hand_in: Give, page: Page, long: Callable[..., str]
) -> None:
    for student in ("ada", "bob"):
        hand_in(student, {"add": long()}, points={"add-test": 0})
    hand_in("s3", points={"add-test": 2})
    before, _, after = page().partition('id="same"')
    assert not re.search("Lovelace|Boer|Yildiz", before)
    assert re.search("Ada Lovelace.*Bob de Boer", after)
    assert "Yildiz" not in after
    assert "innocent" in after


def test_a_small_class_has_dots_and_a_larger_one_bars(
    book: "Engine", hand_in: Give, page: Page
) -> None:
    for student in ("ada", "bob", "s3"):
        hand_in(student, points={"add-test": 2, "twice-test": 3, "why": 1})
    assert "A dot for each student." in page()
    assert "3 are too few for an interval" in words(page())
    put_students(book, [Student(f"n{i}") for i in range(3)], by="a test")
    for i in range(3):
        hand_in(f"n{i}", points={"add-test": 2, "twice-test": i, "why": 4})
    text = words(page())
    assert "A dot" not in text
    # Totals 6 6 6, 6 7 8: median 6; t of 5 degrees is 2.571, s is 0.837.
    assert "6.5; 95 % interval 5.6 to 7.4" in text


def test_lateness_by_points_needs_five_of_both(book: "Engine", hand_in: Give, page: Page) -> None:
    put_students(book, [Student(f"n{i}") for i in range(10)], by="a test")
    for i in range(9):
        hand_in(f"n{i}", points={"add-test": 2, "twice-test": 3, "why": 4 if i < 5 else 0},
                hours=-1 if i < 5 else 3)  # fmt: skip
    assert "the median share" not in page()
    hand_in("n9", points={"add-test": 2, "twice-test": 3, "why": 0}, hours=3)
    assert "the median share of the points is 100 % in time and 56 % late" in words(page())


def test_frame(book: "Engine", folder: ClassFolder, hand_in: Give) -> None:
    put_students(book, [Student(f"n{i}") for i in range(12)], by="a test")
    for i in range(12):
        number = hand_in(
            f"n{i}",
            {"add": "def add(a, b):\n    return a + b"} if i < 9 else {},
            points={"add-test": 2, "twice-test": 0 if i % 2 else 3, "why": None},
        )
        mark(book, number, "why", i % 2 * 4, by="a test")
    found = report_frame(folder, book, "4.5")
    assert list(found.index) == ["add-test", "twice-test", "why"]
    assert found.loc["add-test", "title"] == "Task 1: add"
    assert found["mean_share"].tolist() == [1, 0.5, 0.5]
    assert found["untouched"].tolist() == [0.25, 1, 1]
    assert found.loc["twice-test", "discrimination"] == pytest.approx(-1)
    assert found["discrimination"].isna().tolist() == [True, False, False]
    assert found["passed"].tolist() == [12, 6, 0]
    assert found["marked"].tolist() == [0, 0, 12]
    assert found.loc["add-test", "flags"] == "Everybody got all points: it tells nobody apart."
    assert "look at this test" in str(found.loc["why", "flags"])
    assert found["discrimination"].dtype.kind == "f"


def test_frame_of_nothing(book: "Engine", folder: ClassFolder, release: Release) -> None:
    found = report_frame(folder, book, release.assignment)
    assert len(found) == 3
    assert found["mean_share"].isna().all()


def test_an_older_release_is_read_by_its_own_tasks(
    folder: ClassFolder,
    book: "Engine",
    hand_in: Give,
    master: "object",
    change_master: Callable[[str, str], None],
) -> None:
    from pathlib import Path

    from mlops_lab.workbench.classroom.book import add_release
    from mlops_lab.workbench.classroom.release import make_release

    hand_in("ada", points={"add-test": 2, "twice-test": 3, "why": 4})
    change_master('"points": 3', '"points": 6')
    again = make_release(folder, Path(str(master)), force=True)
    add_release(book, again, by="a test")
    found = report_frame(folder, book, "4.5")
    assert found.loc["twice-test", "points"] == 6
    assert found.loc["twice-test", "mean_share"] == 1


@pytest.mark.parametrize("name", ["4.6", "*", "../x", ""])
def test_an_unknown_assignment_is_refused(
    folder: ClassFolder, book: "Engine", release: Release, name: str
) -> None:
    with pytest.raises(RefusedError, match=re.escape(repr(name))):
        write_report(folder, book, name)
    assert release.assignment
    assert not (folder.path / "reports").exists()
