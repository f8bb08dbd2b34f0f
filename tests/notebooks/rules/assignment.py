"""The rules of an assignment's master: tasks, points, solutions, tests, nbgrader's metadata."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from rules.reading import as_plain, calls, headings, lesson_id, nodes, sections, strings, where

__all__ = [
    "HEADING",
    "HIDDEN",
    "SOLUTION",
    "Task",
    "assignment_title",
    "check_named",
    "grade_ids",
    "graded_points",
    "last_task_open",
    "manual_rubrics",
    "nbgrader_metadata",
    "points_told",
    "regions_placed",
    "solution_regions",
    "task_headings",
    "task_shape",
    "tasks",
    "tasks_checked",
    "tests_hidden",
    "tests_name_both",
    "tests_visible",
]

FLAGS = {"grade": bool, "locked": bool, "solution": bool, "task": bool}
TYPES = {**FLAGS, "schema_version": int, "grade_id": str}
HEADING = re.compile(r"Task (\d+): .*\((\d+) points?\)")
SOLUTION = re.compile(r"^ *### BEGIN SOLUTION$\n(.*?)^ *### END SOLUTION$", re.M | re.S)
HIDDEN = re.compile(r"^### BEGIN HIDDEN TESTS$\n(.*?)^### END HIDDEN TESTS$", re.M | re.S)
LOCKED = (False, False, True)
BOTH = re.compile(r"(?=.*\bexpected\b).*\b(?:got|found)\b.*", re.S)
RUBRIC = re.compile(r"^#+ Rubric|\*\*Rubric[:.]?\*\*", re.M)


@dataclass(frozen=True)
class Task:
    """One `## Task N: ... (P points)` section and its cells by their part in grading."""

    title: str
    cells: list[NotebookNode]

    def having(self, *, grade: bool, solution: bool) -> list[NotebookNode]:
        """Return the nbgrader cells with these two flags."""
        flags = ((cell, facts(cell)) for cell in self.cells)
        wanted = (grade, solution)
        return [cell for cell, one in flags if one and (one["grade"], one["solution"]) == wanted]

    @property
    def answers(self) -> list[NotebookNode]:
        return self.having(grade=False, solution=True)

    @property
    def tests(self) -> list[NotebookNode]:
        return self.having(grade=True, solution=False)

    @property
    def manual(self) -> list[NotebookNode]:
        return self.having(grade=True, solution=True)


def facts(cell: NotebookNode) -> dict[str, Any]:
    """Return the nbgrader metadata of a cell with all flags filled in, {} where there is none."""
    found = as_plain(cell.metadata.get("nbgrader", {}))
    return {**dict.fromkeys(FLAGS, False), **found} if found else {}


def tasks(nb: NotebookNode) -> list[Task]:
    return [Task(title, part) for title, part in sections(nb) if title.startswith("Task ")]


def assignment_title(nb: NotebookNode, path: Path) -> list[str]:
    """The first cell opens with `# 4.5 Topic`, and no other title follows."""
    titles = [title for cell in nb.cells for title in headings(cell, 1)]
    wanted = f"# {lesson_id(path)} "
    if nb.cells and nb.cells[0].source.startswith(wanted) and len(titles) == 1:
        return []
    return [f"the titles are {titles}; allowed is one, {wanted!r} and the topic, at the top"]


def nbgrader_metadata(nb: NotebookNode, _path: Path) -> list[str]:
    """The metadata of nbgrader is complete, of schema 3, with the right types."""
    problems = []
    for cell in nb.cells:
        found = as_plain(cell.metadata.get("nbgrader", {}))
        if found and not _complete(found):
            problems.append(
                f"{where(cell)} has the nbgrader metadata {found}; allowed is schema_version 3 with"
                " grade, grade_id, locked, solution, task, and points on graded cells"
            )
    return problems


def _complete(found: dict[str, Any]) -> bool:
    types = {**TYPES, **({"points": int} if found.get("grade") else {})}
    right = {key: type(found.get(key)) is kind for key, kind in types.items()}
    flags = (found.get("grade"), found.get("solution"), found.get("locked"))
    return (
        set(found) == set(types)
        and all(right.values())
        and found["schema_version"] == 3
        and not found["task"]
        and flags in {(True, False, True), (False, True, False), (True, True, False), LOCKED}
    )


def grade_ids(nb: NotebookNode, _path: Path) -> list[str]:
    """Each grade_id is in words and used once."""
    ids = [facts(cell)["grade_id"] for cell in nb.cells if facts(cell)]
    bad = [name for name in ids if not re.fullmatch(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*", str(name))]
    twice = sorted({str(name) for name in ids if ids.count(name) > 1})
    problems = [f"the grade_id {name!r} is not words-like-these" for name in bad]
    return problems + [f"the grade_id {name!r} is used more than once" for name in twice]


def task_headings(nb: NotebookNode, _path: Path) -> list[str]:
    """Five to eight headings `## Task N: ... (P points)`, numbered from 1."""
    found = [HEADING.fullmatch(task.title) for task in tasks(nb)]
    problems = []
    if not 5 <= len(found) <= 8:
        problems.append(f"the assignment has {len(found)} tasks; allowed are 5 to 8")
    if [int(one[1]) if one else 0 for one in found] != list(range(1, len(found) + 1)):
        titles = [task.title for task in tasks(nb)]
        problems.append(f"the tasks are {titles}; allowed is 'Task N: ... (P points)', in order")
    return problems


def task_shape(nb: NotebookNode, _path: Path) -> list[str]:
    """A task is one answer and then its tests, or one answer graded by hand; nothing outside."""
    problems = [
        f"{task.title!r} has {len(task.answers)} answers, {len(task.tests)} tests and"
        f" {len(task.manual)} by hand; allowed is one answer before its tests, or one by hand"
        for task in tasks(nb)
        if not _well_shaped(task)
    ]
    inside = [cell for task in tasks(nb) for cell in task.cells]
    outside = [cell for cell in nb.cells if cell not in inside and _counts(cell)]
    return problems + [f"{where(cell)} is graded outside of any task" for cell in outside]


def _counts(cell: NotebookNode) -> bool:
    return bool(facts(cell)) and (facts(cell)["grade"] or facts(cell)["solution"])


def _well_shaped(task: Task) -> bool:
    if task.manual:
        return len(task.manual) == 1 and not task.answers and not task.tests
    if len(task.answers) != 1 or not task.tests:
        return False
    return task.cells.index(task.answers[0]) < task.cells.index(task.tests[0])


def solution_regions(nb: NotebookNode, _path: Path) -> list[str]:
    """Each answer holds a full solution between BEGIN SOLUTION and END SOLUTION."""
    return [
        f"{where(cell)} holds no balanced '### BEGIN SOLUTION' ... '### END SOLUTION'"
        for task in tasks(nb)
        for cell in task.answers + task.manual
        if not _balanced(cell.source, SOLUTION, "SOLUTION")
    ]


def _balanced(source: str, region: re.Pattern[str], word: str) -> bool:
    bodies = region.findall(source)
    marks = [source.count(f"{edge} {word}") for edge in ("BEGIN", "END")]
    return bool(bodies) and all(body.strip() for body in bodies) and marks == [len(bodies)] * 2


def tests_hidden(nb: NotebookNode, _path: Path) -> list[str]:
    """Each test cell keeps a part with assertions between BEGIN and END HIDDEN TESTS."""
    return [
        f"{where(cell)} holds no balanced '### BEGIN HIDDEN TESTS' part with an assertion"
        for task in tasks(nb)
        for cell in task.tests
        if not _balanced(cell.source, HIDDEN, "HIDDEN TESTS")
        or not _assertions("\n".join(HIDDEN.findall(cell.source)))
    ]


def regions_placed(nb: NotebookNode, _path: Path) -> list[str]:
    """Solutions stand only in answers, hidden tests only in test cells."""
    problems = []
    for cell in nb.cells:
        flags = facts(cell) or dict.fromkeys(FLAGS, False)
        if re.search("(BEGIN|END) SOLUTION", cell.source) and not flags["solution"]:
            problems.append(f"{where(cell)} holds a solution and is no answer cell")
        test = flags["grade"] and not flags["solution"]
        if re.search("(BEGIN|END) HIDDEN TESTS", cell.source) and not test:
            problems.append(f"{where(cell)} holds hidden tests and is no test cell")
    return problems


def tests_visible(nb: NotebookNode, _path: Path) -> list[str]:
    """Each test cell shows an assertion; every assertion, shown or hidden, has a message."""
    problems = []
    for cell in (cell for task in tasks(nb) for cell in task.tests):
        if not _assertions(HIDDEN.sub("", cell.source)):
            problems.append(f"{where(cell)} shows the student no assertion")
        silent = [node.lineno for node in _assertions(cell.source) if node.msg is None]
        problems += [f"{where(cell)}, line {line}: the assertion has no message" for line in silent]
    return problems


def _assertions(source: str) -> list[ast.Assert]:
    return [node for node in nodes(source) if isinstance(node, ast.Assert)]


def tests_name_both(nb: NotebookNode, _path: Path) -> list[str]:
    """Each assertion that a student sees says what was expected, and what it got or found."""
    return [
        f"{where(cell)}, line {one.lineno}: it says what was 'expected', and 'got' or 'found'"
        for task in tasks(nb)
        for cell in task.tests
        for one in _assertions(HIDDEN.sub("", cell.source))
        if one.msg and not BOTH.fullmatch(" ".join(strings(ast.unparse(one.msg))))
    ]


def check_named(nb: NotebookNode, path: Path) -> list[str]:
    """The introduction names the command that checks a copy outside of the notebook."""
    wanted = f"`mlops-lab check {lesson_id(path)}`"
    named = nb.cells and wanted in nb.cells[0].source
    return [] if named else [f"the first cell does not name {wanted}"]


def tasks_checked(nb: NotebookNode, _path: Path) -> list[str]:
    """A cell before the first task calls `kit.check_tasks()`: its tests then say how they stand."""
    before = (cell for cell in sections(nb)[0][1] if cell.cell_type == "code")
    if any(calls(cell.source, "kit.check_tasks") for cell in before):
        return []
    return ["no cell before the first task calls kit.check_tasks()"]


def graded_points(nb: NotebookNode, _path: Path) -> list[str]:
    """Every graded cell is worth something."""
    graded = [cell for task in tasks(nb) for cell in task.tests + task.manual]
    worthless = [cell for cell in graded if not facts(cell).get("points", 0) > 0]
    return [f"{where(cell)} is worth no points; at least 1" for cell in worthless]


def points_told(nb: NotebookNode, _path: Path) -> list[str]:
    """The points in a task's heading are those of its cells."""
    problems = []
    for task in tasks(nb):
        told = HEADING.fullmatch(task.title)
        worth = sum(facts(cell).get("points", 0) for cell in task.tests + task.manual)
        if told and int(told[2]) != worth:
            problems.append(f"{task.title!r} tells {told[2]} points; its cells are worth {worth}")
    return problems


def last_task_open(nb: NotebookNode, _path: Path) -> list[str]:
    """The last task is open: graded by hand."""
    last = tasks(nb)[-1:]
    closed = [task.title for task in last if not task.manual]
    return [
        f"the last task {title!r} is not graded by hand; the last one is open" for title in closed
    ]


def manual_rubrics(nb: NotebookNode, _path: Path) -> list[str]:
    """A task graded by hand has a rubric beside it."""
    return [
        f"{task.title!r} is graded by hand and has no heading or bold 'Rubric'"
        for task in tasks(nb)
        if task.manual and not any(RUBRIC.search(cell.source) for cell in task.cells)
    ]
