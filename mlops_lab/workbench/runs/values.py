"""Check the values somebody gives against what a notebook declares, before any kernel starts."""

import datetime
import math
import reprlib
import sys
from collections.abc import Iterable, Mapping

import yaml

from mlops_lab.workbench.runs.errors import RefusedError, did_you_mean
from mlops_lab.workbench.runs.parameters import TYPES, Parameter, allowed

__all__ = ["check", "from_text", "resolve"]

_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_DEEPEST = 50  # far more than a parameter needs, far less than any parser takes


def resolve(
    known: Mapping[str, Parameter],
    typed: Mapping[str, object] | None = None,
    texts: Iterable[tuple[str, str]] = (),
) -> dict[str, object]:
    """Turn what was given into checked values; everything wrong is told at once.

    Parameters
    ----------
    known : mapping of str to Parameter
        From `declared`.
    typed : mapping, optional
        Values that already have a type, from a file or a program. Types are taken strictly, only
        an int may stand for a float.
    texts : iterable of (name, text)
        Values from the command line; converted by the declared type. They win over `typed`, and
        of two with the same name the last wins.

    Returns
    -------
    dict
        Only the names that were given, in the order of the notebook.

    Raises
    ------
    RefusedError
        One line for each problem.
    """
    values: dict[str, object] = {}
    problems: list[str] = []
    words = dict(texts)
    for name, value in {**(typed or {}), **words}.items():
        if name not in known:
            problems.append(_unknown(name, known))
            continue
        try:
            each = known[name]
            values[name] = from_text(each, words[name]) if name in words else check(each, value)
        except ValueError as error:
            problems.append(f"{name}: {error}")
    if problems:
        raise RefusedError("\n".join(problems))
    return {name: values[name] for name in known if name in values}


def _unknown(name: str, known: Mapping[str, Parameter]) -> str:
    names = ", ".join(known) or "none"
    return f"{name}: there is no such parameter.{did_you_mean(name, known)} Parameters: {names}."


def from_text(parameter: Parameter, text: str) -> object:
    """Convert a word from the command line to the declared type, and check it.

    Raises
    ------
    ValueError
        Says what was given and what is allowed.

    Examples
    --------
    >>> shift = Parameter("shift", "float", "0.5", 0.5, True, "", low=0.0, high=2.0)
    >>> from_text(shift, "1")
    1.0
    """
    if parameter.type not in ("int", "float", "bool", "str"):
        return check(parameter, _yaml(text))
    try:
        match parameter.type:
            case "int":
                value: object = int(text)
            case "float":
                value = float(text)
            case "bool":
                value = _WORDS[text.strip().lower()]
            case _:
                value = text
    except (ValueError, KeyError):
        raise _refusal(parameter, text) from None
    return check(parameter, value)


def _yaml(text: str) -> object:
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        raise ValueError(f"{_short(text)} is not valid YAML.") from None
    except RecursionError:
        raise ValueError("the value is nested too deeply.") from None


def check(parameter: Parameter, value: object) -> object:
    """Check a typed value against a parameter, and return it ready to be injected.

    NaN and infinities are refused: no parameter of a lesson means them, and they are what a
    mistyped number turns into.

    Parameters
    ----------
    parameter : Parameter
        What the notebook declares.
    value : object
        An int is taken where a float is declared; a bool is no int.

    Returns
    -------
    object
        The value; a float where a float is declared.

    Raises
    ------
    ValueError
        Says what was given and what is allowed.
    """
    if problem := _unfit(value):
        raise ValueError(problem)
    if parameter.type == "float" and isinstance(value, int) and not isinstance(value, bool):
        value = float(value) if abs(value) < sys.float_info.max else math.inf
    if parameter.type != "any" and type(value) is not TYPES[parameter.type]:
        raise _refusal(parameter, value)
    if not _is_plain(value):
        raise _refusal(parameter, value)
    for each in value if isinstance(value, list) else [value]:
        if not _within(parameter, each):
            raise _refusal(parameter, value)
    return value


def _within(parameter: Parameter, value: object) -> bool:
    if parameter.choices and not any(_same(value, choice) for choice in parameter.choices):
        return False
    if parameter.low is None or parameter.high is None:
        return True
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return parameter.low <= value <= parameter.high


def _same(value: object, choice: str) -> bool:
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return float(choice) == value
        except ValueError:
            return False
    return str(value) == choice


def _is_plain(value: object) -> bool:
    # What papermill can write as a Python literal; anything else it silently turns into text.
    match value:
        case list():
            return all(map(_is_plain, value))
        case dict():
            return all(isinstance(key, str) for key in value) and all(
                map(_is_plain, value.values())
            )
        case float():
            return math.isfinite(value)
        case _:
            return value is None or isinstance(value, bool | int | str)


def _unfit(value: object, depth: int = 0) -> str:
    """Say what is wrong with a value whatever its parameter takes; empty when nothing is."""
    if depth > _DEEPEST:
        return f"the value is nested too deeply, more than {_DEEPEST} levels, or holds itself."
    match value:
        case str() if any(0xD800 <= ord(letter) <= 0xDFFF for letter in value):
            return f"{_short(value)} cannot be written as UTF-8; give text that can."
        case list():
            parts = list(value)
        case dict():
            odd = [key for key in value if not isinstance(key, str)]
            if odd:
                return f"the mapping has the key {_short(odd[0])}; keys must be text."
            parts = [*value, *value.values()]
        case _:
            parts = []
    return next(filter(None, (_unfit(each, depth + 1) for each in parts)), "")


def _short(value: object) -> str:
    return reprlib.repr(value)


def _refusal(parameter: Parameter, value: object) -> ValueError:
    takes = allowed(parameter)
    if parameter.type == "any":
        takes = takes.replace("any", "numbers, text, true, false, null, and lists of these", 1)
    message = f"{value!r} is not allowed; it takes {takes}."
    if isinstance(value, str):
        message += did_you_mean(value, parameter.choices) or _yaml_number(parameter, value)
    elif parameter.type == "str" and isinstance(value, bool | int | float | datetime.date):
        message += " YAML reads it as another type: put it in quotes."
    return ValueError(message)


def _yaml_number(parameter: Parameter, text: str) -> str:
    # YAML 1.1 takes 1e-3 for text, so a number that looks right is refused: say how to write it.
    try:
        is_number = math.isfinite(float(text))
    except ValueError:
        return ""
    if parameter.type == "float" and is_number:
        return " YAML reads it as text: write it without quotes, as in 0.001 or 1.0e-3."
    return ""
