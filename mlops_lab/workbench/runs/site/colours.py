"""The colours and the weight that a terminal writes in, as its escape sequences change them."""

__all__ = ["changed"]

_FOREGROUND, _BACKGROUND = "foreground", "background"
_ENDS = {"22": ("1", "2"), "23": ("3",), "24": ("4",), "25": ("5",), "27": ("7",), "29": ("9",)}
_LENGTH = {"5": 2, "2": 4}  # of a colour by its number, and by red, green and blue


def changed(style: dict[str, str], sequence: str) -> dict[str, str]:
    r"""Return the style after a sequence, ``\x1b[...m``.

    Parameters
    ----------
    style : dict of str to str
        What is written by: empty at first; the values, joined by semicolons, are a sequence.
    sequence : str
        The numbers between ``\x1b[`` and ``m``.

    Returns
    -------
    dict of str to str
        A number that is not known changes nothing.

    Examples
    --------
    >>> changed(changed({}, "1;31"), "38;5;208")
    {'1': '1', 'foreground': '38;5;208'}
    >>> changed({"1": "1"}, "0")
    {}
    """
    style, numbers = dict(style), [one.lstrip("0") for one in sequence.split(";")]
    while numbers:
        code = numbers.pop(0)
        if code in ("38", "48"):
            length = _LENGTH.get(numbers[0] if numbers else "", 0)
            rest, numbers = numbers[:length], numbers[length:]
            style[_ground(code)] = ";".join([code, *(one or "0" for one in rest)])
        elif code in ("39", "49"):
            style.pop(_ground(code), None)
        elif not code:
            style.clear()
        elif code in _ENDS:
            for one in _ENDS[code]:
                style.pop(one, None)
        elif len(code) > 1:
            style[_ground(code)] = code
        else:
            style[code] = code
    return style


def _ground(code: str) -> str:
    return _BACKGROUND if code[0] == "4" or code[:2] == "10" else _FOREGROUND
