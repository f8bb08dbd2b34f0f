"""How the run ended that an executed notebook was left by, whoever ran it."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["UNFINISHED", "how_it_ended", "mapping", "own_marks"]

UNFINISHED = "unfinished"
"""The state of a copy whose cells were not all run, or whose kernel gave no answer."""

_ADDED = ("injected-parameters", "papermill-error-cell-tag")  # not in the source, so not counted


def how_it_ended(nb: "NotebookNode") -> tuple[str, str]:
    """Say how the run of a notebook ended, and why so.

    Plain papermill marks each cell as completed, those too that a kernel died in and, at the end,
    those that it never came to. What tells them apart is whether a cell was begun, and whether the
    kernel replied to it.

    Parameters
    ----------
    nb : NotebookNode
        With papermill's marks in its metadata.

    Returns
    -------
    state : str
        As `Run.state`, where the copy is one of `mlops_lab.workbench.runs.run.run`; otherwise
        ``passed``, ``failed`` or `UNFINISHED`. Findings are not looked at.
    why : str
        One line; empty for what passed.
    """
    state, why = _as_marked(nb)
    own = str(own_marks(nb).get("state") or "")
    return (own, why if own != "passed" else "") if own else (state, why)


def own_marks(nb: "NotebookNode") -> dict[str, Any]:
    """Return what `run` wrote into its copy; empty when a run by papermill came after it."""
    own = mapping(mapping(nb.metadata.get("mlops_lab")).get("run"))
    began = mapping(nb.metadata.get("papermill")).get("start_time")
    return own if own.get("start_time", began) == began else {}


def mapping(value: object) -> dict[str, Any]:
    """Return a mapping as it is, and an empty one in place of anything else."""
    return dict(value) if isinstance(value, Mapping) else {}


def _as_marked(nb: "NotebookNode") -> tuple[str, str]:
    marks = mapping(nb.metadata.get("papermill"))
    for where, cell in _code(nb):
        errors = [out for out in cell.outputs if out.output_type == "error"]
        marked = bool(_mark(cell).get("exception"))
        if errors and _is_good_end(errors[-1]) and marked:
            return "passed", ""
        if marked or (errors and not _may_fail(cell)):
            return "failed", _error(errors, where)
        if reason := _not_done(cell):
            return UNFINISHED, f"{where} {reason}"
    if marks.get("exception"):
        return "failed", "the run ended with an error"
    if not marks.get("end_time"):
        return UNFINISHED, "the run was stopped before its end"
    return "passed", ""


def _code(nb: "NotebookNode") -> Iterator[tuple[str, "NotebookNode"]]:
    """Yield the cells that a run executes, each with its place among those of the source."""
    source = [cell for cell in nb.cells if not _has_tag(cell, *_ADDED)]
    place = {id(cell): f"cell {i} of {len(source)}" for i, cell in enumerate(source, start=1)}
    for cell in nb.cells:
        runs = cell.cell_type == "code" and cell.source.strip()
        if runs and not _has_tag(cell, "skip-execution"):
            yield place.get(id(cell), "the cell with the injected parameters"), cell


def _has_tag(cell: "NotebookNode", *tags: str) -> bool:
    return not {*tags}.isdisjoint(cell.metadata.get("tags", []))


def _may_fail(cell: "NotebookNode") -> bool:
    return _has_tag(cell, "raises-exception")


def _mark(cell: "NotebookNode") -> dict[str, Any]:
    return mapping(cell.metadata.get("papermill"))


def _is_good_end(error: "NotebookNode") -> bool:
    # sys.exit() and sys.exit(0) end a notebook well, as papermill has it.
    return error.ename == "SystemExit" and error.evalue in ("", "0")


def _error(errors: list["NotebookNode"], where: str) -> str:
    if not errors:
        return f"an error in {where}"
    message = " ".join(str(errors[-1].evalue).split())
    return f"{errors[-1].ename} in {where}: {message}".removesuffix(": ")


def _not_done(cell: "NotebookNode") -> str:
    mark, timing = _mark(cell), cell.metadata.get("execution")
    counted = cell.get("execution_count") is not None
    if mark.get("status") in ("pending", "running") or not (counted or mark.get("start_time")):
        return "was begun, and not ended" if mark.get("status") == "running" else "was not run"
    if isinstance(timing, Mapping) and "shell.execute_reply" not in timing:
        return "got no answer: its kernel died, or was stopped, or took too long"
    return "" if counted or isinstance(timing, Mapping) else "was not run"
