"""Self-checks: say what you expect, then be told whether it is so, and why."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from mlops_lab.kit.output import show_data, show_objects
from mlops_lab.kit.panel import announced, panel

if TYPE_CHECKING:
    from ipywidgets import Widget

__all__ = ["Check", "Feedback", "choose", "predict"]


@dataclass(frozen=True)
class Feedback:
    """What a self-check answers.

    Attributes
    ----------
    right : bool
    message : str
        The reason, or what to do before an answer can be judged.
    judged : bool
        Whether it was an answer; one that is no number is neither right nor wrong.
    """

    right: bool
    message: str
    judged: bool = True


class Check:
    """A question on the page. Make one with `predict` or `choose`.

    Attributes
    ----------
    question : str
    entry : ipywidgets widget
        Where the reader answers.
    tried : list of str
        What the reader has tried by the button, each once, in order.
    """

    def __init__(self, question: str, entry: "Widget", judge: Callable[[Any], Feedback]) -> None:
        self.question, self.entry, self._judge = question, entry, judge
        self.tried: list[str] = []

    def answer(self, value: object) -> Feedback:
        """Judge an answer, as the button does."""
        return self._judge(value)

    def _ipython_display_(self) -> None:
        """Show nothing as a cell's last value: it is on the page already."""

    def open(self, kind: str) -> None:
        """Show the question as text, so that it is read without a browser too, and the entry."""
        from ipywidgets import HTML, Button

        button, said = Button(description="Check", button_style="primary"), HTML()

        def press(_: object) -> None:
            try:
                said.value = self._told(self.entry.value)
            except Exception as error:  # noqa: BLE001  nobody above would show it to the reader
                said.value = announced("", f"{type(error).__name__}: {error}")

        button.on_click(press)
        text = f"**{kind}.** {self.question}"
        show_data({"text/markdown": text, "text/plain": text})
        show_objects(panel([self.entry, button, said]))

    def _told(self, value: object) -> str:
        """Judge what the reader entered, note it, and give the HTML of the verdict."""
        told = self.answer(value)
        if not told.judged:
            return announced("", told.message)
        self.tried += [] if str(value) in self.tried else [str(value)]
        verdict = announced("Right." if told.right else "Not quite.", told.message)
        return f"{verdict}<br><small>You have tried: {escape('; '.join(self.tried))}</small>"


def predict(
    question: str, answer: float | Callable[[], float], *, tolerance: float, why: str
) -> Check:
    """Ask for a number before it is measured.

    Parameters
    ----------
    question : str
        With the unit the answer is in.
    answer : float, or callable without arguments that gives one
        A callable is asked when the reader presses the button: it may name what a later cell
        measures, and until then the reader is sent to run that cell.
    tolerance : float, above 0
        How far off is still right.
    why : str
        The reason, told with either verdict.

    Returns
    -------
    Check

    Raises
    ------
    ValueError
        For a tolerance of 0 or less, or an answer that is no finite number.
    """
    from ipywidgets import Text

    if not tolerance > 0:
        raise ValueError(f"tolerance must be above 0; got {tolerance}")
    if not callable(answer) and not _finite(answer):
        raise ValueError(f"answer must be a finite number, or a callable; got {answer!r}")

    def judge(value: Any) -> Feedback:  # noqa: ANN401  what a reader typed
        if not _finite(value):
            return Feedback(False, "Type a number, then check.", judged=False)
        try:
            true = float(answer() if callable(answer) else answer)
        except NameError as error:
            later = f"{error.name} is measured further down. Run the cells up to it, then check."
            return Feedback(False, later, judged=False)
        right = abs(float(value) - true) <= tolerance
        return Feedback(right, f"It is {_short(true)}; you said {_short(float(value))}. {why}")

    entry = Text(  # empty until somebody types
        description="Your number",
        placeholder="a number",
        style={"description_width": "initial"},
        layout={"width": "min(18em, 100% - 4px)"},
    )
    check = Check(question, entry, judge)
    check.open("Predict")
    return check


def _finite(value: Any) -> bool:  # noqa: ANN401  what a reader or an author wrote
    try:
        return math.isfinite(float(value))
    except (TypeError, ValueError):
        return False


def _short(number: float) -> str:
    return f"{number:.3g}" if abs(number) < 1000 else f"{number:,.0f}"


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
    check.open("Choose")
    return check
