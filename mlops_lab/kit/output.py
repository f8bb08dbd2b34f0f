"""The one place that hands something to the notebook's page."""

from collections.abc import Mapping
from typing import Any

__all__ = ["is_shown_cell_by_cell", "show_data", "show_objects"]


def show_data(
    data: Mapping[str, object],
    metadata: Mapping[str, object] | None = None,
    *,
    updatable: bool = False,
) -> Any:  # noqa: ANN401  IPython's display handles have no types
    """Put one output, given by MIME type, on the page; a plain script prints its text/plain.

    Returns
    -------
    IPython display handle whose `update` replaces the output, where `updatable`; else None.
    """
    from IPython.core.interactiveshell import InteractiveShell  # importing the kit must stay light
    from IPython.display import display

    if not InteractiveShell.initialized():  # display would print the whole picture as a dict
        print(data["text/plain"])  # noqa: T201
        return None
    return display(data, metadata=metadata, raw=True, display_id=updatable or None)


def show_objects(*objects: object) -> None:
    """Put objects that know how to draw themselves, such as widgets, on the page."""
    from IPython.display import display

    display(*objects)


def is_shown_cell_by_cell() -> bool:
    """Tell whether a page runs this cell by itself, as JupyterLab does: it names the cell.

    A program that runs a whole notebook, such as papermill or nbval, does not.
    """
    from IPython.core.interactiveshell import InteractiveShell

    if not InteractiveShell.initialized():
        return False
    request: Mapping[str, Any] = getattr(InteractiveShell.instance(), "get_parent", dict)() or {}
    return bool(request.get("metadata", {}).get("cellId"))
