"""What an executed notebook says about its own run."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.notebook import read_notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Page", "read_pages"]


@dataclass(frozen=True)
class Page:
    """One executed notebook.

    Attributes
    ----------
    path : Path
        The notebook.
    name : str
        What its page is called, unique within the site: ``4.5_drift``.
    title : str
        Its first heading.
    state : str
        As `Run.state`.
    seconds : float or None
        From the first cell to the last; None when the notebook does not say.
    memory : int or None
        Bytes; None when it was not run by this package.
    parameters : dict
        Those that were injected.
    findings : list of dict
        As `mlops_lab.kit.records.records_of` gives them.
    notebook : NotebookNode
        With its outputs.
    """

    path: Path
    name: str
    title: str
    state: str
    seconds: float | None
    memory: int | None
    parameters: dict[str, Any]
    findings: list[dict[str, Any]]
    notebook: "NotebookNode"


def read_pages(folder: Path) -> list[Page]:
    """Read the executed notebooks of a folder and the folders in it.

    Parameters
    ----------
    folder : Path
        What ``mlops-lab run -o`` named. Notebooks that were never executed are left out.

    Returns
    -------
    list of Page
        In the order of their names, numbers by their value: 4.10 after 4.9.

    Raises
    ------
    RefusedError
        When there is no such folder, or no executed notebook in it.
    """
    if not folder.is_dir():
        raise RefusedError(f"There is no folder {folder}; `mlops-lab run -o` makes one.")
    paths = (path for path in folder.rglob("*.ipynb") if not _hidden(path.relative_to(folder)))
    pages = [
        _page(path, "_".join(path.relative_to(folder).with_suffix("").parts), nb)
        for path in paths
        if "papermill" in (nb := read_notebook(path)).metadata
    ]
    if not pages:
        raise RefusedError(f"{folder} holds no executed notebook; `mlops-lab run -o` keeps them.")
    return sorted(pages, key=lambda page: _by_number(page.name))


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _by_number(name: str) -> list[tuple[int, int, str]]:
    words = name.replace(".", "_").split("_")
    return [(0, int(word), "") if word.isdecimal() else (1, 0, word) for word in words]


def _page(path: Path, name: str, nb: "NotebookNode") -> Page:
    from mlops_lab.kit.records import records_of

    told = nb.metadata.get("mlops_lab", {}).get("run", {})
    marks = nb.metadata["papermill"]
    findings = [row for row in records_of(nb) if row["kind"] == "finding"]
    failed = marks.get("exception") or any(row["holds"] is not True for row in findings)
    return Page(
        path=path,
        name=name,
        title=_title(nb) or name,
        state=told.get("state") or ("failed" if failed else "passed"),
        seconds=told.get("seconds", marks.get("duration")),
        memory=told.get("memory") or None,
        parameters=dict(marks.get("parameters") or {}),
        findings=findings,
        notebook=nb,
    )


def _title(nb: "NotebookNode") -> str:
    words = (cell.source for cell in nb.cells if cell.cell_type == "markdown")
    lines = (line for text in words for line in text.splitlines())
    return next((line[2:].strip() for line in lines if line.startswith("# ")), "")
