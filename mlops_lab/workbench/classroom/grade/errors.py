"""The errors of a student's code as tests see them: of the types that they are in truth."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from mlops_lab.workbench.classroom.sandbox.outcome import Failure

__all__ = ["UncaughtError", "error_of"]

_OURS = "mlops_lab.workbench"


class UncaughtError(BaseException):
    """What ends a test and no test may catch, as it is no error that one could wait for.

    A value that cannot be handed over, an error of the grader's own, and what is no Exception.

    Parameters
    ----------
    failure : Failure
        What the student's side said.
    """

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def error_of(failure: Failure) -> BaseException:
    """Build the error that the student's code raised.

    It is of the types that the student's error is built on, as far as they are known here, and
    has an attribute ``failure``. A class of the student's own is none of them, whatever it is
    called: a test that waits for a ValueError catches its children and no namesakes.
    """
    kinds = failure.kinds or (f"builtins:{failure.kind}",)
    types = [found for kind in kinds if (found := _resolved(kind)) is not None]
    ours = any(kind.partition(":")[0].startswith(_OURS) for kind in kinds)
    silent = any(issubclass(one, StopIteration | StopAsyncIteration) for one in types)
    strange = bool(failure.kinds) and not any(issubclass(one, Exception) for one in types)
    if ours or silent or strange:  # `all(map(...))` would end at a StopIteration without a word
        return UncaughtError(failure)
    error = _built(types or [Exception], failure.message)
    error.failure = failure  # type: ignore[attr-defined]  # how a test's end knows whose error it is
    return error


def _resolved(kind: str) -> type[BaseException] | None:
    module, _, name = kind.partition(":")
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = found.__dict__.get(part) if hasattr(found, "__dict__") else None
    good = isinstance(found, type) and issubclass(found, BaseException)
    return found if good and not module.startswith(_OURS) else None


def _built(types: Sequence[type[BaseException]], message: str) -> BaseException:
    nearest = [
        one
        for at, one in enumerate(types)
        if not any(issubclass(before, one) for before in types[:at])
    ]
    first = nearest[0]
    if nearest == [first] and first.__module__ == "builtins":
        with suppress(Exception):  # some types want more than a message
            return first(message)
    for bases in (tuple(nearest), (first,), (Exception,)):
        try:
            made: Any = type(first.__name__, bases, {"__init__": _nothing, "__str__": _said})
            error = made.__new__(made, message)
        except Exception:  # noqa: BLE001  their layouts may differ; the next are simpler
            continue
        error.args = (message,)
        return error  # type: ignore[no-any-return]
    raise AssertionError("an Exception can always be built")


def _nothing(*_: object) -> None:
    """Take the place of an ``__init__`` that may want more than a message."""


def _said(error: BaseException) -> str:
    return str(error.args[0])
