"""Explorers that move without a kernel: pictures of their states, and what a page needs of them."""

import base64
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from coursesite.course import Lesson, SiteError
from mlops_lab.workbench.runs.site.widgets import VIEW
from mlops_lab.workbench.runs.stills import stills_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["FOLDER", "MOST_BYTES", "MOST_STATES", "Moving", "moving"]

MOST_STATES = 200
"""The most states of all explorers of a lesson."""
MOST_BYTES = 4_000_000
"""The most bytes that their pictures may have together."""
FOLDER = "states"
"""Where the pictures are, beside the pages of the lessons."""


@dataclass(frozen=True)
class Moving:
    """What the explorers of a lesson cost.

    Attributes
    ----------
    lesson : str
        Its id.
    states, size : int
        How many pictures there are, and their bytes; 0 where its run drew none.
    seconds : float
        How long its run drew.
    files : frozenset of Path
        The pictures.
    """

    lesson: str
    states: int
    size: int
    seconds: float
    files: frozenset[Path] = frozenset()

    def __str__(self) -> str:
        if not self.states:
            return f"{self.lesson:<5} stands still: its run drew no states"
        return (
            f"{self.lesson:<5} {self.states:>4} states  {self.size / 1e6:5.2f} MB  "
            f"drawn in {self.seconds:5.1f} s"
        )


def moving(lesson: Lesson, nb: "NotebookNode", folder: Path) -> Moving:
    """Let the explorers of an executed lesson move, as far as its run has drawn their states.

    Parameters
    ----------
    lesson : Lesson
    nb : NotebookNode
        A copy of its notebook; the controls of its explorers are replaced in place.
    folder : Path
        Where its page is; the pictures go to ``states/<name>/`` in it.

    Returns
    -------
    Moving

    Raises
    ------
    SiteError
        For more than `MOST_STATES` states or `MOST_BYTES` bytes; for states without the explorer
        that they belong to, or whose first is not the picture that the lesson shows.
    """
    explorers = stills_of(nb) or []
    files: dict[Path, bytes] = {}
    for number, states in enumerate(explorers):
        controls, picture = _outputs(lesson, nb, states["panel"])
        pictures = [base64.b64decode(one) for one in states["pictures"]]
        _same(lesson, pictures[_first(states)], base64.b64decode(picture.data["image/png"]))
        base = f"{FOLDER}/{lesson.name}/{number}"
        files |= {folder / base / f"{i}.webp": one for i, one in enumerate(pictures)}
        controls.data = {"text/html": _box(states, base)}
    made = Moving(
        lesson.id,
        len(files),
        sum(map(len, files.values())),
        sum(one["seconds"] for one in explorers),
        frozenset(files),
    )
    _bounded(made)
    for path, content in files.items():
        _put(path, content)
    return made


def _bounded(made: Moving) -> None:
    if made.states > MOST_STATES or made.size > MOST_BYTES:
        raise SiteError(
            f"lesson {made.lesson}: its explorers have {made.states} states in "
            f"{made.size / 1e6:.2f} MB; at most {MOST_STATES} states and {MOST_BYTES / 1e6:g} MB. "
            "Name fewer values in still=, or draw a smaller figure"
        )


def _outputs(lesson: Lesson, nb: "NotebookNode", panel: str) -> "tuple[NotebookNode, NotebookNode]":
    """Find the controls of an explorer, and the picture below them."""
    for cell in nb.cells:
        outputs = cell.get("outputs", [])
        for controls, picture in pairwise(outputs):
            view = controls.get("data", {}).get(VIEW, {})
            if view.get("model_id") == panel and "image/png" in picture.get("data", {}):
                return controls, picture
    raise SiteError(f"lesson {lesson.id} has states of an explorer that it does not show")


def _same(lesson: Lesson, state: bytes, shown: bytes) -> None:
    first, other = _pixels(state), _pixels(shown)
    if first.shape != other.shape or (first != other).any():
        raise SiteError(
            f"lesson {lesson.id}: the first state of its explorer is not the picture that the "
            "lesson shows; what it draws from has changed below it"
        )


def _pixels(content: bytes) -> "np.ndarray[Any, Any]":
    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture.convert("RGB"))


def _first(states: Mapping[str, Any]) -> int:
    """Return the number of the first state among all; the last control is the fastest."""
    number = 0
    for control in states["controls"]:
        number = number * len(control["labels"]) + int(control["first"])
    return number


def _box(states: Mapping[str, Any], base: str) -> str:
    """Return the controls as HTML; `explorer.js` brings them to life.

    A reader without JavaScript has the first picture, and controls that say where it stands.
    """
    data = {"base": base, "controls": states["controls"], "alts": states["alts"]}
    told = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    sliders = "".join(_slider(one["name"], one["labels"], one["first"]) for one in data["controls"])
    return (
        f'<div class="controls explorer" role="group" aria-label="Explorer"><div class="column">'
        f"{sliders}</div>{_others(states['others'])}"
        '<button type="button" hidden>Back to the first picture</button>'
        '<p class="visually-hidden" role="status"></p>'
        f'<script type="application/json">{told}</script></div>'
    )


def _slider(name: str, labels: Sequence[str], first: int) -> str:
    label = escape(labels[first])
    return (
        f'<label><span>{escape(name)}</span> <input type="range" min="0" max="{len(labels) - 1}" '
        f'step="1" value="{first}" aria-valuetext="{label}" disabled> <output>{label}</output>'
        "</label>"
    )


def _others(others: Sequence[Mapping[str, str]]) -> str:
    if not others:
        return ""
    stand = ", ".join(f"{escape(one['name'])} {escape(one['label'])}" for one in others)
    return f"<p>Here the others stand at {stand}. In the lab they move, too.</p>"


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_bytes() != content:
        path.write_bytes(content)
