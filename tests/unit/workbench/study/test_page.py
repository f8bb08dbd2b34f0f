"""The start page: what it shows, and that it is the learner's below its line."""

import logging
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from jupyter_core.paths import jupyter_data_dir
from nbformat.sign import NotebookNotary

from mlops_lab.workbench.runs.doctor import Check
from mlops_lab.workbench.study import live, page, startpage
from mlops_lab.workbench.study.picture import picture, told
from mlops_lab.workbench.study.startpage import PAGE, write_page
from mlops_lab.workbench.study.workspace import Workspace

SVG = "{http://www.w3.org/2000/svg}"


def notary() -> NotebookNotary:
    # With a folder of its own accord it would set up logging afresh, and close others' files.
    return NotebookNotary(data_dir=jupyter_data_dir())


@pytest.fixture
def shown(space: Workspace, course: Path) -> page.Page:
    return page.start(space.root, course)


def html(shown: page.Page) -> str:
    return shown._repr_html_()


def test_it_shows_the_lessons_with_links_minutes_and_what_is_next(shown: page.Page) -> None:
    text = html(shown)
    link = "<a href='2_data/06_weak_supervision.ipynb'>2.6 Weak supervision</a>"
    assert f"<b>Next:</b> begin {link} (40 minutes). About 1.25 hours of lessons are left." in text
    assert "<a href='4_deployment/05_drift_assignment.ipynb'>not begun</a>: 1 task</td>" in text
    assert "○ not begun" in text


def test_the_map_has_a_text_for_those_who_do_not_see_it(shown: page.Page) -> None:
    drawn = ElementTree.fromstring(picture(shown.standings, shown.builds, "2.6"))
    assert drawn.get("role") == "img"
    labels = [drawn.find(f"{SVG}{name}") for name in ("title", "desc")]
    assert [one.get("id") for one in labels if one is not None] == ["map-title", "map-text"]
    assert labels[1] is not None
    assert labels[1].text == "2 lessons in 2 courses, 0 of them done. 4.5 builds on 2.6."


def test_each_box_of_the_map_is_a_link_that_lies_on_it(shown: page.Page) -> None:
    page_ = BeautifulSoup(html(shown), "html.parser")
    (drawn,) = page_.select("svg")
    assert drawn.parent is not None
    links = drawn.parent.select(":scope > a")
    assert [one["href"] for one in links] == [one.name for one in shown.standings]
    assert links[0]["aria-label"] == "2.6 Weak supervision: not begun"
    _, _, width, height = (float(one) for one in str(drawn["viewbox"]).split())
    for link, box in zip(links, drawn.select("rect"), strict=True):
        for side, name, of in (
            ("left", "x", width), ("top", "y", height),
            ("width", "width", width), ("height", "height", height),
        ):  # fmt: skip
            share = re.search(rf"\b{side}:([\d.]+)%", str(link["style"]))
            assert share is not None
            assert float(share[1]) == pytest.approx(100 * float(str(box[name])) / of, abs=0.01)


def test_what_is_left_is_told_beside_what_is_begun(shown: page.Page) -> None:
    first, second = shown.standings
    begun = replace(first, state="begun", left=25, checks=1, asked=3)
    done = replace(second, state="done", left=0, checks=2, asked=2)
    text = html(replace(shown, standings=(begun, done)))
    assert text.count("25 of 40 min left") == 2  # in the map and in the table
    assert "35 min" not in text
    assert "25 minutes of lessons are left." in text
    assert "◐ begun, 1 of 3 self-checks answered" in text
    assert "● done, 2 of 2 self-checks answered" in text


def test_the_page_brings_itself_up_to_date_from_the_server_of_the_lab(
    space: Workspace, course: Path
) -> None:
    space = replace(space, course=str(course))
    space.remember()
    text = live.content(space.root)
    assert text == html(page.start(space.root))
    parts = BeautifulSoup(text, "html.parser").select("[data-mlops-lab=start] > [data-part]")
    assert [one["data-part"] for one in parts] == ["next", "map", "legend", "table", "machine"]
    assert f"${{baseUrl}}{page.ADDRESS}`" in text
    (space.hidden / "workspace.json").write_text("{")
    assert live.content(space.root) == ""


def test_no_arrow_of_the_map_runs_behind_a_third_lesson(shown: page.Page) -> None:
    first = shown.standings[0]
    many = [
        replace(first, lesson=f"{course}.{number}", course=f"{course}_c")
        for course in range(1, 5)
        for number in range(1, 4)
    ]
    every = {one.lesson: [other.lesson for other in many if other != one] for one in many}
    drawn = ElementTree.fromstring(picture(many, every))
    boxes = [
        [float(box.get(name, "")) for name in ("x", "y", "width", "height")]
        for box in drawn.iter(f"{SVG}rect")
    ]
    assert len(boxes) == 12
    paths = [str(path.get("d")) for path in drawn.iter(f"{SVG}path")]
    assert len(paths) == 12 * 11
    for path in paths:
        for x, y in _points(path):
            assert not any(
                left < x < left + wide and top < y < top + high for left, top, wide, high in boxes
            ), path


def _points(path: str) -> Iterator[tuple[float, float]]:
    """Walk along the lines of a path, a pixel at a time; a curve only at its ends."""
    x = y = 0.0
    for letter, numbers in re.findall(r"([A-Za-z])([-\d. ]*)", path):
        values = [float(one) for one in numbers.split()]
        to_x = {"V": x, "h": x + values[0], "C": values[-2:][0]}.get(letter, values[0])
        to_y = {"V": values[0], "H": y, "h": y}.get(letter, values[-1])
        if letter in "HVh":
            steps = int(max(abs(to_x - x), abs(to_y - y))) or 1
            for share in (step / steps for step in range(steps + 1)):
                yield x + (to_x - x) * share, y + (to_y - y) * share
        x, y = to_x, to_y


def test_odd_titles_do_not_break_the_page(shown: page.Page) -> None:
    odd = replace(shown.standings[0], title="<b>&'\"" + "x" * 80, problem="<i>")
    text = html(replace(shown, standings=(odd,)))
    assert "<b>&'" not in text
    assert "<i>" not in text
    ElementTree.fromstring(picture([odd], {}))


def test_an_empty_course_is_shown_too() -> None:
    empty = page.Page((), {}, (), "")
    assert "you have done every lesson" in html(empty)
    assert repr(empty) == told([], {}) == "No lessons."


def test_the_machine_is_looked_at_once_a_day_while_all_is_well(
    space: Workspace, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []

    def examine(_: object) -> Iterator[Check]:
        looks.append(1)
        yield Check("disk", len(looks) > 1, "1 <GB>", "" if len(looks) > 1 else "Free some.")

    monkeypatch.setattr(page, "examine", examine)
    assert "looks at it" in html(page.start(space.root, course))
    page.look_at_machine(space.root, course)
    shown = page.start(space.root, course)
    assert "0 of 1 checks are good" in html(shown)
    assert "<b>disk</b>: 1 &lt;GB&gt;. Free some." in html(shown)
    assert "Free some." in repr(shown)
    page.look_at_machine(space.root, course)
    page.look_at_machine(space.root, course)
    assert len(looks) == 2
    assert "1 of 1 checks are good" in html(page.start(space.root, course))


def test_the_page_holds_its_content_and_is_trusted(space: Workspace, shown: page.Page) -> None:
    assert write_page(space, shown) == ""
    nb = nbformat.read(space.file(PAGE), 4)
    assert [cell.id for cell in nb.cells] == ["start-title", "start-map", "start-line"]
    assert "<svg" in nb.cells[1].outputs[0].data["text/html"]
    assert notary().check_signature(nb)
    nbformat.validate(nb)


def test_writing_it_leaves_logging_alone(
    space: Workspace, shown: page.Page, tmp_path: Path
) -> None:
    handler = logging.FileHandler(tmp_path / "log")
    before = handler.stream
    write_page(space, shown)
    write_page(space, shown)  # which asks whether the first is trusted
    assert handler.stream is before  # None once it was closed
    handler.close()


def test_what_the_learner_adds_stays_and_the_map_is_new(space: Workspace, shown: page.Page) -> None:
    write_page(space, shown)
    nb = nbformat.read(space.file(PAGE), 4)
    nb.cells[0].source += "\nMy plan."
    nb.cells.append(nbformat.v4.new_markdown_cell("Ask about 4.5."))
    nb.cells.insert(0, nbformat.v4.new_markdown_cell("Above."))
    del nb.cells[2]
    nbformat.write(nb, space.file(PAGE))
    write_page(space, replace(shown, builds={}))
    again = nbformat.read(space.file(PAGE), 4)
    assert [cell.id for cell in again.cells][:3] == ["start-title", "start-map", "start-line"]
    assert [cell.source for cell in again.cells][3:] == ["Above.", "Ask about 4.5."]
    assert "My plan." in again.cells[0].source
    assert "builds on" not in again.cells[1].outputs[0].data["text/html"]


def test_a_page_that_nobody_trusts_is_not_signed_for_its_reader(
    space: Workspace, shown: page.Page
) -> None:
    write_page(space, shown)
    nb = nbformat.read(space.file(PAGE), 4)
    output = nbformat.v4.new_output("display_data", data={"text/html": "<script></script>"})
    nb.cells.append(nbformat.v4.new_code_cell("", outputs=[output]))
    nbformat.write(nb, space.file(PAGE))
    write_page(space, shown)
    assert not notary().check_signature(nbformat.read(space.file(PAGE), 4))


def test_a_page_that_cannot_be_read_is_kept_and_told(space: Workspace, shown: page.Page) -> None:
    space.file(PAGE).write_text("{")
    said = write_page(space, shown)
    assert "Start here.unreadable.ipynb, and a new one was written" in said
    assert space.file("Start here.unreadable.ipynb").read_text() == "{"
    assert len(nbformat.read(space.file(PAGE), 4).cells) == 3


def test_a_page_that_cannot_be_signed_is_written_and_told(
    space: Workspace, shown: page.Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("disk is full")

    monkeypatch.setattr("nbformat.sign.NotebookNotary.sign", fail)
    assert "when you run its cell" in write_page(space, shown)
    assert space.file(PAGE).is_file()


def test_the_page_calls_what_it_shows(
    space: Workspace, shown: page.Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_page(space, shown)
    monkeypatch.chdir(space.root)
    cell = nbformat.read(space.file(PAGE), 4).cells[1]
    names: dict[str, object] = {}
    exec(cell.source.replace("study.start()", "made = study.start"), names)
    assert names["made"] is page.start
    assert startpage.PAGE == "Start here.ipynb"
