"""Where the claims hold: the file that names what to move, what came of it, the cell that shows."""

import csv
import re
from pathlib import Path

from nbformat import NotebookNode

from mlops_lab.workbench.runs.claims.files import plan_file, table_file
from mlops_lab.workbench.runs.claims.plan import read_plan
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.notebook import read_notebook
from mlops_lab.workbench.runs.parameters import declared
from rules.reading import calls, code_cells, lesson_id, literal_text, sections
from rules.showing import finding_names

__all__ = ["CLAIMS", "claims_measured", "claims_named", "claims_shown"]

CLAIMS = "Where these claims hold"


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


def claims_named(_nb: NotebookNode, path: Path) -> list[str]:
    """`NN_topic.claims.yaml` can be run, and a comment says why each parameter is moved."""
    try:
        known = declared(read_notebook(path))
    except RefusedError:  # the parameters have rules of their own
        return []
    try:
        plan = read_plan(path, known)
    except RefusedError as error:
        return [str(error)]
    lines = plan_file(path).read_text(encoding="utf-8").splitlines()
    return [
        f"{plan_file(path).name}: no comment, above or behind, says why {name} is moved"
        for name in plan.parameters
        if not _explained(name, lines)
    ]


def _explained(name: str, lines: list[str]) -> bool:
    """Say whether the line of a parameter, or the one above it, has a comment."""
    key = re.compile(rf"\s+['\"]?{re.escape(name)}['\"]?\s*:")
    pairs = zip(["", *lines], lines, strict=False)
    return any(
        re.match(r"\s*#\s*\w", above) or re.search(r"\s#\s*\w", line)
        for above, line in pairs
        if key.match(line)
    )


def claims_measured(nb: NotebookNode, path: Path) -> list[str]:
    """`NN_topic.claims.csv` tells of each finding of the lesson, and of no other."""
    file = table_file(path)
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
