"""What is folded: the source of each self-check, and of cells that only plot; nothing else."""

import ast
import builtins
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from rules.reading import (
    bound,
    calls,
    code_cells,
    globals_read,
    name_of,
    nodes,
    read_names,
    tree,
    where,
)

__all__ = [
    "folded_only_plots",
    "plots_folded",
    "predictions_answered",
    "predictions_first",
    "self_checks_folded",
]

BUILT_IN = set(dir(builtins))
CHECKS = ("kit.predict", "kit.choose")
PLOTTING = ("kit.show", "kit.label_lines", "kit.interval", "kit.paired")
"""What a picture needs: to be shown, names beside its lines, the ends of its error bars."""


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
            if any(map(_tells, calls(cell.source, *CHECKS))):
                told = "its first line, which the lab shows of a folded cell, tells more than asks"
                problems.append(f"{where(cell)}: {told}; break the line after the question")
            if not all(map(_asks, tree(cell.source).body)):
                problems.append(f"{where(cell)} asks and does more; a question has its own cell")
    return problems


def _tells(call: ast.Call) -> bool:
    """Say whether a cell's first line has more of a question in it than its text."""
    more = [*call.args[1:], *(one.value for one in call.keywords)]
    return any(one.lineno == 1 for one in more)


def _asks(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Expr | ast.Assign) else None
    return isinstance(value, ast.Call) and name_of(value.func) in CHECKS


def folded_only_plots(nb: NotebookNode, _path: Path) -> list[str]:
    """Another folded cell only plots: no method, no claim and no name that others read is in it."""
    return [
        f"{where(cell)} is folded and does not only plot: {', '.join(hidden)}"
        for cell in code_cells(nb)
        if folded(cell) and not calls(cell.source, *CHECKS)
        if (hidden := _beside_plotting(cell, nb))
    ]


def plots_folded(nb: NotebookNode, _path: Path) -> list[str]:
    """A cell that only plots is folded: the picture is what the reader came for."""
    return [
        f'{where(cell)} only plots; its metadata is {{"jupyter": {{"source_hidden": true}}}}'
        for cell in code_cells(nb)
        if not folded(cell) and not _beside_plotting(cell, nb)
    ]


def _beside_plotting(cell: NotebookNode, nb: NotebookNode) -> list[str]:
    """Return what a cell does that is no plotting; empty for one that only plots."""
    found = [*_hidden_names(cell, nb), *_hidden_calls(cell, _own_functions(nb))]
    return found if calls(cell.source, "kit.show") else [*found, "no kit.show"]


def _hidden_names(cell: NotebookNode, nb: NotebookNode) -> list[str]:
    """Return what a cell binds and a cell that does not bind it itself reads."""
    others = (one.source for one in code_cells(nb) if one is not cell)
    read = set().union(*(globals_read(source) - bound(source) for source in others))
    return sorted(bound(cell.source) & read)


def _hidden_calls(cell: NotebookNode, own: set[str]) -> Iterator[str]:
    """Yield the calls of the lesson's functions, the topic's and the kit's that are no plotting."""
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
    """A prediction is asked before its value exists: a later cell binds a name in its verdict."""
    problems = []
    before: set[str] = set()
    for cell in code_cells(nb):
        before |= bound(cell.source)
        for name in _guesses(cell):
            for call in (one for each in code_cells(nb) for one in calls(each.source, name)):
                names = {one for part in call.args for one in read_names(ast.unparse(part))}
                if names <= before | BUILT_IN:
                    told = sorted(names) or "a number that the cell gives"
                    problems.append(f"{where(cell)} asks for what is known by then: {told}")
    return problems


def _guesses(cell: NotebookNode) -> list[str]:
    """Return `guess.verdict` for each prediction that a cell binds to the name `guess`."""
    bindings = (one for one in tree(cell.source).body if isinstance(one, ast.Assign))
    return [
        f"{name_of(one.targets[0])}.verdict"
        for one in bindings
        if isinstance(one.value, ast.Call) and name_of(one.value.func) == "kit.predict"
    ]


def predictions_answered(nb: NotebookNode, _path: Path) -> list[str]:
    """A prediction has its verdict in one later cell; only a literal number is told at once."""
    code = code_cells(nb)
    problems = []
    for place, cell in enumerate(code):
        open_ones = [one for one in calls(cell.source, "kit.predict") if not _answers(one)]
        told = [one for call in calls(cell.source, "kit.predict") for one in _answers(call)]
        if not all(map(_is_number, told)):
            problems.append(f"{where(cell)} gives its answer; NAME.verdict(...) does, later")
        names = [name for name in _guesses(cell) if name.count(".") == 1]
        if len(names) < len(open_ones):
            problems.append(f"{where(cell)} binds its prediction to no name: guess = kit.predict()")
        for name in names[: len(open_ones)]:
            later = sum(len(calls(one.source, name)) for one in code[place + 1 :])
            everywhere = sum(len(calls(one.source, name)) for one in code)
            again = sum(_guesses(one).count(name) for one in code)
            if (later, everywhere, again) != (1, 1, 1):
                problems.append(f"{where(cell)}: one later cell calls {name}(...), {later} do")
    return problems


def _answers(call: ast.Call) -> list[ast.expr]:
    """Return the answer of a prediction, its second argument, where it has one."""
    return [*call.args[1:2], *(one.value for one in call.keywords if one.arg == "answer")]


def _is_number(node: ast.expr) -> bool:
    try:
        return isinstance(ast.literal_eval(node), int | float)
    except ValueError:
        return False
