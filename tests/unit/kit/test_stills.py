"""The states of an explorer: which are drawn, when, and what a page gets of them."""

import base64
import io
import re
from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from ipywidgets import Checkbox, Dropdown, FloatLogSlider, FloatSlider, IntSlider, Text
from matplotlib.figure import Figure
from nbformat import NotebookNode
from PIL import Image

import mlops_lab.kit.stills as stills
from mlops_lab.kit import Explorer, explore
from mlops_lab.kit.control import shown, thinned, values_of

Execute = Callable[..., list[list[NotebookNode]]]
ALT = "A line of n points."
VIEW = "application/vnd.jupyter.widget-view+json"
SET_UP = """\
import matplotlib.pyplot as plt
from mlops_lab import kit
drawn = []
def draw(n=3, kind="up", big=False):
    drawn.append((n, kind, big))
    fig, ax = plt.subplots()
    if n == 4:
        raise RuntimeError("four is too many")
    ax.plot([0, n] if kind == "up" else [n, 0])
    ax.set_title(f"{n} {kind}")
    return fig
"""
OPEN = f"kit.explore(draw, alt={ALT!r}, STILL, n=(1, 9, 2), kind=['up', 'down'], big=False)"
ASK = "from mlops_lab.kit.stills import draw_stills\ndraw_stills()"


def draw(n: int = 3, kind: str = "up", share: float = 0.5) -> Figure:
    figure, ax = plt.subplots()
    ax.plot([n, share], label=kind)
    return figure


def opened(still: Any, **controls: Any) -> Explorer:
    usual = {"n": (1, 9), "kind": ["up", "down"], "share": (0.0, 1.0, 0.05)}
    return explore(draw, alt=ALT, still=still, **(controls or usual))


@pytest.fixture(autouse=True)
def _no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stills, "_opened", [])


@pytest.fixture(scope="module")
def asked(execute: Execute) -> list[list[NotebookNode]]:
    still = OPEN.replace("STILL", "still={'n': None, 'kind': None}")
    moved = "x.controls['kind'].value = 'down'\nprint(len(drawn))"
    return execute(SET_UP, f"x = {still}", moved, ASK, "print(len(drawn), plt.get_fignums())")


def payload(asked: list[list[NotebookNode]]) -> dict[str, Any]:
    (output,) = asked[3]
    found: dict[str, Any] = output.data[stills.STILLS]
    return found


def pixels(content: bytes) -> "np.ndarray[Any, Any]":
    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture.convert("RGB"))


def test_nothing_is_drawn_until_it_is_asked_for(asked: list[list[NotebookNode]]) -> None:
    assert asked[2][0].text == "1\n", "the first picture; a change is drawn later"
    assert asked[4][0].text.endswith(" []\n"), "no figure is left open"
    data = payload(asked)
    assert len(data["pictures"]) == 5 * 2
    assert data["seconds"] > 0


def test_the_states_are_those_of_the_panel_in_order(asked: list[list[NotebookNode]]) -> None:
    data = payload(asked)
    assert data["panel"] == asked[1][0].data[VIEW]["model_id"]
    assert data["controls"] == [
        {"name": "n", "labels": ["1", "3", "5", "7", "9"], "first": 1},
        {"name": "kind", "labels": ["up", "down"], "first": 0},
    ]
    assert data["others"] == [{"name": "big", "label": "off"}]


def test_the_alt_texts_share_what_they_begin_and_end_with(
    asked: list[list[NotebookNode]],
) -> None:
    alts = payload(asked)["alts"]
    whole = [f"{alts['before']}{one}{alts['after']}" for one in alts["differs"]]
    assert whole[3] == f"{ALT} 3 down. Now: n 3, kind down, big off."
    assert (alts["before"], alts["after"]) == (f"{ALT} ", ", big off.")
    assert len(whole) == 10


def test_the_picture_of_the_first_state_is_the_notebooks(asked: list[list[NotebookNode]]) -> None:
    data = payload(asked)
    webp, png = data["pictures"][1 * 2 + 0], asked[1][1].data["image/png"]
    first, shown = (pixels(base64.b64decode(one)) for one in (webp, png))
    assert first.shape == shown.shape
    assert (first == shown).all()
    others = [pixels(base64.b64decode(one)) for one in data["pictures"]]
    assert sum((one == first).all() for one in others) == 1, "each state is drawn"


def test_a_state_that_cannot_be_drawn_is_named(execute: Execute) -> None:
    still = "kit.explore(draw, alt='A line of points.', still={'n': None}, n=(1, 5), big=False)"
    outputs = execute(SET_UP, still, ASK)
    (error,) = [one for one in outputs[2] if one.output_type == "error"]
    assert error.ename == "RuntimeError"
    told = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(error.traceback))
    assert "four is too many" in told
    assert "the state {'n': 4}" in told


def test_an_explorer_without_still_has_no_states(capsys: pytest.CaptureFixture[str]) -> None:
    opened(None)
    capsys.readouterr()
    stills.draw_stills()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("still", "message"),
    [
        ({"m": 3}, "still names one or two controls of n, kind, share; got ['m']"),
        ({"n": 3, "kind": None, "share": 3}, "got ['kind', 'n', 'share']"),
        ({"n": 1}, "still: n needs 2 values or more, a list of them, or None for all; got 1"),
        ({"n": [1, 10]}, "still: n cannot be 10; it has 9 values from 1 to 9"),
        ({"kind": ["left"]}, "still: kind cannot be 'left'; it has 2 values from 'up' to 'down'"),
        ({"n": True}, "got True"),
        ({"n": "all"}, "got 'all'"),
        ({"n": 2.0}, "got 2.0"),
    ],
)
def test_a_still_that_makes_no_sense_is_refused(
    still: Any, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        opened(still)
    assert capsys.readouterr().out == ""


def test_two_hundred_pictures_are_the_most() -> None:
    wide = {"n": (1, 20), "share": (0.0, 1.0, 0.1), "kind": ["up", "down"]}
    assert len(opened({"n": None, "share": 10}, **wide).still["share"]) == 10
    told = re.escape("still: 20 of n by 11 of share are 220 pictures, at most 200.")
    with pytest.raises(ValueError, match=told):
        opened({"n": None, "share": None}, **wide)


def test_values_may_be_named_and_the_first_is_among_them() -> None:
    found = opened({"share": [0.9, 0.05], "n": [2, 3]}).still
    assert found == {"share": [0.05, 0.5, 0.9], "n": [2, 3]}


def test_a_control_whose_values_cannot_be_listed_is_refused() -> None:
    def write(text: str = "a") -> Figure:
        return draw(len(text))

    with pytest.raises(ValueError, match="text must be a slider, a menu or a box; a Text has no"):
        explore(write, alt=ALT, still={"text": None}, text=Text("a"))


@pytest.mark.parametrize(
    ("control", "values"),
    [
        (IntSlider(2, min=0, max=7, step=2), [0, 2, 4, 6]),
        (FloatSlider(0.15, min=0, max=0.3, step=0.05), [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]),
        (FloatSlider(0.14, min=0, max=0.3, step=0.1), [0, 0.14, 0.2, 0.3]),
        (FloatSlider(0.35, min=0, max=0.35, step=0.1), [0, 0.1, 0.2, 0.35]),
        (Dropdown(options=["a", "b"]), ["a", "b"]),
        (Dropdown(options=[("first", 1), ("second", 2)]), [1, 2]),
        (Dropdown(options={"first": 1, "second": 2}), [1, 2]),
        (Checkbox(value=True), [False, True]),
    ],
)
def test_the_values_of_a_control(control: Any, values: list[object]) -> None:
    assert values_of(control) == values


def test_a_scale_that_is_no_list_of_values_is_refused() -> None:
    with pytest.raises(TypeError, match="a FloatLogSlider has no list of values"):
        values_of(FloatLogSlider())


def test_some_values_at_even_distances_and_the_first_among_them() -> None:
    many = list(range(101))
    assert thinned(many, 5, 50) == [0, 25, 50, 75, 100]
    assert thinned(many, 5, 30) == [0, 30, 50, 75, 100]
    assert all(at in thinned(many, count, at) for at in many for count in (2, 3, 12))
    assert all(len(set(thinned(many, count, 33))) == count for count in range(2, 102))


def test_a_menu_shows_the_label_of_its_option() -> None:
    menu = Dropdown(options=[("one", 1), ("yes", True)])
    assert (shown(menu, 1), shown(menu, True)) == ("one", "yes")
    assert shown(Dropdown(options=["a"]), "a") == "a"
    assert shown(FloatSlider(), 1234.5) == "1,234.5"
