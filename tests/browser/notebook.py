"""Notebooks in JupyterLab: opened, run, looked into and closed, several at a time."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page

from tests.browser.driver import PATIENCE, SECONDS, StudyLab

__all__ = ["START", "Notebook", "enter", "open_notebook"]

START = "Start here.ipynb"
"""The notebook that the lab opens first."""
_FIND = """path => [...window.jupyterapp.shell.widgets('main')].find(
    one => one.context?.path === path && one.content?.model)"""
_READY = f"""path => {{
    const panel = ({_FIND})(path)
    return panel?.context.isReady && panel.sessionContext?.session?.kernel?.status === 'idle'
        && panel.id
}}"""
_RUN = f"""async path => {{
    const panel = ({_FIND})(path), app = window.jupyterapp
    app.shell.activateById(panel.id)
    await new Promise(done => requestAnimationFrame(done))
    panel.ended = undefined
    app.commands.execute('notebook:run-all-cells').then(
        good => {{ panel.ended = {{good}} }}, error => {{ panel.ended = {{error: `${{error}}`}} }})
}}"""
_RUN_SOME = f"""async ([path, ids]) => {{
    const panel = ({_FIND})(path), app = window.jupyterapp, notebook = panel.content
    app.shell.activateById(panel.id)
    await new Promise(done => requestAnimationFrame(done))
    panel.ended = undefined
    const run = async () => {{
        for (const id of ids) {{
            notebook.deselectAll()
            notebook.activeCellIndex = notebook.widgets.findIndex(cell => cell.model.id === id)
            if (await app.commands.execute('notebook:run-cell') === false) return false
        }}
        return true
    }}
    run().then(
        good => {{ panel.ended = {{good}} }}, error => {{ panel.ended = {{error: `${{error}}`}} }})
}}"""
_ENDED = f"path => ({_FIND})(path).ended"
_CELLS = f"""path => ({_FIND})(path).content.widgets.map(cell => ({{
    id: cell.model.id, type: cell.model.type, source: cell.model.sharedModel.getSource(),
    count: cell.model.executionCount ?? null, outputs: cell.model.outputs?.toJSON() ?? [],
}}))"""
_SHOW = f"path => window.jupyterapp.shell.activateById(({_FIND})(path).id)"
_SELECT = f"""([path, node]) => {{
    const notebook = ({_FIND})(path).content
    notebook.activeCellIndex = notebook.widgets.findIndex(cell => cell.node === node)
    notebook.mode = 'command'
    node.focus()
}}"""
# A question that nobody answers, such as which of two versions to keep, is an error here.
_SAVE = f"""path => Promise.race([
    ({_FIND})(path).context.save(),
    new Promise((_, no) => setTimeout(() => no(new Error(`${{path}} is not saved`)), {PATIENCE}e3)),
])"""
_CLOSE = f"""async path => {{
    const panel = ({_FIND})(path)
    await ({_SAVE})(path)
    await panel.sessionContext.shutdown()
    panel.dispose()
}}"""


def enter(page: Page, lab: StudyLab) -> None:
    """Go to the address that the command told, and wait for the start page and its kernel.

    What another page has left open in the lab is not opened again.
    """
    page.goto(f"{lab.start}&reset")
    front = "window.jupyterapp?.shell.currentWidget?.context?.path === path"
    page.wait_for_function(f"path => {front} && ({_READY})(path)", arg=START)


@dataclass(frozen=True)
class Notebook:
    """A notebook in a tab of JupyterLab.

    Attributes
    ----------
    page : Page
    path : str
        In the folder that the lab shows.
    panel : Locator
        What the tab shows.
    """

    page: Page
    path: str
    panel: Locator

    def run_all(self) -> None:
        """Begin *Run All Cells*, and do not wait for the end."""
        self.page.evaluate(_RUN, self.path)

    def run(self, cells: Sequence[str]) -> None:
        """Begin to run some cells, named by their ids, one after the other."""
        self.page.evaluate(_RUN_SOME, [self.path, list(cells)])

    @property
    def is_running(self) -> bool:
        """Tell whether *Run All Cells* was begun and has not ended."""
        return not self.page.evaluate(_ENDED, self.path)

    def wait(self) -> None:
        """Wait until all cells have run, or one has failed."""
        self.page.wait_for_function(_ENDED, arg=self.path, timeout=SECONDS * 1000)

    def show(self) -> None:
        """Bring the tab to the front."""
        self.page.evaluate(_SHOW, self.path)

    def select(self, cell: Locator) -> None:
        """Have a cell selected and in the focus, as the arrow keys do."""
        self.page.evaluate(_SELECT, [self.path, cell.element_handle()])

    def cells(self) -> list[dict[str, Any]]:
        """Return each cell's id, type, source, count and outputs, as the page has them."""
        found: list[dict[str, Any]] = self.page.evaluate(_CELLS, self.path)
        return found

    def problems(self) -> list[str]:
        """Name the code cells that have not run or show an error."""
        found = []
        for cell in self.cells():
            if cell["type"] != "code" or not cell["source"].strip():
                continue
            found += [f"{cell['id']} has not run"] if cell["count"] is None else []
            for output in cell["outputs"]:
                if output["output_type"] == "error":
                    found.append(f"{cell['id']}: {output['ename']}: {output['evalue']}")
        return found

    def cell_with(self, text: str) -> Locator:
        """Return the first code cell whose source has a text in it."""
        numbers = (
            number
            for number, cell in enumerate(self.cells())
            if cell["type"] == "code" and text in cell["source"]
        )
        number = next(numbers, None)
        assert number is not None, f"no cell of {self.path} has {text!r} in it"
        return self.panel.locator(".jp-Notebook .jp-Cell").nth(number)

    def write(self, cell: Locator, source: str) -> None:
        """Type another text into a cell, in place of all that is in it."""
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(source)
        self.page.keyboard.press("Escape")

    def save(self) -> None:
        """Save it."""
        self.page.evaluate(_SAVE, self.path)

    def close(self) -> None:
        """Save it, end its kernel and close its tab."""
        self.page.evaluate(_CLOSE, self.path)


def open_notebook(page: Page, path: str) -> Notebook:
    """Open a notebook as a click in the list of files does, and wait for its kernel."""
    asked = {"path": path}
    page.evaluate(
        f"() => {{ window.jupyterapp.commands.execute('docmanager:open', {json.dumps(asked)}) }}"
    )
    name = page.wait_for_function(_READY, arg=path).json_value()
    notebook = Notebook(page, path, page.locator(f"[id='{name}']"))
    notebook.show()
    return notebook
