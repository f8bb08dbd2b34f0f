"""The ways a command ends without what was asked, and the hint for names and values."""

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["KernelError", "RefusedError", "UnfinishedError", "did_you_mean"]


class RefusedError(ValueError):
    """What was asked for cannot be run as asked; the message says what can."""


class KernelError(RuntimeError):
    """The Python kernel did not start."""


class UnfinishedError(RuntimeError):
    """Runs that the result rests on did not come to their end, so there is none."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Name the closest known word, as the tail of a sentence.

    Parameters
    ----------
    word : str
        What was written.
    known : iterable of str
        What could have been meant.

    Returns
    -------
    str
        `` Did you mean <word>?`` with a leading space, or nothing when no word is close.

    Examples
    --------
    >>> did_you_mean("shfit", ["shift", "seed"])
    ' Did you mean shift?'
    >>> did_you_mean("colour", ["shift", "seed"])
    ''
    """
    by_folded = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), by_folded, n=1)
    return f" Did you mean {by_folded[close[0]]}?" if close else ""
