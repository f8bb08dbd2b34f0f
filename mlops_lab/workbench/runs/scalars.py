"""A number, a bool or a text out of a word, by the type that is declared for it."""

import math

__all__ = ["SCALARS", "convert", "meant"]

SCALARS = ("int", "float", "bool", "str")
"""Types of a single value."""
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def convert(kind: str, text: str) -> object:
    """Convert a word to a type; ValueError or KeyError when it stands for no such value.

    Examples
    --------
    >>> convert("float", "1e-3"), convert("bool", "yes")
    (0.001, True)
    """
    match kind:
        case "int":
            return int(text)
        case "float":
            return float(text)
        case "bool":
            return _WORDS[text.strip().lower()]
        case _:
            return text


def meant(kind: str, text: str) -> object:
    """Return the finite number or the bool that a text was meant as; raises as `convert`.

    Examples
    --------
    >>> meant("int", "1e3")
    1000
    """
    if kind == "bool":
        return convert(kind, text)
    number = float(text)
    if not math.isfinite(number) or (kind == "int" and not number.is_integer()):
        raise ValueError(text)
    return int(number) if kind == "int" else number
