"""One control of ipywidgets as HTML: what it holds, and the words beside it."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Any

from mlops_lab.workbench.runs.site.media import as_media, stored_bytes

__all__ = ["as_control"]

State = Mapping[str, Any]

_TO = " \N{EN DASH} "


def as_control(kind: str, state: State, buffers: Iterable[Mapping[str, Any]]) -> str:
    """Show a control in the state that was stored.

    Parameters
    ----------
    kind : str
        The name of its model without ``Model``: ``IntSlider``.
    state : mapping
        Of its model.
    buffers : iterable of mapping
        Values that are bytes, as the notebook stores them: in base64, with their names.

    Returns
    -------
    str
        HTML. A kind that is not known shows its value, or else says what it is; what has no view,
        as a link between two controls, is empty.
    """
    state = {**state, **dict(stored_bytes(buffers))}
    if state.get("_view_name", "") is None:
        return ""
    shown = _SHOWN.get(kind, _value if "value" in state else _unknown(kind))(state)
    label = escape(str(state.get("description") or ""))
    if kind in _NAMED or not label or not shown:
        return shown
    if kind in _MARKUP:
        return f'<div class="described"><span>{label}</span> {shown}</div>'
    return f"<label><span>{label}</span> {shown}</label>"


def _unknown(kind: str) -> Callable[[State], str]:
    return lambda _: f"<span>({escape(kind)}: shown in a notebook only)</span>"


def _number(state: State, value: object) -> str:
    """Write a number as its control does: ``.2f``."""
    style = str(state.get("readout_format") or "")
    try:
        return format(int(value) if style.endswith("d") else value, style)  # type: ignore[call-overload]
    except (ValueError, TypeError, OverflowError):
        return str(value)  # a style of D3's that Python does not know


def _readout(state: State, text: str) -> str:
    return f" <output>{escape(text)}</output>" if state.get("readout", True) else ""


def _slider(state: State) -> str:
    low, high, step = (escape(str(state.get(name, ""))) for name in ("min", "max", "step"))
    value = escape(str(state.get("value", "")))
    limits = f'min="{low}" max="{high}" step="{step}" value="{value}"'
    bar = f'<input type="range" disabled {limits}{_name(state)}>'
    return bar + _readout(state, _number(state, state.get("value", "")))


def _log_slider(state: State) -> str:
    try:
        power = math.log(state["value"], state.get("base", 10))
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return _value(state)
    bar = _slider({**state, "value": round(power, 6), "readout": False})
    return bar + _readout(state, _number(state, state["value"]))


def _span(state: State) -> str:
    return _output(_TO.join(_number(state, one) for one in state.get("value") or ()))


def _labels(state: State) -> list[str]:
    return [str(label) for label in state.get("_options_labels") or []]


def _span_of_labels(state: State) -> str:
    labels = _labels(state)
    return _output(_TO.join(labels[i] for i in state.get("index") or () if i < len(labels)))


def _progress(state: State) -> str:
    low, high, value = (state.get(name) for name in ("min", "max", "value"))
    try:
        done = f' max="{high - low}" value="{value - low}"'  # type: ignore[operator]
    except TypeError:
        done = ""  # as one that only says that it is busy
    return f"<progress{done}{_name(state, 'progress')}></progress>"


def _box(state: State) -> str:
    checked = " checked" if state.get("value") else ""
    return f'<input type="checkbox" disabled{checked}{_name(state)}>'


def _valid(state: State) -> str:
    return _output("✓" if state.get("value") else f"✗ {state.get('readout') or ''}".strip())


def _menu(state: State) -> str:
    index = state.get("index")
    chosen = {*index} if isinstance(index, Sequence) else {index}
    options = "".join(
        f"<option{' selected' if i in chosen else ''}>{escape(label)}</option>"
        for i, label in enumerate(_labels(state))
    )
    several = " multiple" if isinstance(index, Sequence) else ""
    return f"<select disabled{several}{_name(state)}>{options}</select>"


def _radio(state: State) -> str:
    legend = escape(str(state.get("description") or ""))
    choices = "".join(
        '<label class="choice"><input type="radio" disabled'
        f"{' checked' if i == state.get('index') else ''}> {escape(label)}</label>"
        for i, label in enumerate(_labels(state))
    )
    return f"<fieldset>{f'<legend>{legend}</legend>' if legend else ''}{choices}</fieldset>"


def _text(state: State) -> str:
    value, hint = (escape(str(state.get(name) or "")) for name in ("value", "placeholder"))
    given = f'value="{value}" placeholder="{hint}"'
    return f'<input type="text" disabled {given}{_name(state)}>'


def _long_text(state: State) -> str:
    value, hint = (escape(str(state.get(name) or "")) for name in ("value", "placeholder"))
    return f'<textarea disabled placeholder="{hint}"{_name(state)}>{value}</textarea>'


def _password(state: State) -> str:
    # The notebook shows dots, and how many is nobody's business.
    dots = "•" * 8 if state.get("value") else ""
    return _text({**state, "value": dots})


def _name(state: State, usual: str = "a choice") -> str:
    """Name a control that no label does."""
    if state.get("description"):
        return ""
    return f' aria-label="{escape(str(state.get("placeholder") or usual))}"'


def _button(state: State) -> str:
    pressed = f' aria-pressed="{"true" if state["value"] else "false"}"' if "value" in state else ""
    return f"<button disabled{pressed}>{escape(str(state.get('description') or ''))}</button>"


def _upload(state: State) -> str:
    files = state.get("value") or ()
    names = [str(one["name"]) for one in files if isinstance(one, Mapping) and "name" in one]
    title = f"{state.get('description') or 'Upload'} ({len(files)})"
    return f"<button disabled>{escape(title)}</button> {escape(', '.join(names))}".rstrip()


def _markup(state: State) -> str:
    return str(state.get("value") or "")  # HTML that the notebook wrote, as it is


def _words(state: State) -> str:
    return f"<span>{escape(str(state.get('value') or ''))}</span>"


def _value(state: State) -> str:
    value = state.get("value")
    return "" if value is None or isinstance(value, bytes) else _output(_number(state, value))


def _output(text: str) -> str:
    return f"<output>{escape(text)}</output>" if text else ""


def _colour(state: State) -> str:
    name = escape(str(state.get("value") or ""))
    return f'<span class="swatch" style="background: {name.partition(";")[0]}"></span> {name}'


def _several(state: State) -> str:
    return _output(", ".join(str(one) for one in state.get("value") or ()))


def _moment(state: State) -> str:
    """Write a date, a time or both; months are counted from 0."""
    value = state.get("value")
    if not isinstance(value, Mapping):
        return _output("not set")
    day = "{year:04}-{month:02}-{date:02}" if "year" in value else ""
    time = "{hours:02}:{minutes:02}:{seconds:02}" if "hours" in value else ""
    parts = {"minutes": 0, "seconds": 0, **value, "month": value.get("month", 0) + 1}
    return _output(f"{day} {time}".strip().format(**parts))


_NAMED = ("Button", "FileUpload", "RadioButtons", "ToggleButton", "ToggleButtons")
"""Kinds that show their own name."""
_MARKUP = ("HTML", "HTMLMath", "Label", "Image", "Audio", "Video")
"""Kinds that show what no label can hold, or what is no control."""
_SHOWN: dict[str, Callable[[State], str]] = {
    "Audio": as_media("audio", "audio"),
    "Button": _button,
    "Checkbox": _box,
    "ColorPicker": _colour,
    "ColorsInput": _several,
    "Combobox": _text,
    "DatePicker": _moment,
    "Datetime": _moment,
    "Dropdown": _menu,
    "FileUpload": _upload,
    "FloatLogSlider": _log_slider,
    "FloatProgress": _progress,
    "FloatRangeSlider": _span,
    "FloatSlider": _slider,
    "FloatsInput": _several,
    "HTML": _markup,
    "HTMLMath": _markup,
    "Image": as_media("img", "image"),
    "IntProgress": _progress,
    "IntRangeSlider": _span,
    "IntSlider": _slider,
    "IntsInput": _several,
    "Label": _words,
    "NaiveDatetime": _moment,
    "Password": _password,
    "RadioButtons": _radio,
    "Select": _menu,
    "SelectMultiple": _menu,
    "SelectionRangeSlider": _span_of_labels,
    "SelectionSlider": _menu,
    "TagsInput": _several,
    "Text": _text,
    "Textarea": _long_text,
    "Time": _moment,
    "ToggleButton": _button,
    "ToggleButtons": _radio,
    "Valid": _valid,
    "Video": as_media("video", "video"),
}
