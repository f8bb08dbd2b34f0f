"""Run a test cell beside a student's code so that answers get copies of their arguments.

It runs in the student process, where a test and the answers share all objects.
"""

import ast
import linecache
from collections.abc import Callable, Collection
from types import CodeType
from typing import Any

from mlops_lab.kit.copies import copying

__all__ = ["run", "watched"]

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
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    names[_CALLED] = lambda function: watched(function, answers)
    try:
        exec(_compiled(source, file), names)
    finally:
        names.pop(_CALLED, None)


def watched(function: Any, answers: Collection[str]) -> Any:  # noqa: ANN401  of any type
    """Give what a test calls: with copies, where one of the cells has defined it."""
    code = _code_of(function)
    return copying(function) if code is not None and code.co_filename in answers else function


def _compiled(source: str, file: str) -> CodeType:
    tree = ast.fix_missing_locations(_Calls().visit(ast.parse(source)))
    return compile(tree, file, "exec", dont_inherit=True)


class _Calls(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            return node  # it looks at who calls it
        asked = ast.Call(ast.Name(_CALLED, ast.Load()), [node.func], [])
        node.func = ast.copy_location(asked, node.func)
        return node


def _code_of(function: Any) -> CodeType | None:  # noqa: ANN401  of any type
    """Find the code behind a function, a method, a class or an object that is called."""
    if isinstance(function, type):
        made = vars(function).get("__init__") or vars(function).get("__new__")
        return _code_of(made) if made is not None and not isinstance(made, type) else None
    tried: list[Callable[[], Any]] = [
        lambda: function.__code__,
        lambda: function.__func__.__code__,
        lambda: function.__wrapped__.__code__,
        lambda: function.func.__code__,
        lambda: type(function).__call__.__code__,
    ]
    for one in tried:
        try:
            code = one()
        except Exception:  # noqa: BLE001  a stranger's object may raise anything
            continue
        if isinstance(code, CodeType):
            return code
    return None
