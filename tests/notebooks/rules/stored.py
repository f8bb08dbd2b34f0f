"""How a notebook is stored: canonical, stripped, with stable readable names and nothing else."""

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from rules.reading import as_plain, code_cells, is_assignment, lesson_id, place, tags, where

__all__ = [
    "canonical_json",
    "cell_ids",
    "cell_metadata",
    "check_outputs_are_text",
    "execution_counts",
    "file_name",
    "notebook_format",
    "notebook_metadata",
    "outputs_stripped",
    "tags_known",
]

COURSES = ("1_introduction", "2_data", "3_modeling", "4_deployment")
TAGS = ("parameters", "nbval-check-output")
FAILS = "raises-exception"
FOLDED = {"source_hidden": True}
KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
RANDOM = re.compile(r"[0-9a-f]{8}|[0-9a-f]{8}-[0-9a-f]{4}.*|[0-9a-f]{12,}")


def file_name(_nb: NotebookNode, path: Path) -> list[str]:
    """Hold a notebook to `4_deployment/05_drift.ipynb` or `05_drift_assignment.ipynb`."""
    if place(path) and path.parent.name in COURSES:
        return []
    wanted = "NN_topic.ipynb or NN_topic_assignment.ipynb in one of " + ", ".join(COURSES)
    return [f"{path.parent.name}/{path.name} is misplaced; a notebook is {wanted}"]


def canonical_json(_nb: NotebookNode, path: Path) -> list[str]:
    """Hold the file to the bytes that nbformat writes: indent 1, sorted keys, a last newline."""
    text = path.read_text(encoding="utf-8")
    nb = nbformat.v4.reads(text)
    canonical = nbformat.v4.writes(nb)
    if text == f"{canonical}\n":
        return []
    return [f"{path.name} is not stored as nbformat writes it (indent 1, sorted, final newline)"]


def notebook_format(nb: NotebookNode, path: Path) -> list[str]:
    """Hold a notebook to a valid nbformat 4.5."""
    version = f"{nb.nbformat}.{nb.nbformat_minor}"
    if version != "4.5":
        return [f"{path.name} has nbformat {version}; allowed is 4.5"]
    ids = {cell.get("id") for cell in nb.cells} - {None}
    valid = nbformat.validator.isvalid(nb)
    if len(ids) == len(nb.cells) and not valid:
        return [f"{path.name} does not follow the nbformat 4.5 schema"]
    return []


def notebook_metadata(nb: NotebookNode, path: Path) -> list[str]:
    """Hold the metadata to the kernel, the language and the lesson's id."""
    wanted = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "mlops_lab": {"lesson": lesson_id(path)},
    }
    found = as_plain(nb.metadata)
    return [] if found == wanted else [f"the metadata is {found}; allowed is exactly {wanted}"]


def cell_ids(nb: NotebookNode, _path: Path) -> list[str]:
    """Every cell has an id of its own, in words: `psi-by-hand`."""
    ids = [cell.get("id", "") for cell in nb.cells]
    bad = [name for name in ids if not KEBAB.fullmatch(name) or RANDOM.fullmatch(name)]
    problems = [f"cell id {name!r} is not readable; write words-like-these" for name in bad]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    return problems + [f"cell id {name!r} is used more than once; ids are unique" for name in twice]


def cell_metadata(nb: NotebookNode, path: Path) -> list[str]:
    """A cell's metadata holds its tags, in a lesson what is folded, in an assignment nbgrader's."""
    problems = []
    for cell in nb.cells:
        own = "nbgrader" if is_assignment(path) else "jupyter"
        allowed = {"tags", own} if cell.cell_type == "code" or own == "nbgrader" else {"tags"}
        if extra := sorted(set(cell.metadata) - allowed):
            told = ", ".join(sorted(allowed))
            problems.append(f"{where(cell)} has the metadata {', '.join(extra)}; allowed is {told}")
        elif as_plain(cell.metadata.get("jupyter", FOLDED)) != FOLDED:
            problems.append(f"{where(cell)} has {cell.metadata['jupyter']}; allowed is {FOLDED}")
    return problems


def tags_known(nb: NotebookNode, _path: Path) -> list[str]:
    """Tags are those that the gates know, on code cells only, and never written as comments."""
    problems = []
    for cell in nb.cells:
        known = TAGS if cell.cell_type == "code" else ()
        unknown = [tag for tag in tags(cell) if tag not in known]
        problems += [
            f"{where(cell)} has the tag {tag!r}; a {cell.cell_type} cell may have {list(known)}"
            for tag in unknown
        ]
        if FAILS in unknown:
            problems.append(f"{where(cell)} fails on purpose; show the error by try and except")
        if cell.cell_type == "code" and "NBVAL_" in cell.source:
            problems.append(f"{where(cell)} has an NBVAL_ comment; nbval is told by tags")
    return problems


def outputs_stripped(nb: NotebookNode, _path: Path) -> list[str]:
    """Outputs are stored in cells tagged nbval-check-output, and nowhere else."""
    problems = []
    for cell in code_cells(nb):
        checked = "nbval-check-output" in tags(cell)
        if checked and not cell.outputs:
            problems.append(f"{where(cell)} is tagged nbval-check-output and stores no output")
        if cell.outputs and not checked:
            problems.append(f"{where(cell)} stores outputs; only nbval-check-output cells may")
    return problems


def check_outputs_are_text(nb: NotebookNode, _path: Path) -> list[str]:
    """A stored output is text that is the same on any machine: stdout or text/plain."""
    return [
        f"{where(cell)} stores an output that is not plain text; allowed is stdout or text/plain"
        for cell in code_cells(nb)
        for output in cell.outputs
        if not _is_text(output)
    ]


def _is_text(output: NotebookNode) -> bool:
    if output.output_type == "stream":
        return bool(output.name == "stdout")
    data = output.get("data", {})
    return list(data) == ["text/plain"] and not output.get("metadata")


def execution_counts(nb: NotebookNode, _path: Path) -> list[str]:
    """Counts are null, and 1 where an output is stored: nbval refuses an output without one."""
    problems = []
    for cell in code_cells(nb):
        wanted = 1 if "nbval-check-output" in tags(cell) else None
        results = [out for out in cell.outputs if out.output_type == "execute_result"]
        counts = [cell.execution_count, *(out.execution_count for out in results)]
        if any(count != wanted for count in counts):
            problems.append(f"{where(cell)} has execution counts {counts}; allowed is {wanted}")
    return problems
