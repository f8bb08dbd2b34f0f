"""The map of the course as a picture: four courses, their lessons, and what builds on what."""

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import quote

from mlops_lab.workbench.study.lesson_progress import LessonProgress

__all__ = ["MARKS", "course_title", "linked_picture", "picture", "time_left", "told"]

MARKS = {"not begun": "○", "begun": "◐", "done": "●", "unreadable": "!"}
"""How a state is shown beside its words, so that colour is never all that tells it."""
_WIDE, _HIGH, _GAP_X, _GAP_Y, _TOP = 224, 56, 64, 26, 48
_LEAST = 0.7  # of its full size, at which its small text has 8 pixels
_LINE = 26  # letters of a title that fit into a box
# JupyterLab's own colours, so that the map is dark where the page is.
_INK, _PAPER = "var(--jp-ui-font-color1, #1f2933)", "var(--jp-layout-color1, #ffffff)"
_SOFT, _EDGE = "var(--jp-ui-font-color2, #5f6b76)", "var(--jp-border-color1, #b4bcc4)"
_DONE, _BEGUN, _NEXT = "#2a9d6f", "#e08214", "#0b62a4"


def course_title(folder: str) -> str:
    """Name a course.

    Examples
    --------
    >>> course_title("4_deployment")
    '4 Deployment'
    """
    number, _, name = folder.partition("_")
    return f"{number} {name.replace('_', ' ').capitalize()}"


def picture(
    standings: Sequence[LessonProgress], builds: Mapping[str, Sequence[str]], upcoming: str = ""
) -> str:
    """Draw the map.

    Parameters
    ----------
    standings : sequence of LessonProgress
        From `progress`.
    builds : mapping of str to sequence of str
        From `builds_on`.
    upcoming : str
        The lesson that is next, which gets a thick frame.

    Returns
    -------
    str
        SVG, with a title and a description for those who do not see it.
    """
    courses = list(dict.fromkeys(one.course for one in standings))
    places = _places(standings)
    width, height = _size(standings)
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' role='img' "
        "aria-labelledby='map-title map-text' style='display:block; width:100%' "
        "font-family='sans-serif' font-size='13'>",
        "<title id='map-title'>The course</title>",
        f"<desc id='map-text'>{escape(told(standings, builds))}</desc>",
        *(_heading(x, course) for x, course in enumerate(courses)),
        *(_edge(places[one], places[name]) for name in places for one in builds.get(name, ())
          if one in places),
        *(_box(one, places[one.lesson], one.lesson == upcoming) for one in standings),
        "</svg>",
    ]  # fmt: skip
    return "".join(parts)


def linked_picture(
    standings: Sequence[LessonProgress], builds: Mapping[str, Sequence[str]], upcoming: str = ""
) -> str:
    """Draw the map as `picture` does, with each box a link to its lesson.

    Returns
    -------
    str
        HTML. The links lie over the picture: JupyterLab opens no link that is inside of one.
    """
    (width, height), places = _size(standings), _places(standings)
    links = "".join(_link(one, places[one.lesson], width, height) for one in standings)
    return (
        f"<div style='position:relative; min-width:{_LEAST * width:.0f}px; max-width:{width}px'>"
        f"{picture(standings, builds, upcoming)}{links}</div>"
    )


def _link(one: LessonProgress, place: tuple[int, int], width: int, height: int) -> str:
    (x, y), across, down = place, 100 / width, 100 / height
    where = (
        f"left:{x * across:.2f}%; top:{y * down:.2f}%; "
        f"width:{_WIDE * across:.2f}%; height:{_HIGH * down:.2f}%"
    )
    return (
        f"<a href='{quote(one.name)}' title='{escape(f'{one.lesson} {one.title}')}' "
        f"aria-label='{escape(f'{one.lesson} {one.title}: {one.state}')}' "
        f"style='position:absolute; border-radius:6px; {where}'></a>"
    )


def _places(standings: Sequence[LessonProgress]) -> dict[str, tuple[int, int]]:
    """Return the upper left corner of each lesson's box."""
    columns: dict[str, list[str]] = {}
    for one in standings:
        columns.setdefault(one.course, []).append(one.lesson)
    return {
        lesson: (x * (_WIDE + _GAP_X) + 2, _TOP + y * (_HIGH + _GAP_Y))
        for x, column in enumerate(columns.values())
        for y, lesson in enumerate(column)
    }


def _size(standings: Sequence[LessonProgress]) -> tuple[int, int]:
    corners = _places(standings).values()
    width = max((x for x, _ in corners), default=2) + _WIDE + 2
    return width, max((y + _HIGH + _GAP_Y for _, y in corners), default=_TOP)


def time_left(one: LessonProgress) -> str:
    """Say how many minutes a lesson takes, or are left of them; empty where nobody knows.

    A lesson that is done takes none.
    """
    if not one.minutes or one.state == "done":
        return ""
    return f"{one.left} of {one.minutes} min left" if one.state == "begun" else f"{one.minutes} min"


def told(standings: Sequence[LessonProgress], builds: Mapping[str, Sequence[str]]) -> str:
    """Tell the map in words.

    Examples
    --------
    >>> told([], {})
    'No lessons.'
    """
    if not standings:
        return "No lessons."
    done = sum(one.state == "done" for one in standings)
    courses = len({one.course for one in standings})
    edges = "; ".join(
        f"{one.lesson} builds on {' and '.join(builds[one.lesson])}"
        for one in standings
        if builds.get(one.lesson)
    )
    head = f"{len(standings)} lessons in {courses} courses, {done} of them done."
    return f"{head} {edges}." if edges else head


def _heading(column: int, course: str) -> str:
    x = column * (_WIDE + _GAP_X) + 2
    return (
        f"<text x='{x}' y='22' font-size='16' font-weight='600' fill='{_INK}'>"
        f"{escape(course_title(course))}</text>"
    )


def _edge(start: tuple[int, int], end: tuple[int, int]) -> str:
    """Lead an arrow to the box that builds on another, never behind a third one."""
    step = _WIDE + _GAP_X
    right, bottom = start[0] + _WIDE, start[1] + _HIGH
    out, into = start[1] + _HIGH // 2, end[1] + _HIGH // 2
    if start[0] == end[0] and end[1] - start[1] == _HIGH + _GAP_Y:  # the next below
        x = start[0] + 24
        return _line(f"M{x} {bottom}V{end[1] - 6}", [(x, end[1]), (x - 5, end[1] - 8),
                                                    (x + 5, end[1] - 8)])  # fmt: skip
    if start[0] == end[0]:  # further down or up: around, on the right
        return _line(f"M{right} {out}h14V{into}h-8", [(right, into), (right + 8, into - 5),
                                                     (right + 8, into + 5)])  # fmt: skip
    left, head = end[0], [(end[0], into), (end[0] - 8, into - 5), (end[0] - 8, into + 5)]
    if end[0] - start[0] == step:  # the next course
        bend = f"C{right + _GAP_X - 16} {out} {left - _GAP_X + 8} {into} {left - 6} {into}"
        return _line(f"M{right} {out}{bend}", head)
    # Further away: through the gap above the end's row, clear of the arrows between neighbours.
    lane, into = end[1] - 9, into - 14
    head = [(end[0], into), (end[0] - 8, into - 5), (end[0] - 8, into + 5)]
    return _line(f"M{right} {out - 14}h12V{lane}H{left - 20}V{into}h14", head)


def _line(path: str, head: Sequence[tuple[int, int]]) -> str:
    points = " ".join(f"{x},{y}" for x, y in head)
    line = f"<path d='{path}' fill='none' stroke='{_SOFT}' stroke-width='1.5'/>"
    return f"{line}<polygon points='{points}' fill='{_SOFT}'/>"


def _box(one: LessonProgress, place: tuple[int, int], is_next: bool) -> str:
    x, y = place
    frame = {"done": _DONE, "begun": _BEGUN}.get(one.state, _EDGE)
    frame, thick = (_NEXT, 3) if is_next else (frame, 1.5)
    minutes = f"{time_left(one)} · " if time_left(one) else ""
    title = one.title if len(one.title) <= _LINE else f"{one.title[: _LINE - 1]}…"
    state = f"{MARKS[one.state]} {one.state}"
    return (
        f"<g><rect x='{x}' y='{y}' width='{_WIDE}' height='{_HIGH}' rx='6' fill='{_PAPER}' "
        f"stroke='{frame}' stroke-width='{thick}'/>"
        f"<text x='{x + 10}' y='{y + 22}' fill='{_INK}'><tspan font-weight='600'>"
        f"{escape(one.lesson)}</tspan> {escape(title)}</text>"
        f"<text x='{x + 10}' y='{y + 43}' font-size='12' fill='{_SOFT}'>{minutes}{state}</text></g>"
    )
