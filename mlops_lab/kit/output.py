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
    """Put objects that know how to draw themselves, such as widgets, on the page.

    What a page sends from the parts of a widget is handled in the order in which it was sent.
    """
    from IPython.display import display

    for one in objects:
        _in_order(one)
    display(*objects)


def _in_order(widget: Any) -> None:  # noqa: ANN401  what is no widget has no comm
    """Handle what a widget and its children send in one thread.

    ipykernel answers each of them in the thread that last spoke of it. With two threads a click on
    a button overtakes what was typed before it, and the button acts on the text without its end.
    """
    comm: Any = getattr(widget, "comm", None)
    if hasattr(comm, "_reply_subshell_for"):  # from ipykernel 7.4 on; before, there was one order
        comm._reply_subshell_for = _as_sent  # it has no public switch
    if hasattr(widget, "children"):
        for child in widget.children:
            _in_order(child)
        widget.observe(_in_order_too, names="children")  # once, however often it is shown


def _in_order_too(change: Mapping[str, Any]) -> None:
    for child in change["new"]:
        _in_order(child)


def _as_sent(_: object, subshell: str | None) -> str | None:
    """Choose the subshell that the page named."""
    return subshell


def is_shown_cell_by_cell() -> bool:
    """Tell whether a page runs this cell by itself, as JupyterLab does: it names the cell.

    A program that runs a whole notebook, such as papermill or nbval, does not.
    """
    from IPython.core.interactiveshell import InteractiveShell

    if not InteractiveShell.initialized():
        return False
    request: Mapping[str, Any] = getattr(InteractiveShell.instance(), "get_parent", dict)() or {}
    return bool(request.get("metadata", {}).get("cellId"))
