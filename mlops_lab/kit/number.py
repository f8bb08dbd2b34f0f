"""Numbers as readers type them and as the page tells them."""

import math
import re
import unicodedata

__all__ = ["in_words", "read_number"]

_PLAIN = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE)
_GAP = re.compile(r"(?<=\d)[ '\u2019_](?=\d{3}(?!\d))")
_GROUPED = re.compile(r"([-+]?[1-9]\d{0,2}(?:,\d{3})+)(\.\d+)?")
_DOTTED = re.compile(r"([-+]?[1-9]\d{0,2}(?:\.\d{3})+),(\d+)")
_PERCENT = ("%", "percent", "per cent")


def read_number(text: object, unit: str = "") -> float:
    """Read a number that somebody typed.

    Parameters
    ----------
    text : str or number
        ``10``, ``0.1``, ``.1``, ``0,1``, ``1e-1``, ``1/10``, ``1 000``, ``1,000`` and ``1.000,5``
        are numbers; the unit may follow, ``~`` may stand before. A comma is a decimal mark, except
        where three digits follow it and a number from 1 to 999 comes before it: ``1,000`` is a
        thousand, as the page writes it.
    unit : str
        What the number is asked in. Where that is ``%``, ``10`` and ``10 %`` are the same, and a
        fraction is a share: ``1/10`` is 10. Where there is no unit, ``10 %`` is 0.1.

    Returns
    -------
    float
        In that unit.

    Raises
    ------
    ValueError
        For what is no finite number or has another unit, with what is allowed.

    Examples
    --------
    >>> [read_number(one) for one in ("10 %", "0,1", "1e-1", "1/10")]
    [0.1, 0.1, 0.1, 0.1]
    >>> read_number("10 %", "%"), read_number("1/10", "%"), read_number(" 1 000 ms", "ms")
    (10.0, 10.0, 1000.0)
    """
    said = unicodedata.normalize("NFKC", str(text)).replace("\u2212", "-").replace("\u2044", "/")
    body = said.strip().lstrip("~\u2248").strip()
    bare = _without(body, (unit,)) if unit else body
    percent = unit != "%" and bare == body and _without(body, _PERCENT) != body
    try:
        if percent and unit:
            raise ValueError(body)
        number = _value(_without(bare, _PERCENT) if percent or unit == "%" else bare)
    except (ValueError, ZeroDivisionError, OverflowError):
        raise ValueError(_refusal(str(text).strip(), unit)) from None
    if percent:
        return number / 100
    return 100 * number if unit == "%" and "/" in bare else number


def in_words(number: float, unit: str = "") -> str:
    """Write a number with its unit, in three digits, or in full from 1,000 on.

    Examples
    --------
    >>> in_words(31.25, "%"), in_words(24_310), in_words(1, "points"), in_words(1, "ms")
    ('31.2 %', '24,310', '1 point', '1 ms')
    """
    short = _short(number)
    one = short == "1" and len(unit) > 3  # such as points, not ms
    return f"{short} {unit.removesuffix('s') if one else unit}".strip()


def _without(body: str, units: tuple[str, ...]) -> str:
    """Take one of the units from the end of a text."""
    found = [one for one in units if body.casefold().endswith(one.casefold())]
    return body[: -len(found[-1])].rstrip() if found else body


def _value(body: str) -> float:
    over, slash, under = body.partition("/")
    number = _plain(over) / _plain(under) if slash else _plain(body)
    if not math.isfinite(number):
        raise ValueError(body)
    return number


def _plain(body: str) -> float:
    text = _GAP.sub("", body.strip())
    if found := _GROUPED.fullmatch(text):
        text = found[1].replace(",", "") + (found[2] or "")
    elif found := _DOTTED.fullmatch(text):
        text = f"{found[1].replace('.', '')}.{found[2]}"
    elif "." not in text:
        text = text.replace(",", ".", 1)
    if not _PLAIN.fullmatch(text):
        raise ValueError(body)
    return float(text)


def _refusal(text: str, unit: str) -> str:
    if not text:
        return "Type a number, then check."
    numbers = {"": "10, 0.1, 1e-1, 1/10 or 10 %", "%": "10, 10 %, 0.5 or 1/10"}
    allowed = numbers.get(unit, f"10, 0.1, 1e-1 or 10 {unit}")
    return f"{text!r} is not a number{f' in {unit}' if unit else ''}. Type one such as {allowed}."


def _short(number: float) -> str:
    return f"{number:.3g}" if abs(number) < 999.5 else f"{number:,.0f}"
