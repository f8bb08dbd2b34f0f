"""What every rule needs to read a notebook: its cells, their code, their text, their sections."""

import ast
import json
import re
import symtable
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

__all__ = [
    "as_plain",
    "bound",
    "calls",
    "code_cells",
    "code_lines",
    "course_notebooks",
    "globals_read",
    "headings",
    "is_assignment",
    "lesson_id",
    "literal_text",
    "markdown_cells",
    "name_of",
    "nodes",
    "place",
    "prose",
    "read",
    "read_names",
    "sections",
    "strings",
    "tags",
    "top_calls",
    "tree",
    "where",
]

PLACE = re.compile(r"([1-9])_([a-z]+)/(\d\d)_([a-z0-9_]+?)(_assignment)?\.ipynb")


def course_notebooks(root: Path) -> list[Path]:
    """Every notebook of the course below `root`, sorted, without Jupyter's checkpoints."""
    found = root.rglob("*.ipynb")
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


def is_assignment(path: Path) -> bool:
    return path.stem.endswith("_assignment")


def read(path: Path) -> NotebookNode:
    """Read a notebook exactly as stored: nbformat's own reader would add missing ids."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    nb: NotebookNode = nbformat.from_dict(stored)
    for cell in nb.cells:
        cell.source = _joined(cell.source)
        for output in cell.get("outputs", []):
            if "text" in output:
                output.text = _joined(output.text)
    return nb


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def place(path: Path) -> re.Match[str] | None:
    """Match `4_deployment/05_drift.ipynb`: digit, course, number, topic, assignment or None."""
    return PLACE.fullmatch("/".join(path.parts[-2:]))


def lesson_id(path: Path) -> str:
    """Return "4.5" for `4_deployment/05_drift.ipynb`, and "" for a file in no such place."""
    found = place(path)
    return f"{found[1]}.{int(found[3])}" if found else ""


def where(cell: NotebookNode) -> str:
    return f"cell {cell.get('id', '(no id)')}"


def tags(cell: NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def code_cells(nb: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in nb.cells if cell.cell_type == "code"]


def markdown_cells(nb: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in nb.cells if cell.cell_type == "markdown"]


def code_lines(source: str) -> int:
    """Count the lines of a cell that are not blank."""
    return sum(bool(line.strip()) for line in source.splitlines())


def prose(source: str) -> str:
    """Markdown without its fenced code blocks."""
    return re.sub(r"^(```|~~~).*?^\1[^\n]*$", "", source, flags=re.M | re.S)


def headings(cell: NotebookNode, level: int) -> list[str]:
    """Return the headings of one level in a markdown cell, in order."""
    found = re.findall(rf"^#{{{level}}} +(.*?)\s*$", prose(cell.source), flags=re.M)
    return list(found) if cell.cell_type == "markdown" else []


def sections(nb: NotebookNode) -> list[tuple[str, list[NotebookNode]]]:
    """Split at the `## ` headings; what comes before the first has the title ""."""
    parts: list[tuple[str, list[NotebookNode]]] = [("", [])]
    for cell in nb.cells:
        parts += [(title, []) for title in headings(cell, 2)]
        parts[-1][1].append(cell)
    return parts


@lru_cache(maxsize=1024)
def tree(source: str) -> ast.Module:
    """Parse a cell; an empty tree where it is not plain Python, which has a rule of its own.

    Every rule asks for the same few trees, and changes none.
    """
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])


@lru_cache(maxsize=1024)
def nodes(source: str) -> tuple[ast.AST, ...]:
    """Return all nodes of a cell's tree."""
    return tuple(ast.walk(tree(source)))


def strings(source: str) -> list[str]:
    """Return the texts in a cell of code, and what an f-string holds as it is."""
    constants = (node for node in nodes(source) if isinstance(node, ast.Constant))
    return [node.value for node in constants if isinstance(node.value, str)]


@lru_cache(maxsize=1024)
def bound(source: str) -> frozenset[str]:
    """Name what a cell assigns, imports or defines; not what is local to its functions."""
    names = symtable.symtable(ast.unparse(tree(source)), "cell", "exec").get_symbols()
    return frozenset(one.get_name() for one in names if one.is_assigned() or one.is_imported())


@lru_cache(maxsize=1024)
def read_names(source: str) -> frozenset[str]:
    """Name what a cell reads, also inside functions."""
    names = (node for node in nodes(source) if isinstance(node, ast.Name))
    return frozenset(node.id for node in names if isinstance(node.ctx, ast.Load))


@lru_cache(maxsize=1024)
def globals_read(source: str) -> frozenset[str]:
    """Name what a cell reads of the whole notebook's names, also inside functions.

    What is local to a function, such as the `fig` that it returns, is not among them.
    """
    whole = symtable.symtable(ast.unparse(tree(source)), "cell", "exec")
    read = {one.get_name() for one in whole.get_symbols() if one.is_referenced()}
    inside = [table for child in whole.get_children() for table in _tables(child)]
    return frozenset(read | {name for table in inside for name in _globals(table)})


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _tables(child)


def _globals(table: symtable.SymbolTable) -> set[str]:
    found = (one for one in table.get_symbols() if one.is_referenced() and one.is_global())
    return {one.get_name() for one in found}


def name_of(node: ast.expr) -> str:
    """Return "kit.show" for the expression `kit.show`, "" for one that is no plain name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (base := name_of(node.value)):
        return f"{base}.{node.attr}"
    return ""


def calls(source: str, *names: str) -> list[ast.Call]:
    """Return the calls in a cell of the functions with these dotted names, in order."""
    found = (node for node in nodes(source) if isinstance(node, ast.Call))
    matching = (node for node in found if name_of(node.func) in names)
    return sorted(matching, key=lambda node: (node.lineno, node.col_offset))


def top_calls(source: str, *names: str) -> list[ast.Call]:
    """Like `calls`, without those inside a function or class defined in the cell."""
    body = [node for node in tree(source).body if not isinstance(node, _DEFINITIONS)]
    return [call for node in body for call in _calls_below(node) if name_of(call.func) in names]


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _calls_below(node: ast.AST) -> Iterator[ast.Call]:
    return (child for child in ast.walk(node) if isinstance(child, ast.Call))


def literal_text(call: ast.Call) -> str:
    """Return a call's first argument where it is a literal string, else ""."""
    first = call.args[0] if call.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def as_plain(value: Any) -> Any:
    """Turn notebook nodes into plain dicts, so that types can be compared."""
    return json.loads(json.dumps(value))
