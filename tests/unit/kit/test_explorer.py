import asyncio
import base64
import re
import threading
from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import pytest
from ipywidgets import Dropdown, FloatSlider, IntSlider
from matplotlib.figure import Figure
from nbformat import NotebookNode

from mlops_lab.kit import Explorer, explore

Execute = Callable[..., list[list[NotebookNode]]]
ALT = "A line of n points."
FIRST = f"{ALT} Now: n 3, kind up."
SET_UP = """\
import threading
import matplotlib.pyplot as plt
from mlops_lab import kit
threads = []
def draw(n=3, kind="up"):
    threads.append(threading.current_thread())
    fig, ax = plt.subplots()
    if n == 4:
        raise RuntimeError("four is too many")
    ax.plot(range(n))
    return fig
"""
SETTLE = """
import asyncio
async def until(wanted):
    for _ in range(1000):
        if wanted():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError
"""
BY_HAND = """\
threads.clear()
hand = threading.Thread(target=lambda: setattr(one.controls["n"], "value", 8))
hand.start()
hand.join()
await until(lambda: one.drawn == 2)
print(threads == [threading.main_thread()])
"""


def draw(n: int = 3, kind: str = "up") -> Figure:
    figure, ax = plt.subplots()
    ax.plot(range(n), label=kind)
    return figure


def opened(**controls: Any) -> Explorer:
    return explore(draw, alt=ALT, **(controls or {"n": (1, 90)}))


@pytest.fixture(scope="module")
def first_pictures(execute: Execute) -> list[list[NotebookNode]]:
    return execute(SET_UP, f"kit.explore(draw, alt={ALT!r}, n=(1, 9), kind=['up', 'down'])", "1")


def test_the_first_picture_is_there_without_a_browser(
    first_pictures: list[list[NotebookNode]],
) -> None:
    controls, picture = first_pictures[1]
    assert "application/vnd.jupyter.widget-view+json" in controls.data
    assert base64.b64decode(picture.data["image/png"]).startswith(b"\x89PNG")
    assert picture.metadata == {"image/png": {"alt": FIRST}}
    assert picture.data["text/plain"] == f"Picture: {FIRST}"


def test_no_picture_is_shown_twice(first_pictures: list[list[NotebookNode]]) -> None:
    assert [one.output_type for one in first_pictures[2]] == ["execute_result"]


def test_a_change_replaces_the_picture_where_it_stands(execute: Execute) -> None:
    outputs = execute(
        SET_UP + SETTLE,
        f"one = kit.explore(draw, alt={ALT!r}, n=(1, 9))",
        f"two = kit.explore(draw, alt={ALT!r}, n=(1, 9))",
        "two.controls['n'].value = 8\nawait until(lambda: two.drawn == 2)",
        BY_HAND,
    )
    _, first, second, changed, by_hand = outputs
    assert len(first) == len(second) == 2
    assert changed == []
    assert first[1].data["image/png"] == second[1].data["image/png"], "both moved to 8 at last"
    assert by_hand[0].text == "True\n", "a change from another thread is drawn in the cells' thread"


def test_an_error_takes_the_pictures_place_and_the_next_change_recovers(execute: Execute) -> None:
    cells = (
        SET_UP + SETTLE,
        f"x = kit.explore(draw, alt={ALT!r}, n=(1, 9))",
        "x.controls['n'].value = 4\nawait until(lambda: len(threads) == 2)",
        "print(x.drawn, plt.get_fignums())",
    )
    _, place, after, told = execute(*cells)
    text = place[1].data["text/plain"]
    assert "image/png" not in place[1].data
    assert text.startswith("Traceback")
    assert text.endswith("RuntimeError: four is too many\n")
    assert after == [], "no half-drawn figure is shown"
    assert told[0].text == "1 []\n"
    recover = "x.controls['n'].value = 5\nawait until(lambda: x.drawn == 2)"
    recovered = execute(*cells, recover)[1]
    assert recovered[1].data["text/plain"] == f"Picture: {ALT} Now: n 5."


def test_without_a_loop_a_change_is_drawn_at_once() -> None:
    explorer = opened()
    assert explorer.drawn == 1
    explorer.controls["n"].value = 7
    assert explorer.drawn == 2
    explorer.controls["n"].value = 7
    assert explorer.drawn == 2, "nothing changed"
    assert explorer.seconds > 0
    assert plt.get_fignums() == []


def test_an_error_without_a_notebook_leaves_no_figure() -> None:
    def fail(n: int = 1) -> Figure:
        figure, _ = plt.subplots()
        if n > 1:
            raise RuntimeError
        return figure

    kept = plt.figure()
    explorer = explore(fail, alt=ALT, n=(1, 9))
    explorer.controls["n"].value = 2
    assert explorer.drawn == 1
    assert plt.get_fignums() == [kept.number], "figures of others stay"


def test_an_error_in_the_first_picture_is_raised() -> None:
    def fail(n: int = 1) -> Figure:
        raise RuntimeError(f"not with {n}")

    with pytest.raises(RuntimeError, match="not with 1"):
        explore(fail, alt=ALT, n=(1, 9))


async def until_drawn(explorer: Explorer, times: int) -> None:
    async with asyncio.timeout(60):
        while explorer.drawn < times:
            await asyncio.sleep(0.01)


async def goes_round() -> None:
    """Let the loop go round a few times, with no time to pass."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_thirty_quick_changes_give_one_more_picture() -> None:
    seen: list[int] = []

    def watched(n: int = 1) -> Figure:
        seen.append(n)
        return draw(n)

    async def drag() -> int:
        loop, now = asyncio.get_running_loop(), [0.0]
        loop.time = lambda: now[0]  # type: ignore[method-assign]  # it passes when the test says
        explorer = explore(watched, alt=ALT, n=(1, 90), wait=0.2)
        for value in range(2, 32):
            explorer.controls["n"].value = value
            await goes_round()
            now[0] += 0.1
        assert explorer.drawn == 1, "nothing is drawn while the hand moves"
        for _ in range(4):  # two rests: time for a picture, and for one too many
            now[0] += 0.1
            await goes_round()
        return explorer.drawn

    assert asyncio.run(drag()) == 2
    assert seen == [1, 31], "the state drawn is the one the hand rests on"


def test_two_rests_give_two_pictures() -> None:
    async def move_twice() -> int:
        explorer = explore(draw, alt=ALT, n=(1, 90), wait=0)
        for value in (5, 6):
            explorer.controls["n"].value = value
            await until_drawn(explorer, value - 3)
        return explorer.drawn

    assert asyncio.run(move_twice()) == 3


def test_a_change_from_another_thread_is_drawn_in_the_loops_thread() -> None:
    threads: list[threading.Thread] = []

    def watched(n: int = 1) -> Figure:
        threads.append(threading.current_thread())
        return draw(n)

    async def hand() -> None:
        explorer = explore(watched, alt=ALT, n=(1, 90), wait=0)
        await asyncio.to_thread(setattr, explorer.controls["n"], "value", 7)
        await until_drawn(explorer, 2)

    asyncio.run(hand())
    assert threads == [threading.current_thread()] * 2


def test_short_forms_become_controls() -> None:
    mine = FloatSlider(value=0.5, max=1)

    def many(low: int = 2, some_menu: str = "b", box: bool = True, own: float = 0) -> Figure:
        assert (low, some_menu, box, own) == (2, "b", True, 0.5)
        return draw()

    made = explore(many, alt=ALT, low=(0, 10, 2), some_menu=["a", "b"], box=True, own=mine).controls
    assert list(made) == ["low", "some_menu", "box", "own"]
    assert isinstance(made["low"], IntSlider)
    assert (made["low"].min, made["low"].max, made["low"].step) == (0, 10, 2)
    assert isinstance(made["some_menu"], Dropdown)
    assert made["some_menu"].description == "some menu"
    assert made["own"] is mine


@pytest.mark.parametrize(
    ("short", "shown"),
    [
        ((0.0, 1.0, 0.05), ".2f"),
        ((0.0, 1.0, 0.0025), ".4f"),
        ((0.001, 1.0, 0.5), ".3f"),
        ((0.0, 5.0, 1.0), ".1f"),
        ((0.5, 5.5, 0.5), ".1f"),
    ],
)
def test_a_slider_shows_all_of_its_value(short: tuple[float, ...], shown: str) -> None:
    def slide(some_share: float = 0.5) -> Figure:
        return draw(int(4 * some_share))

    (made,) = explore(slide, alt=ALT, some_share=short).controls.values()
    assert made.readout_format == shown


def test_names_have_room() -> None:
    def named(n: int = 1, a_name_of_a_good_length: int = 1) -> Figure:
        return draw(n + a_name_of_a_good_length)

    short = explore(named, alt=ALT, n=(1, 3)).controls["n"]
    both = explore(named, alt=ALT, n=(1, 3), a_name_of_a_good_length=(1, 3)).controls
    assert short.style.description_width == "9.0em"
    assert {one.style.description_width for one in both.values()} == {"12.65em"}


@pytest.mark.parametrize(
    ("controls", "message"),
    [
        ({}, "give a control for at least one parameter: n, kind"),
        ({"m": (1, 3)}, "unknown: ['m'], missing: []"),
        ({"n": (9, 1)}, "control n must be a widget, (low, high, step), a list or a bool; got (9"),
        ({"n": (1, 9, 0)}, "control n must be a widget, (low, high, step), a list or a bool; got"),
        ({"n": (1, 2, 3, 4)}, "got (1, 2, 3, 4)"),
        ({"n": None}, "got None"),
        ({"n": (5, 9)}, "control n: the default 3 is not in (5, 9)"),
        ({"kind": ["left", "right"]}, "control kind: the default 'up' is not in ['left', 'right']"),
        (
            {"kind": []},
            "control kind must be a widget, (low, high, step), a list or a bool; got []",
        ),
    ],
)
def test_bad_controls(
    controls: dict[str, Any], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        explore(draw, alt=ALT, **controls)
    assert capsys.readouterr().out == ""


def test_names_that_are_ours() -> None:
    def timed(n: int, wait: int = 2) -> Figure:
        return draw(n + wait)

    told = "cannot have parameters called alt, still, wait, which are explore's own; it has wait"
    with pytest.raises(ValueError, match=re.escape(told)):
        explore(timed, alt=ALT, n=(1, 3))


def test_a_parameter_may_be_called_draw() -> None:
    explorer = explore(lambda draw=2: Figure(figsize=(draw, 2)), alt=ALT, draw=(1, 3))
    assert explorer.controls["draw"].value == 2


def test_a_parameter_needs_a_control_or_a_default() -> None:
    def bare(n: int, m: int) -> Figure:
        return draw(n + m)

    with pytest.raises(ValueError, match=re.escape("unknown: [], missing: ['m']")):
        explore(bare, alt=ALT, n=(1, 3))
    assert explore(bare, alt=ALT, n=(1, 3), m=(1, 3)).drawn == 1


def test_the_alt_text_tells_the_titles_and_the_values(capsys: pytest.CaptureFixture[str]) -> None:
    def many(n: int = 3, share: float = 0.25, big_box: bool = True, kind: object = None) -> Figure:
        figure, (left, right) = plt.subplots(1, 2)
        figure.suptitle(f"{n} of {kind}")
        left.set_title(f"{share:.0%} left?", loc="left")
        right.set_title("full" if big_box else "")
        return figure

    menu = Dropdown(options=[("the first", 1), ("the second", 2)], value=2)
    explore(many, alt="Two empty pictures", n=(1, 9), share=(0.0, 9.0), big_box=True, kind=menu)
    assert capsys.readouterr().out.splitlines()[-1] == (
        "Picture: Two empty pictures. 3 of 2. 25% left? full. "
        "Now: n 3, share 0.25, big box on, kind the second."
    )


def test_the_alt_text_follows_the_values() -> None:
    explorer = opened()
    _, before = explorer._picture()
    explorer.controls["n"].value = 7
    _, after = explorer._picture()
    told = [one["image/png"]["alt"] for one in (before, after)]
    assert told == [f"{ALT} Now: n 3.", f"{ALT} Now: n 7."]


def test_the_alt_text_must_be_a_sentence() -> None:
    with pytest.raises(ValueError, match="alt must say in a sentence"):
        explore(draw, alt="line", n=(1, 9))
    assert plt.get_fignums() == []
