"""Write the site: an index, a page a notebook, one style sheet, and nothing from a network."""

import logging
import re
from pathlib import Path

from mlops_lab.kit.findings import anchor
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.notebook import beside
from mlops_lab.workbench.runs.site.asked import close_questions
from mlops_lab.workbench.runs.site.findings import link_findings
from mlops_lab.workbench.runs.site.read import Page, read_pages
from mlops_lab.workbench.runs.site.widgets import freeze_widgets

__all__ = ["build_site"]

_HERE = Path(__file__).parent
_FETCHED = re.compile(r"""(<(?:script|img|link|iframe)\b[^>]*?\b)(src|href)(=["']https?:)""")


def build_site(folder: Path, site: Path | None = None) -> Path:
    """Make a static site of the executed notebooks in a folder.

    Parameters
    ----------
    folder : Path
        What ``mlops-lab run -o`` named.
    site : Path, optional
        Where the site goes; ``<folder>/site`` by default. Pages of the same names are replaced,
        each whole.

    Returns
    -------
    Path
        Its ``index.html``.

    Raises
    ------
    RefusedError
        When there is nothing to show, or the site's folder cannot be made.
    """
    from jinja2 import Environment, FileSystemLoader

    pages = read_pages(folder)
    site = site or folder / "site"
    try:
        site.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RefusedError(f"The folder {site} cannot be made: {error.strerror}.") from error
    templates = Environment(loader=FileSystemLoader(_HERE), autoescape=True, trim_blocks=True)
    page, index = templates.get_template("page.html"), templates.get_template("index.html")
    _write(site / "style.css", (_HERE / "style.css").read_text(encoding="utf-8") + _code_colours())
    for one, before, after in zip(pages, [None, *pages], [*pages[1:], None], strict=False):
        text = page.render(page=one, before=before, after=after, content=_content(one))
        _write(site / f"{one.name}.html", text)
    _write(site / "index.html", index.render(pages=pages, anchor=anchor))
    return site / "index.html"


def _content(page: Page) -> str:
    from nbconvert import HTMLExporter

    close_questions(page.notebook)
    freeze_widgets(page.notebook)
    link_findings(page.notebook)
    quiet = logging.getLogger("mlops_lab.site")  # it would warn of pictures without alt text
    quiet.addHandler(logging.NullHandler())
    quiet.propagate = False
    content, _ = HTMLExporter(template_name="basic", log=quiet).from_notebook_node(page.notebook)
    # Read without a network, a page must not wait for one: what a notebook's own HTML would
    # fetch is named instead of fetched.
    return _FETCHED.sub(r"\1data-\2\3", content)


def _code_colours() -> str:
    from pygments.formatters import HtmlFormatter

    return str(HtmlFormatter(style="default").get_style_defs(".highlight"))


def _write(path: Path, text: str) -> None:
    trial = beside(path)
    trial.write_text(text, encoding="utf-8")
    trial.replace(path)
