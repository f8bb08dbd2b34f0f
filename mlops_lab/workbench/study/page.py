"""What the start page shows: the map, where the learner stands, what is next, the machine."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from urllib.parse import quote

from mlops_lab.workbench.runs.course import lesson_paths
from mlops_lab.workbench.runs.doctor import Check, examine
from mlops_lab.workbench.study.builds import builds_on
from mlops_lab.workbench.study.files import put
from mlops_lab.workbench.study.lesson_progress import (
    LessonProgress,
    course_of,
    next_steps,
    progress,
)
from mlops_lab.workbench.study.picture import (
    MARKS,
    course_title,
    linked_picture,
    time_left,
    told,
)
from mlops_lab.workbench.study.workspace import HIDDEN, find_workspace

__all__ = ["ADDRESS", "Page", "checked", "look_at_machine", "start"]

ADDRESS = "mlops-lab/start"
"""Where the lab's server gives the start page's content as it is now."""
_LIVE = Path(__file__).with_name("live.js")

_LEGEND = (
    "<p><small>An arrow leads to the lesson that builds on another. You can take them in any "
    "order.</small></p>"
)
# Where the map would be too small to be read, it is moved sideways instead, also by the keys.
_MOVED = (
    "<div tabindex='0' role='group' aria-label='Map of the course' style='overflow-x:auto'>{}</div>"
)


@dataclass(frozen=True)
class Page:
    """The start page's content, which knows how to show itself.

    Attributes
    ----------
    standings : tuple of LessonProgress
    builds : mapping of str to tuple of str
        What each lesson builds on.
    checks : tuple of Check
        What the doctor found; empty when the machine was not looked at yet.
    when : str
        When it looked.
    """

    standings: tuple[LessonProgress, ...]
    builds: Mapping[str, Sequence[str]]
    checks: tuple[Check, ...]
    when: str

    def _repr_html_(self) -> str:
        steps = next_steps(list(self.standings))
        upcoming = steps[-1][0].lesson if steps and steps[-1][1] == "lesson" else ""
        parts = {
            "next": f"<p><b>Next:</b> {_next(steps)}{_left(self.standings)}</p>",
            "map": _MOVED.format(linked_picture(self.standings, self.builds, upcoming)),
            "legend": _LEGEND if any(self.builds.values()) else "",
            "table": _table(self.standings),
            "machine": self._machine(),
        }
        shown = (f"<div data-part='{name}'>{part}</div>" for name, part in parts.items())
        live = _LIVE.read_text(encoding="utf-8").replace("ADDRESS", ADDRESS)
        text = "\n".join(shown)
        return f"<div data-mlops-lab='start'>\n{text}\n<script>{live}</script></div>"

    def __repr__(self) -> str:
        lines = [told(self.standings, self.builds)]
        lines += [f"{one.lesson:<5} {one.title}: {_state(one)}" for one in self.standings]
        lines += [f"{one.name}: {one.detail} {one.fix}".rstrip() for one in self._wrong()]
        return "\n".join(lines)

    def _wrong(self) -> list[Check]:
        return [one for one in self.checks if not one.ok]

    def _machine(self) -> str:
        if not self.checks:
            return "<p><b>This machine:</b> <code>mlops-lab doctor</code> looks at it.</p>"
        wrong = self._wrong()
        good = f"{len(self.checks) - len(wrong)} of {len(self.checks)} checks are good"
        rows = "".join(
            f"<li><b>{escape(one.name)}</b>: {escape(one.detail)}. {escape(one.fix)}</li>"
            for one in wrong
        )
        listed = f"<ul>{rows}</ul>" if rows else ""
        again = "<code>mlops-lab doctor</code> looks again"
        return f"<p><b>This machine:</b> {good} ({escape(self.when)}; {again}).</p>{listed}"


def start(workspace: Path | None = None, course: Path | None = None) -> Page:
    """Return the start page as it is now; nothing is run.

    Parameters
    ----------
    workspace, course : Path, optional
        As in `progress`.

    Raises
    ------
    RefusedError
        As in `progress`.
    """
    root = find_workspace(workspace, course)
    masters = course_of(root, course)
    checks, when = checked(root)
    builds = builds_on(lesson_paths(masters))
    return Page(tuple(progress(root, masters)), builds, tuple(checks), when)


def look_at_machine(root: Path, course: Path | None = None) -> None:
    """Let the doctor look, and keep what it found for the page.

    It takes some seconds, in which kernels would wait; when all was well with this Python today,
    it does not look again.
    """
    today, (before, when) = f"{datetime.now():%d %B %Y}", checked(root)
    if before and when.startswith(today) and all(one.ok for one in before):
        return
    found = [asdict(one) for one in examine(course)]
    record = {
        "when": f"{today}, {datetime.now():%H:%M}",
        "python": sys.prefix,
        "checks": found,
    }
    put(_kept(root), (json.dumps(record, indent=1) + "\n").encode())


def checked(root: Path) -> tuple[list[Check], str]:
    """Read what the doctor found last with this Python, and when; empty if it has not looked."""
    try:
        record = json.loads(_kept(root).read_text(encoding="utf-8"))
        found = [Check(**one) for one in record["checks"]]
        return (found, str(record["when"])) if record["python"] == sys.prefix else ([], "")
    except (OSError, ValueError, KeyError, TypeError):  # not yet, or by another version
        return [], ""


def _kept(root: Path) -> Path:
    return root / HIDDEN / "machine.json"


def _link(name: str, text: str) -> str:
    return f"<a href='{quote(name)}'>{escape(text)}</a>"


def _next(steps: Sequence[tuple[LessonProgress, str]]) -> str:
    if not steps:
        return "you have done every lesson and every assignment."
    return ", or ".join(_step(one, what) for one, what in steps) + "."


def _step(one: LessonProgress, what: str) -> str:
    if what == "assignment":
        return f"the {_link(one.assignment, f'assignment of {one.lesson}')}"
    verb = "go on with" if one.state == "begun" else "begin"
    minutes = f" ({one.left} minutes)" if one.left else ""
    return f"{verb} {_link(one.name, f'{one.lesson} {one.title}')}{minutes}"


def _left(standings: Sequence[LessonProgress]) -> str:
    """Say how long all lessons take that are not done, to the quarter of an hour."""
    minutes = sum(one.left or 0 for one in standings)
    if minutes < 60:
        return f" {minutes} minutes of lessons are left." if minutes else ""
    hours = f"{round(minutes / 15) / 4:g}"
    return f" About {hours} hour{'s' * (hours != '1')} of lessons are left."


def _table(standings: Sequence[LessonProgress]) -> str:
    head = "".join(
        f"<th scope='col' style='text-align:left'>{name}</th>"
        for name in ("Lesson", "State", "Findings", "Assignment")
    )
    rows, course = [], ""
    for one in standings:
        if one.course != course:
            course = one.course
            name = escape(course_title(course))
            rows.append(f"<tr><th colspan='4' style='text-align:left'>{name}</th></tr>")
        rows.append(_row(one))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _row(one: LessonProgress) -> str:
    minutes = f"<small style='white-space:nowrap'>{time_left(one)}</small>"
    cells = (
        f"{_link(one.name, f'{one.lesson} {one.title}')} {minutes}",
        escape(f"{MARKS[one.state]} {_state(one)}"),
        f"{one.hold} of {one.findings} hold" if one.state != "not begun" else str(one.findings),
        _tasks(one),
    )
    return "<tr>" + "".join(f"<td style='text-align:left'>{cell}</td>" for cell in cells) + "</tr>"


def _state(one: LessonProgress) -> str:
    if one.problem:
        return f"{one.state}: {one.problem}"
    if one.state == "not begun" or not one.asked:
        return one.state
    return f"{one.state}, {one.checks} of {one.asked} self-checks answered"


def _tasks(one: LessonProgress) -> str:
    if not one.assignment:
        return "none"
    tasks = one.tasks
    if tasks is None:
        return _link(one.assignment, "open")
    if tasks.state == "not begun":
        return f"{_link(one.assignment, 'not begun')}: {tasks.all} task{'s' * (tasks.all != 1)}"
    answered = f"{tasks.answered} of {tasks.all} answered"
    points = f"{tasks.seen:g} of {tasks.points:g} points seen"
    return f"{_link(one.assignment, tasks.state)}: {answered}, {points}"
