"""Measure the lab in a real browser: how soon a lesson runs, how soon a picture follows a hand.

Run it with `python benchmarks/browser.py`, or name lessons: `python benchmarks/browser.py 4.5`.
It needs Debian's `chromium`, takes some minutes, and writes its tables and numbers to
`build/browser/`. The lessons promise a picture within 500 ms of a moved slider.
"""

import argparse
import json
import os
import statistics
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.sync_api import Page

from mlops_lab.workbench.runs.course import lesson_paths
from tests.browser.access import OURS, violations
from tests.browser.driver import PICTURES, chromium, opened_page, study_lab
from tests.browser.notebook import Notebook, enter, open_notebook

__all__ = ["Measured", "main"]

COURSE = Path(__file__).parents[1] / "notebooks"
MOVES = 20
PROMISED = 500.0  # milliseconds
IMPACTS = ("minor", "moderate", "serious", "critical")
# A click in the list of files, then Shift+Enter in the first cells, as quick as a hand could be.
OPEN = """async path => {
    const app = window.jupyterapp, begin = performance.now(), seconds = []
    const panel = await app.commands.execute('docmanager:open', {path})
    await panel.context.ready
    const cells = panel.content.widgets, code = cells.filter(one => one.model.type === 'code')
    await panel.sessionContext.ready
    for (const cell of code.slice(0, 2)) {
        panel.content.activeCellIndex = cells.indexOf(cell)
        await app.commands.execute('notebook:run-cell')
        seconds.push((performance.now() - begin) / 1000)
    }
    return seconds
}"""
# From the key to the new picture, decoded: both are seen by the page itself.
WATCH = """cell => {
    window.moved = []
    let begin
    cell.addEventListener('keydown', () => { begin = performance.now() }, true)
    new MutationObserver(async changes => {
        const added = changes.flatMap(one => [...one.addedNodes])
        const image = added.map(one => one.matches?.('img') ? one : one.querySelector?.('img'))
            .find(one => one)
        if (!image) return
        await image.decode()
        window.moved.push(performance.now() - begin)
    }).observe(cell, {childList: true, subtree: true})
}"""

# Where a slider stands on the page; what it says of its value is rounded.
LEFT = """handle => {
    const middle = one => { const box = one.getBoundingClientRect(); return box.x + box.width / 2 }
    return middle(handle) < middle(handle.closest('.noUi-target'))
}"""


@dataclass(frozen=True)
class Measured:
    """What was measured of one lesson.

    Attributes
    ----------
    warm, cold : tuple of float
        Seconds from opening to the end of the first code cell, and of the second, which imports;
        with kernels forked from a template and started afresh.
    moves : tuple of float
        Milliseconds from a key to the changed picture.
    found : dict of str to int
        How many places axe finds fault with in what the lesson shows, by impact.
    """

    warm: tuple[float, float]
    cold: tuple[float, float]
    moves: tuple[float, ...]
    found: dict[str, int]


def main() -> None:
    """Measure the lessons that are named, or all, and print and keep the tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("lessons", nargs="*", help="such as 4.5; all by default")
    names = asked.parse_args().lessons
    paths = {
        name: f"{path.parent.name}/{path.name}"
        for name, path in lesson_paths(COURSE).items()
        if name in names or not names
    }
    cold = _opened(paths, {"MLOPS_LAB_WARM": "off"})
    warm = _opened(paths, {})
    moved, start = _moved(paths)
    found = {name: Measured(warm[name], cold[name], *moved[name]) for name in paths}
    told = "; ".join(f"{name}: {count}" for name, count in start.items())
    text = f"{_table(found)}\n\nThe whole start page, with JupyterLab's own parts: {told}.\n"
    print(text)
    PICTURES.mkdir(parents=True, exist_ok=True)
    (PICTURES / "numbers.md").write_text(text)
    kept = {"lessons": {name: asdict(one) for name, one in found.items()}, "start page": start}
    load = {"load": os.getloadavg(), "cores": os.cpu_count()}
    (PICTURES / "numbers.json").write_text(json.dumps({**kept, **load}, indent=1) + "\n")


def _opened(paths: dict[str, str], extra: dict[str, str]) -> dict[str, tuple[float, float]]:
    """Open each lesson in a lab of its kind, and run its first two code cells."""
    found = {}
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        home = Path(folder)
        with (
            study_lab(home, home / "workspace", extra) as lab,
            opened_page(browser, lab.url) as page,
        ):
            enter(page, lab)
            for name, path in paths.items():
                first, second = page.evaluate(OPEN, path)
                found[name] = (first, second)
                open_notebook(page, path).close()
    return found


def _moved(
    paths: dict[str, str],
) -> tuple[dict[str, tuple[tuple[float, ...], dict[str, int]]], dict[str, int]]:
    """Run each lesson, move its explorer's sliders in turn, and let axe look at what it shows."""
    found = {}
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        home = Path(folder)
        with study_lab(home, home / "workspace") as lab, opened_page(browser, lab.url) as page:
            enter(page, lab)
            # JupyterLab's own parts among them: not ours to mend, and told all the same.
            start = {f"{one.rule}, {one.impact}": len(one.nodes) for one in violations(page)}
            for name, path in paths.items():
                notebook = open_notebook(page, path)
                notebook.run_all()
                notebook.wait()
                if problems := notebook.problems():
                    raise RuntimeError(f"{path}: {problems}")
                ours = f"[id='{notebook.panel.get_attribute('id')}'] {OURS}"
                found[name] = (_moves(page, notebook), _counted(page, ours))
                notebook.close()
    return found, start


def _counted(page: Page, include: str) -> dict[str, int]:
    seen = Counter(dict.fromkeys(IMPACTS, 0))
    for one in violations(page, include):
        seen[one.impact] += len(one.nodes)
    return dict(seen)


def _moves(page: Page, notebook: Notebook) -> tuple[float, ...]:
    cell = notebook.cell_with("kit.explore(")
    cell.evaluate(WATCH)
    sliders = cell.get_by_role("slider").all()
    for number in range(MOVES):
        slider = sliders[number % len(sliders)]
        slider.press("ArrowRight" if slider.evaluate(LEFT) else "ArrowLeft")
        page.wait_for_function("count => window.moved.length > count", arg=number)
        page.wait_for_timeout(100)  # a hand rests between two moves
    found: list[float] = page.evaluate("() => window.moved")
    return tuple(found)


def _table(found: dict[str, Measured]) -> str:
    lines = [
        "| lesson | open to first cell, warm (s) | cold (s) | to the imports' end, warm (s) "
        "| cold (s) | slider to picture, median (ms) | p95 (ms) | of 500 ms | axe: "
        f"{', '.join(IMPACTS)} |",
        "|---" * 9 + "|",
    ]
    for name, one in found.items():
        middle, late = statistics.median(one.moves), statistics.quantiles(one.moves, n=20)[-1]
        numbers = (*zip(one.warm, one.cold, strict=True),)
        seconds = " | ".join(f"{value:.1f}" for pair in numbers for value in pair)
        axe = ", ".join(str(one.found[impact]) for impact in IMPACTS)
        lines.append(
            f"| {name} | {seconds} | {middle:.0f} | {late:.0f} | {late / PROMISED:.2f} | {axe} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
