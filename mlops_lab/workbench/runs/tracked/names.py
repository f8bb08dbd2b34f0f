"""Names as MLflow takes them: letters, digits, and few other characters."""

import json
import posixpath
import re
from collections.abc import Iterable

__all__ = ["distinct", "text"]

_REFUSED = re.compile(r"[^\w.\- :]")
_LONGEST = 240  # MLflow takes 250; a number may have to follow


def distinct(names: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Return each name the one that MLflow takes instead: no two the same, most as they are.

    Parameters
    ----------
    names : iterable of str
    taken : iterable of str
        Names that none may become.

    Examples
    --------
    >>> distinct(["gap", "at least 70 %", "at least 70 +"], taken=[])
    {'gap': 'gap', 'at least 70 %': 'at least 70 _', 'at least 70 +': 'at least 70 _ 2'}
    """
    used, made = set(taken), {}
    for name in dict.fromkeys(names):
        plain = _REFUSED.sub("_", name)[:_LONGEST].strip() or "_"
        if posixpath.normpath(plain) != plain or plain.startswith("."):
            plain = f"_{plain}"  # it goes into an address
        made[name], number = plain, 2
        while made[name] in used:
            made[name], number = f"{plain} {number}", number + 1
        used.add(made[name])
    return made


def text(value: object, longest: int) -> str:
    """Write a value as a param or a tag: text as it is, all else as JSON; cut where too long.

    Examples
    --------
    >>> text("made", 100), text([1, 2], 100), text(None, 100), text("abcdef", 4)
    ('made', '[1, 2]', 'null', 'abc…')
    """
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False, default=repr)
    return value if len(value) <= longest else f"{value[: longest - 1]}…"
