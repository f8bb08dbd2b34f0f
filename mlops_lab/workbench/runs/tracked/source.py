"""Where results come from: the notebook, its code, the commit, all that holds for each of them."""

import hashlib
import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.workbench.runs.notebook import read_notebook
from mlops_lab.workbench.runs.run import copy_name
from mlops_lab.workbench.runs.sweeps.key import code_of, surroundings
from mlops_lab.workbench.runs.sweeps.table import Done
from mlops_lab.workbench.runs.tracked.entry import RESULT, Entry

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Source", "data_of", "describe"]

_DATA = re.compile(r"^\|\W*data\W*\|(.*)\|", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Source:
    """A notebook as it was when its runs began.

    Attributes
    ----------
    experiment : str
        The MLflow experiment of its results: ``4.5 drift``, for a sweep ``4.5 drift: <folder>``.
    copy : str
        What an executed copy of it is called, without the ending.
    code : str
        Its code cells, from `code_of`.
    tags : mapping
        Of all its results.
    """

    experiment: str
    copy: str
    code: str
    tags: Mapping[str, str]

    def entry(self, name: str, key: str, done: Done, copy: Path | None) -> Entry:
        """Return what is to be logged of a result.

        Parameters
        ----------
        name : str
            Of the MLflow run.
        key : str
            From `point_key`.
        done : Done
        copy : Path or None
            The executed notebook.
        """
        own = {"seed": done.parameters.get("seed"), "dataset": done.parameters.get("dataset")}
        given = {f"mlops_lab.{name}": str(one) for name, one in own.items() if one is not None}
        tags = {
            **self.tags,
            **given,
            "mlops_lab.state": done.state,
            "mlops_lab.key": key,
            RESULT: _digest(key + json.dumps(vars(done), sort_keys=True, default=repr)),
        }
        if done.error:
            tags["mlops_lab.error"] = done.error
        if copy is None:
            tags["mlops_lab.notebook_kept"] = "no"
        return Entry(self.experiment, name, done, tags, copy)


def describe(notebook: Path, course: Path | None = None, sweep: str = "") -> Source:
    """Describe where the results of a notebook come from, before it is run.

    Parameters
    ----------
    notebook : Path
    course : Path, optional
        As in `run`.
    sweep : str
        The name of a sweep, which then has an experiment of its own.
    """
    source = read_notebook(notebook)
    copy = copy_name(notebook, source, course)
    lesson, _, topic = copy.partition("_")
    title = f"{lesson} {topic}" if re.fullmatch(r"\d+\.\d+", lesson) else copy
    code = code_of(source)
    tags = {
        "mlops_lab.lesson": lesson if title != copy else "",
        "mlops_lab.notebook": notebook.name,
        "mlops_lab.code": _digest(code),
        "mlops_lab.surroundings": surroundings(),
        "mlops_lab.dataset": ", ".join(data_of(source)),
        "mlflow.source.name": notebook.name,
        "mlflow.source.type": "NOTEBOOK",
        **_commit(notebook.resolve().parent),
    }
    known = {name: one for name, one in tags.items() if one}
    return Source(f"{title}: {sweep}" if sweep else title, copy, code, known)


def data_of(nb: "NotebookNode") -> list[str]:
    """Name the data sets that a lesson's card names; none for a notebook without a card."""
    for cell in nb.cells:
        if cell.cell_type == "markdown" and (row := _DATA.search(cell.source)):
            return list(dict.fromkeys(re.findall(r"`([\w-]+)`", row[1])))
    return []


def _commit(folder: Path) -> dict[str, str]:
    """Return commit that a folder is at, and whether it is that commit's; none outside of git."""
    words = ("git", "-C", str(folder))
    try:
        commit = _output(*words, "rev-parse", "HEAD")
        changed = _output(*words, "status", "--porcelain")
    except (OSError, subprocess.SubprocessError):
        return {}
    return {
        "mlflow.source.git.commit": commit,
        "mlops_lab.uncommitted_changes": "yes" if changed else "no",
    }


def _output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    return done.stdout.strip()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]
