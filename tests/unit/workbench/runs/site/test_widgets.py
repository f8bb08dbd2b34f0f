"""Controls in a report show what they showed in the notebook when its run ended."""

import base64
import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup, Tag
from nbformat.v4 import new_code_cell, new_notebook, new_output

from mlops_lab.workbench.runs.run import run
from mlops_lab.workbench.runs.site import build_site
from mlops_lab.workbench.runs.site.controls import as_control
from mlops_lab.workbench.runs.site.widgets import STATE, VIEW, freeze_widgets

Make = Callable[..., Path]
SET_UP = """\
import ipywidgets as w, matplotlib.pyplot as plt, zlib, struct
from IPython.display import HTML, clear_output, display
%matplotlib inline

def png():
    def part(name, data):
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check
    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (b"\\x89PNG\\r\\n\\x1a\\n" + part(b"IHDR", head)
            + part(b"IDAT", zlib.compress(b"\\0\\0")) + part(b"IEND", b""))
"""
CELLS = {
    "interact": "@w.interact(n=(0, 10, 1), word=['ks', 'psi'])\n"
    "def f(n=4, word='psi'):\n    print('n is', n, word)\n    plt.plot([0, n])\n    plt.show()",
    "interactive": "def g(x):\n    display(HTML(f'<b>square {x * x}</b>'))\n    return x\n"
    "panel = w.interactive(g, x=w.IntSlider(3, 0, 9))\nw.VBox([w.Label('above'), panel])",
    "interactive_output": "box = w.FloatText(2.5)\n"
    "w.HBox([box, w.interactive_output(lambda x: print('got', x), {'x': box})])",
    "output": "out = w.Output()\nwith out:\n    print('first')\n    print('red', end='')\nout",
    "appended": "out.append_stdout(' and later')",
    "error": "bad = w.Output()\nwith bad:\n    1 / 0\nbad",
    "cleared": "again = w.Output()\nfor i in range(3):\n    with again:\n"
    "        clear_output(wait=True)\n        print('turn', i)\nagain",
    "nested": "inner, outer = w.Output(), w.Output()\nwith inner:\n    print('deep')\n"
    "with outer:\n    display(w.IntSlider(7, description='within'))\n    display(inner)\nouter",
    "tab": "w.Tab([w.Label('one'), w.HTML('<i>two</i>'), out], titles=['A <b>', 'B'],\n"
    "      selected_index=1)",
    "accordion": "w.Accordion([w.Label('x'), w.Tab([w.Label('y')], titles=['in'])],\n"
    "            titles=('first', 'second'))",
    "stack": "w.Stack([w.Label('front'), w.Label('behind')], selected_index=0)",
    "grid": "grid = w.GridspecLayout(2, 2)\ngrid[0, 0] = w.Label('top left')\n"
    "grid[1, 1] = w.Label('bottom right')\ngrid",
    "image": "w.HBox([w.Image(value=png(), format='png', width=40), w.Label('beside')])",
    "math": "w.HTMLMath(r'<em>slope</em> $x^2$', description='law')",
    "upload": "w.FileUpload(accept='.csv', multiple=True)",
    "link": "a, b = w.IntText(1, description='a'), w.IntText(1, description='b')\n"
    "l = w.jslink((a, 'value'), (b, 'value'))\nw.VBox([a, b])",
    "nothing": "w.Output()",
    "hidden": "w.Label('unseen', layout={'visibility': 'hidden'})",
    "bar": "from tqdm.notebook import tqdm\nfor _ in tqdm(range(4), desc='rows'):\n    pass",
    "updated": "handle = display(w.Label('old'), display_id=True)\nhandle.update(w.Label('new'))",
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tag]:
    """Return what the report shows of each cell of one notebook that was run."""
    folder = tmp_path_factory.mktemp("widgets")
    cells = [
        new_code_cell("", metadata={"tags": ["parameters"]}),
        new_code_cell(SET_UP),
        *map(new_code_cell, CELLS.values()),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "p", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), folder / "widgets.ipynb")
    done = run(folder / "widgets.ipynb", out=folder / "out", timeout=300)
    assert done.state == "passed", done.error
    made = build_site(folder / "out").with_name("widgets.html")
    shown = BeautifulSoup(made.read_bytes(), "html.parser").select("main > div.code_cell")[2:]
    return dict(zip(CELLS, shown, strict=True))


def text(tag: Tag) -> str:
    found = tag.select_one(".output")
    words = " ".join(found.get_text(" ").split()) if found else ""
    return re.sub(r"^Out\[\d+\]: ?", "", words)


def test_interact_shows_its_controls_and_what_they_gave(page: dict[str, Tag]) -> None:
    cell = page["interact"]
    assert cell.select_one("input[type=range]")["value"] == "4"  # type: ignore[index]
    assert cell.select_one("option[selected]").get_text() == "psi"  # type: ignore[union-attr]
    assert "n is 4 psi" in text(cell)
    assert str(cell.select_one("img")["src"]).startswith("data:image/png;base64,iVBOR")  # type: ignore[index]


def test_interactive_and_its_output_are_there_wherever_they_are(page: dict[str, Tag]) -> None:
    assert page["interactive"].select_one("b").get_text() == "square 9"  # type: ignore[union-attr]
    assert text(page["interactive"]).startswith("above x 3")
    assert text(page["interactive_output"]) == "2.5 got 2.5"


def test_an_output_widget_holds_all_that_went_into_it(page: dict[str, Tag]) -> None:
    assert text(page["output"]) == "first red and later"
    assert "ZeroDivisionError" in text(page["error"])
    assert "turn 2" in text(page["cleared"])
    assert "turn 1" not in text(page["cleared"])
    assert page["nested"].select_one("input[type=range]")["value"] == "7"  # type: ignore[index]
    assert text(page["nested"]) == "within 7 deep"
    assert text(page["nothing"]) == text(page["hidden"]) == ""


def test_pages_of_tabs_are_apart_under_their_titles(page: dict[str, Tag]) -> None:
    tabs = page["tab"].select("details")
    assert [one.summary.get_text() for one in tabs] == ["A <b>", "B", "3"]  # type: ignore[union-attr]
    assert [one.has_attr("open") for one in tabs] == [False, True, False]
    assert [text_of(one) for one in tabs] == ["one", "two", "first red and later"]
    accordion = page["accordion"].select("details")
    assert [one.summary.get_text() for one in accordion] == ["first", "second", "in"]  # type: ignore[union-attr]
    assert [one.has_attr("open") for one in accordion] == [False, False, True]
    assert len({one["name"] for one in tabs}) == 1
    assert text(page["stack"]) == "front"


def text_of(page: Tag) -> str:
    parts = page.find_all(recursive=False)[1:]
    return " ".join(" ".join(one.get_text(" ") for one in parts).split())


def test_places_in_a_grid_are_kept(page: dict[str, Tag]) -> None:
    (grid,) = page["grid"].select("[style*='display: grid']")
    assert "grid-template-areas" in str(grid["style"])
    assert len(grid.select("[style*='grid-area']")) == 2


def test_pictures_math_uploads_links_and_bars(page: dict[str, Tag]) -> None:
    picture = page["image"].select_one("img")
    assert picture is not None
    content = base64.b64decode(str(picture["src"]).removeprefix("data:image/png;base64,"))
    assert content.startswith(b"\x89PNG")
    assert (picture["width"], bool(picture["alt"])) == ("40", True)
    assert page["math"].select_one("em").get_text() == "slope"  # type: ignore[union-attr]
    assert text(page["math"]).startswith("law ")
    assert page["upload"].select_one("button").get_text() == "Upload (0)"  # type: ignore[union-attr]
    assert text(page["link"]) == "a 1 b 1"
    bar = page["bar"].select_one("progress")
    assert bar is not None
    assert bar["value"] == bar["max"]
    assert "rows: 100%" in text(page["bar"])
    assert text(page["updated"]) == "new"


@pytest.mark.parametrize(
    ("kind", "state", "shown"),
    [
        ("FloatSlider", {"value": 0.5, "readout_format": ".2f"}, "<output>0.50</output>"),
        ("IntSlider", {"value": 3, "readout": False}, 'value="3" aria-label="a choice">'),
        ("FloatLogSlider", {"value": 100.0, "base": 10.0, "min": 0, "max": 4,
                            "readout_format": ".3g"}, "<output>100</output>"),
        ("IntRangeSlider", {"value": [2, 5], "readout_format": "d"}, "2 \N{EN DASH} 5"),
        ("SelectionRangeSlider", {"_options_labels": ["a", "b", "c"], "index": [0, 2]},
         "a \N{EN DASH} c"),
        ("SelectMultiple", {"_options_labels": ["a", "b", "c"], "index": [0, 2]},
         "<option selected>a</option><option>b</option><option selected>c</option>"),
        ("IntProgress", {"value": 5, "min": 0, "max": 10}, '<progress max="10" value="5"'),
        ("Valid", {"value": False, "readout": "Invalid"}, "✗ Invalid"),
        ("ToggleButton", {"value": True, "description": "on"}, 'aria-pressed="true">on<'),
        ("Textarea", {"value": "a\n<b>"}, ">a\n&lt;b&gt;</textarea>"),
        ("Password", {"value": "secret word"}, 'value="••••••••"'),
        ("Combobox", {"value": "x"}, 'value="x"'),
        ("ColorPicker", {"value": "#ff0000"}, 'style="background: #ff0000"'),
        ("DatePicker", {"value": {"year": 2026, "month": 0, "date": 9}}, "2026-01-09"),
        ("DatePicker", {"value": None}, "not set"),
        ("Time", {"value": {"hours": 1, "minutes": 2, "seconds": 3}}, "01:02:03"),
        ("Datetime", {"value": {"year": 2026, "month": 11, "date": 1, "hours": 5, "minutes": 6,
                                "seconds": 7}}, "2026-12-01 05:06:07"),
        ("TagsInput", {"value": ["a", "<b>"]}, "a, &lt;b&gt;"),
        ("FileUpload", {"value": [{"name": "a.csv"}], "description": "Data"}, "Data (1)"),
        ("Play", {"value": 7}, "<output>7</output>"),
        ("Label", {"value": "<x>", "description": "d"}, "<span>&lt;x&gt;</span>"),
        ("Link", {"_view_name": None, "source": ["IPY_MODEL_a", "value"]}, ""),
        ("Figure", {"marks": []}, "Figure: shown in a notebook only"),
    ],
)  # fmt: skip
def test_each_kind_shows_what_it_holds(kind: str, state: dict[str, object], shown: str) -> None:
    html = as_control(kind, state, ())
    assert shown in html
    assert bool(html) == bool(shown)
    assert "secret" not in html


def frozen(models: dict[str, object]) -> str:
    cell = new_code_cell("")
    cell.outputs = [new_output("display_data", data={VIEW: {"model_id": "root"}})]
    nb = new_notebook(cells=[cell], metadata={"widgets": {STATE: {"state": models}}})
    freeze_widgets(nb)
    return str(nb.cells[0].outputs[0].data["text/html"])


def test_titles_of_ipywidgets_7_are_taken_and_none_is_its_number() -> None:
    state = {"children": ["IPY_MODEL_a", "IPY_MODEL_b"], "_titles": {"1": "second"}}
    leaf = {"model_name": "LabelModel", "state": {"value": "x"}}
    shown = frozen({"root": {"model_name": "TabModel", "state": state}, "a": leaf, "b": leaf})
    summaries = [one.get_text() for one in BeautifulSoup(shown, "html.parser").select("summary")]
    assert summaries == ["1", "second"]


def test_a_widget_within_itself_is_shown_once() -> None:
    state = {"children": ["IPY_MODEL_root", "IPY_MODEL_a"]}
    leaf = {"model_name": "LabelModel", "state": {"value": "once"}}
    assert (
        frozen({"root": {"model_name": "VBoxModel", "state": state}, "a": leaf}).count("once") == 1
    )


def test_layout_that_is_no_layout_stays_out() -> None:
    layout = {"grid_template_columns": '1fr; background: url("https://example.com")'}
    state = {"children": ["IPY_MODEL_a"], "layout": "IPY_MODEL_l"}
    models: dict[str, object] = {
        "root": {"model_name": "GridBoxModel", "state": state},
        "a": {"model_name": "LabelModel", "state": {"value": "x"}},
        "l": {"model_name": "LayoutModel", "state": layout},
    }
    assert "url" not in frozen(models)
