"""Ask a process of its own for the normal forms of what students wrote."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlops_lab.core import ending_with_us

__all__ = ["Form", "code_forms", "text_form"]

LONGEST = 50_000
DEEPEST = 90
_DEATHS = 20
_SECONDS = 120.0
_PROGRAM = Path(__file__).with_name("normal.py")
_OPEN, _CLOSED = "([{", ")]}"


@dataclass(frozen=True)
class Form:
    """What two equal answers have in common.

    Attributes
    ----------
    kind : str
        ``"code"`` or ``"text"``.
    key : str
        The same for equal ones.
    size : int
        Syntax nodes of code, words of text.
    """

    kind: str
    key: str
    size: int


def text_form(source: str) -> Form:
    r"""Leave out case and layout.

    Examples
    --------
    >>> text_form("It  drifts.\n") == text_form("it drifts.")
    True
    """
    words = source.casefold().split()
    return Form("text", " ".join(words), len(words))


def code_forms(asked: Sequence[tuple[str, Sequence[str]]]) -> list[Form]:
    """Return the form of each piece of code; as text where Python cannot read it.

    Parameters
    ----------
    asked : sequence of (str, sequence of str)
        Code, of which nothing is run, and the names in it that count; see `normal_form`.
    """
    found: dict[int, Form] = {}
    waiting = [at for at, (source, _) in enumerate(asked) if _bounded(source)]
    for _ in range(_DEATHS):
        if not waiting:
            break
        lines = [json.dumps({"source": asked[at][0], "keep": list(asked[at][1])}) for at in waiting]
        replies = _replies(lines)
        for at, reply in zip(waiting, replies, strict=False):
            if reply["form"]:
                found[at] = Form("code", reply["form"], reply["size"])
        # It ended at the one after its last word: that one is left out.
        waiting = waiting[len(replies) + 1 :]
    return [found.get(at) or text_form(source) for at, (source, _) in enumerate(asked)]


def _bounded(source: str) -> bool:
    """Tell whether code is short and shallow enough to be given to the parser at all."""
    if len(source) > LONGEST:
        return False
    depth = deepest = 0
    for letter in source:
        depth += (letter in _OPEN) - (letter in _CLOSED)
        deepest = max(deepest, depth)
    return deepest <= DEEPEST


def _replies(lines: Sequence[str]) -> list[dict[str, Any]]:
    with tempfile.TemporaryFile("w+") as told, tempfile.TemporaryFile("w+") as said:
        told.write("\n".join(lines) + "\n")
        told.seek(0)
        command = ending_with_us([sys.executable, "-I", "-S", str(_PROGRAM)])
        try:
            subprocess.run(
                command, stdin=told, stdout=said, stderr=subprocess.DEVNULL, timeout=_SECONDS,
                check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            said.seek(0, 2)  # what it said until then counts
        said.seek(0)
        return [json.loads(line) for line in said if line.endswith("\n")]
