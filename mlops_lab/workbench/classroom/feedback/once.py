"""What a page has said already is not said again."""

import re

__all__ = ["told_once"]

_PASSED = re.compile(r"^All tests pass(?:ed)?\.\s*")
_POINTS = re.compile(r"^[\d.]+ of [\d.]+ points\.\s*")
_SIDES = re.compile(r"expected:? (.+?)[,;] (?:but )?(?:got|found|came):? (.+)", re.DOTALL)


def told_once(message: str, expected: str | None, found: str | None) -> str:
    """Take out of a test's message what stands beside it: that all passed, points, both sides.

    Parameters
    ----------
    message : str
        From the tests.
    expected, found : str or None
        What is shown in a table of its own.

    Examples
    --------
    >>> told_once("All tests pass.", None, None), told_once("2 of 3 points.", None, None)
    ('', '')
    >>> told_once("of 1, 5 and 3: expected 4, got 2", "4", "2")
    'Of 1, 5 and 3.'
    """
    left = _POINTS.sub("", _PASSED.sub("", message))
    sides = _SIDES.search(left)
    if expected is None or found is None or sides is None:
        return left
    if (sides[1].strip(), sides[2].strip().rstrip(".")) != (expected, found):
        return left
    before = left[: sides.start()].rstrip().rstrip(":,;").rstrip()
    return f"{before[:1].upper()}{before[1:]}{'' if before[-1:] in ('.', '') else '.'}"
