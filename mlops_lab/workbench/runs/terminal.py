"""Make text from a notebook fit for a terminal."""

import re

__all__ = ["SEQUENCE", "clean", "clean_lines"]

SEQUENCE = re.compile(r"\x1b\[[0-9;:?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
"""What a terminal takes as an order of several characters: a colour, a move, a new title."""
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_WIDEST = 500  # characters of a line


def clean(line: str, *, color: bool = False, widest: int = _WIDEST) -> str:
    r"""Take out what would steer a terminal, and cut what is too long to read.

    Parameters
    ----------
    line : str
        One line; a newline in it goes too, a tab stays.
    color : bool
        Keep colours.
    widest : int
        How many characters to keep.

    Returns
    -------
    str
        As many characters of the line, and how many were left out.

    Examples
    --------
    >>> clean("a\x1b[2J\x1b[31mb\x07")
    'ab'
    """
    bare = _CONTROL.sub("", SEQUENCE.sub("", line))
    if len(bare) > widest:
        return f"{bare[:widest]} ... {len(bare) - widest} characters left out"
    if not color:
        return bare
    texts = [_CONTROL.sub("", text) for text in SEQUENCE.split(line)]
    orders = [each if each.endswith("m") else "" for each in SEQUENCE.findall(line)]  # m: colour
    return "".join(text + order for text, order in zip(texts, [*orders, ""], strict=True))


def clean_lines(text: str, *, widest: int = _WIDEST) -> str:
    """Do for each line of a text what `clean` does for one."""
    return "\n".join(clean(line, widest=widest) for line in text.split("\n"))
