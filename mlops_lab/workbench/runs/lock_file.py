"""Who holds a file that is locked while work goes on: written into it, for others to read."""

import json
import os
import socket
from collections.abc import Mapping
from datetime import datetime
from getpass import getuser
from typing import IO, Any

__all__ = ["described", "read_owner", "write_owner"]


def read_owner(file: IO[str]) -> Mapping[str, Any]:
    """Read what the owner of a lock has written; empty where nobody has."""
    file.seek(0)
    try:
        found = json.loads(file.read() or "{}")
    except ValueError:  # its owner was stopped while it wrote
        found = {"pid": "unknown"}
    return found if isinstance(found, dict) else {}


def write_owner(file: IO[str], doing: str) -> None:
    """Write that this process holds the lock, and for what."""
    record = {
        "doing": doing,
        "pid": os.getpid(),
        "user": _user(),
        "host": socket.gethostname(),
        "since": f"{datetime.now():%H:%M}",
    }
    file.truncate(0)
    file.write(json.dumps(record))
    file.flush()


def described(found: Mapping[str, Any]) -> str:
    """Say which command, process and host hold a lock, and since when."""
    doing, host = found.get("doing"), found.get("host", "")
    where = "" if host in ("", socket.gethostname()) else f" on {host}"
    what = f"`mlops-lab {doing}`" if doing else "another command"
    since = found.get("since", "a moment ago")
    return f"{what}, process {found.get('pid', 'unknown')}{where}, since {since}"


def _user() -> str:
    try:
        return getuser()
    except (OSError, KeyError, ImportError):  # a number without a name, as in some containers
        return "unknown"
