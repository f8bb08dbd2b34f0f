"""The parameters cell: `name: type = literal  # what it is, unit; constraint`, one a line."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from mlops_lab import data
from rules.lesson import card_rows
from rules.reading import code_cells, tags, where

__all__ = [
    "Parameter",
    "data_offered",
    "parameter_cell",
    "parameter_defaults",
    "parameter_lines",
    "parameters",
    "parameters_always",
]

LINE = re.compile(r"(?P<name>[a-z][a-z0-9_]*): (?P<type>\w+) = (?P<value>.+?)  # (?P<help>\S.*)")
NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
RANGE = re.compile(rf"({NUMBER}) to ({NUMBER})")
TYPES: dict[str, type] = {"int": int, "float": float, "str": str, "bool": bool, "list": list}
OUTPUT_HELP = "folder for files, nothing is written when empty"


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell; `value` is None where it is no literal."""

    name: str
    type: str
    value: Any
    help: str

    @property
    def constraint(self) -> str:
        """What follows the last semicolon, "" where there is none."""
        return self.help.rpartition(";")[2].strip() if ";" in self.help else ""

    @property
    def choices(self) -> list[str]:
        """Return the names in `one of a, b, c`, an empty list for another constraint."""
        names = self.constraint.removeprefix("one of ")
        chosen = names != self.constraint
        return [name.strip() for name in names.split(",")] if chosen else []


def parameters(nb: NotebookNode) -> list[Parameter]:
    """Every line of the parameters cell that can be read."""
    found = (LINE.fullmatch(line) for cell in _tagged(nb) for line in _lines(cell))
    return [Parameter(m["name"], m["type"], _literal(m["value"]), m["help"]) for m in found if m]


def _tagged(nb: NotebookNode) -> list[NotebookNode]:
    """Return the parameters cell, at most one: a second breaks a rule of its own."""
    return [cell for cell in code_cells(nb) if "parameters" in tags(cell)][:1]


def _lines(cell: NotebookNode) -> list[str]:
    return [line for line in cell.source.splitlines() if line.strip()]


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None


def parameter_cell(nb: NotebookNode, _path: Path) -> list[str]:
    """Exactly one cell is tagged `parameters`, and it is the first with code."""
    code = code_cells(nb)
    tagged = [cell for cell in code if "parameters" in tags(cell)]
    if len(tagged) != 1:
        return [f"{len(tagged)} cells are tagged parameters; a lesson has exactly one"]
    if tagged[0] is code[0]:
        return []
    return [f"{where(tagged[0])} holds the parameters; it stands before any other code"]


def parameter_lines(nb: NotebookNode, _path: Path) -> list[str]:
    """Each line reads `name: type = literal  # what it is, unit; constraint`."""
    return [
        f"{where(cell)}: {line!r} is not 'name: type = literal  # what it is, unit; constraint'"
        f" with a type of {', '.join(TYPES)}"
        for cell in _tagged(nb)
        for line in _lines(cell)
        if not _readable(line)
    ]


def _readable(line: str) -> bool:
    found = LINE.fullmatch(line)
    return found is not None and found["type"] in TYPES and _constraint_read(found["help"])


def _constraint_read(text: str) -> bool:
    constraint = text.rpartition(";")[2].strip()
    known = constraint.startswith("one of ") or RANGE.fullmatch(constraint)
    return ";" not in text or bool(known)


def parameter_defaults(nb: NotebookNode, _path: Path) -> list[str]:
    """Each default has the declared type and keeps its constraint."""
    problems = []
    for one in parameters(nb):
        if type(one.value) is not TYPES.get(one.type, type(one.value)) or one.value is None:
            problems.append(f"the parameter {one.name} has no literal default of type {one.type}")
        elif not _inside(one):
            problems.append(f"the parameter {one.name} = {one.value!r} is not {one.constraint!r}")
    return problems


def _inside(one: Parameter) -> bool:
    if one.choices:
        return str(one.value) in one.choices
    bounds = RANGE.fullmatch(one.constraint)
    if bounds is None:
        return True
    values = one.value if isinstance(one.value, list) else [one.value]
    return all(float(bounds[1]) <= float(value) <= float(bounds[2]) for value in values)


def parameters_always(nb: NotebookNode, _path: Path) -> list[str]:
    """Every lesson takes `seed: int = 0` and `output_dir: str = ""`."""
    if not _tagged(nb):
        return []
    found = {one.name: one for one in parameters(nb)}
    seed, folder = found.get("seed"), found.get("output_dir")
    problems = []
    if seed is None or (seed.type, seed.value) != ("int", 0):
        problems.append("the parameter `seed: int = 0  # ...` is missing")
    if folder is None or (folder.type, folder.value, folder.help) != ("str", "", OUTPUT_HELP):
        problems.append(f'the parameter `output_dir: str = ""  # {OUTPUT_HELP}` is missing')
    return problems


def data_offered(nb: NotebookNode, _path: Path) -> list[str]:
    """A public data set on the card can be chosen, and a data set to choose is on the card."""
    named = set(re.findall(r"`(\w+)`", card_rows(nb).get("Data", "")))
    known = set(data.available())
    chosen = {
        name for one in parameters(nb) if known.issuperset(one.choices) for name in one.choices
    }
    public = {name for name in named & known if data.card(name).kind == "public"}
    if not _tagged(nb):
        return []
    problems = [
        f"the card has the data set {name!r}; no parameter offers it"
        for name in sorted(public - chosen)
    ]
    return problems + [
        f"a parameter offers the data set {name!r}; the card's Data has no `{name}`"
        for name in sorted(chosen - named)
    ]
