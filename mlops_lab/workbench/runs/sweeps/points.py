"""The points of a sweep, written as words: a list, a range, a random draw."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import islice, product
from typing import TYPE_CHECKING

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.parameters import Parameter
from mlops_lab.workbench.runs.values import check, from_text, resolve

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["MOST", "Point", "combined", "grid", "random_points"]

Point = dict[str, object]
"""Values by parameter, only of those that were given."""

MOST = 100_000
"""The most points that one sweep takes: more than that is a mistyped step."""

_Reader = Callable[[Parameter, str], list[object]]
_NUMBERS = ("int", "float")
_SCALARS = (*_NUMBERS, "bool", "str")


def grid(known: Mapping[str, Parameter], words: Iterable[tuple[str, str]]) -> list[Point]:
    """Return every combination of what the words say, the last name changing fastest.

    Parameters
    ----------
    known : mapping of str to Parameter
        What the notebook declares.
    words : iterable of (name, text)
        Of a number, text or bool: one value, a list ``ks,psi``, or for numbers a range
        ``low:high:step`` with both ends, as far as the steps reach. ``low:high`` is a range of
        whole steps for an int. A parameter of any other type takes one value, as YAML. The last
        word of a name wins.

    Returns
    -------
    list of dict
        Checked values; one empty point without words.

    Raises
    ------
    RefusedError
        One line for each word that cannot be read, and for more than `MOST` points.

    Examples
    --------
    >>> shift = Parameter("shift", "float", "0.5", 0.5, True, "", low=0.0, high=2.0)
    >>> grid({"shift": shift}, [("shift", "0:1:0.5")])
    [{'shift': 0.0}, {'shift': 0.5}, {'shift': 1.0}]
    """
    columns = _columns(known, words, _listed)
    _refuse_too_many({name: len(values) for name, values in columns.items()})
    return [dict(zip(columns, values, strict=True)) for values in product(*columns.values())]


def combined(parts: Mapping[str, Sequence[Point]]) -> list[Point]:
    """Return every combination of points of several kinds, the last kind changing fastest.

    Parameters
    ----------
    parts : mapping of str to sequence of points
        By what they are, for the message. Of a parameter that two kinds have, the later's value
        counts.

    Raises
    ------
    RefusedError
        For more than `MOST` points, before any is made.

    Examples
    --------
    >>> combined({"rows": [{"a": 1}, {"a": 2}], "seeds": [{"seed": 0}]})
    [{'a': 1, 'seed': 0}, {'a': 2, 'seed': 0}]
    """
    _refuse_too_many({name: len(points) for name, points in parts.items()})
    made: list[Point] = [{}]
    for points in parts.values():
        made = [{**one, **other} for one in made for other in points]
    return made


def random_points(
    known: Mapping[str, Parameter], words: Iterable[tuple[str, str]], number: int, seed: int
) -> list[Point]:
    """Draw points at random, each parameter independently of the others.

    Parameters
    ----------
    known, words
        As in `grid`, but ``low:high`` is drawn uniformly (whole numbers for an int, both ends
        included), ``low:high:log`` uniformly in the logarithm, and of anything else each listed
        value is as likely as any other.
    number : int
        How many points, 1 to `MOST`.
    seed : int
        Seed of the draw; the first n points of a longer draw are those of a draw of n.

    Raises
    ------
    RefusedError
        As `grid`; also for a logarithm of what is not above zero.
    """
    import numpy as np

    if not 1 <= number <= MOST:
        raise RefusedError(f"{number} random points are not allowed; 1 to {MOST:,} are.")

    def read(parameter: Parameter, text: str) -> list[object]:
        # A stream of its own for each name: another parameter, or more points, change none.
        rng = np.random.default_rng([seed, *parameter.name.encode()])
        return _drawn(parameter, text, rng, number)

    columns = _columns(known, words, read)
    return [{name: values[i] for name, values in columns.items()} for i in range(number)]


def _refuse_too_many(sizes: Mapping[str, int]) -> None:
    number = math.prod(sizes.values())
    if number > MOST:
        told = " x ".join(f"{size:,} {name}" for name, size in sizes.items())
        raise RefusedError(f"{told} are {number:,} points; {MOST:,} at most. Widen a step.")


def _columns(
    known: Mapping[str, Parameter], words: Iterable[tuple[str, str]], read: _Reader
) -> dict[str, list[object]]:
    columns, problems = dict[str, list[object]](), []
    for name, text in dict(words).items():
        try:
            if name not in known:
                resolve(known, {name: text})  # says which names there are
            columns[name] = read(known[name], text)
        except RefusedError as error:  # it names the parameter already
            problems.append(str(error))
        except ValueError as error:
            problems.append(f"{name}: {error}")
    if problems:
        raise RefusedError("\n".join(problems))
    return columns


def _listed(parameter: Parameter, text: str) -> list[object]:
    if parameter.type not in _SCALARS:
        return [from_text(parameter, text)]
    words = [word.strip() for word in text.split(",")]
    if parameter.type in _NUMBERS:
        ranges = (each for word in words for each in _range(parameter, word))
        words = list(islice(ranges, MOST + 1))
        if len(words) > MOST:
            raise ValueError(f"{text!r} has more than {MOST:,} points. Widen a step.")
    return list(dict.fromkeys(from_text(parameter, word) for word in words))


def _range(parameter: Parameter, word: str) -> list[str]:
    if ":" not in word:
        return [word]
    parts = word.split(":")
    if len(parts) == 2 and parameter.type == "int":
        parts.append("1")
    if len(parts) != 3:
        raise ValueError(
            f"{word!r} is no range here; write low:high:step, as in 0:1:0.25. "
            "low:high is for random points."
        )
    low, high, step = (_number(word, part) for part in parts)
    if step <= 0 or high < low:
        raise ValueError(f"{word!r} has no points; low must not pass high, and step be above 0.")
    if (high - low) / step >= MOST:
        raise ValueError(f"{word!r} has more than {MOST:,} points. Widen the step.")
    # Decimal: 0:1:0.1 ends at 1 and holds 0.3, not 0.30000000000000004.
    return [f"{(low + i * step).normalize():f}" for i in range(int((high - low) / step) + 1)]


def _number(word: str, part: str) -> Decimal:
    try:
        number = Decimal(part.strip())
    except InvalidOperation:
        raise ValueError(f"{part!r} in {word!r} is not a number.") from None
    if not number.is_finite():
        raise ValueError(f"{part!r} in {word!r} is not finite.")
    return number


def _drawn(parameter: Parameter, text: str, rng: "Generator", number: int) -> list[object]:
    parts = text.split(":")
    ranged = parameter.type in _NUMBERS and "," not in text and len(parts) in (2, 3)
    if not ranged or (len(parts) == 3 and parts[2].strip() != "log"):
        values = _listed(parameter, text)
        return [values[i] for i in rng.integers(len(values), size=number)]
    # Read as values of the parameter, so that an end which is not allowed is told as it stands.
    low, high = (float(str(from_text(parameter, part.strip()))) for part in parts[:2])
    if high < low:
        raise ValueError(f"{text!r} has nothing to draw from; low must not pass high.")
    if len(parts) == 3:
        if low <= 0:
            raise ValueError(f"{text!r} has no logarithm; low must be above 0.")
        powers = rng.uniform(math.log(low), math.log(high), number)
        drawn = [min(max(math.exp(power), low), high) for power in powers]
    elif parameter.type == "int":
        drawn = [float(value) for value in rng.integers(int(low), int(high), number, endpoint=True)]
    else:
        drawn = list(rng.uniform(low, high, number))
    whole = parameter.type == "int"
    return [check(parameter, round(value) if whole else float(value)) for value in drawn]
