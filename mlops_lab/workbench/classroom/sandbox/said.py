"""What the student process says of its errors, and of what it keeps for itself."""

import sys
import traceback

from mlops_lab.workbench.classroom.sandbox.bounds import SerializationError, Value

__all__ = ["OutOfTimeError", "has_attributes", "told"]

_CUT = 20_000  # characters of an error
_MOST_KINDS = 50
_RECORDS = {
    "__main__",
    "argparse",
    "dataclasses",
    "datetime",
    "enum",
    "pathlib",
    "re",
    "types",
    "uuid",
}


class OutOfTimeError(BaseException):
    """Raised by the alarm; not an Exception, so that honest code does not catch it."""


def has_attributes(value: Value) -> bool:
    """Say whether it is an object as a class of the student's or of a library makes them.

    Files, locks, modules and the like stay where they are.
    """
    package = str(type(value).__module__).partition(".")[0]
    return package in _RECORDS or package not in sys.stdlib_module_names | {"builtins"}


def told(error: BaseException) -> dict[str, Value]:
    """Return an error in words, with the student's own lines only."""
    if type(error) is OutOfTimeError:
        return {"type": "_OutOfTimeError", "message": "", "trace": ""}
    where = "".join(traceback.format_list(_own_lines(error)))
    what = traceback.format_exception_only(error)
    said = what[-1].partition(": ")[2].strip() if len(what) else ""
    kind = "SerializationError" if type(error) is SerializationError else type(error).__name__
    trace = where + "".join(what)
    words = {"type": kind[:100], "message": said[:_CUT], "trace": trace[-_CUT:]}
    return {**words, "kinds": _kinds(type(error))[:_MOST_KINDS]}


def _kinds(kind: type) -> list[str]:
    """Name what a type is built on, of all that others know too; a namesake of those is none."""
    found = []
    for one in type.__dict__["__mro__"].__get__(kind):
        module, name = one.__module__, one.__qualname__
        place: Value = sys.modules.get(module) if type(module) is str else None
        for part in str(name).split("."):
            place = getattr(place, part, None)
        if place is one and one is not object:
            found.append(f"{module}:{name}")
    return found


def _own_lines(error: BaseException) -> list[traceback.FrameSummary]:
    frames = traceback.extract_tb(error.__traceback__)
    return [one for one in frames if one.filename.startswith("<cell ")]
