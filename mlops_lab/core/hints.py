"""The name that somebody may have meant."""

from collections.abc import Iterable

__all__ = ["did_you_mean"]


def did_you_mean(word: object, known: Iterable[str], form: str = " Did you mean {}?") -> str:
    """Name the closest known word, as the tail of a sentence.

    Parameters
    ----------
    word : object
        What was written; anything but a text is compared by its text.
    known : iterable of str
        What could have been meant.
    form : str
        The tail, with the place of the word in it: ``{}``, or ``{!r}`` for quotes.

    Returns
    -------
    str
        The tail, or nothing when no word is close. Upper and lower case count as the same.

    Examples
    --------
    >>> did_you_mean("shfit", ["shift", "seed"])
    ' Did you mean shift?'
    >>> did_you_mean("Shift", ["shift", "seed"], "; did you mean {!r}?")
    "; did you mean 'shift'?"
    >>> did_you_mean("colour", ["shift", "seed"])
    ''
    """
    from difflib import get_close_matches  # only a mistake needs it

    by_folded = {name.casefold(): name for name in known}
    close = get_close_matches(str(word).casefold(), by_folded, n=1)
    return form.format(by_folded[close[0]]) if close else ""
