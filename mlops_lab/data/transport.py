"""Bring one file over HTTP: with time limits, retries and a progress bar."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.data.address import MIRROR_VARIABLE, without_login
from mlops_lab.data.errors import DataError

if TYPE_CHECKING:
    import requests

__all__ = ["Patience", "fetch"]

_CHUNK = 1 << 16
_BUSY = {408, 429}  # the client errors that a later try may not meet


@dataclass(frozen=True)
class Patience:
    """How long to wait for a server, in seconds, and how often to ask."""

    tries: int = 3
    pause: float = 0.5
    """Before the second try; it doubles before each further one."""
    connect: float = 10.0
    read: float = 30.0
    """Longest silence in the middle of an answer."""


def fetch(
    url: str,
    target: Path,
    by_hand: str,
    *,
    patience: Patience | None = None,
    progress: bool | None = None,
) -> None:
    """Download `url` into `target`, trying again after faults that may pass.

    Refused and broken connections, silence, answers cut short, and the statuses 408, 429 and
    5xx may pass. Other statuses and bad certificates do not.

    Parameters
    ----------
    url : str
        An http or https address. A user name and password in it are sent, and never shown.
    target : Path
        Where to write; the caller removes it when this fails.
    by_hand : str
        What the user could do with the file instead, for the message, for example
        ``"put it at /data/file.csv"``.
    patience : Patience, optional
        Time limits and retries.
    progress : bool, optional
        Show a bar on stderr; None shows it where stderr is a terminal.

    Raises
    ------
    DataError
        The file could not be had.
    OSError
        `target` could not be written.
    """
    import requests  # a tenth of a second, and only downloads need it

    patience = patience or Patience()
    # Taken out here, so that no error that is raised on the way can carry them.
    url, login = without_login(url)
    for attempt in range(1, patience.tries + 1):
        try:
            return _stream(url, login, target, patience, progress)
        except requests.RequestException as error:
            if attempt == patience.tries or not _may_pass(error):
                raise DataError(_sentence(url, by_hand, error, attempt)) from error
        time.sleep(patience.pause * 2 ** (attempt - 1))
    raise ValueError(f"Patience.tries must be at least 1, not {patience.tries}.")


def _stream(
    url: str,
    login: tuple[str, str] | None,
    target: Path,
    patience: Patience,
    progress: bool | None,
) -> None:
    import requests
    from requests.auth import HTTPBasicAuth
    from tqdm import tqdm

    with (
        # As it is: unpacking a .gz on the way would change the bytes that are verified.
        requests.get(
            url,
            stream=True,
            timeout=(patience.connect, patience.read),
            headers={"Accept-Encoding": "identity"},
            # As bytes: text would have to fit into Latin-1.
            auth=login and HTTPBasicAuth(*(part.encode() for part in login)),
        ) as answer,
        target.open("wb") as stream,
    ):
        answer.raise_for_status()
        with tqdm(
            desc=target.name,
            total=_length(answer),
            unit="B",
            unit_scale=True,
            disable=None if progress is None else not progress,
        ) as bar:
            for chunk in answer.iter_content(_CHUNK):
                stream.write(chunk)
                bar.update(len(chunk))


def _length(answer: "requests.Response") -> int | None:
    length = answer.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() else None


def _may_pass(error: "requests.RequestException") -> bool:
    import requests

    if error.response is not None:
        status = error.response.status_code
        return status >= 500 or status in _BUSY
    passing = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
    return isinstance(error, passing) and not isinstance(error, requests.exceptions.SSLError)


def _sentence(url: str, by_hand: str, error: "requests.RequestException", tries: int) -> str:
    reason, fix = _reason_and_fix(error)
    after = f" after {tries} tries" if tries > 1 else ""
    return (
        f"Could not download {url}{after}: {reason}; {fix}, {by_hand} by hand, "
        f"or set {MIRROR_VARIABLE} to a server that has it."
    )


def _reason_and_fix(error: "requests.RequestException") -> tuple[str, str]:
    import requests

    online = "check the network connection and try again"
    if error.response is not None:
        status = f"the server answered {error.response.status_code} {error.response.reason}"
        return status, "try again later" if _may_pass(error) else "the publisher may have moved it"
    if isinstance(error, requests.exceptions.SSLError):
        return "the server's certificate is not trusted", "check this computer's clock and proxy"
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return "the server stopped answering", online
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection broke off in the middle", online
    if isinstance(error, requests.ConnectionError):
        return "no connection to the server", online
    return str(error).rstrip("."), "correct the address"
