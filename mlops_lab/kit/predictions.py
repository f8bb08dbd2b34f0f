"""Predictions: a guess before there is a measurement, and its verdict where it is measured."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from types import EllipsisType
from typing import TYPE_CHECKING, Any

from mlops_lab.kit.checks import Check, Feedback
from mlops_lab.kit.number import in_words, read_number
from mlops_lab.kit.output import show_data
from mlops_lab.kit.records import plain

if TYPE_CHECKING:
    from ipywidgets import Text

__all__ = ["INVITATION", "VERDICT", "Prediction", "predict"]

VERDICT = "application/vnd.mlops-lab.verdict+json"
"""MIME type of a measurement that was predicted: ``question``, ``value`` in the question's unit."""
Known = float | Callable[[], float]
_LATER = "It is measured further down, and compared there with what you said."
INVITATION = "You have not said what you expect: answer above, and it is compared here."
"""What is said of a measurement to who has made no guess."""


@dataclass
class _Kept:
    """What is known of a question, whichever of its cells runs again."""

    guess: float | None = None
    typed: str = ""
    measured: float | None = None
    place: Any = None  # IPython's display handles have no types


_kept: dict[str, _Kept] = {}  # this kernel's, by question


class Prediction(Check):
    """A number to be said before it is measured. Make one with `predict`."""

    def __init__(
        self,
        question: str,
        entry: "Text",
        unit: str,
        tolerance: float,
        why: str,
        answer: Known | EllipsisType,
    ) -> None:
        super().__init__(question, entry, self._compared)
        self._unit, self._tolerance, self._why, self._answer = unit, tolerance, why, answer
        self._kept = _kept.setdefault(question, _Kept())

    def verdict(self, measured: float) -> None:
        """Show what was measured beside what the reader said.

        Whoever answers later, or once more, finds the new verdict here and below the question.

        Parameters
        ----------
        measured : float
            In the unit of the question. Where it is not finite, there is no verdict.

        Raises
        ------
        TypeError
            For anything but a number.
        """
        if not hasattr(measured, "__float__"):
            raise TypeError(f"a verdict needs the number that was measured; got {measured!r}")
        self._kept.measured = float(measured)
        self._kept.place = show_data(self._shown(float(measured)), updatable=True)
        self.reopen()

    def reopen(self) -> None:
        """Enter what the reader has said before, and judge it."""
        if self._kept.guess is not None:
            self.entry.value = self._kept.typed
            self.submit()

    def _compared(self, value: Any) -> Feedback:  # noqa: ANN401  what a reader typed
        try:
            guess = read_number(value, self._unit)
        except ValueError as error:
            return Feedback(False, str(error), judged=False)
        self._kept.guess, self._kept.typed = guess, str(value)
        if not isinstance(self._answer, EllipsisType):
            return self._answered(guess, self._answer)
        measured = self._kept.measured
        if measured is None:
            return Feedback(False, f"You said {self._words(guess)}. {_LATER}", judged=False)
        if self._kept.place is not None:  # None outside of a notebook
            self._kept.place.update(self._shown(measured), raw=True)
        return self._judged(guess, measured)

    def _answered(self, guess: float, answer: Known) -> Feedback:
        try:
            true = float(answer() if callable(answer) else answer)
        except NameError as error:
            later = f"{error.name} is measured further down. Run the cells up to it, then check."
            return Feedback(False, later, judged=False)
        told = f"It is {self._words(true)}; you said {self._words(guess)}. {self._why}"
        return Feedback(abs(guess - true) <= self._tolerance, told)

    def _judged(self, guess: float, measured: float) -> Feedback:
        said = f"You said {self._words(guess)}"
        if not math.isfinite(measured):
            return Feedback(False, f"{said}; this run could not measure it.", judged=False)
        told = f"{said}, it was {self._words(measured)}. {self._why}"
        return Feedback(abs(guess - measured) <= self._tolerance, told)

    def _shown(self, measured: float) -> dict[str, object]:
        """Return the output at the place of the measurement."""
        mark, told = "Your prediction.", f"It was {self._words(measured)}. {INVITATION}"
        if not math.isfinite(measured):
            told = "This run could not measure it."
        if self._kept.guess is not None:
            feedback = self._judged(self._kept.guess, measured)
            mark = "Right." if feedback.right else "Not quite." if feedback.judged else mark
            told = feedback.message
        return {
            VERDICT: {"question": self.question, "value": plain(measured)},
            "text/html": f'<p class="mlops-lab-verdict"><b>{mark}</b> {escape(told)}</p>',
            "text/plain": f"{mark} {told}",
        }

    def _words(self, number: float) -> str:
        return in_words(number, self._unit)


def predict(
    question: str,
    answer: Known | EllipsisType = ...,
    *,
    tolerance: float,
    why: str,
    unit: str = "",
) -> Prediction:
    """Ask for a number before it is measured.

    Without an answer, the guess is kept until a later cell calls `Prediction.verdict` with what it
    has measured. There it is told, whenever the reader answers, and however often cells run::

        guess = kit.predict("What share is late?", unit="%", tolerance=5, why="Queues grow.")
        ...
        guess.verdict(100 * late.mean())  # You said 12 %, it was 31 %. Queues grow.

    Parameters
    ----------
    question : str
        The same text, asked again, is the same question.
    answer : float, or callable without arguments that gives one, optional
        Of a question whose verdict is given at once: what is known, or follows from the text. A
        callable is asked then; while it names what no cell has bound, the reader is sent on.
    tolerance : float, above 0
        How far off is still right, in the unit.
    why : str
        The reason, told with either verdict.
    unit : str
        What the answer is in, such as ``%``, ``ms`` or ``points``. The reader may type it or leave
        it out: with ``%``, 10 and 10 % are the same. Without a unit 10 % is 0.1.

    Returns
    -------
    Prediction

    Raises
    ------
    ValueError
        For a tolerance of 0 or less, or an answer that is no finite number.
    """
    from ipywidgets import Text

    if not tolerance > 0:
        raise ValueError(f"tolerance must be above 0; got {tolerance}")
    later = callable(answer) or isinstance(answer, EllipsisType)
    value = None if later else _finite(answer)
    entry = Text(  # empty until somebody types
        description=f"Your number{unit and f', in {unit}'}",
        placeholder="a number",
        continuous_update=False,  # Enter hands it over, and so does leaving the field
        style={"description_width": "initial"},
        layout={"width": "min(22em, 100% - 4px)"},
    )
    made = Prediction(question, entry, unit, tolerance, why, answer)
    alike = ": 10 and 10 % mean the same" if unit == "%" else ""
    note = f"Answer in {unit}{alike}." if unit else ""
    content = {"unit": unit, "tolerance": tolerance, "why": why, "value": value}
    made.open("Predict", content, note)
    made.reopen()
    entry.observe(made.submit, names="value")
    return made


def _finite(answer: Any) -> float:  # noqa: ANN401  what an author wrote
    try:
        number = float(answer)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"answer must be a finite number, or a callable; got {answer!r}")
    return number
