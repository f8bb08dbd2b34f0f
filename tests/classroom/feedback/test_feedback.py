import getpass
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import click
import nbformat
import pytest
from click.testing import CliRunner, Result

from mlops_lab.workbench.classroom.answers import Answers
from mlops_lab.workbench.classroom.book import add_submission, mark, put_students, record_result
from mlops_lab.workbench.classroom.command import classroom
from mlops_lab.workbench.classroom.command_results import feedback_command
from mlops_lab.workbench.classroom.feedback import Feedback, write_feedback
from mlops_lab.workbench.classroom.feedback.page import parts
from mlops_lab.workbench.classroom.folder import ClassFolder, read_class
from mlops_lab.workbench.classroom.frozen import Release, read_student
from mlops_lab.workbench.classroom.model import Student, TaskResult
from mlops_lab.workbench.classroom.totals import TaskPoints
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

HandIn = Callable[..., int]
DUE = datetime(2026, 12, 1, 12, tzinfo=UTC)
RIGHT = "def add(a, b):\n    return sum([a, b])  # mine"
RESULTS = (
    TaskResult("add-test", "passed", 2, 2, "All tests passed.", detail="a hidden one held"),
    TaskResult("twice-test", "failed", 0, 3, "twice(4) gave something else.", "[8, 1]", "[9, 1]",
               detail="assert add(20, 22) == 42"),
    TaskResult("why", "to mark", None, 4, "A person reads this."),
)  # fmt: skip


@pytest.fixture
def hand_in(folder: ClassFolder, book: "Engine", release: Release) -> HandIn:
    """Keep a submission and enter it, with results."""

    def do(
        student: str = "ada", *results: TaskResult, days: float = -1, problem: str = "", **text: str
    ) -> int:
        nb = read_student(release)
        for cell in nb.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            cell.source = text.get(name, cell.source)
        path = folder.submitted / f"{student}{days}.ipynb"
        path.parent.mkdir(exist_ok=True)
        path.write_text("" if problem else nbformat.writes(nb), encoding="utf-8")
        number = add_submission(
            book, assignment="4.5", release=release.number, student=student,
            received=DUE + timedelta(days=days), digest="d", problem=problem,
            path=str(path.relative_to(folder.path)), by="a test",
        )  # fmt: skip
        record_result(book, number, results or RESULTS, by="a test")
        return number

    return do


def page_of(folder: ClassFolder, book: "Engine", student: str = "ada") -> str:
    write_feedback(folder, book, "4.5")
    return (folder.path / "feedback" / "4.5" / f"{student}.html").read_text(encoding="utf-8")


class Seen(HTMLParser):
    """What a browser would see: tags with their attributes, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def test_a_page_tells_what_came_of_each_task(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    hand_in("ada", add=RIGHT, why="Because **sums** add up.")
    text = Seen(page_of(folder, book)).text
    assert "A class 4.5 Sums: assignment Feedback for Ada Lovelace (ada)" in text
    assert "Total 2 of 9 points Note Preliminary: 1 task is not marked yet." in text
    assert "Handed in 30 November 2026, 12:00 (UTC)" in text
    assert "Due 1 December 2026, 12:00 (UTC) In time? On time." in text
    assert "Task 1: add Passed 2 of 2 Task 2: double Not passed 0 of 3" in text
    assert "Task 3: say why Not marked yet ? of 4" in text
    assert "twice(4) gave something else. Expected [ 8 , 1] Found [ 9 , 1]" in text
    assert "return sum ( [ a , b ] )" in text.replace("([", "( [").replace("])", "] )")
    assert "Because sums add up." in text


def test_a_marked_task_shows_who_said_what(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    number = hand_in()
    mark(book, number, "why", 3.5, comment="Good.\nSay more.", by="Ines <b>")
    text = Seen(page_of(folder, book)).text
    assert "Marked by a person 3.5 of 4 points Good. Say more. Comment by Ines <b>" in text
    assert "Total 5.5 of 9 points" in text
    assert "Preliminary" not in text
    assert "A person reads this" not in text


def test_an_account_is_no_name_and_a_marker_s_name_is(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    account = getpass.getuser()
    number = hand_in()
    mark(book, number, "why", 3, comment="- one\n- **two**", by=account)
    page = page_of(folder, book)
    assert "Comment</figcaption>" in page
    assert account not in Seen(page).text.split("Comment")[-1]
    assert "<li><strong>two</strong></li>" in page
    file = folder.path / "class.yaml"
    file.write_text(file.read_text().replace("#  root: Ines Weber", f"  {account}: Ines Weber"))
    named = read_class(file)
    assert "Comment by Ines Weber" in Seen(page_of(named, book)).text
    mark(book, number, "why", 2, by=account)
    assert "Marked by Ines Weber" in Seen(page_of(named, book)).text
    assert "Marked by a person 2 of 4 points" in Seen(page_of(folder, book)).text


def test_nothing_is_said_twice(folder: ClassFolder, book: "Engine", hand_in: HandIn) -> None:
    right = TaskResult("add-test", "passed", 2, 2, "All tests pass. Tests ran beside the code.")
    wrong = TaskResult("twice-test", "failed", 0, 3, "of 1, 5 and 3: expected 4, got 2.", "4", "2")
    part = TaskResult("why", "partial", 1, 4, "1 of 4 points.")
    hand_in("ada", right, wrong, part, add=RIGHT)
    text = Seen(page_of(folder, book)).text
    assert "Passed 2 of 2 points Tests ran beside the code." in text
    assert "Not passed 0 of 3 points Of 1, 5 and 3. Expected 4 Found 2" in text
    assert "Partly passed 1 of 4 points Your answer" in text
    assert text.count("expected") == text.count("got") == 0


def test_an_answer_that_two_tasks_grade_is_shown_once(release: Release) -> None:
    nb = read_student(release)
    tested = next(cell for cell in nb.cells if cell.id == "add-test")
    again = nbformat.from_dict(json.loads(json.dumps(tested)))
    again["metadata"]["nbgrader"]["grade_id"] = "add-again"
    nb.cells.insert(nb.cells.index(tested) + 1, again)
    tasks = [TaskPoints(name, 1, 1, "passed") for name in ("add-test", "add-again")]
    answers = Answers({"add": RIGHT})
    first, second = parts(nb, tasks, {"add-test": "Task 1"}, {}, {}, answers, {}, {})
    assert (len(first.answers), first.above) == (1, "")
    assert (second.answers, second.above) == ((), "Task 1")


def test_nothing_of_the_master_and_no_detail_is_on_any_page(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    hand_in("ada", add=RIGHT)
    hand_in("bob")
    hand_in("s3", problem="The file is empty.")
    done = write_feedback(folder, book, "4.5")
    assert len(done.pages) == 3
    for path in done.pages:
        text = path.read_text(encoding="utf-8")
        for secret in ("secret", "20", "42", "a hidden one", "HIDDEN", "SOLUTION", "return x"):
            assert secret not in re.sub(r"<style>.*</style>|2026|20 points", "", text, flags=re.S)


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (0.25, "6 hours late, which costs 10 percent of the points. "),
        (1.5, "1.5 days late, which costs 20 percent of the points. "),
        (30, "30 days late, which costs 100 percent of the points. "),
    ],
)
def test_being_late_and_its_cost_are_told(
    folder: ClassFolder, book: "Engine", hand_in: HandIn, days: float, told: str
) -> None:
    hand_in("ada", days=days)
    text = Seen(page_of(folder, book)).text
    assert told in f"{text} "
    kept = {0.25: "1.8", 1.5: "1.6", 30: "0"}[days]
    assert f"Total {kept} of 9 points, from 2 before lateness" in text


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("percent_a_day: 10", "percent_a_day: 0", "2 days late, which costs nothing."),
        ("#  accept_days: 7", "  accept_days: 1", "2 days late. After 1 day there are no points."),
    ],
)
def test_what_a_class_takes_off_is_told(
    folder: ClassFolder, book: "Engine", hand_in: HandIn, old: str, new: str, told: str
) -> None:
    hand_in("ada", days=2)
    file = folder.path / "class.yaml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    assert told in Seen(page_of(read_class(file), book)).text


def test_an_assignment_without_a_due_time_says_nothing_of_lateness(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    hand_in("ada", days=50)
    file = folder.path / "class.yaml"
    file.write_text(file.read_text().replace("  4.5: 2026-12-01 12:00", ""))
    text = Seen(page_of(read_class(file), book)).text
    assert "Due" not in text
    assert "late" not in text


def test_who_handed_in_nothing_gets_no_page_and_is_named(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    hand_in("ada")
    done = write_feedback(folder, book, "4.5")
    assert [path.name for path in done.pages] == ["ada.html"]
    assert (done.missing, done.preliminary) == (("bob", "s3"), ("ada",))
    assert sorted(path.name for path in done.folder.iterdir()) == ["ada.html"]


def test_an_unreadable_file_gets_a_page_that_says_why(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    number = hand_in(
        "ada",
        *(TaskResult(one.task, "unreadable", 0, one.of, "No file.") for one in RESULTS),
        problem="The file is empty.",
    )
    text = Seen(page_of(folder, book)).text
    assert "No file." not in text
    assert ("a", {"href": "#task-1"}) not in Seen(page_of(folder, book)).tags
    mark(book, number, "why", 1, comment="You told me.", by="x")
    assert "You told me. Comment by x" in Seen(page_of(folder, book)).text
    assert "Your file could not be read. The file is empty." in text
    assert "Task 1: add Could not be read 0 of 2" in text
    assert "Your answer" not in text


def test_what_was_never_graded_is_said(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    hand_in("ada", RESULTS[0])
    text = Seen(page_of(folder, book)).text
    assert "Preliminary: 2 tasks are not graded yet." in text
    assert "Task 2: double Not graded yet ? of 3" in text


def test_oddities_of_the_file_and_untouched_answers_are_told(
    folder: ClassFolder, book: "Engine", hand_in: HandIn, release: Release
) -> None:
    hand_in("ada", add=f"{RIGHT}\n<<<<<<< mine")
    text = Seen(page_of(folder, book)).text
    assert "About your file add: the answer holds git's merge markers." in text
    assert text.count("You left this as it was given.") == 2
    hand_in("bob")
    path = next(folder.submitted.glob("bob*"))
    nb = read_student(release)
    nb.cells = [cell for cell in nb.cells if cell.id != "add"]
    path.write_text(nbformat.writes(nb))
    assert "Your file has no such cell." in Seen(page_of(folder, book, "bob")).text


HOSTILE = "</pre></details><script>alert(1)</script><img src=//x onerror=alert(2)>\x00\x1b[31m"


def test_whatever_a_student_writes_is_only_text(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    bad = TaskResult("twice-test", "error", 0, 3, HOSTILE, f"a {HOSTILE}", f"b {HOSTILE}")
    put_students(book, [Student("ada", HOSTILE)], by="a test")
    number = hand_in("ada", RESULTS[0], bad, RESULTS[2], add=f"# {HOSTILE}", why=HOSTILE)
    mark(book, number, "why", 1, comment=HOSTILE, by=HOSTILE)
    page = page_of(folder, book)
    seen = Seen(page)
    allowed = {
        "html", "head", "meta", "title", "style", "body", "main", "header", "p", "h1", "h2", "bdi",
        "strong", "span", "dl", "div", "dt", "dd", "section", "table", "thead", "tbody", "tr", "th",
        "td", "a", "pre", "mark", "figure", "blockquote", "figcaption", "details", "summary",
    }  # fmt: skip
    assert {tag for tag, _ in seen.tags} <= allowed
    links = [told for _, told in seen.tags if {"href", "src"} & set(told)]
    assert all(set(told) == {"href"} and str(told["href"]).startswith("#task-") for told in links)
    assert not any(name.startswith("on") for _, told in seen.tags for name in told)
    assert seen.open == []
    assert "\x00" not in page
    assert "\x1b" not in page
    assert page.count("alert(1)") >= 6


def test_a_very_long_answer_is_cut_and_says_so(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    hand_in("ada", add="x = 1\n" * 100_000)
    page = page_of(folder, book)
    assert len(page) < 500_000
    assert "[580,000 more characters are left out]" in page


def test_only_changed_pages_are_written(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    number = hand_in("ada")
    hand_in("bob")
    first = write_feedback(folder, book, "4.5")
    assert first.changed == first.pages
    before = [path.stat().st_mtime_ns for path in first.pages]
    again = write_feedback(folder, book, "4.5")
    assert again.pages == first.pages
    assert again.changed == ()
    assert [path.stat().st_mtime_ns for path in first.pages] == before
    mark(book, number, "why", 4, by="a teacher")
    assert [path.name for path in write_feedback(folder, book, "4.5").changed] == ["ada.html"]


def test_pages_of_nobody_are_left_and_named(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    hand_in("ada")
    old = write_feedback(folder, book, "4.5").folder / "gone.html"
    old.write_text("old")
    done = write_feedback(folder, book, "4.5")
    assert done.left == (old,)
    assert old.read_text() == "old"


def test_one_student_only(folder: ClassFolder, book: "Engine", hand_in: HandIn) -> None:
    hand_in("ada")
    hand_in("bob")
    done = write_feedback(folder, book, "4.5", ["bob"])
    assert [path.name for path in done.pages] == ["bob.html"]
    assert done.missing == ()
    with pytest.raises(RefusedError, match=r"no student 'bbo'.*Did you mean bob"):
        write_feedback(folder, book, "4.5", ["bbo"])


def test_a_folder_that_cannot_be_made_is_refused(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    hand_in("ada")
    (folder.path / "feedback").write_text("in the way")
    with pytest.raises(RefusedError, match=r"feedback.*cannot be made"):
        write_feedback(folder, book, "4.5")


def test_a_lost_file_is_refused_by_its_name(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    hand_in("ada")
    next(folder.submitted.iterdir()).unlink()
    with pytest.raises(RefusedError, match="handed in by ada, cannot be read"):
        write_feedback(folder, book, "4.5")


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_a_page_can_be_read_by_everybody(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    mark(book, hand_in("ada", add=RIGHT), "why", 1, comment="x", by="y")
    page = page_of(folder, book)
    seen = Seen(page)
    tags = [tag for tag, _ in seen.tags]
    told = dict(seen.tags)
    assert told["html"] == {"lang": "en"}
    assert "<title>4.5 Sums: assignment, feedback for Ada Lovelace</title>" in page
    assert [tag for tag in tags if re.fullmatch("h[1-6]", tag)] == ["h1", "h2", "h2", "h2", "h2"]
    assert all("scope" in attributes for tag, attributes in seen.tags if tag == "th")
    names = [a["id"] for _, a in seen.tags if "id" in a]
    assert len(names) == len(set(names))
    assert {"script", "link", "img", "iframe"}.isdisjoint(tags)
    assert "url(" not in page
    for block in re.findall(r":root \{\n(.*?)\}", page, re.S)[:2]:
        colours = dict(re.findall(r"--([\w-]+): (#\w{6})", block))
        assert contrast(colours.pop("mark-ink"), colours.pop("mark")) >= 4.5
        grounds = (colours.pop("page"), colours.pop("soft"))
        colours.pop("line")
        for name, colour in colours.items():
            assert min(contrast(colour, ground) for ground in grounds) >= 4.5, name


def run(folder: ClassFolder, *words: str) -> Result:
    group = type(classroom)("class", commands={"feedback": feedback_command})
    assert isinstance(group, click.Group)
    return CliRunner().invoke(group, ["feedback", *words, "--class", str(folder.path)])


def test_the_command_names_what_is_new(folder: ClassFolder, hand_in: HandIn) -> None:
    hand_in("ada")
    done = run(folder, "4.5")
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{folder.path / 'feedback' / '4.5' / 'ada.html'}\n"
    assert done.stderr.splitlines() == [
        "1 written, 0 as they were",
        "handed in nothing, so no page: bob, s3",
        "preliminary, something is still to be graded or marked: ada",
    ]
    assert run(folder, "4.5").stdout == ""
    told = json.loads(run(folder, "4.5", "--json").stdout)
    assert set(told) == set(Feedback.__dataclass_fields__)
    assert run(folder, "4.5", "--student", "eve").exit_code == 2
    assert run(folder, "9").exit_code == 2
