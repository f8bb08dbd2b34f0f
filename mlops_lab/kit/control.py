"""Controls on a function: how they are made, what they may be set to, what their reader sees."""

from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, signature
from typing import TYPE_CHECKING

from mlops_lab.kit.panel import WIDE

if TYPE_CHECKING:
    from ipywidgets import Widget

__all__ = ["controls_of", "place_of", "shown", "thinned", "values_of"]

_OWN = {"alt", "still", "wait"}


def controls_of(
    draw: "Callable[..., object]", controls: Mapping[str, object]
) -> "dict[str, Widget]":
    """Make the controls on a function that draws, each named and as wide as its neighbours.

    Parameters
    ----------
    draw : callable with keyword parameters
    controls : mapping of parameter name to widget or short form
        As `explore` takes them.

    Returns
    -------
    dict of ipywidgets by parameter name

    Raises
    ------
    ValueError
        As `explore` does.
    """
    known = signature(draw).parameters
    unknown = sorted(set(controls) - set(known))
    bare = [
        name for name, one in known.items() if one.default is one.empty and name not in controls
    ]
    if taken := sorted(_OWN & set(known)):
        raise ValueError(
            f"the drawing function cannot have parameters called {', '.join(sorted(_OWN))}, which "
            f"are explore's own; it has {', '.join(taken)}: give it another name"
        )
    if not controls:
        raise ValueError(f"give a control for at least one parameter: {', '.join(known)}")
    if unknown or bare:
        raise ValueError(
            f"controls must be parameters of the drawing function ({', '.join(known)}), and those "
            f"without a default need one; unknown: {unknown}, missing: {bare}"
        )
    wide = f"{max(9.0, 0.55 * max(map(len, controls)))}em"  # names that are cut off tell nothing
    return {
        name: _widget(name, short, known[name].default, wide) for name, short in controls.items()
    }


def shown(control: "Widget", value: object) -> str:
    """Return a control's value as its reader sees it.

    Parameters
    ----------
    control : ipywidget
    value : object
        One that the control may have; a menu shows the label of its option.
    """
    if hasattr(control, "options"):
        label = next((label for label, one in _options(control) if one is value), None)
        label = label or next((label for label, one in _options(control) if one == value), None)
        value = label if label is not None else value
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def values_of(control: "Widget") -> list[object]:
    """List all values of a control, in its order.

    Parameters
    ----------
    control : ipywidget
        A slider, a menu or a box. A slider that stands between two of its steps, as a default may,
        has that value instead of the nearest step.

    Returns
    -------
    list

    Raises
    ------
    TypeError
        For a control of another kind, whose values cannot be counted.
    """
    now = control.value
    if hasattr(control, "options") and isinstance(control.index, int):
        return [value for _, value in _options(control)]
    if isinstance(now, bool):
        return [False, True]
    step = getattr(control, "step", None)
    if not isinstance(now, int | float) or not step or hasattr(control, "base"):
        raise TypeError(f"a {type(control).__name__} has no list of values")
    count = int((control.max - control.min) / step + 1e-9) + 1
    values: list[object] = [_rounded(control.min + i * step) for i in range(count)]
    values[min(round((now - control.min) / step), count - 1)] = now
    return values


def place_of(values: Sequence[object], wanted: object) -> int:
    """Say at which place a value stands; ValueError when it is none of them."""
    same = (i for i, one in enumerate(values) if one is wanted)
    found = next(same, None)  # True and 1 are equal, but not the same option
    return list(values).index(wanted) if found is None else found


def thinned(values: Sequence[object], count: int, at: int) -> list[object]:
    """Choose some values at even distances, a certain one among them.

    Parameters
    ----------
    values : sequence
    count : int, 2 or more
        How many to keep; all, where there are no more.
    at : int
        The place of the value that has to stay.

    Returns
    -------
    list
        In their order.

    Examples
    --------
    >>> thinned(range(11), 3, 5), thinned(range(11), 3, 4), thinned("abc", 9, 0)
    ([0, 5, 10], [0, 4, 10], ['a', 'b', 'c'])
    """
    if count >= len(values):
        return list(values)
    places = [round(i * (len(values) - 1) / (count - 1)) for i in range(count)]
    places[min(range(count), key=lambda i: abs(places[i] - at))] = at
    return [values[place] for place in places]


def _rounded(value: float) -> float:
    """Return 0.15 instead of the 0.15000000000000002 that adding up steps comes to."""
    return value if isinstance(value, int) else round(value, 10)


def _options(control: "Widget") -> list[tuple[str, object]]:
    """Return a menu's labels and values; it may have been given either, or both."""
    given = control.options
    pairs = list(given.items()) if isinstance(given, Mapping) else list(given)
    if all(isinstance(one, tuple | list) and len(one) == 2 for one in pairs):
        return [(str(label), value) for label, value in pairs]
    return [(str(one), one) for one in pairs]


def _widget(name: str, short: object, default: object, wide: str) -> "Widget":
    from ipywidgets import FloatSlider, Widget, interactive

    if isinstance(short, Widget):
        return short
    try:
        made = interactive.widget_from_abbrev(short, default) if short != [] else None
    except ValueError:  # from low to high the wrong way round, or a step of 0
        made = None
    if made is None:
        raise ValueError(
            f"control {name} must be a widget, (low, high, step), a list or a bool; got {short!r}"
        )
    if default is not Parameter.empty and made.value != default:
        raise ValueError(f"control {name}: the default {default!r} is not in {short!r}")
    made.description = name.replace("_", " ")
    made.style.description_width = wide
    made.layout.width = WIDE
    if isinstance(made, FloatSlider):
        # Always two decimals, as it comes, shows several values of a fine slider as the same one.
        made.readout_format = f".{max(map(_decimals, (made.step, made.min, made.value)))}f"
    return made


def _decimals(number: float) -> int:
    """Count the decimals with which a number is written.

    Examples
    --------
    >>> _decimals(0.0025), _decimals(5.0)
    (4, 0)
    """
    _, _, decimals = f"{number:.6f}".rstrip("0").partition(".")
    return len(decimals)
