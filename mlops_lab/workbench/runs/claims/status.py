"""Where a notebook's claims stand: tried over their ranges or not, and on today's code or not."""

import ast
import csv
import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from mlops_lab.workbench.runs.claims.files import plan_file, table_file
from mlops_lab.workbench.runs.errors import RefusedError

__all__ = ["ClaimsStatus", "claims_status", "code_digest"]

_ASKS = ("kit.predict", "kit.choose")


@dataclass(frozen=True)
class ClaimsStatus:
    """What is known of a notebook's claims.

    Attributes
    ----------
    state : str
        ``unplanned`` where no file says what they rest on, ``untried`` where they have not been
        run over their ranges, ``stale`` where the code cells or the plan have changed since,
        ``current`` otherwise.
    claims : int
        How many findings there are.
    throughout : int
        How many of them held in every run at every value.
    values : int
        How many values of parameters, on how many data sets, were tried for each.
    """

    state: Literal["unplanned", "untried", "stale", "current"]
    claims: int = 0
    throughout: int = 0
    values: int = 0

    def __str__(self) -> str:
        """Return a few words for a list."""
        if self.state == "unplanned":
            return "no claims file"
        if self.state == "untried":
            return "claims untried"
        held = f"{self.throughout} of {self.claims} claims hold at all {self.values} values"
        return held + ("; stale" if self.state == "stale" else "")


def claims_status(notebook: Path) -> ClaimsStatus:
    """Look where a notebook's claims stand.

    Parameters
    ----------
    notebook : Path
        Nothing is run, and what a plan asks for is not checked.

    Raises
    ------
    RefusedError
        When the notebook, its plan or its table cannot be read.
    """
    if not plan_file(notebook).is_file():
        return ClaimsStatus("unplanned")
    table = table_file(notebook)
    if not table.is_file():
        return ClaimsStatus("untried")
    tried, held, codes = Counter[str](), Counter[str](), set[str]()
    try:
        with table.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                tried[row["finding"]] += 1
                held[row["finding"]] += int(row["held"]) == int(row["runs"])
                codes.add(row["code"])
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise RefusedError(f"{table} is no table of claims: {error!r}. Make it again.") from error
    throughout = sum(held[name] == number for name, number in tried.items())
    current = codes == {code_digest(notebook)}
    state: Literal["current", "stale"] = "current" if current else "stale"
    return ClaimsStatus(state, len(tried), throughout, max(tried.values(), default=0))


def code_digest(notebook: Path) -> str:
    """Return 12 hexadecimal digits that change with the code cells and with what the plan asks for.

    Comments, layout and self-checks do not count: they change no measurement.

    Raises
    ------
    RefusedError
        When the notebook or its plan cannot be read.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8-sig"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        code = [code for code in map(_measuring, sources) if code]
        plan = yaml.safe_load(plan_file(notebook).read_text(encoding="utf-8-sig"))
        text = json.dumps([code, plan], sort_keys=True, default=str)
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise RefusedError(f"{notebook} or its claims file cannot be read: {error!r}.") from error
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _measuring(source: str) -> str:
    """Return a cell's code without self-checks and the verdicts on them, in one layout."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return source
    return "\n".join(ast.unparse(node) for node in body if not _asks(node))


def _asks(node: ast.stmt) -> bool:
    """Say whether a statement is a self-check, or ``guess.verdict(...)``."""
    value = node.value if isinstance(node, ast.Expr | ast.Assign) else None
    if not isinstance(value, ast.Call):
        return False
    called = ast.unparse(value.func)
    return called in _ASKS or (isinstance(node, ast.Expr) and called.endswith(".verdict"))
