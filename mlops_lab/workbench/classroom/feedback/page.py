"""What stands on a student's page: nothing of the master, and nothing for the instructor only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.answers import Answers
from mlops_lab.workbench.classroom.feedback.once import told_once
from mlops_lab.workbench.classroom.feedback.shown import as_code, as_words, compared
from mlops_lab.workbench.classroom.feedback.signed import signature
from mlops_lab.workbench.classroom.mark.rubric import Rubric
from mlops_lab.workbench.classroom.model import Mark, TaskResult
from mlops_lab.workbench.classroom.totals import TaskPoints, shown

if TYPE_CHECKING:
    from markupsafe import Markup
    from nbformat import NotebookNode

__all__ = ["Answer", "Part", "RubricLine", "answers_of", "parts"]

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
class RubricLine:
    """A line of the rubric, what it is worth, and whether it is met; None where nobody said."""

    text: str
    points: str
    met: bool | None


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
    marked : bool
        Whether the points are a person's.
    comment : Markup or None
        What that person said.
    rubric : tuple of RubricLine
        What it was marked by, once it is.
    answers : tuple of Answer
        What the student wrote for it, unless an earlier task shows it already.
    above : str
        The title of that task; empty without.
    by : str
        Who marked it, where that is a person's name.
    tests : str or None
        What the tests gave, where a person's points stand in place of that; empty for nothing yet.
    extra : bool
        Whether the points come on top of the total.
    """

    title: str
    state: str
    look: str
    points: str | None
    of: str
    message: str
    expected: "Markup | None"
    found: "Markup | None"
    marked: bool
    comment: "Markup | None"
    rubric: tuple[RubricLine, ...]
    answers: tuple[Answer, ...]
    above: str = ""
    by: str = ""
    tests: str | None = None
    extra: bool = False


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
    rubrics: Mapping[str, Rubric],
    markers: Mapping[str, str],
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
    rubrics : mapping
        By task, as the students got them.
    markers : mapping
        Names of accounts that mark.
    """
    kinds = {
        str(each.metadata.get("nbgrader", {}).get("grade_id")): each.cell_type for each in nb.cells
    }
    belongs, shown_in, made = answers_of(nb), dict[str, str](), []
    for task in tasks:
        title = titles.get(task.task, task.task)
        cells = belongs.get(task.task, ()) if answers else ()
        new = [name for name in cells if name not in shown_in]
        above = next((shown_in[name] for name in cells if name in shown_in), "")
        shown_in |= dict.fromkeys(new, title)
        own = tuple(_answer(name, kinds[name], answers) for name in new if answers)
        mark, rubric = marks.get(task.task), rubrics.get(task.task, Rubric())
        part = _part(task, title, results.get(task.task), mark, _lines(rubric, mark))
        by = signature(mark.by, markers) if mark else ""
        made.append(replace(part, answers=own, above=above, by=by))
    return made


def _lines(rubric: Rubric, mark: Mark | None) -> tuple[RubricLine, ...]:
    if mark is None:
        return ()
    return tuple(
        RubricLine(
            one.text,
            "" if one.points is None else shown(one.points),
            None if mark.met is None else number in mark.met,
        )
        for number, one in enumerate(rubric.lines, 1)
    )


def _part(
    task: TaskPoints,
    title: str,
    result: TaskResult | None,
    mark: Mark | None,
    rubric: tuple[RubricLine, ...],
) -> Part:
    state, look = _STATES.get(task.state, (str(task.state).capitalize(), "open"))
    if task.marked:
        state = "Changed by a person" if task.overridden else "Marked by a person"
        look = _look(task)
    message = ""
    if result and result.state != "to mark":
        message = told_once(result.message, result.expected, result.found)
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
        marked=mark is not None,
        comment=as_words(mark.comment, lines=True) if mark and mark.comment.strip() else None,
        rubric=rubric,
        answers=(),
        tests=_tests(result) if task.overridden else None,
        extra=task.extra,
    )


def _tests(result: TaskResult | None) -> str:
    return "" if result is None or result.points is None else shown(result.points)


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
    source = answers.sources[name]
    text = as_code(source, python=True) if code else as_words(source)
    return Answer(text, code, untouched=name in answers.untouched)
