"""Count what went wrong, whatever the figures in it."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from mlops_lab.workbench.classroom.model import TaskResult

__all__ = ["Error", "common_errors", "general"]

_NO_ERROR = frozenset({"passed", "to mark", "missing", "unreadable"})
_LONGEST = 2_000
_SHOWN = 300
_CONTROL = re.compile(
    r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]"
)
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]+")
_QUOTED = re.compile(r"""(?<!\w)(?:'[^'\n]*'|"[^"\n]*")(?!\w)|`[^`\n]*`|“[^”\n]*”""")
_NUMBER = re.compile(  # nothing in it is tried twice, however long the text
    r"(?<![\w.])[-\u2212+]?+(?:\d++(?:[_,]\d++)*+\.?+\d*+|\.\d++)(?:[eE][-+]?\d++)?+(?!\w)"
    r"|\b(?:nan|inf)\b"
)
_HIDES = "A hidden test failed"
_ABOUT = re.compile(r"(?:Graded without isolation|Tests ran beside)[^.\n]*\.")
_WRAPPED = re.compile(r"\bnp\.\w+\((#|'…')\)")
_ROW = re.compile(r"(?:#|'…')(?:[\s,;]++(?:#|'…'))+")


@dataclass(frozen=True)
class Error:
    """One kind of error: how many students have it, in general words, with one as it came."""

    count: int
    general: str
    example: str


def general(message: str) -> str:
    """Replace what differs from student to student: numbers, quoted values, addresses.

    Examples
    --------
    >>> general("expected [1, -2.5e3], got [1, 2, 3] for 'ada' at 0x7f3a")
    "expected [#], got [#] for '…' at 0x…"
    >>> general("list index out of range; can't, won't")
    "list index out of range; can't, won't"
    """
    text = _CONTROL.sub("", message[:_LONGEST])
    text = _NUMBER.sub("#", _QUOTED.sub("'…'", _ADDRESS.sub("0x…", text)))
    text = _WRAPPED.sub(r"\1", " ".join(text.split()))
    return _cut(_ROW.sub(lambda row: "'…'" if "'" in row[0] else "#", text), _SHOWN)


def common_errors(results: Iterable[TaskResult], most: int = 5) -> list[Error]:
    """List the most frequent errors among the results of one task.

    Parameters
    ----------
    results : iterable of TaskResult
        What went well, was not answered or waits for a person is left out.
    most : int
        How many kinds at most; of equally frequent ones the first by their words.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in results:
        said = _said(one)
        if one.state not in _NO_ERROR and said:
            found[general(said)].append(said)
    ordered = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [Error(len(all_), kind, _cut(all_[0], _SHOWN)) for kind, all_ in ordered[:most]]


def _said(one: TaskResult) -> str:
    """Take the message; for a hidden test, which it keeps to itself, the detail's first line."""
    message = _ABOUT.sub("", one.message).strip()
    if message.startswith(_HIDES) and one.detail:
        message = one.detail.strip().partition("\n")[0].removeprefix("AssertionError: ")
    return _CONTROL.sub("", message[:_LONGEST]).strip()


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
