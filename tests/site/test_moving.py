"""Explorers without a kernel: their pictures, their bounds, and a browser that moves them."""

import base64
import io
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bs4 import BeautifulSoup
from coursesite.course import Lesson, SiteError
from coursesite.moving import MOST_BYTES, Moving, moving
from coursesite.outputs import shown_outputs
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from PIL import Image
from playwright.sync_api import Page

from mlops_lab.workbench.runs.notebook import read_notebook, write_notebook
from mlops_lab.workbench.runs.run import run
from mlops_lab.workbench.runs.stills import stills_of
from tests.browser.access import violations
from tests.browser.driver import chromium

ROOT = Path(__file__).parents[2]
DRAW = """\
import matplotlib.pyplot as plt
from mlops_lab import kit
def draw(size=3, kind="up", far=0.5):
    fig, ax = plt.subplots(figsize=(4, 2))
    ax.plot([0, size] if kind == "up" else [size, 0])
    ax.set_title(f"{size} </script> {kind}")
    return fig
kit.explore(draw, alt="A line up to a size.", still={"size": None, "kind": None},
            size=(1, 5), kind=["up", "down"], far=(0.0, 1.0))
"""
ALT = "A line up to a size. {0} </script> {1}. Now: size {0}, kind {1}, far 0.5."


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    """Return a small lesson with one explorer, as a run with its states leaves it."""
    folder = tmp_path_factory.mktemp("moving")
    cells = [new_markdown_cell("# 1.1 A\n\nDo it.", id="title"), new_code_cell(DRAW, id="explorer")]
    cells.insert(
        1, new_code_cell("seed: int = 0  # seed; 0 to 9", metadata={"tags": ["parameters"]})
    )
    path = folder / "01_a.ipynb"
    write_notebook(new_notebook(cells=cells), path)
    done = run(path, out=folder / "out", stills=True)
    assert done.output is not None
    return read_notebook(done.output)


def lesson_of(nb: NotebookNode) -> Lesson:
    return Lesson("1.1", Path("1_one/01_a.ipynb"), nb, executed=True, builds=(), choice={})


def changed(nb: NotebookNode) -> tuple[NotebookNode, dict[str, Any]]:
    """Return a copy of the executed lesson, and the states in it."""
    node: NotebookNode = read_again(nb)
    (states,) = stills_of(node) or []
    return node, states


def read_again(nb: NotebookNode) -> NotebookNode:
    from nbformat import from_dict

    node: NotebookNode = from_dict(json.loads(json.dumps(nb)))
    return node


def pixels(content: bytes) -> "np.ndarray[Any, Any]":
    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture.convert("RGB"))


def test_each_state_is_a_picture_and_the_first_is_the_notebooks(
    executed: NotebookNode, tmp_path: Path
) -> None:
    nb, states = changed(executed)
    made = moving(lesson_of(nb), nb, tmp_path)
    files = sorted((tmp_path / "states" / "1.1_a" / "0").iterdir())
    assert (made.lesson, made.states, len(files)) == ("1.1", 10, 10)
    assert made.files == set(files)
    assert made.size == sum(one.stat().st_size for one in files)
    assert made.seconds == states["seconds"]
    first = tmp_path / "states" / "1.1_a" / "0" / f"{2 * 2 + 0}.webp"
    shown = next(cell for cell in nb.cells if cell.id == "explorer").outputs[1].data["image/png"]
    assert (pixels(first.read_bytes()) == pixels(base64.b64decode(shown))).all()


def test_the_controls_say_where_they_stand_without_a_script(
    executed: NotebookNode, tmp_path: Path
) -> None:
    nb, _ = changed(executed)
    moving(lesson_of(nb), nb, tmp_path)
    output = next(cell for cell in nb.cells if cell.id == "explorer").outputs[0]
    box = BeautifulSoup(output.data["text/html"], "html.parser")
    sliders = box.select("label input[type=range][disabled]")
    assert [one["aria-valuetext"] for one in sliders] == ["3", "up"]
    assert [one.get_text() for one in box.select("output")] == ["3", "up"]
    assert "Here the others stand at far 0.5." in box.get_text()
    assert box.select_one("button[hidden]") is not None


def test_a_lesson_that_ran_without_its_states_keeps_its_controls_still(
    executed: NotebookNode, tmp_path: Path
) -> None:
    nb, _ = changed(executed)
    del nb.metadata["mlops_lab"]["stills"]
    made = moving(lesson_of(nb), nb, tmp_path)
    assert made == Moving("1.1", 0, 0, 0.0)
    assert str(made).endswith("stands still: its run drew no states")
    shown_outputs(nb, "1.1_a", tmp_path)
    (controls, _) = next(cell for cell in nb.cells if cell.id == "explorer").outputs
    assert 'class="controls"' in controls.data["text/html"]


def test_more_than_two_hundred_states_are_refused(executed: NotebookNode, tmp_path: Path) -> None:
    nb, states = changed(executed)
    states["pictures"] += states["pictures"][:1] * 190
    assert moving(lesson_of(nb), nb, tmp_path / "a").states == 200
    nb, states = changed(executed)
    states["pictures"] += states["pictures"][:1] * 191
    with pytest.raises(SiteError, match=r"lesson 1\.1: its explorers have 201 states in .* MB; at"):
        moving(lesson_of(nb), nb, tmp_path / "b")
    assert not (tmp_path / "b").exists(), "nothing is written then"


def test_more_than_four_megabytes_are_refused(executed: NotebookNode, tmp_path: Path) -> None:
    nb, states = changed(executed)
    noise = np.random.default_rng(0).integers(0, 256, (1000, 1400, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "WEBP", lossless=True, method=0)
    assert buffer.tell() > MOST_BYTES
    states["pictures"][0] = base64.b64encode(buffer.getvalue()).decode()
    with pytest.raises(SiteError, match="at most 200 states and 4 MB"):
        moving(lesson_of(nb), nb, tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_a_first_state_that_is_not_what_the_lesson_shows_is_refused(
    executed: NotebookNode, tmp_path: Path
) -> None:
    nb, states = changed(executed)
    states["pictures"].reverse()
    with pytest.raises(SiteError, match="the first state of its explorer is not the picture"):
        moving(lesson_of(nb), nb, tmp_path)


def test_states_without_their_explorer_are_refused(executed: NotebookNode, tmp_path: Path) -> None:
    nb, states = changed(executed)
    states["panel"] = "0" * 32
    with pytest.raises(SiteError, match="has states of an explorer that it does not show"):
        moving(lesson_of(nb), nb, tmp_path)


def test_the_cost_is_told_in_a_line() -> None:
    told = str(Moving("4.5", 52, 1_234_000, 9.87))
    assert told.split() == ["4.5", "52", "states", "1.23", "MB", "drawn", "in", "9.9", "s"]


@pytest.fixture(scope="module")
def page_file(executed: NotebookNode, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a page with the explorer and the site's own script, and nothing else."""
    folder = tmp_path_factory.mktemp("page")
    nb, _ = changed(executed)
    moving(lesson_of(nb), nb, folder)
    controls, picture = next(cell for cell in nb.cells if cell.id == "explorer").outputs
    (folder / "first.png").write_bytes(base64.b64decode(picture.data["image/png"]))
    shutil.copy(ROOT / "docs/site/static/explorer.js", folder)
    alt = ALT.format(3, "up").replace("<", "&lt;")
    (folder / "page.html").write_text(
        '<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1>'
        f'<div class="cell"><div>{controls.data["text/html"]}</div>'
        f'<div><img src="first.png" alt="{alt}"></div></div></main>'
        '<script src="explorer.js"></script></html>',
        encoding="utf-8",
    )
    return folder / "page.html"


@pytest.fixture(scope="module")
def moved(page_file: Path) -> dict[str, Any]:
    """Let a browser open the page from its file, and move the explorer by keyboard alone."""
    if shutil.which("chromium") is None:
        pytest.skip("chromium not found: tests/install_system_packages.sh installs it")
    with ThreadPoolExecutor(1) as thread:  # other tests may have a browser open in this one
        return thread.submit(_move, page_file).result()


def _move(page_file: Path) -> dict[str, Any]:
    seen: dict[str, Any] = {"errors": []}
    with chromium() as browser, browser.new_context() as context:
        context.on("weberror", lambda error: seen["errors"].append(str(error.error)))
        page = context.new_page()
        page.goto(page_file.as_uri())
        seen["axe"] = [one.rule for one in violations(page) if one.is_grave]
        for name, keys in _HANDS.items():
            for key in keys:
                page.keyboard.press(key)
            seen[name] = _state(page)
        (page_file.parent / "states" / "1.1_a" / "0" / "0.webp").unlink()
        page.reload()
        for key in ("Tab", "Home"):
            page.keyboard.press(key)
        page.wait_for_function("document.querySelector('img').alt.includes('missing')")
        seen["missing"] = page.locator("img").get_attribute("alt")
    return seen


_HANDS = {
    "first": [],
    "right": ["Tab", "ArrowRight"],
    "end": ["End"],
    "other": ["Tab", "ArrowRight"],
    "back": ["Tab", "Enter"],
}


def _state(page: Page) -> dict[str, Any]:
    """Wait until the picture is that of the sliders, and say what is there."""
    page.wait_for_function(
        """() => {
            const texts = [...document.querySelectorAll('input')].map(one => one.ariaValueText)
            return document.querySelector('img').alt.includes(
                `Now: size ${texts[0]}, kind ${texts[1]},`)
        }"""
    )
    picture = page.locator("img")
    return {
        "src": picture.get_attribute("src"),
        "alt": picture.get_attribute("alt"),
        "wide": picture.evaluate("one => one.naturalWidth"),
        "shown": page.locator("output").all_inner_texts(),
    }


@pytest.mark.parametrize(
    ("hand", "size", "kind", "number"),
    [("right", 4, "up", 6), ("end", 5, "up", 8), ("other", 5, "down", 9), ("back", 3, "up", 4)],
)
def test_a_slider_swaps_picture_and_words_by_keyboard(
    moved: dict[str, Any], hand: str, size: int, kind: str, number: int
) -> None:
    assert moved[hand] == {
        "src": f"states/1.1_a/0/{number}.webp",
        "alt": ALT.format(size, kind),
        "wide": moved["first"]["wide"],
        "shown": [str(size), kind],
    }


def test_before_anything_moves_the_notebooks_picture_is_there(moved: dict[str, Any]) -> None:
    assert moved["first"]["src"] == "first.png"
    assert moved["first"]["alt"] == ALT.format(3, "up")
    assert moved["first"]["wide"] > 0


def test_nothing_keeps_a_reader_out_of_an_explorer(moved: dict[str, Any]) -> None:
    assert moved["axe"] == []
    assert moved["errors"] == []


def test_a_picture_that_is_missing_is_said(moved: dict[str, Any]) -> None:
    assert moved["missing"].startswith("The picture states/1.1_a/0/0.webp is missing. A line")
