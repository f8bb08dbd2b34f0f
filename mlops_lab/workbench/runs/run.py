"""Run one notebook with checked parameters, and keep what it made."""

import time
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mlops_lab.workbench.runs.course import find_course
from mlops_lab.workbench.runs.engine import Ended, describe_paths, execute, prepare
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.failure import Failure, find_failure
from mlops_lab.workbench.runs.kept import room, target
from mlops_lab.workbench.runs.lesson import lesson_id
from mlops_lab.workbench.runs.notebook import read_notebook, write_notebook
from mlops_lab.workbench.runs.parameters import declared
from mlops_lab.workbench.runs.stills import asking, keep
from mlops_lab.workbench.runs.used import used_values
from mlops_lab.workbench.runs.values import resolve
from mlops_lab.workbench.runs.watch import Watch

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = [
    "REFUTED",
    "Run",
    "State",
    "copy_name",
    "copy_of",
    "not_holding",
    "run",
    "starting_folder",
]

REFUTED: Literal["finding failed"] = "finding failed"
"""The state of a run that came to its end although a finding does not hold."""
State = Literal["passed", "finding failed", "failed", "timed out", "out of memory", "died"]


@dataclass(frozen=True)
class Run:
    """What came of running one notebook.

    Attributes
    ----------
    notebook : Path
        The source.
    lesson : str or None
        Its id, when it is a lesson.
    state : str
        ``passed``; ``failed`` when a cell raised or a finding does not hold, even if the cell
        went on; ``finding failed`` instead of that when it was asked to go on, every cell ran, and
        a finding does not hold; ``timed out`` when a cell took too long; ``out of memory`` when
        the kernel passed its ceiling; ``died`` when it ended by itself.
    seconds : float
        From the start of the kernel to its end.
    memory : int
        The most that the kernel and its children were seen to hold for themselves, in bytes.
    parameters : dict
        Every parameter with the value it had; a default that is no literal is left out.
    output : Path or None
        The copy with its outputs, kept for failed runs too; None when no folder was given.
    findings, records : tuple of dict
        What the notebook measured, as `mlops_lab.kit.records.records_of` reads it.
    error : Failure or None
        The cell it stopped at; None when it came to the end.
    """

    notebook: Path
    lesson: str | None
    state: State
    seconds: float
    memory: int
    parameters: dict[str, object]
    output: Path | None
    findings: tuple[dict[str, Any], ...]
    records: tuple[dict[str, Any], ...]
    error: Failure | None


def run(
    notebook: Path,
    parameters: Mapping[str, object] | None = None,
    *,
    out: Path | None = None,
    text: str | None = None,
    timeout: int | None = None,
    ceiling: int | None = None,
    progress: bool = False,
    course: Path | None = None,
    keep_going: bool = False,
    cwd: str = "here",
    stills: bool = False,
) -> Run:
    """Run a notebook with one parameters cell, ours or any other.

    The kernel is ``python3`` and starts where plain papermill's does, unless `cwd` says otherwise.

    Parameters
    ----------
    notebook : Path
        The source; it is not changed.
    parameters : mapping, optional
        Typed values; see `mlops_lab.workbench.runs.values.check` for what is taken.
    out : Path, optional
        Folder for the executed copy, ``<id>_<name>.ipynb``; made when it is not there. An older
        copy of the same name is replaced, any other file is not. Without it nothing is written.
    text : str, optional
        The notebook as it was, where its file may have changed since.
    timeout : int, optional
        Seconds a single cell may take; no limit by default.
    ceiling : int, optional
        Bytes of memory at which the kernel is ended; no ceiling by default.
    progress : bool
        Show a bar on standard error, one step a cell.
    course : Path, optional
        The course folder, in which a notebook's place tells its id; looked for when not given.
    keep_going : bool
        Record a finding that does not hold and go on, instead of stopping there.
    cwd : str
        Where the kernel starts: ``here``, ``notebook`` for the notebook's own folder, or a folder.
    stills : bool
        After the last cell, draw explorers' states for the course site into the copy's metadata.

    Returns
    -------
    Run
        Also for a run that failed: `Run.error` says where.

    Raises
    ------
    RefusedError
        Before any kernel starts: the notebook, a parameter or the folder cannot be used.
    KernelError
        When no kernel could be started.
    KeyboardInterrupt
        After the kernel was ended; nothing is written then.
    """
    source = read_notebook(notebook, text=text)
    place = starting_folder(notebook, cwd)
    known = declared(source)
    given = resolve(known, parameters)
    lesson = lesson_id(notebook, source.metadata, _course(course))
    title = _title(notebook, lesson)
    output = None if out is None else target(notebook, copy_of(notebook, lesson), out)
    with nullcontext() if output is None else room(output):
        ran = prepare(asking(source) if stills else source, given)
        around = _surroundings(output)  # of the start: a file may change while it runs
        begin, watch = time.monotonic(), Watch(ceiling)
        ended = execute(
            ran, timeout=timeout, title=title if progress else None, watch=watch,
            environment=_going_on() if keep_going else None, cwd=place,
        )  # fmt: skip
        seconds = time.monotonic() - begin
        error = find_failure(ran, source, ended, timeout)
        keep(ran)
        findings, records = _measured(ran)
        state = _state(ended, error, findings, keep_going)
        about = {
            "state": state, "seconds": round(seconds, 3), "memory": watch.peak,
            # Of this run: a later one, of plain papermill, leaves what is written here.
            "start_time": ran.metadata["papermill"]["start_time"],
            **around,
        }  # fmt: skip
        ran.metadata["mlops_lab"] = {**ran.metadata.get("mlops_lab", {}), "run": about}
        describe_paths(ran, notebook, output)
        if output is not None:
            output.parent.mkdir(parents=True, exist_ok=True)  # another run may have tidied it away
            write_notebook(ran, output)
    return Run(
        notebook=notebook, lesson=lesson, state=state, seconds=seconds, memory=watch.peak,
        parameters=used_values(source, known, given), output=output,
        findings=findings, records=records, error=error,
    )  # fmt: skip


def starting_folder(notebook: Path, cwd: str) -> Path:
    """Return the folder in which a notebook's kernel starts.

    Parameters
    ----------
    notebook : Path
    cwd : str
        As in `run`.

    Raises
    ------
    RefusedError
        There is no such folder.
    """
    place = {"here": Path.cwd(), "notebook": notebook.resolve().parent}.get(cwd, Path(cwd))
    if not place.is_dir():
        raise RefusedError(f"--cwd {cwd}: there is no such folder; notebook, here or a folder.")
    return place.absolute()


def _surroundings(output: Path | None) -> dict[str, str]:
    if output is None:
        return {}
    from mlops_lab.workbench.runs.sweeps.key import surroundings  # sweeps import runs

    return {"surroundings": surroundings()}


def copy_name(notebook: Path, source: "NotebookNode", course: Path | None = None) -> str:
    """Return the name of a run's copy, without its ending: ``4.5_drift``."""
    return copy_of(notebook, lesson_id(notebook, source.metadata, _course(course)))


def copy_of(notebook: Path, lesson: str | None) -> str:
    """Return the name of a run's copy of a notebook whose lesson is known, as `copy_name` does."""
    return _title(notebook, lesson).replace(" ", "_")


def not_holding(findings: tuple[dict[str, Any], ...]) -> list[str]:
    """Name the findings that do not hold; one that does not say counts among them."""
    return [str(row.get("name")) for row in findings if row.get("holds") is not True]


def _state(
    ended: Ended, error: Failure | None, findings: tuple[dict[str, Any], ...], keep_going: bool
) -> State:
    if ended in ("died", "timed out", "out of memory"):
        return ended
    if error:
        return "failed"
    if not_holding(findings):
        return REFUTED if keep_going else "failed"
    return "passed"


def _going_on() -> dict[str, str]:
    from mlops_lab.kit.findings import GO_ON  # the kit is heavier than a refused run needs

    return {GO_ON: "record"}


def _course(given: Path | None) -> Path | None:
    try:
        return find_course(given)
    except RefusedError:
        return None  # any notebook can be run without a course


def _title(notebook: Path, lesson: str | None) -> str:
    name = notebook.stem
    if lesson is None:
        return name
    number, _, rest = name.partition("_")
    return f"{lesson} {rest if number.isdigit() and rest else name}"


def _measured(nb: "NotebookNode") -> tuple[tuple[dict[str, Any], ...], tuple[dict[str, Any], ...]]:
    from mlops_lab.kit.records import records_of  # the kit is heavier than a refused run needs

    rows = records_of(nb)
    findings = tuple(row for row in rows if row["kind"] == "finding")
    return findings, tuple(row for row in rows if row["kind"] == "record")
