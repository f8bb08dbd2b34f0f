"""Self-checks: say what you expect, then be told whether it is so, and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from mlops_lab.kit.output import show_data, show_objects
from mlops_lab.kit.panel import SUBMITTING, announced, panel

if TYPE_CHECKING:
    from ipywidgets import Widget

__all__ = ["QUESTION", "Check", "Feedback", "choose"]

QUESTION = "application/vnd.mlops-lab.question+json"
"""MIME type of a question: what it asks and all that its verdict needs, for pages without a kernel.

``kind`` is ``choose`` or ``predict``, ``question`` the text. A choice has ``options``, a list of
``{"option": ..., "why": ...}``, and ``answer``. A prediction has ``unit``, ``tolerance``, ``why``
and ``value``, which is None where it is told in an output of the type ``VERDICT``.
"""


@dataclass(frozen=True)
class Feedback:
    """What a self-check answers.

    Attributes
    ----------
    right : bool
    message : str
        The reason, or what to do before an answer can be judged.
    judged : bool
        Whether a verdict was given: not on what is no answer, nor before there is a measurement.
    """

    right: bool
    message: str
    judged: bool = True


# In this kernel, by question: a cell that runs again knows what was tried, and the controls that
# it showed before are no longer there to be saved, and counted, with the notebook.
_tried: dict[str, list[str]] = {}
_shown: dict[str, "list[Widget]"] = {}


class Check:
    """A question on the page. Make one with `predict` or `choose`.

    Attributes
    ----------
    question : str
    entry : ipywidgets widget
        Where the reader answers.
    tried : list of str
        What the reader has tried, each once, in order; also where the cell has run before.
    """

    def __init__(self, question: str, entry: "Widget", judge: Callable[[Any], Feedback]) -> None:
        from ipywidgets import HTML

        self.question, self.entry, self._judge = question, entry, judge
        self.tried = _tried.setdefault(question, [])
        self._said = HTML()

    def answer(self, value: object) -> Feedback:
        """Judge an answer, as the button does."""
        return self._judge(value)

    def _ipython_display_(self) -> None:
        """Show nothing as a cell's last value: it is on the page already."""

    def open(self, kind: str, content: Mapping[str, object], note: str = "") -> None:
        """Show the question as text, so that it is read without a browser too, and the entry.

        Parameters
        ----------
        kind : str
            "Predict" or "Choose".
        content : mapping
            What `QUESTION` tells besides the kind and the question.
        note : str
            Said after the question.
        """
        from ipywidgets import Button

        button = Button(description="Check", button_style="primary")
        button.on_click(self.submit)
        text = f"**{kind}.** {self.question}{note and f' *{note}*'}"
        told = {"kind": kind.lower(), "question": self.question, "note": note, **content}
        show_data({QUESTION: told, "text/markdown": text, "text/plain": text})
        for before in _shown.get(self.question, ()):
            before.close()
        controls = [self.entry, button, self._said]
        box = panel(controls)
        _shown[self.question] = [box, *controls]
        show_objects(box)
        show_data({"text/html": SUBMITTING, "text/plain": ""})

    def submit(self, _: object = None) -> None:
        """Judge what is entered, and say so on the page."""
        try:
            self._said.value = self._told(self.entry.value)
        except Exception as error:  # noqa: BLE001  nobody above would show it to the reader
            self._said.value = announced("", f"{type(error).__name__}: {error}")

    def _told(self, value: object) -> str:
        """Judge what the reader entered, note it, and give the HTML of the verdict."""
        told = self.answer(value)
        if not told.judged:
            return announced("", told.message)
        self.tried += [] if str(value) in self.tried else [str(value)]
        verdict = announced("Right." if told.right else "Not quite.", told.message)
        return f"{verdict}<br><small>You have tried: {escape('; '.join(self.tried))}</small>"


def choose(question: str, options: Mapping[str, str], *, answer: str) -> Check:
    """Ask to choose one option; each has its own reason.

    Parameters
    ----------
    question : str
    options : mapping of option -> why it is right or wrong, two or more
    answer : str
        The right option.

    Returns
    -------
    Check

    Raises
    ------
    ValueError
        For fewer than two options, or an answer that is not among them.
    """
    from ipywidgets import RadioButtons

    if not isinstance(options, Mapping) or len(options) < 2 or answer not in options:
        raise ValueError(
            f"a choice needs two options or more, and the answer among them; got {answer!r} and "
            f"{list(options)}"
        )

    def judge(value: Any) -> Feedback:  # noqa: ANN401  what a reader chose
        if not isinstance(value, str) or value not in options:
            return Feedback(False, f"Choose one of: {', '.join(options)}.", judged=False)
        return Feedback(value == answer, options[value])

    wide = {"width": "max-content", "max_width": "100%"}
    entry = RadioButtons(options=list(options), value=None, layout=wide)
    check = Check(question, entry, judge)
    reasons = [{"option": one, "why": why} for one, why in options.items()]
    check.open("Choose", {"options": reasons, "answer": answer})
    if check.tried and check.tried[-1] in options:
        entry.value = check.tried[-1]
        check.submit()
    return check
