"""Outputs of cells, and of Output widgets, as a notebook shows them."""

import logging
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from mlops_lab.workbench.runs.site.screen import as_shown

if TYPE_CHECKING:
    from nbconvert import HTMLExporter
    from nbformat import NotebookNode

__all__ = ["as_html", "exporter", "joined"]


def joined(outputs: Sequence["NotebookNode"]) -> list["NotebookNode"]:
    """Join what was written to one stream in a row, and give it as it stands in the end.

    Parameters
    ----------
    outputs : sequence of NotebookNode
        Of one cell; those that are texts are changed in place.

    Returns
    -------
    list of NotebookNode
        A progress bar is its last state. One that has wiped itself off leaves nothing.
    """
    rows = list["NotebookNode"]()
    for output in outputs:
        if rows and _stream(output) and _stream(rows[-1]) == _stream(output):
            rows[-1].text += output.text
        else:
            rows.append(output)
    for row in rows:
        if _stream(row):
            row.text = as_shown(row.text)
    return [row for row in rows if not _stream(row) or row.text.strip()]


def _stream(output: "NotebookNode") -> str:
    return str(output.name) if output.output_type == "stream" else ""


def as_html(outputs: Sequence["NotebookNode"]) -> str:
    """Return outputs as HTML; those that are widgets are to be frozen before."""
    from nbformat.v4 import new_code_cell, new_notebook

    if not outputs:
        return ""
    nb = new_notebook(cells=[new_code_cell(outputs=list(outputs))])
    shown, _ = exporter(outputs_only=True).from_notebook_node(nb)
    return str(shown).strip()


@cache
def exporter(*, outputs_only: bool = False) -> "HTMLExporter":
    """Return nbconvert's exporter of plain HTML, without a style or a script."""
    from nbconvert import HTMLExporter

    quiet = logging.getLogger("mlops_lab.site")  # it would warn of pictures without alt text
    quiet.addHandler(logging.NullHandler())
    quiet.propagate = False
    return HTMLExporter(template_name="basic", exclude_input=outputs_only, log=quiet)
