"""What the cells of an executed notebook show, in the form that Sphinx makes a good page of."""

import base64
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from coursesite.checks import ask
from mlops_lab.kit.records import FINDING, RECORD
from mlops_lab.workbench.runs.site.findings import findings_table, link_findings
from mlops_lab.workbench.runs.site.widgets import freeze_widgets

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["FINDING", "RECORD", "picture_file", "shown_outputs"]

_KIND = re.compile(r'class="(mlops-lab-\w+)"')
_PANDAS = re.compile(r"<style scoped>.*?</style>\s*", re.DOTALL)


def picture_file(name: str, cell: str, number: int) -> str:
    """Name the file of a picture: the lesson, the cell that shows it, and which one it is."""
    return f"pictures/{name}/{cell}-{number}.png"


def shown_outputs(nb: "NotebookNode", name: str, folder: Path) -> None:
    """Bring all outputs of a notebook into a form for the site, in place.

    Pictures go to files, with their alt text; findings that follow each other become one table;
    self-checks become forms, other controls still HTML; tables lose pandas' own style. A source
    that is folded in the lab is folded here too; that of a self-check is not shown.

    Parameters
    ----------
    nb : NotebookNode
        Executed.
    name : str
        What its page is called.
    folder : Path
        Where its page is; pictures go to ``pictures/<name>/`` in it.
    """
    ask(nb)
    freeze_widgets(nb)
    link_findings(nb)
    for cell in nb.cells:
        if cell.cell_type == "code":
            _fold(cell)
            outputs = [_named(one, cell.id, i) for i, one in enumerate(cell.outputs)]
            for number, output in enumerate(outputs):
                _save_picture(output, folder / picture_file(name, cell.id, number))
                _markup(output, picture_file(name, cell.id, number))
            cell.outputs = list(_joined(outputs))


def _fold(cell: "NotebookNode") -> None:
    """Tell Sphinx to hide a source that JupyterLab hides, behind a line that shows it."""
    is_gone = "remove-input" in cell.metadata.get("tags", [])
    if cell.metadata.get("jupyter", {}).get("source_hidden") and not is_gone:
        cell.metadata["tags"] = [*cell.metadata.get("tags", []), "hide-input"]


def _named(output: "NotebookNode", cell: str, number: int) -> "NotebookNode":
    if "image/png" in output.get("data", {}) and not _alt(output):
        raise ValueError(f"picture {number} of the cell {cell!r} has no alt text: use kit.show")
    return output


def _alt(output: "NotebookNode") -> str:
    return str(output.get("metadata", {}).get("image/png", {}).get("alt", ""))


def _save_picture(output: "NotebookNode", path: Path) -> None:
    png = output.get("data", {}).get("image/png")
    if png is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        content = base64.b64decode(png)
        if not path.is_file() or path.read_bytes() != content:  # Sphinx looks at times
            path.write_bytes(content)


def _markup(output: "NotebookNode", picture: str) -> None:
    data = output.get("data", {})
    if "image/png" in data:
        alt = re.sub(r"([\\`*_\[\]<>&{}])", r"\\\1", _alt(output))
        kind = _KIND.search(data.get("text/html", ""))  # of a plot, which a dark page turns over
        output.data = {
            "text/markdown": f"![{alt}]({picture})" + (f"{{.{kind[1]}}}" if kind else "")
        }
        output.metadata = {}
    elif "text/html" in data:
        plain = _PANDAS.sub("", data["text/html"]).replace(' border="1"', "")
        data["text/html"] = plain.replace("<th></th>", "<td></td>")  # a corner heads nothing


def _joined(outputs: Sequence["NotebookNode"]) -> Iterator["NotebookNode"]:
    """Make one table of findings that follow each other, and one block of such records."""
    waiting: list[NotebookNode] = []
    for output in [*outputs, None]:
        kind = _kind(output)
        if waiting and kind != _kind(waiting[0]):
            yield _block(waiting)
            waiting = []
        if output is not None and kind:
            waiting.append(output)
        elif output is not None:
            yield output


def _kind(output: "NotebookNode | None") -> str:
    data = output.get("data", {}) if output is not None else {}
    return next((kind for kind in (FINDING, RECORD) if kind in data), "")


def _block(outputs: Sequence["NotebookNode"]) -> "NotebookNode":
    first = outputs[0]
    if FINDING in first.data:
        first.data = {"text/html": findings_table([one.data[FINDING] for one in outputs])}
    else:
        first.data = {"text/plain": "\n".join(one.data["text/plain"] for one in outputs)}
    return first
