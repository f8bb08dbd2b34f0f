"""Where the claims hold: the file that names what to move, what came of it, the cell that shows."""

import csv
import re
from pathlib import Path
from typing import Any

import yaml
from nbformat import NotebookNode

from rules.parameters import Parameter, accepts, parameters
from rules.reading import calls, code_cells, lesson_id, literal_text, sections
from rules.showing import finding_names

__all__ = ["CLAIMS", "claims_measured", "claims_named", "claims_shown"]

CLAIMS = "Where these claims hold"
KEYS = {"parameters", "data", "seeds"}
FEWEST, MOST = 3, 5


def claims_shown(nb: NotebookNode, path: Path) -> list[str]:
    """`kit.claims("4.5")`, with the lesson's own id, stands once, below its heading."""
    found = [call for cell in code_cells(nb) for call in calls(cell.source, "kit.claims")]
    placed = [
        call
        for title, part in sections(nb)
        if title == CLAIMS
        for cell in part
        if cell.cell_type == "code"
        for call in calls(cell.source, "kit.claims")
    ]
    wanted = lesson_id(path)
    if len(found) == len(placed) == 1 and literal_text(placed[0]) == wanted:
        return []
    return [f'kit.claims("{wanted}") stands once, in a cell below the heading "## {CLAIMS}"']


def claims_named(nb: NotebookNode, path: Path) -> list[str]:
    """`NN_topic.claims.yaml` names parameters of the lesson, and three to five values for each."""
    file = path.with_suffix(".claims.yaml")
    if not file.is_file():
        return [f"{file.name} is missing: it names the parameters that the claims rest on"]
    text = file.read_text(encoding="utf-8")
    try:
        stored = yaml.safe_load(text)
    except yaml.YAMLError as error:
        return [f"{file.name} is not YAML: {error}"]
    moved = stored.get("parameters") if isinstance(stored, dict) else None
    if not isinstance(moved, dict) or not moved or not set(stored) <= KEYS:
        return [f"{file.name} has parameters, and may have data and seeds; nothing else"]
    known = {one.name: one for one in parameters(nb)}
    if not known:  # no parameters cell, which has a rule of its own
        return []
    told = [_value_problem(name, values, known) for name, values in moved.items()]
    told += [_comment_problem(str(name), text) for name in moved]
    told += [_data_problem(stored.get("data", []), known), _seeds_problem(stored.get("seeds", [0]))]
    return [f"{file.name}: {problem}" for problem in told if problem]


def _value_problem(name: str, values: Any, known: dict[str, Parameter]) -> str:
    """Say what is wrong with the values of a parameter, "" where nothing is."""
    one = known.get(name)
    if one is None or name in ("seed", "output_dir"):
        names = ", ".join(key for key in known if key not in ("seed", "output_dir"))
        return f"{name!r} cannot be moved; the parameters are {names}"
    fewest = min(FEWEST, len(one.choices) or FEWEST, 2 if one.type == "bool" else FEWEST)
    if not isinstance(values, list) or not fewest <= len(values) <= MOST:
        return f"{name} has the values {values}; allowed are {fewest} to {MOST} in a list"
    if wrong := [value for value in values if not accepts(one, value)]:
        return f"{name} cannot be {wrong}: it is a {one.type}, {one.constraint or 'any'}"
    if any(values.count(value) > 1 for value in values) or one.value not in values:
        return f"{name} has the values {values}; the default {one.value!r} once, none twice"
    return ""


def _comment_problem(name: str, text: str) -> str:
    """Say where no comment, above or behind, tells why a parameter is moved."""
    lines = text.splitlines()
    for above, line in zip(["", *lines], lines, strict=False):
        if re.match(rf"\s+['\"]?{re.escape(name)}['\"]?\s*:", line):
            told = re.search(r"(^|\s)#\s*\w", line) or re.match(r"\s*#\s*\w", above)
            return "" if told else f"no comment says why {name} is moved"
    return f"{name} does not begin a line"


def _data_problem(names: Any, known: dict[str, Parameter]) -> str:
    choosing = [name for name, one in known.items() if one.choices]
    if isinstance(names, list) and set(map(str, names)) <= set(choosing):
        return ""
    return f"data is {names}; allowed is a list of parameters that choose: {', '.join(choosing)}"


def _seeds_problem(seeds: Any) -> str:
    whole = isinstance(seeds, list) and all(type(seed) is int and seed >= 0 for seed in seeds)
    if whole and seeds and len(set(seeds)) == len(seeds):
        return ""
    return f"seeds are {seeds}; allowed are whole numbers from 0 on, none twice, in a list"


def claims_measured(nb: NotebookNode, path: Path) -> list[str]:
    """`NN_topic.claims.csv` tells of each finding of the lesson, and of no other."""
    file = path.with_suffix(".claims.csv")
    if not file.is_file():
        return [f"{file.name} is missing: `mlops-lab claims {lesson_id(path)}` makes it"]
    with file.open(encoding="utf-8", newline="") as stream:
        told = {row.get("finding", "") for row in csv.DictReader(stream)}
    claimed = set(finding_names(nb))
    if told == claimed:
        return []
    return [
        f"{file.name} lacks the findings {sorted(claimed - told)} and has {sorted(told - claimed)},"
        f" which the lesson does not claim: `mlops-lab claims {lesson_id(path)}` makes it again"
    ]
