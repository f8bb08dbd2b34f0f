"""The site of a run: every notebook a page, nothing from a network, states that are true."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import papermill
import pytest

from mlops_lab.kit.predictions import INVITATION
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.run import run
from mlops_lab.workbench.runs.site import build_site
from mlops_lab.workbench.runs.site.read import read_pages
from mlops_lab.workbench.runs.site.widgets import STATE, VIEW, freeze_widgets

Make = Callable[..., Path]
GOOD = """\
from mlops_lab import kit
import matplotlib.pyplot as plt
kit.style()

def line(slope: float = 0.5):
    fig, ax = plt.subplots()
    ax.plot([0, 1], [0, slope])
    return fig

kit.explore(line, alt="A line of some slope.", slope=(0.0, 1.0, 0.25))
kit.finding("slope is <half>", 0.5, at_least=0.4)
kit.findings()"""
FETCHING = """\
from IPython.display import HTML, display
display(HTML('<script src="https://example.com/x.js"></script><img src="http://example.com/x.png">'))"""


class Links(HTMLParser):
    """Every address that a page names, and every control."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.inputs: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inputs += [dict(attrs)] if tag == "input" else []
        self.found += [(tag, value or "") for name, value in attrs if name in ("src", "href")]


def parse(page: Path) -> Links:
    parser = Links()
    parser.feed(page.read_text(encoding="utf-8"))
    return parser


def links(page: Path) -> list[tuple[str, str]]:
    return parse(page).found


@pytest.fixture
def out(make_notebook: Make, tmp_path: Path) -> Path:
    """Keep one notebook that passes, one that fails and one that plain papermill has run."""
    folder = tmp_path / "out"
    good = make_notebook(GOOD, FETCHING, name="10_good.ipynb", heading="# Good & <true>")
    bad = make_notebook("1 / 0", name="9_bad.ipynb")
    plain = make_notebook("2 + 2", name="plain.ipynb")
    run(good, {"shift": 1.0}, out=folder)
    run(bad, out=folder)
    papermill.execute_notebook(plain, folder / "plain.ipynb", progress_bar=False)
    return folder


def test_the_site_shows_every_notebook_as_it_ended(out: Path) -> None:
    index = build_site(out)
    assert index == out / "site/index.html"
    text = index.read_text(encoding="utf-8")
    names = [value for tag, value in links(index) if tag == "a"]
    to_the_claim = "10_good.html#finding-slope-is-half"
    assert names == ["9_bad.html", "10_good.html", to_the_claim, "plain.html"]
    assert "2 of 3 passed" in text
    assert "Good &amp; &lt;true&gt;" in text
    assert "slope is &lt;half&gt;" in text
    assert "1 of 1 hold" in text
    assert "shift = 1.0" in text
    states = {page.name: (page.state, page.memory is None) for page in read_pages(out)}
    assert states == {
        "9_bad": ("failed", False), "10_good": ("passed", False), "plain": ("passed", True),
    }  # fmt: skip


def test_every_link_leads_somewhere_and_none_to_a_network(out: Path) -> None:
    site = build_site(out).parent
    for page in site.glob("*.html"):
        for _, target in links(page):
            if target.startswith(("data:", "#")):
                continue
            assert not re.match(r"https?:|//", target), f"{page.name}: {target}"
            file, _, place = target.partition("#")
            assert (site / file).is_file(), f"{page.name}: {target}"
            text = (site / file).read_text(encoding="utf-8").replace("'", '"')
            assert not place or f'id="{place}"' in text, f"{page.name}: {target}"


def test_the_list_of_findings_tells_the_numbers_and_leads_to_them(out: Path) -> None:
    page = (build_site(out).parent / "10_good.html").read_text(encoding="utf-8")
    assert page.count("finding-slope-is-half") == 2
    assert '<a href="#finding-slope-is-half">slope is &lt;half&gt;</a>' in page
    assert '<td class="number">0.5</td><td>at least 0.4</td>' in page


def test_a_page_holds_pictures_controls_and_errors(out: Path) -> None:
    site = build_site(out).parent
    good = (site / "10_good.html").read_text(encoding="utf-8")
    assert "data:image/png;base64," in good
    assert 'alt="A line of some slope.' in good
    (slider,) = parse(site / "10_good.html").inputs
    assert [slider[name] for name in ("min", "max", "step", "value")] == [
        "0.0",
        "1.0",
        "0.25",
        "0.5",
    ]
    assert "disabled" in slider
    assert "ZeroDivisionError" in (site / "9_bad.html").read_text(encoding="utf-8")


def test_a_site_can_be_made_again_elsewhere_and_holds_no_half_files(
    out: Path, tmp_path: Path
) -> None:
    build_site(out)
    again = build_site(out, tmp_path / "other/place")
    assert {p.name for p in again.parent.iterdir()} == {p.name for p in (out / "site").iterdir()}
    assert not list(tmp_path.rglob("*.part"))


def test_nothing_to_show_is_told(tmp_path: Path, make_notebook: Make) -> None:
    with pytest.raises(RefusedError, match="There is no folder"):
        build_site(tmp_path / "none")
    make_notebook("1")
    with pytest.raises(RefusedError, match="holds no executed notebook"):
        build_site(tmp_path)
    assert not (tmp_path / "site").exists()


def test_a_site_that_cannot_be_made_is_told(out: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RefusedError, match="cannot be made"):
        build_site(out, tmp_path / "file/site")


def frozen(models: dict[str, object]) -> str:
    cell = nbformat.v4.new_code_cell("")
    data = {VIEW: {"model_id": "root"}, "text/plain": "Text(<x>)"}
    cell.outputs = [nbformat.v4.new_output("display_data", data=data)]
    nb = nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {STATE: {"state": models}}})
    freeze_widgets(nb)
    return str(nb.cells[0].outputs[0].data["text/html"])


def test_each_kind_of_control_shows_its_state() -> None:
    options = {"_options_labels": ["ks", "p<i"], "index": 1, "description": "which"}
    kinds = {
        "CheckboxModel": ({"value": True, "description": "fast"}, "checkbox\" disabled checked"),
        "DropdownModel": (options, "<option selected>p&lt;i</option>"),
        "RadioButtonsModel": (options, "<legend>which</legend><label class=\"choice\">"),
        "ToggleButtonsModel": (options, "radio\" disabled checked> p&lt;i"),
        "TextModel": ({"value": "", "placeholder": "a number"}, "disabled value=\"\" "
                      "placeholder=\"a number\" aria-label=\"a number\""),
        "SelectModel": ({"_options_labels": ["a"]}, "<select disabled aria-label=\"a choice\">"),
        "ButtonModel": ({"description": "Check"}, "<button disabled>Check</button>"),
        "IntTextModel": ({"value": 7}, "<output>7</output>"),
        "HTMLModel": ({"value": "<b>yes</b>"}, "<b>yes</b>"),
    }  # fmt: skip
    for kind, (state, expected) in kinds.items():
        inner = {"model_name": kind, "state": state}
        box = {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_one"]}}
        assert expected in frozen({"root": box, "one": inner}), kind


def test_a_button_says_its_name_once_and_what_is_hidden_is_not_shown() -> None:
    said = {"description": "Check", "layout": "IPY_MODEL_plain"}
    style = {"value": "<style>b {}</style>", "layout": "IPY_MODEL_gone"}
    models: dict[str, object] = {
        "root": {"model_name": "VBoxModel", "state": {"children": ["one", "two"]}},
        "one": {"model_name": "ButtonModel", "state": said},
        "two": {"model_name": "HTMLModel", "state": style},
        "plain": {"model_name": "LayoutModel", "state": {"display": None}},
        "gone": {"model_name": "LayoutModel", "state": {"display": "none"}},
    }
    shown = '<div class="controls"><div class="column"><button disabled>Check</button></div></div>'
    assert frozen(models) == shown


def test_a_widget_without_a_state_is_its_text() -> None:
    assert "Text(&lt;x&gt;)" in frozen({})


def test_a_self_check_keeps_its_answer_and_invites_nobody(
    make_notebook: Make, tmp_path: Path
) -> None:
    asked = "guess = kit.predict('How far?', tolerance=1, why='It is the secret.')"
    path = make_notebook("from mlops_lab import kit", asked, "guess.verdict(3)", "2 + 40")
    nb = nbformat.read(path, as_version=4)
    cell = next(one for one in nb.cells if one.source == asked)
    cell.metadata["jupyter"] = {"source_hidden": True}
    nbformat.write(nb, path)
    run(path, out=tmp_path / "out")
    text = build_site(tmp_path / "out").with_name(f"{path.stem}.html").read_text(encoding="utf-8")
    assert "How far?" in text
    assert "It was 3." in text
    assert "secret" not in text
    assert INVITATION not in text
    assert ">40<" in text, "other sources are there"
