"""Every notebook has a page of its own, which every address can name."""

import re
from pathlib import Path, PurePath
from urllib.parse import quote

import nbformat
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mlops_lab.workbench.runs.site import build_site
from mlops_lab.workbench.runs.site.names import page_names

ODD = [
    "50% off.ipynb", "a#b.ipynb", "what?.ipynb", "a b.ipynb", "it's \"quoted\".ipynb",
    "größe.ipynb", "数据.ipynb", "<b>&amp;.ipynb", "a%23b.ipynb", "back\\slash.ipynb", "-.ipynb",
    "x" * 200 + ".ipynb", "é" * 100 + ".ipynb", "new\nline.ipynb", "index.ipynb", "a:b.ipynb",
    "deep/er/x.ipynb", "deep_er/x.ipynb", "deep_er_x.ipynb", "same.ipynb", "SAME.ipynb",
    "same.IPYNB", "sub/same.ipynb", "4.5_drift.ipynb", "4.10_x.ipynb", "4.5_drift.v2.ipynb",
]  # fmt: skip


def executed(folder: Path, place: str) -> None:
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    marks = {"start_time": "2026-01-01", "end_time": "2026-01-01", "exception": None}
    cells = [new_markdown_cell("# One title"), new_code_cell(f"{place!r}", execution_count=1)]
    nbformat.write(new_notebook(cells=cells, metadata={"papermill": marks}), path)


def test_a_page_is_named_as_its_notebook_where_nothing_is_against_it() -> None:
    assert page_names([PurePath("4.5_drift.ipynb"), PurePath("a/b.ipynb")]) == ["4.5_drift", "a_b"]


def test_names_are_safe_and_no_two_are_equal() -> None:
    names = page_names([PurePath(one) for one in ODD])
    assert len({name.lower() for name in names}) == len(ODD)
    assert all(re.fullmatch(r"[\w.-]{1,100}", name, re.ASCII) for name in names)
    assert all(quote(name) == name and not name.startswith((".", "-")) for name in names)
    assert "index" not in {name.lower() for name in names}


def test_a_name_depends_on_no_other_notebook_but_its_namesakes() -> None:
    places = [PurePath(one) for one in ODD]
    whole = dict(zip(places, page_names(places), strict=True))
    without = dict(zip(places[::-2], page_names(places[::-2]), strict=True))
    odd = [place for place in without if place.stem not in ("x", "same", "deep_er_x", "SAME")]
    assert [without[one] for one in odd] == [whole[one] for one in odd]


def test_a_name_that_looks_like_a_marked_one_is_none() -> None:
    (marked,) = page_names([PurePath("a b.ipynb")])
    assert len({*page_names([PurePath("a b.ipynb"), PurePath(f"{marked}.ipynb")])}) == 2


def test_every_notebook_has_its_own_page_and_every_link_leads_to_it(tmp_path: Path) -> None:
    for place in ODD:
        executed(tmp_path, place)
    index = build_site(tmp_path)
    rows = BeautifulSoup(index.read_bytes(), "html.parser").select("tbody tr")
    assert len(rows) == len(ODD)
    seen = set()
    for row in rows:
        page = index.parent / str(row.a["href"])  # type: ignore[index]
        place = row.select_one(".place").get_text()  # type: ignore[union-attr]
        assert repr(place) in BeautifulSoup(page.read_bytes(), "html.parser").get_text()
        seen.add(place)
    assert seen == {*ODD}
    for page in index.parent.glob("*.html"):
        for link in BeautifulSoup(page.read_bytes(), "html.parser").select("nav a"):
            assert (index.parent / str(link["href"])).is_file()


def test_a_name_that_is_no_text_is_shown_as_far_as_it_is(tmp_path: Path) -> None:
    executed(tmp_path, "fine.ipynb")
    (tmp_path / "fine.ipynb").rename(tmp_path / "caf\udce9.ipynb")
    index = build_site(tmp_path)
    assert "caf�.ipynb" in index.read_text(encoding="utf-8")
    assert len(list(index.parent.glob("caf-*.html"))) == 1
