"""What JupyterLab writes into a notebook as soon as its kernel is ready."""

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["as_saved"]


def as_saved(nb: "NotebookNode") -> "NotebookNode":
    """Return a notebook the metadata that JupyterLab would: then opening it changes nothing.

    Otherwise a notebook that is only read is marked as edited, and closing it asks whether to save.

    Parameters
    ----------
    nb : NotebookNode
        For a kernel of this Python; changed in place, and returned.
    """
    nb.metadata.update(_metadata())
    return nb


@cache
def _metadata() -> dict[str, Any]:
    from ipykernel.ipkernel import IPythonKernel  # slow to import
    from jupyter_client.kernelspec import KernelSpecManager

    spec = KernelSpecManager().get_kernel_spec("python3")
    named = {"name": "python3", "display_name": spec.display_name, "language": spec.language}
    return {"kernelspec": named, "language_info": dict(IPythonKernel.language_info)}
