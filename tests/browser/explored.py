"""Which cells of a lesson its explorer needs: the rest need not run for it to be moved."""

import ast
import builtins
import dis
from collections.abc import Iterator
from types import CodeType

from nbformat import NotebookNode

__all__ = ["EXPLORER", "cells_needed"]

EXPLORER = "kit.explore("


def cells_needed(nb: NotebookNode) -> list[str]:
    """Return ids of the cells that the explorer's needs, in their order, and its own as the last.

    From the explorer backwards, a cell is needed when it binds or changes a name that is. Who needs
    a function of the notebook's needs what that reads, as it is where the function is called.
    """
    cells = [cell for cell in nb.cells if cell.cell_type == "code"]
    at = next(i for i, cell in enumerate(cells) if EXPLORER in cell.source)
    inside = functions_read("\n".join(cell.source for cell in cells[:at]))
    found, wanted = [cells[at].id], with_functions(names_read(cells[at].source), inside)
    imported = {name for cell in cells for name in names_imported(cell.source)}
    for cell in reversed(cells[:at]):
        bound = names_bound(cell.source)
        if (bound | (names_changed(cell.source) - imported)) & wanted:
            found.insert(0, cell.id)
            wanted = (wanted - bound) | with_functions(names_read(cell.source), inside)
    return found


def functions_read(source: str) -> dict[str, set[str]]:
    """Return the names that each function reads which a source defines outside of others."""
    return {
        node.name: names_read(ast.unparse(node))
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
    }


def with_functions(names: set[str], inside: dict[str, set[str]]) -> set[str]:
    """Add to names what the functions among them read, and the functions among that."""
    found, new = set[str](), set(names)
    while new:
        found |= new
        new = {one for name in new for one in inside.get(name, ())} - found
    return found


def names_bound(source: str) -> set[str]:
    """Return the names that a cell sets."""
    return {one.argval for one in dis.get_instructions(_code(source)) if one.opname == "STORE_NAME"}


def names_read(source: str) -> set[str]:
    """Return the names that a cell needs before it sets them, those in its functions included."""
    top, found, bound = _code(source), set[str](), set[str]()
    for code in _all(top):
        for one in dis.get_instructions(code):
            if code is top and one.opname == "STORE_NAME":
                bound.add(one.argval)
            elif one.opname in ("LOAD_NAME", "LOAD_GLOBAL") and one.argval not in bound:
                found.add(one.argval)
    return {name for name in found if not hasattr(builtins, name)}


def names_imported(source: str) -> set[str]:
    """Return the names that a cell imports, wherever it does."""
    return {
        (alias.asname or alias.name).partition(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }


def names_changed(source: str) -> set[str]:
    """Return names of objects that a cell changes: ``a.b = 1``, ``a[0] = 1``, ``a.append(1)``."""
    return {name for node in ast.walk(ast.parse(source)) for name in _changed(node)}


def _changed(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
        yield _root(node)
    if isinstance(node, ast.Expr) and _is_call_of_method(node.value):
        yield _root(node.value)


def _is_call_of_method(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _code(source: str) -> CodeType:
    code: CodeType = compile(source, "cell", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    return code


def _all(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _all(one)
