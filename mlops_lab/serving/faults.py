"""What the server says of its own faults: where each happened, never what a request held.

The message of an error may quote what a caller sent: "invalid literal for int(): 'ann@...'".
"""

import asyncio
import logging
import traceback
from collections.abc import Iterator
from typing import Any

__all__ = ["report", "report_of_loop", "without_messages"]

_LOG = logging.getLogger(__name__)


def report(what: str, error: BaseException) -> None:
    """Log a fault: what failed, in our own words, and where."""
    _LOG.error("%s\n%s", what, without_messages(error))


def report_of_loop(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:  # noqa: ARG001
    """Log what an event loop tells its exception handler; its own words show arguments."""
    error = context.get("exception")
    if isinstance(error, BaseException):
        report("A task or a callback of the server failed.", error)
    else:
        _LOG.error("The event loop of the server told of a problem without an error.")


def without_messages(error: BaseException) -> str:
    """Return the traceback of an error as Python writes it, but of each error only the type.

    Those that it came from, and those of a group, are in it too, the earliest first.
    """
    return "\n".join(_parts(error, set()))


def _parts(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    inside = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    for one in (earlier, *inside):
        if one is not None and id(one) not in seen:
            yield from _parts(one, seen)
    frames = "".join(traceback.format_tb(error.__traceback__))
    yield f"Traceback (most recent call last):\n{frames}{type(error).__qualname__}"
