"""Write the site: an index, a page a notebook, one style sheet, and nothing from a network."""

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.core import write_whole
from mlops_lab.kit.findings import anchor
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.site.asked import close_questions
from mlops_lab.workbench.runs.site.findings import link_findings
from mlops_lab.workbench.runs.site.outputs import exporter, joined
from mlops_lab.workbench.runs.site.read import UNREADABLE, Page, read_pages
from mlops_lab.workbench.runs.site.swept import Swept, read_sweeps
from mlops_lab.workbench.runs.site.widgets import freeze_widgets

if TYPE_CHECKING:
    from jinja2 import Template
    from nbformat import NotebookNode

__all__ = ["build_site"]

_HERE = Path(__file__).parent
_FETCHED = re.compile(
    r"(<(?:script|img|link|iframe|audio|video|source|embed|object)\b[^>]*?\b)"
    r"""(src|href|data|poster)(\s*=\s*["']?(?:https?:)?//)""",
    re.IGNORECASE,
)


def build_site(folder: Path, site: Path | None = None) -> Path:
    """Make a static site of the executed notebooks and the sweeps in a folder.

    Parameters
    ----------
    folder : Path
        What ``mlops-lab run -o`` or ``mlops-lab sweep -o`` named.
    site : Path, optional
        Where the site goes; ``<folder>/site`` by default. Pages of the same names are replaced,
        each whole.

    Returns
    -------
    Path
        Its ``index.html``. What cannot be read or shown is a line in it, and has no page.

    Raises
    ------
    RefusedError
        When there is nothing to show, or the site's folder cannot be made.
    """
    from jinja2 import Environment, FileSystemLoader

    sweeps = read_sweeps(folder)
    pages = read_pages(folder, required=not sweeps)
    site = site or folder / "site"
    try:
        site.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RefusedError(f"The folder {site} cannot be made: {error.strerror}.") from error
    templates = Environment(loader=FileSystemLoader(_HERE), autoescape=True, trim_blocks=True)
    page, index = templates.get_template("page.html"), templates.get_template("index.html")
    _write(site / "style.css", (_HERE / "style.css").read_text(encoding="utf-8") + _code_colours())
    drawn = [_drawn(one) for one in pages]
    shown = [one for one, content in drawn if content is not None]
    contents = [content for _, content in drawn if content is not None]
    neighbours = [None, *shown, None]
    for i, (one, content) in enumerate(zip(shown, contents, strict=True)):
        before, after = neighbours[i], neighbours[i + 2]
        text = page.render(page=one, before=before, after=after, content=content)
        _write(site / f"{one.name}.html", text)
    for swept in sweeps:
        _write_sweep(site, swept, templates.get_template("sweep.html"))
    index_text = index.render(pages=[one for one, _ in drawn], sweeps=sweeps, anchor=anchor)
    _write(site / "index.html", index_text)
    return site / "index.html"


def _write_sweep(site: Path, swept: Swept, template: "Template") -> None:
    for figure in swept.figures:
        for form, content in figure.files.items():
            path = site / f"{swept.name}_{figure.stem}.{form}"
            write_whole(path, content)
    _write(site / f"{swept.name}.csv", swept.csv)
    _write(site / f"{swept.name}.html", template.render(swept=swept))


def _drawn(page: Page) -> tuple[Page, str | None]:
    """Return the notebook of a page as HTML, or the page of one that cannot be shown."""
    if page.notebook is None:
        return page, None
    try:
        return page, _content(page.notebook)
    except Exception as error:  # noqa: BLE001  whatever a notebook holds, the others are shown
        why = f"it cannot be shown: {type(error).__name__}: {error}".splitlines()[0]
        return replace(page, state=UNREADABLE, why=why, findings=[], notebook=None), None


def _content(nb: "NotebookNode") -> str:
    close_questions(nb)
    freeze_widgets(nb)
    link_findings(nb)
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
    content, _ = exporter().from_notebook_node(nb)
    # Read without a network, a page must not wait for one: what a notebook's own HTML would
    # fetch is named instead of fetched.
    return _FETCHED.sub(r"\1data-\2\3", content)


def _code_colours() -> str:
    from pygments.formatters import HtmlFormatter

    return str(HtmlFormatter(style="default").get_style_defs(".highlight"))


def _write(path: Path, text: str) -> None:
    # Half a character, as a text that was cut can end in, is shown as a question mark.
    write_whole(path, text.encode(errors="replace"))
