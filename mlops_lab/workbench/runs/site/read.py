"""What the executed notebooks of a folder say about their own runs."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.notebook import read_notebook
from mlops_lab.workbench.runs.site.ended import how_it_ended, mapping, own_marks
from mlops_lab.workbench.runs.site.names import page_names

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["UNREADABLE", "Page", "read_pages"]

UNREADABLE = "unreadable"
"""The state of a file, or a folder, of which nothing but its name can be shown."""
_ENDING = ".ipynb"


@dataclass(frozen=True)
class Page:
    """One executed notebook, or a file that may be one and cannot be read.

    Attributes
    ----------
    path : Path
        The notebook.
    place : str
        Its path within the folder, as text that can be shown.
    name : str
        What its page is called, unique within the site: ``4.5_drift``.
    title : str
        Its first heading.
    state : str
        As `Run.state`, or `UNFINISHED` for what plain papermill did not bring to an end, or
        `UNREADABLE`.
    why : str
        Why it did not pass, in one line; empty where that is not known, or it did.
    seconds : float or None
        From the first cell to the last; None when the notebook does not say.
    memory : int or None
        Bytes; None when it was not run by this package.
    parameters : dict
        Those that were injected.
    findings : list of dict
        As `mlops_lab.kit.records.records_of` gives them.
    notebook : NotebookNode or None
        With its outputs; None for what cannot be read, which has no page.
    """

    path: Path
    place: str
    name: str
    title: str
    state: str
    why: str = ""
    seconds: float | None = None
    memory: int | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    findings: list[dict[str, Any]] = field(default_factory=list)
    notebook: "NotebookNode | None" = None


def read_pages(folder: Path, *, required: bool = True) -> list[Page]:
    """Read the executed notebooks of a folder and the folders in it.

    Parameters
    ----------
    folder : Path
        What ``mlops-lab run -o`` named. Notebooks that were never executed are left out; what
        cannot be read is named.
    required : bool
        Refuse a folder without any.

    Returns
    -------
    list of Page
        In the order of their places, numbers by their value: 4.10 after 4.9.

    Raises
    ------
    RefusedError
        When there is no such folder, or no executed notebook in it.
    """
    if not folder.is_dir():
        raise RefusedError(f"There is no folder {folder}; `mlops-lab run -o` makes one.")
    closed = list[OSError]()
    found = {path: _read(path) for path in _files(folder, closed)}
    found |= {Path(one.filename): _refusal(one) for one in closed}
    kept = {path: one for path, one in found.items() if one is not None}
    if not kept and required:
        raise RefusedError(f"{folder} holds no executed notebook; `mlops-lab run -o` keeps them.")
    names = page_names([path.relative_to(folder) for path in kept])
    pages = [
        _page(path, _text(path.relative_to(folder)), name, one)
        for (path, one), name in zip(kept.items(), names, strict=True)
    ]
    return sorted(pages, key=lambda page: _by_number(page.place))


def _files(folder: Path, closed: list[OSError]) -> Iterator[Path]:
    """Yield all that may be a notebook; to `closed` go folders that cannot be looked into."""
    for root, folders, files in os.walk(folder, onerror=closed.append):
        odd = [name for name in folders if name.lower().endswith(_ENDING)]
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in [*files, *odd]:
            if name.lower().endswith(_ENDING) and not name.startswith("."):
                yield Path(root, name)


def _read(path: Path) -> "NotebookNode | str | None":
    """Read a notebook: its nodes, why it cannot be read, or None for one never executed."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for
            return "it is a folder, or no file" if path.is_dir() else "it is no ordinary file"
        nb = read_notebook(path, any_language=True)
    except RefusedError as error:
        return str(error).removeprefix(f"{path} ")
    except OSError as error:
        return _refusal(error)
    return nb if "papermill" in nb.metadata else None


def _refusal(error: OSError) -> str:
    return f"it cannot be read: {error.strerror}"


def _text(place: Path) -> str:
    return os.fsencode(place).decode("utf-8", "replace")


def _by_number(place: str) -> list[tuple[int, int, str]]:
    words = place.removesuffix(_ENDING).replace(".", "_").replace("/", "_").split("_")
    return [(0, int(word), "") if word.isdecimal() else (1, 0, word) for word in words]


def _page(path: Path, place: str, name: str, nb: "NotebookNode | str") -> Page:
    from mlops_lab.kit.records import records_of

    if isinstance(nb, str):
        return Page(path, place, name, place, UNREADABLE, nb)
    own, marks = own_marks(nb), nb.metadata["papermill"]
    named = [row for row in records_of(nb) if isinstance(row["name"], str)]
    findings = [row for row in named if row["kind"] == "finding"]
    state, why = how_it_ended(nb)
    if state == "passed" and any(row["holds"] is not True for row in findings):
        state = "failed"
    return Page(
        path=path,
        place=place,
        name=name,
        title=_title(nb) or place.rpartition("/")[2].removesuffix(_ENDING),
        state=state,
        why=why,
        seconds=_number(own.get("seconds", marks.get("duration"))),
        memory=int(_number(own.get("memory")) or 0) or None,
        parameters=mapping(marks.get("parameters")),
        findings=findings,
        notebook=nb,
    )


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) else None


def _title(nb: "NotebookNode") -> str:
    words = (cell.source for cell in nb.cells if cell.cell_type == "markdown")
    lines = (line for text in words for line in text.splitlines())
    return next((line[2:].strip() for line in lines if line.startswith("# ")), "")
