"""What a reader without a mouse or without sight finds on a page."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

__all__ = ["OURS", "Violation", "pictures_without_words", "tab_problems", "violations"]

OURS = ":is(.jp-OutputArea-output, .jp-RenderedMarkdown)"
"""Selects, below a notebook, what its author shows; the rest is JupyterLab's."""
_LIMIT = 40  # presses of Tab within which a panel of controls is walked through
_MARKS = ("outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "borderColor")
_STYLES = f"""node => {{
    const style = getComputedStyle(node)
    return {json.dumps(_MARKS)}.map(name => style[name]).join(' ')
}}"""
# The ring is drawn outside of the control; what scrolls or clips around it cuts it off.
_CUT = """node => {
    const style = getComputedStyle(node), box = node.getBoundingClientRect()
    const more = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset)
    const ring = {top: box.top - more, left: box.left - more, bottom: box.bottom + more,
                  right: box.right + more}
    const cuts = []
    for (let at = node.parentElement; at && !at.matches('.jp-OutputArea, body');
            at = at.parentElement) {
        const around = at.getBoundingClientRect()
        if (getComputedStyle(at).overflow !== 'visible'
                && (ring.top < around.top || ring.left < around.left
                    || ring.bottom > around.bottom || ring.right > around.right))
            cuts.push(`${at.className || at.tagName}`)
    }
    return style.outlineStyle === 'none' ? [] : cuts
}"""
_NAME = """node => node.ariaLabel || [...(node.labels ?? [])].map(one => one.textContent).join(' ')
    || node.textContent.trim()"""


@dataclass(frozen=True)
class Violation:
    """One kind of mistake that axe found.

    Attributes
    ----------
    rule, impact, help : str
        ``impact`` is minor, moderate, serious or critical.
    nodes : tuple of str
        The HTML of each place.
    """

    rule: str
    impact: str
    help: str
    nodes: tuple[str, ...]

    @property
    def is_grave(self) -> bool:
        """Tell whether it keeps somebody out."""
        return self.impact in ("serious", "critical")


def violations(page: Page, include: str | None = None) -> list[Violation]:
    """Let axe look at a part of the page, or at all of it.

    Parameters
    ----------
    page : Page
    include : str, optional
        A CSS selector.
    """
    found: dict[str, Any] = Axe().run(page, include).response
    return [
        Violation(one["id"], one["impact"], one["help"], tuple(n["html"] for n in one["nodes"]))
        for one in found["violations"]
    ]


def pictures_without_words(panel: Locator) -> list[str]:
    """Return the beginning of each picture that has no alt text."""
    bare = "nodes => nodes.filter(one => !one.alt?.trim()).map(one => one.outerHTML.slice(0, 200))"
    found: list[str] = panel.locator(f"{OURS} img").evaluate_all(bare)
    return found


def tab_problems(page: Page, controls: Sequence[Locator]) -> list[str]:
    """Walk to controls and through them with Tab alone.

    Parameters
    ----------
    page : Page
        With the focus anywhere before the first control.
    controls : sequence of Locator

    Returns
    -------
    list of str
        What is wrong: a control that Tab does not reach in this order, one that looks the same
        with the focus as without it or whose ring is cut off, or one without a name.
    """
    before = [control.evaluate(_STYLES) for control in controls]
    problems = []
    for number, control in enumerate(controls):
        name = control.evaluate(_NAME)
        told = name or f"control {number}"
        if not name:
            problems.append(f"{told} has no name: {control.evaluate('node => node.outerHTML')}")
        for _ in range(_LIMIT):
            page.keyboard.press("Tab")
            if control.evaluate("node => node === document.activeElement"):
                break
        else:
            problems.append(f"{told} is not reached by {_LIMIT} presses of Tab")
            continue
        if control.evaluate(_STYLES) == before[number]:
            problems.append(f"{told} looks the same with the focus: {before[number]}")
        if cuts := control.evaluate(_CUT):
            problems.append(f"{told}: its ring is cut off by {cuts}")
    return problems
