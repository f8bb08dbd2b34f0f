"""The first state of a notebook's controls as plain HTML: to be seen, not to be moved."""

from collections.abc import Callable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["freeze_widgets"]

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
State = Mapping[str, Any]


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
        for output in cell.get("outputs", []):
            view = output.get("data", {}).get(VIEW)
            if view is None:
                continue
            shown = _html(models, view.get("model_id", ""))
            text = escape("".join(output.data.get("text/plain", "")))
            output.data = {"text/html": f'<div class="controls">{shown or text}</div>'}


def _html(models: Mapping[str, Any], name: str) -> str:
    model = _model(models, name)
    if model is None or _is_hidden(models, model):
        return ""
    state, kind = model.get("state", {}), str(model.get("model_name", "")).removesuffix("Model")
    if "children" in state:
        inner = "".join(_html(models, child) for child in state["children"])
        return f'<div class="{"row" if kind == "HBox" else "column"}">{inner}</div>'
    shown = _SHOWN.get(kind, _value)(state)
    label = escape(str(state.get("description") or ""))
    if kind in _NAMED or not label:
        return shown
    return f"<label><span>{label}</span> {shown}</label>" if shown else ""


def _model(models: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = models.get(name.removeprefix("IPY_MODEL_"))
    return found


def _is_hidden(models: Mapping[str, Any], model: Mapping[str, Any]) -> bool:
    layout = _model(models, str(model.get("state", {}).get("layout", ""))) or {}
    return bool(layout.get("state", {}).get("display") == "none")


def _slider(state: State) -> str:
    low, high, step = (escape(str(state.get(name, ""))) for name in ("min", "max", "step"))
    value = escape(str(state.get("value", "")))
    limits = f'min="{low}" max="{high}" step="{step}" value="{value}"'
    bar = f'<input type="range" disabled {limits}{_name(state)}>'
    return f"{bar} <output>{value}</output>"


def _box(state: State) -> str:
    return (
        f'<input type="checkbox" disabled{" checked" if state.get("value") else ""}{_name(state)}>'
    )


def _menu(state: State) -> str:
    labels, index = state.get("_options_labels") or [], state.get("index")
    options = (
        f"<option{' selected' if i == index else ''}>{escape(str(label))}</option>"
        for i, label in enumerate(labels)
    )
    return f"<select disabled{_name(state)}>{''.join(options)}</select>"


def _radio(state: State) -> str:
    labels, index = state.get("_options_labels") or [], state.get("index")
    legend = escape(str(state.get("description") or ""))
    choices = "".join(
        f'<label class="choice"><input type="radio" disabled{" checked" if i == index else ""}> '
        f"{escape(str(label))}</label>"
        for i, label in enumerate(labels)
    )
    return f"<fieldset>{f'<legend>{legend}</legend>' if legend else ''}{choices}</fieldset>"


def _text(state: State) -> str:
    value, hint = (escape(str(state.get(name) or "")) for name in ("value", "placeholder"))
    given = f'value="{value}" placeholder="{hint}"'
    return f'<input type="text" disabled {given}{_name(state)}>'


def _name(state: State) -> str:
    """Name a control that no label does."""
    if state.get("description"):
        return ""
    return f' aria-label="{escape(str(state.get("placeholder") or "a choice"))}"'


def _button(state: State) -> str:
    return f"<button disabled>{escape(str(state.get('description') or ''))}</button>"


def _markup(state: State) -> str:
    return str(state.get("value") or "")  # HTML that the notebook wrote, as it is


def _value(state: State) -> str:
    value = state.get("value")
    return "" if value is None else f"<output>{escape(str(value))}</output>"


_NAMED = ("Button", "HTML", "RadioButtons", "ToggleButtons")
"""Kinds that show their own name."""
_SHOWN: dict[str, Callable[[State], str]] = {
    "Button": _button,
    "Checkbox": _box,
    "Dropdown": _menu,
    "FloatLogSlider": _value,
    "FloatSlider": _slider,
    "HTML": _markup,
    "IntSlider": _slider,
    "RadioButtons": _radio,
    "Select": _menu,
    "SelectionSlider": _menu,
    "Text": _text,
    "ToggleButtons": _radio,
}
