"""Self-checks on a page that nobody can answer: no source that tells the answer, no invitation."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["close_questions"]


def close_questions(nb: "NotebookNode") -> None:
    """Leave out the sources that JupyterLab folds, and what invites to answer, in place.

    Parameters
    ----------
    nb : NotebookNode
        Executed. A folded source is that of a self-check, which holds the answer, or one that
        only plots.
    """
    from mlops_lab.kit.predictions import INVITATION, VERDICT

    for cell in nb.cells:
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            cell.metadata["transient"] = {"remove_source": True}
        for output in cell.get("outputs", []):
            if VERDICT in output.get("data", {}):
                for kind in {"text/html", "text/plain"} & output.data.keys():
                    output.data[kind] = output.data[kind].replace(f" {INVITATION}", "")
