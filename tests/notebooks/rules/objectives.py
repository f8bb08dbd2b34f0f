"""What an assignment tests: every objective of its lesson's card, and the lesson's verb on data."""

import re
from pathlib import Path

from nbformat import NotebookNode

from rules.assignment import HEADING, Task, tasks
from rules.lesson import objectives
from rules.reading import read

__all__ = ["hints_folded", "objectives_tested", "task_on_data"]

LINE = re.compile(r"^\*Objectives?: (\d+(?:, \d+)*)( \(on data\))?\*$", re.M)
HINT = re.compile(r"<details>\s*<summary>.+?</summary>.+?</details>", re.S)
HINTS = 2


def _lines(task: Task) -> list[re.Match[str]]:
    """Find the lines `*Objectives: 1, 3*` in the cell with the task's heading."""
    return list(LINE.finditer(task.cells[0].source)) if task.cells else []


def objectives_tested(nb: NotebookNode, path: Path) -> list[str]:
    """Below each task's heading stands `*Objectives: 1, 3*`; together they are all of the card."""
    lesson = path.with_name(f"{path.stem.removesuffix('_assignment')}.ipynb")
    if not lesson.is_file():
        return [f"{lesson.name}, whose objectives are tested, is not beside {path.name}"]
    known = set(range(1, len(objectives(read(lesson))) + 1))
    problems, tested = [], set()
    for task in tasks(nb):
        numbers = [int(number) for one in _lines(task) for number in one[1].split(", ")]
        tested |= set(numbers)
        if len(_lines(task)) != 1 or not set(numbers) <= known or len({*numbers}) != len(numbers):
            problems.append(
                f"{task.title!r} has no single line '*Objectives: 1, 3*' or '*Objectives: 2 (on"
                f" data)*' in the cell with its heading, with numbers of {sorted(known)}"
            )
    if missing := sorted(known - tested):
        problems.append(f"no task tests the objectives {missing} of the lesson's card")
    return problems


def task_on_data(nb: NotebookNode, _path: Path) -> list[str]:
    """A task marked `(on data)` does the lesson's verb, for a quarter of the points or more."""
    points = {
        task.title: int(one[2]) for task in tasks(nb) if (one := HEADING.fullmatch(task.title))
    }
    marked = [task.title for task in tasks(nb) if any(one[2] for one in _lines(task))]
    most = max((points.get(title, 0) for title in marked), default=0)
    if 4 * most >= sum(points.values()):
        return []
    return [
        f"the largest task marked '(on data)' has {most} of {sum(points.values())} points; at least"
        " a quarter, and its line reads '*Objectives: 2 (on data)*'"
    ]


def hints_folded(nb: NotebookNode, _path: Path) -> list[str]:
    """Each task has two hints, each folded: `<details><summary>Hint 1</summary>...</details>`."""
    counts = [
        (task.title, sum(len(HINT.findall(cell.source)) for cell in task.cells))
        for task in tasks(nb)
    ]
    return [
        f"{title!r} has {found} folded hints; {HINTS} a task"
        for title, found in counts
        if found != HINTS
    ]
