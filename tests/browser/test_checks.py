"""Self-checks, answered with the keyboard alone: what is said, read aloud and remembered."""

from collections.abc import Callable

import nbformat
import pytest
from nbformat import NotebookNode
from playwright.sync_api import Locator, Page, expect

from tests.browser.access import OURS, tab_problems, violations
from tests.browser.driver import PICTURES
from tests.browser.notebook import Notebook

SPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
CELLS = (
    "from mlops_lab import kit\nkit.style()",
    "kit.predict('How many rows?', lambda: rows, tolerance=0.5, why='Count them.')",
    "kit.choose('Which model?', {'a tree': 'It splits.', 'a line': 'It is <straight>.', "
    "'a very long name of a model that nobody has ever put into production, and nobody will': "
    "'It is long.'}, answer='a line')",
    "rows = 7",
    "share = kit.predict('What share is late?', tolerance=5, why='Queues grow.', unit='%')",
    "share.verdict(31)",
    "other = kit.predict('And early?', tolerance=5, why='So.')",
    "late = 0.31",
)

LATER = "It is measured further down, and compared there with what you said."
INVITED = "You have not said what you expect: answer above, and it is compared here."


@pytest.fixture
def asked(run_all: Callable[[NotebookNode], Notebook]) -> Notebook:
    """Return a notebook of two self-checks, all of it run."""
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    notebook = run_all(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": SPEC}))
    assert notebook.problems() == []
    return notebook


def heard(cell: Locator) -> Locator:
    """Return what a screen reader reads aloud as soon as it is there."""
    return cell.get_by_role("alert")


def test_a_prediction_is_made_with_the_keyboard_alone(page: Page, asked: Notebook) -> None:
    cell = asked.cell_with("kit.predict(")
    expect(cell.locator(".jp-RenderedMarkdown")).to_have_text("Predict. How many rows?")
    asked.select(cell)
    entry = cell.get_by_role("textbox", name="Your number")
    button = cell.get_by_role("button", name="Check", exact=True)
    assert tab_problems(page, [entry, button]) == []
    page.keyboard.press("Enter")
    expect(heard(cell)).to_have_text("Type a number, then check.")
    for guess, verdict, tried in (
        ("2", "Not quite. It is 7; you said 2. Count them.", "2"),
        ("9", "Not quite. It is 7; you said 9. Count them.", "2; 9"),
        ("7", "Right. It is 7; you said 7. Count them.", "2; 9; 7"),
    ):
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Control+A")
        page.keyboard.type(guess)
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        expect(heard(cell)).to_have_text(verdict)
        expect(cell.get_by_text(f"You have tried: {tried}", exact=True)).to_be_visible()
        expect(cell.locator("b").get_by_text(verdict.partition(" It")[0])).to_be_visible()


def test_a_choice_is_made_with_the_keyboard_alone(page: Page, asked: Notebook) -> None:
    cell = asked.cell_with("kit.choose(")
    expect(cell.locator(".jp-RenderedMarkdown")).to_have_text("Choose. Which model?")
    asked.select(cell)
    button = cell.get_by_role("button", name="Check", exact=True)
    expect(cell.get_by_role("radio", checked=True)).to_have_count(0)
    assert tab_problems(page, [cell.get_by_role("radio", name="a tree")]) == []
    page.keyboard.press("Space")
    assert tab_problems(page, [button]) == []
    page.keyboard.press("Enter")
    expect(heard(cell)).to_have_text("Not quite. It splits.")
    page.keyboard.press("Shift+Tab")  # each option is a stop of its own; the last comes first
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(cell.get_by_role("radio", name="a line")).to_be_checked()
    expect(cell.get_by_role("radio", checked=True)).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(heard(cell)).to_have_text("Right. It is <straight>.")
    expect(cell.get_by_text("You have tried: a tree; a line", exact=True)).to_be_visible()


def test_enter_hands_over_a_number_that_is_typed_as_people_do(page: Page, asked: Notebook) -> None:
    cell = asked.cell_with("share = kit.predict(")
    expect(cell.locator(".jp-RenderedMarkdown")).to_contain_text("10 and 10 % mean the same")
    place = asked.cell_with("share.verdict(").locator(".mlops-lab-verdict")
    expect(place).to_have_text(f"Your prediction. It was 31 %. {INVITED}")
    asked.select(cell)
    entry = cell.get_by_role("textbox", name="Your number, in %")
    assert tab_problems(page, [entry]) == []
    page.keyboard.press("Enter")
    expect(heard(cell)).to_have_text("Type a number, then check.")
    page.keyboard.type("about ten")
    page.keyboard.press("Enter")
    expect(heard(cell)).to_contain_text("'about ten' is not a number in %. Type one such as 10, ")
    expect(place).to_have_text(f"Your prediction. It was 31 %. {INVITED}")
    for typed, told in (
        ("10 %", "Not quite. You said 10 %, it was 31 %. Queues grow."),
        ("3,1e1", "Right. You said 31 %, it was 31 %. Queues grow."),
    ):
        page.keyboard.press("Control+A")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        expect(heard(cell)).to_have_text(told)
        expect(place).to_have_text(told)
    expect(entry).to_be_focused()


def test_enter_checks_the_option_that_has_the_focus(page: Page, asked: Notebook) -> None:
    cell = asked.cell_with("kit.choose(")
    asked.select(cell)
    assert tab_problems(page, [cell.get_by_role("radio", name="a tree")]) == []
    page.keyboard.press("Enter")
    expect(heard(cell)).to_have_text("Not quite. It splits.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(heard(cell)).to_have_text("Right. It is <straight>.")
    expect(cell.get_by_role("radio", name="a line")).to_be_checked()


def test_a_guess_waits_for_its_verdict_and_cells_are_run_by_keyboard(
    page: Page, asked: Notebook
) -> None:
    """From the question to the cell that measures and back, no mouse, and nothing is forgotten."""
    cell, below = asked.cell_with("other = kit.predict("), asked.cell_with("late = 0.31")
    asked.select(cell)
    entry = cell.get_by_role("textbox", name="Your number")
    assert tab_problems(page, [entry]) == []
    page.keyboard.type("25 %")
    page.keyboard.press("Enter")
    expect(heard(cell)).to_have_text(f"You said 0.25. {LATER}")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Enter")  # the question once more: it still knows
    expect(heard(cell)).to_have_text(f"You said 0.25. {LATER}")
    expect(entry).to_have_value("25 %")
    asked.write(below, "other.verdict(0.31)")
    asked.select(below)
    page.keyboard.press("Shift+Enter")
    told = "Right. You said 0.25, it was 0.31. So."
    expect(below.locator(".mlops-lab-verdict")).to_have_text(told)
    expect(heard(cell)).to_have_text(told)


@pytest.mark.parametrize("width", [1280, 800])
def test_nobody_is_kept_out_of_a_self_check(page: Page, asked: Notebook, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    cell = asked.cell_with("kit.choose(")
    shown = cell.locator(".jp-Cell-outputArea")
    for option in cell.locator(".widget-radio-box label").all():
        inside = option.evaluate("one => one.scrollWidth <= one.clientWidth")
        assert inside, f"cut off: {option.inner_text()}"
        box, around = option.bounding_box(), shown.bounding_box()
        assert box is not None
        assert around is not None
        assert box["x"] + box["width"] <= around["x"] + around["width"]
    cell.get_by_role("radio", name="a tree").check()
    cell.get_by_role("button", name="Check", exact=True).click()
    expect(heard(cell)).to_have_text("Not quite. It splits.")
    asked.panel.screenshot(path=PICTURES / f"self_checks_{width}.png")
    ours = f"[id='{asked.panel.get_attribute('id')}'] {OURS}"
    assert violations(page, ours) == []
    assert contrast_of_edges(cell) == []


def contrast_of_edges(cell: Locator) -> list[str]:
    """Name the controls whose edge or face has less than 3:1 on the page, which axe leaves out."""
    weak = []
    for control in cell.locator(".mlops-lab-panel :is(input[type=text], .mod-primary)").all():
        colors = control.evaluate(_COLORS)
        if max(colors) < 3:
            weak.append(f"{control.evaluate('node => node.outerHTML')}: {colors}")
    return weak


# The relative luminance of WCAG 2.2, of the edge and of the face, against the page behind.
_COLORS = """node => {
    const light = color => {
        const [r, g, b, a = 1] = color.match(/[\\d.]+/g).map(Number)
        const parts = [r, g, b].map(one => (one * a + 255 * (1 - a)) / 255)
        const line = parts.map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        return 0.2126 * line[0] + 0.7152 * line[1] + 0.0722 * line[2]
    }
    const style = getComputedStyle(node)
    return [style.borderTopColor, style.backgroundColor].map(c => 1.05 / (light(c) + 0.05))
}"""
