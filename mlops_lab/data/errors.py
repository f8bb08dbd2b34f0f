"""The errors of the data package, each one clear sentence with the fix."""

from mlops_lab.core import LabError, did_you_mean

__all__ = ["DamageError", "DataError", "UnknownNameError", "unknown_name"]


class DataError(LabError):
    """Data could not be had; the message is one sentence that says why and what to do."""


class UnknownNameError(DataError):
    """No data set has this name."""


class DamageError(Exception):
    """What was read is not what the card promises.

    Used inside the package only: whoever knows where the data came from turns it into a
    `DataError` with the fix.

    Parameters
    ----------
    what : str
        The file (or data set) that is damaged.
    reason : str
        The rest of the sentence, for example ``"has 10 rows where the card says 20"``.
    """

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(f"{what} {reason}")
        self.what = what
        self.reason = reason


def unknown_name(name: str, allowed: list[str]) -> UnknownNameError:
    """Describe a name that does not exist, with the closest one that does.

    Parameters
    ----------
    name : str
        What was asked for.
    allowed : list of str
        The names that exist; may be empty.

    Returns
    -------
    UnknownNameError
        For the caller to raise.

    Examples
    --------
    >>> print(unknown_name("digit", ["digits", "wine"]))
    There is no data set 'digit'; did you mean 'digits'? The names are: digits, wine.
    """
    hint = did_you_mean(name, allowed, "; did you mean {!r}?") or "."
    return UnknownNameError(
        f"There is no data set {name!r}{hint} The names are: {', '.join(allowed)}."
    )
