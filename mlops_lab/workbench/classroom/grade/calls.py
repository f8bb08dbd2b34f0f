"""Run a test cell beside a student's code so that answers get copies of their arguments.

It runs in the student process, where a test and the answers share all objects.
"""

import linecache
from collections.abc import Collection
from typing import Any

from mlops_lab.kit.copies import compiled, copying, function_of
from mlops_lab.workbench.classroom.sandbox.cells import execute

__all__ = ["run"]

_CALLED = "__mlops_lab_called__"


def run(source: str, file: str, answers: Collection[str], names: dict[str, Any]) -> None:
    """Run a test cell.

    Parameters
    ----------
    source : str
        Python.
    file : str
        What tracebacks call it.
    answers : collection of str
        What tracebacks call the cells whose functions get copies.
    names : dict
        Where it runs.
    """

    def asked(function: Any) -> Any:  # noqa: ANN401  of any type
        found = function_of(function)
        own = found is not None and found.__code__.co_filename in answers
        return copying(function) if own else function

    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    names[_CALLED] = asked
    try:
        execute(compiled(source, file, _CALLED), names)
    finally:
        names.pop(_CALLED, None)
