"""The states of an explorer as pictures, for pages behind which no kernel runs."""

import base64
import io
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import product, takewhile
from math import prod
from typing import TYPE_CHECKING, Any

from mlops_lab.kit.control import place_of, shown, thinned, values_of
from mlops_lab.kit.output import show_data

if TYPE_CHECKING:
    from ipywidgets import Widget

    from mlops_lab.kit.explorer import Explorer

__all__ = ["MOST", "STILLS", "Still", "draw_stills", "remember", "still_values"]

STILLS = "application/vnd.mlops-lab.stills+json"
"""The MIME type of an explorer's states."""
MOST = 200
"""The most pictures of one explorer."""

Still = Mapping[str, int | Sequence[object] | None]
"""For one or two controls how many values, or which ones, or None for all."""
_opened: "list[Explorer]" = []  # of this kernel, in the order of their cells


def still_values(still: Still, controls: "Mapping[str, Widget]") -> dict[str, list[object]]:
    """Say which values of which controls are drawn where no kernel is there.

    Parameters
    ----------
    still : mapping of str to int, list or None
        One or two controls, and of each how many values, 2 or more, or which ones, or None for
        all. The value at which a control stands now is always among them.
    controls : mapping of str to ipywidget

    Returns
    -------
    dict
        The values of each control that was named, in its order.

    Raises
    ------
    ValueError
        For a name that is no control, more than two of them, a count below 2, a value that the
        control cannot have, a control whose values cannot be listed, or more than `MOST` pictures.
    """
    unknown = sorted(set(still) - set(controls))
    if unknown or not 1 <= len(still) <= 2:
        raise ValueError(
            f"still names one or two controls of {', '.join(controls)}; got {sorted(still)}"
        )
    values = {name: _values(name, wanted, controls[name]) for name, wanted in still.items()}
    if (number := prod(map(len, values.values()))) > MOST:
        sizes = " by ".join(f"{len(some)} of {name}" for name, some in values.items())
        raise ValueError(
            f"still: {sizes} are {number} pictures, at most {MOST}. "
            f'Name fewer values, as in still={{"{next(iter(still))}": 10}}'
        )
    return values


def _values(name: str, wanted: int | Sequence[object] | None, control: "Widget") -> list[object]:
    try:
        values = values_of(control)
    except TypeError as error:
        raise ValueError(f"still: {name} must be a slider, a menu or a box; {error}") from error
    if wanted is None:
        return values
    if isinstance(wanted, list | tuple):
        return _named(name, wanted, values, control.value)
    if isinstance(wanted, bool) or not isinstance(wanted, int) or wanted < 2:
        raise ValueError(
            f"still: {name} needs 2 values or more, a list of them, or None for all; got {wanted!r}"
        )
    return thinned(values, wanted, place_of(values, control.value))


def _named(
    name: str, wanted: Sequence[object], values: Sequence[object], first: object
) -> list[object]:
    strangers = [one for one in wanted if one not in values]
    if strangers:
        raise ValueError(
            f"still: {name} cannot be {', '.join(map(repr, strangers))}; "
            f"it has {len(values)} values from {values[0]!r} to {values[-1]!r}"
        )
    return [one for one in values if one in wanted or one == first]


def remember(explorer: "Explorer") -> None:
    """Keep an explorer whose states may be asked for at the end of the notebook."""
    _opened.append(explorer)


def draw_stills() -> None:
    """Draw all states of the explorers that were opened in this kernel, and hand them out as data.

    Each explorer becomes one output of the type `STILLS`: the id of its panel, the controls with
    the labels of their values and the place of the first state, the values of the others, the
    pictures as lossless WebP in base64, the last control the fastest, their alt texts as what all
    begin with, what differs, and what all end with, and the seconds that drawing took.
    """
    for explorer in _opened:
        data = _states(explorer)
        number = len(data["pictures"])
        show_data({STILLS: data, "text/plain": f"{number} states in {data['seconds']:.1f} s"})


def _states(explorer: "Explorer") -> dict[str, Any]:
    begin = time.perf_counter()
    drawn = list(_drawn(explorer))
    return {
        "panel": explorer.panel.model_id,
        "controls": [_control(explorer, name) for name in explorer.still],
        "others": [
            {"name": _spoken(name), "label": shown(control, explorer.first[name])}
            for name, control in explorer.controls.items()
            if name not in explorer.still
        ],
        "pictures": [base64.b64encode(_webp(png)).decode() for png, _ in drawn],
        "alts": _shared([alt for _, alt in drawn]),
        "seconds": round(time.perf_counter() - begin, 3),
    }


def _drawn(explorer: "Explorer") -> Iterator[tuple[bytes, str]]:
    for values in product(*explorer.still.values()):
        state = dict(zip(explorer.still, values, strict=True))
        try:
            yield explorer.state(state)
        except Exception as error:
            error.add_note(f"It happened in the state {state}, which still= asks for.")
            raise


def _control(explorer: "Explorer", name: str) -> dict[str, Any]:
    control, values = explorer.controls[name], explorer.still[name]
    return {
        "name": _spoken(name),
        "labels": [shown(control, value) for value in values],
        "first": place_of(values, explorer.first[name]),
    }


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _shared(texts: Sequence[str]) -> dict[str, Any]:
    """Split texts into what all begin with, what differs, and what all end with.

    Examples
    --------
    >>> _shared(["a low line", "a high line"])
    {'before': 'a ', 'differs': ['low', 'high'], 'after': ' line'}
    """
    before = _common(texts)
    rest = [text.removeprefix(before) for text in texts]
    after = _common([text[::-1] for text in rest])[::-1]
    return {
        "before": before,
        "differs": [text.removesuffix(after) for text in rest],
        "after": after,
    }


def _common(texts: Sequence[str]) -> str:
    """Return the letters with which all texts begin."""
    same = takewhile(lambda letters: len(set(letters)) == 1, zip(*texts, strict=False))
    return "".join(letters[0] for letters in same)


def _webp(png: bytes) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").save(buffer, "WEBP", lossless=True, method=4)
    return buffer.getvalue()
