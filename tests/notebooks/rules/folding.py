"""What is folded: the source of each self-check, and of cells that only plot; nothing else."""

import ast
import builtins
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from rules.reading import bound, calls, code_cells, name_of, nodes, read_names, tree, where

__all__ = ["folded_only_plots", "predictions_first", "self_checks_folded"]

BUILT_IN = set(dir(builtins))
CHECKS = ("kit.predict", "kit.choose")
PLOTTING = ("kit.show", "kit.label_lines")


def folded(cell: NotebookNode) -> bool:
    """Say whether JupyterLab shows a cell with its source hidden."""
    return bool(cell.metadata.get("jupyter", {}).get("source_hidden"))


def self_checks_folded(nb: NotebookNode, _path: Path) -> list[str]:
    """A self-check stands in a cell of its own, and its source, with the answer, is folded."""
    problems = []
    for cell in code_cells(nb):
        if calls(cell.source, *CHECKS):
            if not folded(cell):
                told = '{"jupyter": {"source_hidden": true}}'
                problems.append(f"{where(cell)} asks and shows the answer; its metadata is {told}")
            if not all(map(_asks, tree(cell.source).body)):
                problems.append(f"{where(cell)} asks and does more; a question has its own cell")
    return problems


def _asks(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Expr | ast.Assign) else None
    return isinstance(value, ast.Call) and name_of(value.func) in CHECKS


def folded_only_plots(nb: NotebookNode, _path: Path) -> list[str]:
    """Another folded cell only plots: no method, no claim and no name that others read is in it."""
    own = _own_functions(nb)
    problems = []
    for cell in code_cells(nb):
        if folded(cell) and not calls(cell.source, *CHECKS):
            hidden = [*_hidden_names(cell, nb), *_hidden_calls(cell, own)]
            if not calls(cell.source, "kit.show"):
                hidden.append("no kit.show")
            if hidden:
                told = ", ".join(hidden)
                problems.append(f"{where(cell)} is folded and does not only plot: {told}")
    return problems


def _hidden_names(cell: NotebookNode, nb: NotebookNode) -> list[str]:
    """Give what a cell binds and a cell that does not bind it itself reads."""
    others = (one.source for one in code_cells(nb) if one is not cell)
    read = set().union(*(read_names(source) - bound(source) for source in others))
    return sorted(bound(cell.source) & read)


def _hidden_calls(cell: NotebookNode, own: set[str]) -> Iterator[str]:
    """Give the calls of the lesson's functions, the topic's and the kit's that are no plotting."""
    for node in nodes(cell.source):
        name = name_of(node.func) if isinstance(node, ast.Call) else ""
        root, *rest = name.split(".")
        if root in own - {"plots"} and "plots" not in rest and name not in PLOTTING:
            yield f"{name}()"


def _own_functions(nb: NotebookNode) -> set[str]:
    """Name what the lesson's cells define or import from the package and is no plotting."""
    found: set[str] = set()
    for node in (node for cell in code_cells(nb) for node in nodes(cell.source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mlops_lab"):
            if not (node.module or "").endswith(".plots"):
                found |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            named = (alias for alias in node.names if alias.name.startswith("mlops_lab"))
            found |= {alias.asname or "mlops_lab" for alias in named}
    return found


def predictions_first(nb: NotebookNode, _path: Path) -> list[str]:
    """A prediction is asked before its value exists: a later cell binds a name in its answer."""
    problems = []
    before: set[str] = set()
    for cell in code_cells(nb):
        for call in calls(cell.source, "kit.predict"):
            names = {name for answer in _answers(call) for name in read_names(ast.unparse(answer))}
            if names and names <= before | bound(cell.source) | BUILT_IN:
                problems.append(f"{where(cell)} asks for what is known by then: {sorted(names)}")
        before |= bound(cell.source)
    return problems


def _answers(call: ast.Call) -> list[ast.expr]:
    """Give the answer of a prediction, its second argument; a number needs no measuring."""
    return [*call.args[1:2], *(one.value for one in call.keywords if one.arg == "answer")]
