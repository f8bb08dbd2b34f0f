"""Find the cell a run stopped at, and show it so that a person can act on it."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_lab.workbench.runs.stills import CELL
from mlops_lab.workbench.runs.terminal import SEQUENCE, clean

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Failure", "find_failure", "headline", "show"]

_GROUP = re.compile(r"^\s*\| (\w*(?:Group|Error|Exception)\w*): (.*)$", re.MULTILINE)
_LONGEST = 60  # lines of a traceback; past it the middle is left out
_HEAD = 15


@dataclass(frozen=True)
class Failure:
    """The cell at which a run stopped, and why.

    Attributes
    ----------
    cell : int
        Its place among all cells of the source notebook, from 1; 0 for the injected parameters,
        one more than there are for the states of its explorers.
    cells : int
        How many cells the source notebook has.
    count : int or None
        The number Jupyter shows beside it, as in ``In [5]``; None when it never ran.
    source : str
        Its code.
    line : int or None
        The failing line within it, from 1; None when the traceback does not tell.
    ename, evalue : str
        The exception's name and message.
    traceback : str
        As IPython wrote it, with colours; empty when there is none, or when a finding did not
        hold and the message says it all.
    """

    cell: int
    cells: int
    count: int | None
    source: str
    line: int | None
    ename: str
    evalue: str
    traceback: str


def find_failure(
    ran: "NotebookNode", source: "NotebookNode", ended: str, timeout: int | None
) -> Failure | None:
    """Find what stopped a run, and mark that cell as papermill marks a failed one.

    Parameters
    ----------
    ran : NotebookNode
        The notebook after `execute`; marked in place.
    source : NotebookNode
        The notebook before it; cell numbers are counted here.
    ended : str
        What `execute` returned.
    timeout : int or None
        The limit `execute` was given, for the message.

    Returns
    -------
    Failure or None
        None when every cell passed, or a cell ended the notebook with ``sys.exit(0)``.
    """
    cell = _stopped_at(ran, ended)
    if cell is None:
        return None
    if ended == "ended" and _left(cell):
        cell.metadata.papermill.update(exception=False, status="completed")
        ran.metadata["papermill"]["exception"] = None
        return None
    cell.metadata.papermill.update(exception=True, status="failed")
    ran.metadata.papermill["exception"] = True
    ename, evalue, traceback = _reason(cell, ended, timeout)
    ids = [each.id for each in source.cells]
    return Failure(
        cell=[*ids, CELL].index(cell.id) + 1 if cell.id in [*ids, CELL] else 0,
        cells=len(ids),
        count=cell.get("execution_count"),
        source=cell.source,
        line=_line(traceback, cell.get("execution_count")),
        ename=ename,
        evalue=evalue,
        traceback="" if _is_finding(cell, evalue) else traceback,
    )


def _stopped_at(ran: "NotebookNode", ended: str) -> "NotebookNode | None":
    marks = [(cell, cell.metadata.get("papermill", {})) for cell in ran.cells]
    if ended == "ended":
        return next((cell for cell, mark in marks if mark.get("exception")), None)
    begun = [cell for cell, mark in marks if mark.get("start_time") and cell.cell_type == "code"]
    return begun[-1] if begun else None


def _left(cell: "NotebookNode") -> bool:
    # As papermill has it: sys.exit() and sys.exit(0) are the end of a notebook, and a good one.
    errors = [out for out in cell.outputs if out.output_type == "error"]
    return bool(errors) and errors[-1].ename == "SystemExit" and errors[-1].evalue in ("", "0")


def _reason(cell: "NotebookNode", ended: str, timeout: int | None) -> tuple[str, str, str]:
    if ended == "died":
        return "KernelDied", "the kernel ended by itself while this cell ran", ""
    if ended == "timed out":
        return "CellTimeout", f"this cell took longer than {timeout} seconds", ""
    if ended == "out of memory":
        return "MemoryCeiling", "the kernel passed its memory ceiling in this cell", ""
    errors = [out for out in cell.outputs if out.output_type == "error"]
    if errors:
        last = errors[-1]
        return last.ename, last.evalue, "\n".join(last.traceback)
    # A magic that does not exist, and a group of exceptions, leave no error output, only what
    # IPython writes to standard error.
    printed = "".join(out.text for out in cell.outputs if out.get("name") == "stderr")
    if group := _GROUP.search(printed):
        return group[1], group[2], printed
    lines = printed.strip().splitlines() or ["Error: the kernel gave no reason"]
    name, _, message = lines[-1].partition(": ")
    return (name, message, "") if message else ("Error", name, "")


def _is_finding(cell: "NotebookNode", evalue: str) -> bool:
    from mlops_lab.kit.records import FINDING  # the kit is heavier than a refused run needs

    outputs = (out.get("data", {}).get(FINDING) for out in cell.outputs)
    findings = (each for each in outputs if isinstance(each, dict))
    return any(not each.get("holds") and str(each.get("name")) in evalue for each in findings)


def _line(traceback: str, count: int | None) -> int | None:
    found = re.search(rf"Cell In\[{count}\], line (\d+)", SEQUENCE.sub("", traceback))
    return int(found[1]) if found else None


def show(failure: Failure, *, color: bool = False) -> str:
    """Lay a failure out for the terminal: where, the code with its failing line, the traceback.

    Parameters
    ----------
    failure : Failure
        What stopped the run.
    color : bool
        Keep IPython's colours; for a terminal only.

    Returns
    -------
    str
        Several lines, no newline at the end.
    """
    parts = [headline(failure), _listing(failure), _traceback(failure, color)]
    return "\n\n".join(part for part in parts if part)


def headline(failure: Failure) -> str:
    """Say in one line which exception stopped a run, and where."""
    where = f"cell {failure.cell} of {failure.cells}" if failure.cell else "the injected parameters"
    where = "the states of an explorer" if failure.cell > failure.cells else where
    number = f" (In [{failure.count}])" if failure.count else ""
    return clean(f"{failure.ename} in {where}{number}: {failure.evalue}".rstrip().splitlines()[0])


def _listing(failure: Failure) -> str:
    lines = failure.source.splitlines()
    return "\n".join(
        f"{'-->' if number == failure.line else '   '} {number:>3} | {clean(text)}"
        for number, text in enumerate(lines, start=1)
    )


def _traceback(failure: Failure, color: bool) -> str:
    lines = [clean(line, color=color) for line in failure.traceback.splitlines()]
    lines = [line for line in lines if not _is_header(SEQUENCE.sub("", line))]
    if len(lines) > _LONGEST:
        left_out = f"... {len(lines) - _LONGEST} lines left out ..."
        lines = [*lines[:_HEAD], left_out, *lines[_HEAD - _LONGEST :]]
    return "\n".join(lines).strip("\n")


def _is_header(line: str) -> bool:
    ruler = len(line) > 20 and not line.strip("-")
    return ruler or line.endswith("Traceback (most recent call last)")
