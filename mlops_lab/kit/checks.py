"""Self-checks: say what you expect, then be told whether it is so, and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from mlops_lab.kit.output import show_data, show_objects

if TYPE_CHECKING:
    from ipywidgets import Widget

__all__ = ["Check", "Feedback", "choose", "predict"]


@dataclass(frozen=True)
class Feedback:
    """What a self-check answers: whether it was right, and the reason."""

    right: bool
    message: str


class Check:
    """A question on the page. Make one with `predict` or `choose`.

    Attributes
    ----------
    question : str
    entry : ipywidgets widget
        Where the reader answers.
    """

    def __init__(self, question: str, entry: "Widget", judge: Callable[[Any], Feedback]) -> None:
        self.question, self.entry, self._judge = question, entry, judge

    def answer(self, value: object) -> Feedback:
        """Judge an answer, as the button does."""
        return self._judge(value)

    def _ipython_display_(self) -> None:
        """Show nothing as a cell's last value: it is on the page already."""

    def open(self, kind: str) -> None:
        """Show the question as text, so that it is read without a browser too, and the entry."""
        from ipywidgets import HTML, Button, VBox

        button, said = Button(description="Check", button_style="primary"), HTML()

        def press(_: object) -> None:
            told = self.answer(self.entry.value)
            mark = "Right." if told.right else "Not quite."
            said.value = f"<b>{mark}</b> {escape(told.message)}"

        button.on_click(press)
        text = f"**{kind}.** {self.question}"
        show_data({"text/markdown": text, "text/plain": text})
        show_objects(VBox([self.entry, button, said]))


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
        For a tolerance of 0 or less.
    """
    from ipywidgets import FloatText

    if not tolerance > 0:
        raise ValueError(f"tolerance must be above 0; got {tolerance}")

    def judge(value: Any) -> Feedback:  # noqa: ANN401  what a reader typed
        try:
            true = answer() if callable(answer) else answer
        except NameError:
            return Feedback(False, "This is measured further down. Run that cell, then check.")
        off = abs(float(value) - true)
        said = f"It is {_short(true)}; you said {_short(float(value))}."
        return Feedback(off <= tolerance, f"{said} {why}")

    check = Check(question, FloatText(layout={"width": "12em"}), judge)
    check.open("Predict")
    return check


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

    if len(options) < 2 or answer not in options:
        raise ValueError(
            f"a choice needs two options or more, and the answer among them; got {answer!r} and "
            f"{list(options)}"
        )

    def judge(value: Any) -> Feedback:  # noqa: ANN401  what a reader chose
        if value not in options:
            return Feedback(False, f"Choose one of: {', '.join(options)}.")
        return Feedback(value == answer, options[value])

    entry = RadioButtons(options=list(options), value=None, layout={"width": "max-content"})
    check = Check(question, entry, judge)
    check.open("Choose")
    return check
