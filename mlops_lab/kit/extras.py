"""Say which extra brings a library that is not there."""

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["extra"]


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Import, in its block, what an extra of this package brings.

    Parameters
    ----------
    name : str
        One of the extras in pyproject.toml: ``"label"``.

    Raises
    ------
    ModuleNotFoundError
        Where a library is not installed; the message says what to install. Any other error comes
        through as it is.

    Examples
    --------
    >>> with extra("label"):
    ...     import no_such_library
    Traceback (most recent call last):
    ...
    ModuleNotFoundError: no_such_library is not installed. Run: pip install 'mlops-lab[label]'
    """
    try:
        yield
    except ModuleNotFoundError as error:
        said = f"{error.name} is not installed. Run: pip install 'mlops-lab[{name}]'"
        raise ModuleNotFoundError(said, name=error.name) from None
