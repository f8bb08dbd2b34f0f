"""The request log: one JSON line a request, with what it cost and never with what it held.

No list of fields does that alone: each value is a number, or a name that the server knows. The one
thing of the caller's is the id it may choose, of letters, digits, - and _.
"""

from pathlib import Path
from typing import Any

import orjson

__all__ = ["RequestLog"]


class RequestLog:
    """Appends lines to a file, each in one write, so that several processes may share it.

    Parameters
    ----------
    path : str
        The file; nothing is written when empty.
    """

    def __init__(self, path: str = "") -> None:
        self.file = Path(path).open("ab", buffering=0) if path else None  # noqa: SIM115
        self.lost = 0

    def write(self, line: dict[str, Any]) -> None:
        """Write one line. A disk that is full costs lines, which are counted, not requests."""
        if self.file is None:
            return
        try:
            self.file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
        except OSError:
            self.lost += 1

    def close(self) -> None:
        """Close the file."""
        if self.file is not None:
            self.file.close()
            self.file = None
