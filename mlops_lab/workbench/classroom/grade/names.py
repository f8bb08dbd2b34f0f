"""Which names of a notebook are the student's: all that the answer cells bind or change."""

import ast
import symtable
from collections.abc import Iterable

__all__ = ["bound", "carried"]


def bound(source: str) -> frozenset[str]:
    r"""Find the names that a cell binds, or whose object it changes in place.

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
    >>> sorted(bound("frame['a'] = clean(frame)\ndef fit(x):\n    inner = x\n    return inner"))
    ['fit', 'frame']
    """
    table = symtable.symtable(source, "<cell>", "exec")
    names = {
        one.get_name() for one in table.get_symbols() if one.is_assigned() or one.is_imported()
    }
    changed = {name for node in _here(ast.parse(source)) if (name := _changed(node))}
    return frozenset(names | changed)


def carried(source: str, students: frozenset[str]) -> str:
    """Return what of a visible test a student's answer may rely on: its helpers and its data.

    Parameters
    ----------
    source : str
        A test cell without its hidden part.
    students : frozenset of str
        Names that answers bind.

    Returns
    -------
    str
        Imports, definitions and assignments that use no answer, on the lines where they stood.
        A student finds them in the notebook, so they have to be there in grading too.
    """
    keep: set[int] = set()
    touched = set(students)
    for node in ast.parse(source).body:
        used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom):
            keep |= _lines(node)
            if used & touched and isinstance(node, ast.FunctionDef | ast.ClassDef):
                touched.add(node.name)  # to call it would be to call an answer
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            if used & touched:
                touched |= {n.id for n in ast.walk(node) if _stored(n)}  # type: ignore[attr-defined]  # a Name
            else:
                keep |= _lines(node)
    lines = source.split("\n")
    return "\n".join(line if i in keep else "" for i, line in enumerate(lines, 1)).rstrip()


def _lines(node: ast.stmt) -> set[int]:
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
    return set(range(first, (node.end_lineno or first) + 1))


def _stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


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
