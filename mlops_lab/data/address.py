"""Web addresses: the mirror's, checked before it is used, and what may be shown of any."""

import os
import re
from urllib.parse import SplitResult, unquote, urlsplit

from mlops_lab.data.errors import DataError

__all__ = ["MIRROR_VARIABLE", "mirror", "without_login"]

MIRROR_VARIABLE = "MLOPS_LAB_MIRROR"


def mirror() -> str | None:
    """Read which server is to be asked instead of the publishers.

    Returns
    -------
    str or None
        What the environment variable ``MLOPS_LAB_MIRROR`` says, without a slash at the end; None
        where it is unset or empty. It may hold a user name and password: for `fetch`, not to be
        shown.

    Raises
    ------
    DataError
        It is not an http or https address with a host. The message keeps the login to itself.
    """
    named = os.environ.get(MIRROR_VARIABLE, "").strip()
    if not named:
        return None
    if fault := _fault(named):
        # A faulty address cannot be trusted to show where its login ends: all up to the last @.
        shown = re.sub(r"^(\w+://)?.*@", r"\1***@", named, flags=re.DOTALL)
        raise DataError(f"{MIRROR_VARIABLE} is {shown!r}: {fault}.")
    return named.rstrip("/")


def without_login(url: str) -> tuple[str, tuple[str, str] | None]:
    """Take the user name and password out of an address.

    Parameters
    ----------
    url : str
        An http or https address.

    Returns
    -------
    str
        The address without them, which may be shown.
    tuple of str or None
        The user name and the password, "" where one is not given; None where both are not.

    Examples
    --------
    >>> without_login("http://ann:secret@host:8000/data")
    ('http://host:8000/data', ('ann', 'secret'))
    """
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url, None
    host = parts.netloc.rpartition("@")[2]
    login = unquote(parts.username or ""), unquote(parts.password or "")
    return parts._replace(netloc=host).geturl(), login


def _fault(named: str) -> str | None:
    example = "for example http://mirror.school.example/data"
    if re.search(r"\s", named):
        return "an address has no spaces"
    try:
        parts = urlsplit(named)
        host, _ = (parts.hostname or "").encode("idna"), parts.port
    except ValueError:  # brackets, a port or parts of a name that are none
        return f"its host or port cannot be read; write it like an address, {example}"
    if parts.scheme not in {"http", "https"}:
        return f"it must begin with http:// or https://, {example}"
    if not host:
        return f"it names no host after {parts.scheme}://; write one, {example}"
    return _fault_behind_host(parts)


def _fault_behind_host(parts: SplitResult) -> str | None:
    # A password with a bare slash looks like a host and a path; its second half would be shown.
    if "@" in parts.path or parts.query or parts.fragment:
        return (
            "behind the host there may be no @, ? or #; in a password write "
            "%40 for @, %2F for /, %3F for ? and %23 for #"
        )
    return None
