"""Which names of a notebook are the student's: all that the answer cells bind or change."""

import ast
import symtable
from collections.abc import Iterable

__all__ = ["Names", "bound"]


def bound(source: str) -> frozenset[str]:
    """Find the names that a cell binds, or whose object it changes in place.

    Parameters
    ----------
    source : str
        Python without magics, as a release's solutions are.

    Returns
    -------
    frozenset of str
        Names at the top of the cell: assigned, imported, defined, deleted, or changed by an
        assignment to an item or an attribute. What a method changes is not seen.

    Raises
    ------
    SyntaxError
        For what is not Python.

    Examples
    --------
    >>> sorted(bound("frame['a'] = clean(frame)\\ndef fit(x):\\n    inner = x\\n    return inner"))
    ['fit', 'frame']
    """
    table = symtable.symtable(source, "<cell>", "exec")
    names = {one.get_name() for one in table.get_symbols() if one.is_assigned() or one.is_imported()}
    return frozenset(names | {name for node in _here(ast.parse(source)) if (name := _changed(node))})


def _here(tree: ast.AST) -> Iterable[ast.AST]:
    """Walk what runs when the cell runs: not the inside of functions."""
    for child in ast.iter_child_nodes(tree):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _here(child)


def _changed(node: ast.AST) -> str | None:
    if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
        target: ast.AST = node
        while isinstance(target, ast.Subscript | ast.Attribute):
            target = target.value
        return target.id if isinstance(target, ast.Name) else None
    return None
