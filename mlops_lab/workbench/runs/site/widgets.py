"""The first state of a notebook's controls as plain HTML: to be seen, not to be moved."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from mlops_lab.workbench.runs.site.controls import as_control
from mlops_lab.workbench.runs.site.outputs import as_html, joined

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["freeze_widgets"]

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
Models = Mapping[str, Any]
Path = tuple[str, ...]
"""The models that hold a widget, from the outermost on: none is shown within itself."""

_ROWS = ("HBox", "Box")
_GRID = ("grid_template_columns", "grid_template_rows", "grid_template_areas", "grid_gap")
_IN_GRID = ("grid_area", "grid_row", "grid_column")
_HARMLESS = re.compile(r"[\w\s.%\"'(),/+*-]+")


def freeze_widgets(nb: "NotebookNode") -> None:
    """Replace every output that is a widget by HTML of its stored state, in place.

    Parameters
    ----------
    nb : NotebookNode
        With the state of its widgets in its metadata, as a run stores it. A widget without a
        stored state is replaced by its text.
    """
    models = nb.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    for cell in nb.cells:
        _freeze(models, cell.get("outputs", []), ())


def _freeze(models: Models, outputs: "Sequence[NotebookNode]", path: Path) -> None:
    for output in outputs:
        view = output.get("data", {}).get(VIEW)
        if view is None:
            continue
        shown = _html(models, str(view.get("model_id", "")), path)
        if shown is None:
            shown = escape("".join(output.data.get("text/plain", "")))
        output.data = {"text/html": f'<div class="controls">{shown}</div>'}


def _html(models: Models, name: str, path: Path) -> str | None:
    """Return a widget as HTML, empty for what is not seen; None without a stored state."""
    name = name.removeprefix("IPY_MODEL_")
    model = models.get(name)
    if model is None or name in path:
        return None
    layout = _layout(models, model)
    if layout.get("display") == "none" or layout.get("visibility") == "hidden":
        return ""
    kind, state = str(model.get("model_name", "")).removesuffix("Model"), model.get("state", {})
    path = (*path, name)
    if kind == "Output":
        return _output(models, state, path)
    if "children" not in state:
        return as_control(kind, state, model.get("buffers") or ())
    if kind in ("Tab", "Accordion", "Stack"):
        return _pages(models, kind, state, path)
    inner = "".join(_child(models, child, path) for child in state["children"])
    grid = _style(layout, _GRID) if kind == "GridBox" else ""
    if grid:
        return f'<div style="display: grid; {grid}">{inner}</div>'
    return f'<div class="{"row" if kind in _ROWS else "column"}">{inner}</div>'


def _layout(models: Models, model: Models) -> Models:
    name = str(model.get("state", {}).get("layout", "")).removeprefix("IPY_MODEL_")
    found: Models = models.get(name, {}).get("state", {})
    return found


def _child(models: Models, name: str, path: Path) -> str:
    shown = _html(models, name, path) or ""
    model = models.get(name.removeprefix("IPY_MODEL_"))
    place = _style(_layout(models, model), _IN_GRID) if model else ""
    return f'<div style="{place}">{shown}</div>' if place and shown else shown


def _style(layout: Models, names: Sequence[str]) -> str:
    values = {name.replace("_", "-"): str(layout.get(name) or "") for name in names}
    return escape(
        "; ".join(f"{name}: {one}" for name, one in values.items() if _HARMLESS.fullmatch(one))
    )


def _pages(models: Models, kind: str, state: Models, path: Path) -> str:
    """Show the page that is open, and the others behind their titles; a stack has no titles."""
    chosen, shown = state.get("selected_index"), ""
    for i, (child, title) in enumerate(zip(state["children"], _titles(state), strict=False)):
        inner = _child(models, child, path)
        if kind != "Stack":
            opened = " open" if i == chosen else ""
            group = f'class="{kind.lower()}" name="{escape(path[-1])}"'
            shown += f"<details {group}{opened}><summary>{escape(title)}</summary>{inner}</details>"
        elif i == chosen:
            shown += inner
    return f'<div class="column">{shown}</div>'


def _titles(state: Models) -> Iterator[str]:
    """Yield a title for each page: a list today, and a mapping of numbers before ipywidgets 8."""
    titles = state.get("titles") or state.get("_titles") or []
    for i in range(len(state["children"])):
        if isinstance(titles, Mapping):
            title = titles.get(str(i))
        else:
            title = titles[i] if i < len(titles) else None
        yield str(title or i + 1)


def _output(models: Models, state: Models, path: Path) -> str:
    from nbformat import from_dict

    outputs = [from_dict(one) for one in state.get("outputs") or ()]
    for output in outputs:
        for key in [*output.get("data", {})]:  # a front end may keep texts in lines
            if isinstance(output.data[key], list):
                output.data[key] = "".join(map(str, output.data[key]))
    _freeze(models, outputs, path)
    return as_html(joined(outputs))
