"""Check the values somebody gives against what a notebook declares, before any kernel starts."""

import math
import sys
from collections.abc import Callable, Iterable, Mapping

from mlops_lab.core import did_you_mean
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.parameters import TYPES, Parameter
from mlops_lab.workbench.runs.refusal import refusal, short
from mlops_lab.workbench.runs.scalars import SCALARS, convert
from mlops_lab.workbench.runs.yaml_text import read_values, read_words

__all__ = ["check", "from_text", "resolve"]

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
    if parameter.type in SCALARS:
        return _from_word(parameter, text)
    if not _is_typed(parameter):
        return check(parameter, read_values(text))
    words = read_words(text)
    if problem := _unfit(words):
        raise ValueError(problem)
    return check(parameter, _from_words(parameter, words))


def _from_word(parameter: Parameter, text: str) -> object:
    try:
        value = convert(parameter.type, text)
    except (ValueError, KeyError):
        raise refusal(parameter, text) from None
    return check(parameter, value)


def _is_typed(parameter: Parameter) -> bool:
    """Say whether all that a parameter holds has a type, so that its words need not say theirs."""
    within = parameter.within()
    return parameter.type in SCALARS if within is None else _is_typed(within)


def _from_words(parameter: Parameter, words: object) -> object:
    within = parameter.within()
    match words:
        case list() if within and parameter.type == "list":
            return [_of(words, _from_words, within, each) for each in words]
        case dict() if within and parameter.type == "dict":
            return {key: _of(words, _from_words, within, each) for key, each in words.items()}
        case str() if not within:
            return _from_word(parameter, words)
        case _:
            raise refusal(parameter, words)


def _of(
    whole: object, read: Callable[[Parameter, object], object], within: Parameter, each: object
) -> object:
    try:
        return read(within, each)
    except ValueError as error:
        raise ValueError(f"in {short(whole)}, {error}") from None


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
        The value; a float where a float is declared, in a list or a mapping too.

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
        raise refusal(parameter, value)
    if within := parameter.within():
        return _elements(value, within)
    if not _is_plain(value):
        raise refusal(parameter, value)
    for each in value if isinstance(value, list) else [value]:
        if not _within(parameter, each):
            raise refusal(parameter, value)
    return value


def _elements(value: object, within: Parameter) -> object:
    if isinstance(value, dict):
        return {key: _of(value, check, within, each) for key, each in value.items()}
    assert isinstance(value, list)  # nothing else has elements
    return [_of(value, check, within, each) for each in value]


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
            return f"{short(value)} cannot be written as UTF-8; give text that can."
        case list():
            parts = list(value)
        case dict():
            odd = [key for key in value if not isinstance(key, str)]
            if odd:
                return f"the mapping has the key {short(odd[0])}; keys must be text."
            parts = [*value, *value.values()]
        case _:
            parts = []
    return next(filter(None, (_unfit(each, depth + 1) for each in parts)), "")
