"""What has to be true of a lesson after it ran, whatever its parameters were."""

import ast
from typing import Any

from nbformat import NotebookNode
from rules.not_yet import NOT_YET
from rules.reading import calls, code_cells, literal_text, sections, tags, where

__all__ = ["alt_problems", "error_problems", "finding_problems", "picture_problems", "problems"]

PICTURES = ("kit.show", "kit.claims")
FINDING = "application/vnd.mlops-lab.finding+json"


def problems(nb: NotebookNode) -> list[str]:
    """Return one sentence for each thing that went wrong in an executed notebook."""
    checks = (error_problems, finding_problems, picture_problems, alt_problems)
    return [problem for check in checks for problem in check(nb)]


def error_problems(nb: NotebookNode) -> list[str]:
    """Every cell ran; only an announced one failed; nothing reached stderr."""
    found = []
    for cell in code_cells(nb):
        failed = any(output.output_type == "error" for output in cell.outputs)
        announced = "raises-exception" in tags(cell)
        if cell.execution_count is None and cell.source.strip():
            found.append(f"{where(cell)} did not run")
        if failed != announced and cell.execution_count is not None:
            found.append(f"{where(cell)} {'failed' if failed else 'did not fail as announced'}")
        if noise := "".join(out.text for out in cell.outputs if out.get("name") == "stderr"):
            found.append(f"{where(cell)} wrote to stderr: {noise.strip()}")
    return found


def finding_problems(nb: NotebookNode) -> list[str]:
    """The lesson recorded findings, and each holds."""
    findings = [data[FINDING] for _, data, _ in _displays(code_cells(nb)) if FINDING in data]
    broken = [one for one in findings if one["holds"] is not True]
    texts = [f"the finding {one['name']} is {one['value']}, not {one['bound']}" for one in broken]
    return texts if findings else ["no finding was recorded"]


def picture_problems(nb: NotebookNode) -> list[str]:
    """Each section that calls kit.show, or shows its claims, shows a picture."""
    showing = [
        (title, part)
        for title, part in sections(nb)
        if any(
            _shows(call)
            for cell in part
            if cell.cell_type == "code"
            for call in calls(cell.source, *PICTURES)
        )
    ]
    return [
        f"the section {title!r} has a picture to show and shows none"
        for title, part in showing
        if not any("image/png" in data for _, data, _ in _displays(part))
    ]


def _shows(call: ast.Call) -> bool:
    """Say whether a call shows a picture: claims that were not tried yet have none."""
    return "claims_measured" not in NOT_YET.get(literal_text(call), ())


def alt_problems(nb: NotebookNode) -> list[str]:
    """Each picture says in words what it shows."""
    return [
        f"{where(cell)} shows a picture without alt text"
        for cell, data, metadata in _displays(code_cells(nb))
        if "image/png" in data and not str(metadata.get("image/png", {}).get("alt", "")).strip()
    ]


def _displays(
    cells: list[NotebookNode],
) -> list[tuple[NotebookNode, dict[str, Any], dict[str, Any]]]:
    """Return each rich output with its cell: what is shown, and what is said about it."""
    outputs = [(cell, output) for cell in cells for output in cell.get("outputs", [])]
    return [(cell, out["data"], out.get("metadata", {})) for cell, out in outputs if "data" in out]
