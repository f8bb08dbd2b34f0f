"""What is in the built site: links that lead somewhere, no network, and all of the course."""

import json
import math
import re
import sys
import tempfile
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from coursesite.course import Lesson, plan
from coursesite.moving import MOST_BYTES, MOST_STATES
from coursesite.outputs import FINDING
from coursesite.terms import terms
from sphinx.util.inventory import InventoryFile

from mlops_lab.data import available, card
from tests.site.conftest import REPOSITORY
from tests.site.reading import Site, broken, loads, typeset
from tests.unit.test_public_names import NAMES

ROOT = Path(__file__).parents[2]
SOURCES = {
    "index": "docs/site/templates/index.md.j2",
    "data/transactions": "datasets/transactions/README.md",
    "api/mlops_lab.drift": "mlops_lab/drift/__init__.py",
    "api/mlops_lab.cli": "mlops_lab/cli.py",
}


def test_every_internal_link_leads_somewhere(site: Site) -> None:
    assert broken(site.folder, site.pages) == []


def test_a_broken_link_and_a_missing_anchor_are_found(tmp_path: Path) -> None:
    text = (
        '<a href="none.html">a</a><img src="#x"><a id="y" href="#y">b</a><a href="http://a/">c</a>'
    )
    (tmp_path / "one.html").write_text(text)
    assert broken(tmp_path, {"one.html": BeautifulSoup(text, "html.parser")}) == [
        "one.html: none.html: no such file",
        "one.html: #x: no such anchor",
    ]


def test_no_page_loads_anything_from_a_network(site: Site) -> None:
    for name, page in site.pages.items():
        strangers = [one for one in loads(page) if re.match(r"(?:\w+:)?//", one)]
        assert strangers == [], name
    for path in site.folder.rglob("*.css"):
        fetched = re.findall(
            r"(?:url\(|@import)\s*['\"]?\s*((?:https?:)?//[^'\")]+)", path.read_text()
        )
        assert fetched == [], path.name


def test_a_page_that_loads_something_is_found() -> None:
    page = BeautifulSoup(
        '<script src="//a/b.js"></script><a href="https://c/">c</a>', "html.parser"
    )
    assert list(loads(page)) == ["//a/b.js"]


def test_no_path_of_this_machine_is_in_the_site(site: Site) -> None:
    private = {str(ROOT), sys.prefix, str(Path.home()), tempfile.gettempdir(), str(site.folder)} - {
        "/"
    }
    kinds = {".html", ".js", ".css", ".txt", ".ipynb", ".json"}
    for path in site.folder.rglob("*"):
        if path.suffix in kinds:
            text = path.read_text(encoding="utf-8")
            found = [one for one in private if re.search(rf"{re.escape(one)}(?![\w-])", text)]
            assert found == [], path.relative_to(site.folder)


def test_every_picture_has_words(site: Site) -> None:
    counted = 0
    for name, page in site.pages.items():
        for picture in page.select("article img"):
            counted += 1
            assert len(str(picture.get("alt", "")).split()) >= 3, f"{name}: {picture['src']}"
    assert counted >= 10


def test_every_lesson_has_its_page_and_its_notebook(site: Site, lessons: list[Lesson]) -> None:
    for lesson in lessons:
        page = site.page(f"lessons/{lesson.name}")
        headings = [
            " ".join(one.get_text().split()) for one in page.select("article h1, article h2")
        ]
        written = "\n".join(cell.source for cell in lesson.nb.cells if cell.cell_type == "markdown")
        wanted = re.findall(r"^##? (.+)$", written, re.MULTILINE)
        assert [one.removesuffix("#") for one in headings] == [typeset(one) for one in wanted]
        (link,) = page.select(f"a.download[href$='/{lesson.name}.ipynb']")
        taken = (site.folder / "lessons" / str(link["href"])).read_text(encoding="utf-8")
        assert json.loads(taken) == json.loads(lesson.path.read_text(encoding="utf-8"))


def test_a_page_leads_to_its_source_and_a_lesson_to_a_lab(
    site: Site, lessons: list[Lesson]
) -> None:
    for lesson in lessons:
        path = lesson.path.relative_to(ROOT).as_posix()
        found = {
            one.get_text().strip(): str(one["href"])
            for one in site.page(f"lessons/{lesson.name}").select(".page-actions a")
        }
        assert found["Edit"] == f"{REPOSITORY}/edit/main/{path}"
        assert found["Report a mistake"].startswith(f"{REPOSITORY}/issues/new?title={lesson.id}")
        binder = "https://mybinder.org/v2/gh/someone/course/main?urlpath=lab%2Ftree%2F"
        copy = "workspace" / lesson.path.relative_to(ROOT / "notebooks")
        assert found["Open in Binder"] == binder + copy.as_posix().replace("/", "%2F")
    for name, source in SOURCES.items():
        links = [str(one["href"]) for one in site.page(name).select(".page-actions a")]
        assert links[0] == f"{REPOSITORY}/edit/main/{source}"
        assert (ROOT / source).is_file()
    without = {name for name, page in site.pages.items() if not page.select(".page-actions a")}
    assert without <= {"search.html"}


def test_a_lesson_leads_to_its_data_its_prerequisites_and_on(
    site: Site, lessons: list[Lesson]
) -> None:
    pages = {lesson.id: f"{lesson.name}.html" for lesson in lessons}
    for number, lesson in enumerate(lessons):
        page = site.page(f"lessons/{lesson.name}")
        links = {str(one["href"]) for one in page.select("article a")}
        used = [name for name in available() if f"`{name}`" in lesson.card["Data"]]
        assert used or "simulated here" in lesson.card["Data"]
        assert {f"../data/{name}.html" for name in used} <= links
        card = {str(one["href"]) for one in page.select("table.facts a")}
        assert {pages[one] for one in lesson.builds} == card & set(pages.values())
        after = [pages[one.id] for one in lessons[number + 1 : number + 2]]
        lines = [one for one in page.select("article p") if "Start here ·" in one.get_text()]
        assert [one.get_text().partition("Start")[0] for one in lines] == ["", "Go on: "]
        for line in lines:
            start, beside, *further = [str(one["href"]) for one in line.select("a")]
            assert start == "../index.html#the-course"
            assert beside.endswith(f"/{lesson.name}_assignment.ipynb")
            assert further == after


def test_an_assignment_to_take_away_holds_no_solution(site: Site, lessons: list[Lesson]) -> None:
    for lesson in lessons:
        page = site.page(f"lessons/{lesson.name}")
        link = page.select_one("a.download[href$='_assignment.ipynb']")
        assert link is not None
        text = (site.folder / "lessons" / str(link["href"])).read_text(encoding="utf-8")
        assert "NotImplementedError" in text
        assert not re.search(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS)", text)


def test_an_explorer_has_a_picture_of_each_of_its_states(site: Site, lessons: list[Lesson]) -> None:
    assert any(lesson.moves for lesson in lessons)
    for lesson in lessons:
        boxes = site.page(f"lessons/{lesson.name}").select(".controls.explorer")
        assert bool(boxes) == lesson.moves, lesson.id
        files = list[Path]()
        for box in boxes:
            told = json.loads(box.select_one("script").string or "")  # type: ignore[union-attr]
            count = math.prod(len(one["labels"]) for one in told["controls"])
            files += [site.folder / "lessons" / told["base"] / f"{i}.webp" for i in range(count)]
            assert len(told["alts"]["differs"]) == count
        assert len(files) <= MOST_STATES
        assert sum(file.stat().st_size for file in files) <= MOST_BYTES


def test_an_executed_lesson_shows_all_that_it_made(site: Site, lessons: list[Lesson]) -> None:
    assert any(lesson.executed for lesson in lessons)
    for lesson in lessons:
        outputs = [one for cell in lesson.nb.cells for one in cell.get("outputs", [])]
        page = site.page(f"lessons/{lesson.name}")
        data = [one.get("data", {}) for one in outputs]
        controls = "application/vnd.jupyter.widget-view+json"
        words = [
            one["metadata"]["image/png"]["alt"]
            for one in outputs
            if "image/png" in one.get("data", {})
        ]
        assert [one["alt"] for one in page.select("article img")] == words
        made = page.select("table.findings:not(.listed) tr[id] td.holds")
        assert len(made) == sum(FINDING in one for one in data)
        listed = [one["href"] for one in page.select("table.findings.listed a")]
        assert listed == [f"#{one.parent['id']}" for one in made if one.parent]
        assert len(page.select(".controls")) == sum(controls in one for one in data)
        assert all(one.find(["input", "select", "button"]) for one in page.select(".controls"))
        assert page.select(".output.stderr, .output.error") == []


def test_the_map_names_every_lesson_and_links_those_that_are_there(
    site: Site, lessons: list[Lesson]
) -> None:
    shown = site.page("index").select(".course-map li")
    said = [" ".join(one.get_text().split()) for one in shown]
    planned = plan(ROOT / "README.md")
    assert len(planned) == 28
    assert [
        text.startswith(f"{p.id} {p.title}") for text, p in zip(said, planned, strict=True)
    ] == [True] * len(planned)
    links = [str(one.find("a")["href"]) for one in shown if one.find("a")]  # type: ignore[index]
    assert links == [f"lessons/{lesson.name}.html" for lesson in lessons]


def test_the_front_page_shows_each_lesson_with_a_picture(site: Site, lessons: list[Lesson]) -> None:
    cards = site.page("index").select(".lessons .sd-card")
    assert len(cards) == len(lessons)
    for lesson, shown in zip(lessons, cards, strict=True):
        assert lesson.heading in shown.get_text()
        assert bool(shown.find("img")) == lesson.executed


def test_the_glossary_leads_to_the_place_of_each_term(site: Site, lessons: list[Lesson]) -> None:
    glossary, found = site.page("glossary"), terms(lessons)
    names = [one.get_text().removesuffix("#") for one in glossary.select("dl.glossary dt")]
    assert names == [typeset(one.name) for one in sorted(found, key=lambda t: t.name.lower())]
    links = {str(one["href"]) for one in glossary.select("dl.glossary dd a")}
    for term in found:
        for place in (term.first, *term.again):
            assert f"lessons/{place.lesson.name}.html#{place.anchor}" in links
            there = site.page(f"lessons/{place.lesson.name}").find(id=place.anchor)
            assert there is not None, f"{place.anchor} has no place"
            assert typeset(place.bold) == there.get_text()


def test_every_data_set_has_its_card(site: Site) -> None:
    for name in available():
        text, one = site.text(f"data/{name}"), card(name)
        assert one.licence in text
        assert f"{one.rows:,}" in text
        for column in [*one.columns, *one.arrays, *one.truth]:
            assert column in text, f"{name}: {column}"
        assert len(site.page(f"data/{name}").select("#known-problems li")) == len(
            one.known_problems
        )


def test_where_data_and_claims_come_from_are_links(site: Site, lessons: list[Lesson]) -> None:
    for name in available():
        wanted = [one.strip(".,;") for one in card(name).origin.split() if one.startswith("http")]
        links = {str(one["href"]) for one in site.page(f"data/{name}").select("table.facts a")}
        assert set(wanted) <= links, name
        assert wanted or card(name).kind == "simulation" or name == "photographs"
    for lesson in lessons:
        written = lesson.cell("recap").source.partition("**Sources**")[2]
        wanted = re.findall(r"\]\((https?://[^)]+)\)", written)
        links = {
            str(one["href"]) for one in site.page(f"lessons/{lesson.name}").select("article a")
        }
        assert set(wanted) <= links, lesson.id


def test_every_public_name_is_in_the_api(site: Site) -> None:
    with (site.folder / "objects.inv").open("rb") as file:
        inventory = InventoryFile.load(file, "", lambda _, target: target)
    documented = {
        name for kind, found in inventory.items() if kind.startswith("py:") for name in found
    }
    wanted = {f"{module}.{name}" for module, listed in NAMES.items() for name in listed}
    assert wanted - documented == set()
    assert len(wanted) > 200


@pytest.mark.parametrize("page", ["index", "concepts", "glossary", "lessons/index", "data/index"])
def test_a_page_has_one_first_heading(site: Site, page: str) -> None:
    assert len(site.page(page).select("h1")) == 1
