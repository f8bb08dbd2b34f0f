"""What stands on a student's page: nothing of the master, and nothing for the instructor only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.answers import Answers
from mlops_lab.workbench.classroom.book import Mark, TaskResult
from mlops_lab.workbench.classroom.feedback.shown import as_code, compared
from mlops_lab.workbench.classroom.totals import TaskPoints, shown

if TYPE_CHECKING:
    from markupsafe import Markup
    from nbformat import NotebookNode

__all__ = ["Answer", "Part", "answers_of", "parts"]

# What a state is called, and how it looks: good, half, bad or open.
_STATES = {
    "passed": ("Passed", "good"),
    "partial": ("Partly passed", "half"),
    "failed": ("Not passed", "bad"),
    "error": ("Stopped with an error", "bad"),
    "timed out": ("Took too long", "bad"),
    "killed": ("Was stopped", "bad"),
    "missing": ("No answer", "bad"),
    "unreadable": ("Could not be read", "bad"),
    "to mark": ("Not marked yet", "open"),
    None: ("Not graded yet", "open"),
}


@dataclass(frozen=True)
class Answer:
    """An answer cell as the student wrote it; `text` is None where the file has no such cell."""

    text: "Markup | None"
    code: bool
    untouched: bool


@dataclass(frozen=True)
class Part:
    """One task on a page.

    Attributes
    ----------
    title : str
        Its heading.
    state, look : str
        In words, and ``good``, ``half``, ``bad`` or ``open``.
    points : str or None
        None while they are not known.
    of : str
        How many there are.
    message : str
        A sentence from the tests; empty without.
    expected, found : Markup or None
        Ready to be shown.
    mark : Mark or None
        What a person gave, with a comment.
    answers : tuple of Answer
        What the student wrote for it.
    """

    title: str
    state: str
    look: str
    points: str | None
    of: str
    message: str
    expected: "Markup | None"
    found: "Markup | None"
    mark: Mark | None
    answers: tuple[Answer, ...]


def answers_of(nb: "NotebookNode") -> dict[str, tuple[str, ...]]:
    """Tell which answer cells a task grades.

    Parameters
    ----------
    nb : NotebookNode
        The student version.

    Returns
    -------
    dict
        By the task's grade_id, the grade_ids of the answer cells between it and the graded cell
        above, and of itself where it is an answer. A test right after a test grades the same.
    """
    found: dict[str, tuple[str, ...]] = {}
    cells: list[str] = []
    last: tuple[str, ...] = ()
    for each in nb.cells:
        facts = each.metadata.get("nbgrader", {})
        name = str(facts.get("grade_id", ""))
        if facts.get("solution"):
            cells.append(name)
        if facts.get("grade") or facts.get("task"):
            found[name] = last = tuple(cells) or (() if facts.get("task") else last)
            cells = []
    return found


def parts(
    nb: "NotebookNode",
    tasks: Iterable[TaskPoints],
    titles: Mapping[str, str],
    results: Mapping[str, TaskResult],
    marks: Mapping[str, Mark],
    answers: Answers | None,
) -> list[Part]:
    """Put together what is told of each task.

    Parameters
    ----------
    nb : NotebookNode
        The student version.
    tasks : iterable of TaskPoints
        Of the student's total.
    titles : mapping
        From `titles.titles`.
    results, marks : mapping
        By task; the results' `detail` is not looked at.
    answers : Answers or None
        None where the file cannot be read.
    """
    kinds = {
        str(each.metadata.get("nbgrader", {}).get("grade_id")): each.cell_type for each in nb.cells
    }
    belongs = answers_of(nb)
    return [
        _part(
            task,
            titles.get(task.task, task.task),
            results.get(task.task),
            marks.get(task.task),
            tuple(_answer(n, kinds[n], answers) for n in belongs.get(task.task, ()))
            if answers
            else (),
        )
        for task in tasks
    ]


def _part(
    task: TaskPoints,
    title: str,
    result: TaskResult | None,
    mark: Mark | None,
    answers: tuple[Answer, ...],
) -> Part:
    state, look = _STATES.get(task.state, (str(task.state).capitalize(), "open"))
    if task.marked:
        state, look = "Marked by a person", _look(task)
    message = result.message if result and result.state != "to mark" else ""
    expected, found = _sides(result)
    return Part(
        title=title,
        state=state,
        look=look,
        points=None if task.points is None else shown(task.points),
        of=shown(task.of),
        message=message,
        expected=expected,
        found=found,
        mark=mark,
        answers=answers,
    )


def _look(task: TaskPoints) -> str:
    points = task.points or 0.0
    if points >= task.of:
        return "good"
    return "half" if points > 0 else "bad"


def _sides(result: TaskResult | None) -> tuple["Markup | None", "Markup | None"]:
    if result is None:
        return None, None
    expected, found = result.expected, result.found
    if expected is not None and found is not None:
        return compared(expected, found)
    alone = [None if one is None else compared(one, one)[0] for one in (expected, found)]
    return alone[0], alone[1]


def _answer(name: str, kind: str, answers: Answers) -> Answer:
    code = kind == "code"
    if name not in answers.sources:
        return Answer(None, code, untouched=False)
    text = as_code(answers.sources[name], python=code)
    return Answer(text, code, untouched=name in answers.untouched)
