"""What a notebook's file tells of the work in it: read as JSON, nothing is run."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.study.cells import facts

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = [
    "Tasks",
    "asked",
    "expected",
    "holding",
    "is_begun",
    "plain_cells",
    "read_cells",
    "read_tasks",
    "tried",
    "unrun",
]

Cells = Sequence[Mapping[str, Any]]
_WIDGETS = "application/vnd.jupyter.widget-state+json"
_QUESTION = re.compile(r"\bkit\.(?:predict|choose)\(")
_TASK = "application/vnd.mlops-lab.task+json"  # as `mlops_lab.kit.tasks` has it, which loads slowly
_VERDICTS = ("<b>Right.</b>", "<b>Not quite.</b>")


@dataclass(frozen=True)
class Tasks:
    """An assignment's tasks, as far as the file tells.

    Attributes
    ----------
    answered, all : int
        Cells to be written, and those of them that are no longer as they were given.
    seen, points : float
        The points of all tests, and of those whose visible part ran without an error. Hidden
        tests, and what a person reads, are not known before grading.
    passed, tests : int
        Tests that ran without an error, and all of them.
    """

    answered: int
    all: int
    seen: float
    points: float
    passed: int
    tests: int

    @property
    def state(self) -> str:
        """Return ``"not begun"``, ``"begun"`` or ``"done"``."""
        if self.answered == self.all and self.passed == self.tests:
            return "done"
        return "begun" if self.answered or self.passed else "not begun"


def read_cells(path: Path) -> tuple[Cells, Mapping[str, Any]]:
    """Read a notebook's cells and metadata without the tools that take a second to load.

    Raises
    ------
    RefusedError
        When the file is no notebook.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
        cells = plain_cells(document["cells"])
        return cells, dict(document.get("metadata") or {})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RefusedError(f"{path.name} is not a readable notebook: {error!r}") from error


def plain_cells(cells: Sequence[Mapping[str, Any]]) -> Cells:
    """Return cells in one form, whatever read them: outputs everywhere, texts in one piece."""
    return [_plain(cell) for cell in cells]


def _plain(cell: Mapping[str, Any]) -> dict[str, Any]:
    outputs = [_plain_output(one) for one in cell.get("outputs") or []]
    metadata = dict(cell.get("metadata") or {})
    return {
        **cell,
        "cell_type": str(cell["cell_type"]),
        "source": _joined(cell["source"]),
        "outputs": outputs,
        "metadata": metadata,
    }


def _plain_output(output: Mapping[str, Any]) -> dict[str, Any]:
    data = output.get("data")
    return {**output, "data": dict(data) if isinstance(data, Mapping) else {}}


def _joined(text: object) -> str:
    return "".join(map(str, text)) if isinstance(text, list) else str(text)


def expected(base: Cells) -> set[str]:
    """Name the findings of a lesson, from the list of them that its master stores."""
    lines = (line for cell in base for out in cell["outputs"] for line in _lines(out))
    return {line[5:].strip() for line in lines if line.startswith(("holds  ", "FAILS  "))}


def _lines(output: Mapping[str, Any]) -> list[str]:
    return _joined(output.get("text", "")).splitlines()


def holding(mine: Cells) -> dict[str, bool]:
    """Return the findings that a run has left in a notebook, and whether each holds."""
    from mlops_lab.kit import records_of

    nb = cast("NotebookNode", SimpleNamespace(cells=mine))
    rows = (one for one in records_of(nb) if one["kind"] == "finding")
    return {str(one["name"]): one["holds"] is True for one in rows}


def is_begun(base: Cells, mine: Cells) -> bool:
    """Tell whether anything was run or written."""
    given = {_written(one) for one in base}
    ran = any(one.get("execution_count") or one["outputs"] for one in mine)
    return ran or any(_written(one) not in given for one in mine if one["source"].strip())


def _written(cell: Mapping[str, Any]) -> tuple[str, str]:
    return cell["cell_type"], cell["source"]


def unrun(base: Cells, mine: Cells) -> float:
    """Return the share of a lesson's code cells that were not run, 0 to 1; 0 where it has none."""
    ran = {one.get("id") for one in mine if one.get("execution_count") or one["outputs"]}
    code = [one for one in base if one["cell_type"] == "code"]
    return sum(one.get("id") not in ran for one in code) / max(len(code), 1)


def asked(base: Cells) -> int:
    """Count a lesson's self-checks."""
    code = (one["source"] for one in base if one["cell_type"] == "code")
    return sum(len(_QUESTION.findall(source)) for source in code)


def tried(metadata: Mapping[str, Any]) -> int | None:
    """Count the self-checks that have told their verdict; None where no widgets were saved."""
    if _WIDGETS not in (metadata.get("widgets") or {}):
        return None
    return sum(any(one in text for one in _VERDICTS) for text in _widget_texts(metadata))


def _widget_texts(metadata: Mapping[str, Any]) -> Iterator[str]:
    node: Any = metadata
    for key in ("widgets", _WIDGETS, "state"):
        node = node.get(key) if isinstance(node, Mapping) else None
    for model in node.values() if isinstance(node, Mapping) else ():
        state = model.get("state") if isinstance(model, Mapping) else None
        if isinstance(state, Mapping):
            yield str(state.get("value", ""))


def read_tasks(base: Cells, mine: Cells) -> Tasks:
    """Compare an assignment with what was given.

    Parameters
    ----------
    base : cells
        The student version.
    mine : cells
        The learner's.
    """
    own: dict[str, list[Mapping[str, Any]]] = {}
    for cell in mine:
        own.setdefault(str(facts(cell).get("grade_id", "")), []).append(cell)
    answers = [one for one in base if facts(one).get("solution")]
    tests = [one for one in base if facts(one).get("grade") and not facts(one).get("solution")]
    passed = [one for one in tests if any(_passed(one, each) for each in own.get(_name(one), []))]
    return Tasks(
        answered=sum(any(_wrote(one, each) for each in own.get(_name(one), [])) for one in answers),
        all=len(answers),
        seen=sum(_points(one) for one in passed),
        points=sum(_points(one) for one in tests),
        passed=len(passed),
        tests=len(tests),
    )


def _name(cell: Mapping[str, Any]) -> str:
    return str(facts(cell).get("grade_id", ""))


def _points(cell: Mapping[str, Any]) -> float:
    found = facts(cell).get("points", 0)
    return found if isinstance(found, int | float) else 0


def _wrote(base: Mapping[str, Any], mine: Mapping[str, Any]) -> bool:
    text = str(mine["source"]).strip()
    return bool(text) and text != str(base["source"]).strip()


def _passed(base: Mapping[str, Any], mine: Mapping[str, Any]) -> bool:
    as_given = mine["source"] == base["source"]
    ran = mine.get("execution_count") is not None
    return as_given and ran and not any(map(_failed, mine["outputs"]))


def _failed(output: Mapping[str, Any]) -> bool:
    """Tell whether an output is an error, or the sentence that stands for one in the lab."""
    told = output["data"].get(_TASK)
    is_told = isinstance(told, Mapping) and told.get("state") != "passed"
    return is_told or output.get("output_type") == "error"
