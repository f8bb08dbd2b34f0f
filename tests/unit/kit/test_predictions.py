"""A guess is kept until it is measured, and is told there, whatever runs first or again."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from ipywidgets import HTML, VBox
from nbformat import NotebookNode

from mlops_lab.kit import Feedback, Prediction, checks, predict, predictions
from mlops_lab.kit.predictions import VERDICT

Execute = Callable[..., list[list[NotebookNode]]]
LATER = "It is measured further down, and compared there with what you said."
INVITED = "You have not said what you expect: answer above, and it is compared here."


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> "Page":
    made = Page()
    monkeypatch.setattr(checks, "show_objects", made.panels.append)
    monkeypatch.setattr(predictions, "show_data", made.show)
    return made


class Page:
    """What is on the page: the last panel, and the verdicts, each as it reads now."""

    def __init__(self) -> None:
        self.panels: list[VBox] = []
        self.verdicts: list[str] = []

    def show(self, data: dict[str, Any], *, updatable: bool) -> "Place":
        assert updatable
        self.verdicts.append(data["text/plain"])
        return Place(self, len(self.verdicts) - 1)

    def type(self, text: str) -> None:
        self.panels[-1].children[0].value = text

    @property
    def said(self) -> str:
        html: HTML = self.panels[-1].children[2]
        return str(html.value)


class Place:
    """A verdict's place, which can be written once more."""

    def __init__(self, page: Page, number: int) -> None:
        self.page, self.number = page, number

    def update(self, data: dict[str, Any], *, raw: bool) -> None:
        assert raw
        self.page.verdicts[self.number] = data["text/plain"]


def share() -> Prediction:
    return predict("What share is late?", tolerance=5, why="Queues grow.", unit="%")


def test_a_guess_is_kept_and_told_where_it_is_measured(page: Page) -> None:
    guess = share()
    page.type("12 %")
    assert f"You said 12 %. {LATER}" in page.said
    assert "<b>" not in page.said, "no verdict yet, and progress counts none"
    guess.verdict(31.2)
    assert page.verdicts == ["Not quite. You said 12 %, it was 31.2 %. Queues grow."]
    assert "<b>Not quite.</b> You said 12 %, it was 31.2 %. Queues grow." in page.said


def test_without_a_guess_the_value_is_told_and_the_reader_invited(page: Page) -> None:
    share().verdict(31)
    assert page.verdicts == [f"Your prediction. It was 31 %. {INVITED}"]
    assert page.said == ""


def test_who_answers_after_the_measurement_changes_both_places(page: Page) -> None:
    share().verdict(31)
    for typed, mark in (("12", "Not quite."), ("30", "Right.")):
        page.type(typed)
        told = f"You said {typed} %, it was 31 %. Queues grow."
        assert page.verdicts == [f"{mark} {told}"]
        assert f"<b>{mark}</b> {told}" in page.said
    assert page.said.endswith("You have tried: 12; 30</small>")


def test_a_guess_that_is_none_leaves_the_one_before_and_says_what_is_allowed(page: Page) -> None:
    guess = share()
    page.type("12")
    page.type("a lot")
    assert "&#x27;a lot&#x27; is not a number in %. Type one such as 10, 10 %" in page.said
    guess.verdict(31)
    assert page.verdicts[-1].startswith("Not quite. You said 12 %")


def test_the_question_runs_again_and_still_knows_what_was_said(page: Page) -> None:
    share()
    page.type("12")
    again = share()
    assert page.panels[-1].children[0].value == "12"
    assert f"You said 12 %. {LATER}" in page.said
    again.verdict(31)
    assert page.verdicts == ["Not quite. You said 12 %, it was 31 %. Queues grow."]
    share()
    assert "<b>Not quite.</b>" in page.said, "it has been measured"


def test_the_measurement_runs_again(page: Page) -> None:
    guess = share()
    page.type("12")
    guess.verdict(31)
    guess.verdict(13)
    page.type("11")
    assert page.verdicts[1] == "Right. You said 11 %, it was 13 %. Queues grow."


def test_another_question_is_another_guess(page: Page) -> None:
    share()
    page.type("12")
    other = predict("What share is early?", tolerance=1, why="So.", unit="%")
    assert page.panels[-1].children[0].value == ""
    other.verdict(3)
    assert INVITED in page.verdicts[0]


def test_what_could_not_be_measured_is_no_verdict(page: Page) -> None:
    guess = share()
    guess.verdict(float("nan"))
    assert page.verdicts == ["Your prediction. This run could not measure it."]
    page.type("12")
    assert page.verdicts == ["Your prediction. You said 12 %; this run could not measure it."]
    assert guess.answer("12") == Feedback(
        False, "You said 12 %; this run could not measure it.", judged=False
    )


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("measured", [None, "31", [31]])
def test_a_verdict_needs_a_number(measured: Any) -> None:
    with pytest.raises(TypeError, match="needs the number that was measured; got"):
        share().verdict(measured)


def test_a_verdict_is_in_the_notebook_and_is_told_once_more_in_its_place(execute: Execute) -> None:
    _, _, (*_, alone), _, (told,), _ = execute(
        "import numpy as np\nfrom mlops_lab import kit",
        "guess = kit.predict('What <share>?', tolerance=5, why='So.', unit='%')",
        "kit.predict('And what else?', tolerance=5, why='So.').verdict(np.float64(31))",
        "guess.entry.value = '12'",
        "guess.verdict(31)",
        "guess.entry.value = '30'",
    )
    assert alone.data[VERDICT] == {"question": "And what else?", "value": 31.0}
    assert alone.data["text/plain"] == f"Your prediction. It was 31. {INVITED}"
    assert told.data[VERDICT] == {"question": "What <share>?", "value": 31.0}
    assert "<b>Right.</b> You said 30 %, it was 31 %. So.</p>" in told.data["text/html"]


def test_numpy_numbers_and_those_of_other_libraries_are_numbers(page: Page) -> None:
    share().verdict(np.float32(31))  # type: ignore[arg-type]  # what is tested
    assert page.verdicts[0].startswith("Your prediction. It was 31 %.")


def test_a_plain_script_prints_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    guess = share()
    guess.entry.value = "30"
    guess.verdict(31)
    assert "Right. You said 30 %, it was 31 %. Queues grow.\n" in capsys.readouterr().out
