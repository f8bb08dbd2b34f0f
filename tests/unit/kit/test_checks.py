import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from bs4 import BeautifulSoup
from ipywidgets import HTML, Button, VBox
from nbformat import NotebookNode

from mlops_lab.kit import Check, Feedback, checks, choose, predict
from mlops_lab.kit.checks import QUESTION
from mlops_lab.kit.panel import SUBMITTING

Execute = Callable[..., list[list[NotebookNode]]]
OPTIONS = {"a tree": "It splits.", "a line": "It is <straight>."}


@pytest.fixture
def panel(monkeypatch: pytest.MonkeyPatch) -> Callable[[], tuple[Any, Button, HTML]]:
    """Return the entry, the button and the feedback of the last check."""
    shown: list[VBox] = []
    monkeypatch.setattr(checks, "show_objects", shown.append)
    return lambda: shown[-1].children[:3]


def heard(said: HTML) -> str:
    """Return what a screen reader reads aloud, as text."""
    found = BeautifulSoup(said.value, "html.parser").find(role="alert")
    assert found is not None
    return found.get_text()


def rows(answer: float | Callable[[], float] = 3, tolerance: float = 0.5) -> Check:
    return predict("How many rows?", answer, tolerance=tolerance, why="Count them.")


@pytest.mark.parametrize(
    ("guess", "right"), [(3, True), (3.5, True), (2.5, True), (3.51, False), (-3, False)]
)
def test_a_prediction_is_right_within_the_tolerance(guess: float, right: bool) -> None:
    said = rows().answer(guess)
    assert said == Feedback(right, f"It is 3; you said {guess:.3g}. Count them.")


def test_large_numbers_are_told_in_full() -> None:
    assert rows(24_310).answer(24_000).message.startswith("It is 24,310; you said 24,000. ")


def test_a_prediction_of_what_a_later_cell_measures() -> None:
    later: dict[str, float] = {}
    check = rows(lambda: float(eval("measured", later)))
    early = check.answer(3)
    assert early == Feedback(
        False,
        "measured is measured further down. Run the cells up to it, then check.",
        judged=False,
    )
    later["measured"] = 3.2
    assert check.answer(3).right


def test_not_a_number_is_not_right() -> None:
    assert not rows().answer(math.nan).right


@pytest.mark.parametrize("tolerance", [0, -1, math.nan])
def test_tolerance_must_be_above_0(tolerance: float) -> None:
    with pytest.raises(ValueError, match=f"tolerance must be above 0; got {tolerance}"):
        rows(tolerance=tolerance)


def test_each_option_has_its_own_reason() -> None:
    check = choose("Which model?", OPTIONS, answer="a line")
    assert check.answer("a line") == Feedback(True, "It is <straight>.")
    assert check.answer("a tree") == Feedback(False, "It splits.")
    assert check.answer(None) == Feedback(False, "Choose one of: a tree, a line.", judged=False)


@pytest.mark.parametrize(
    ("options", "answer"),
    [({}, "a tree"), ({"a tree": "It splits."}, "a tree"), (OPTIONS, "a forest")],
)
def test_a_choice_needs_options_and_the_answer_among_them(
    options: dict[str, str], answer: str
) -> None:
    wanted = re.escape(f"got {answer!r} and {list(options)}")
    with pytest.raises(ValueError, match=f"two options or more, .*; {wanted}"):
        choose("Which model?", options, answer=answer)


def test_the_button_tells_whether_a_prediction_is_right(
    panel: Callable[[], tuple[Any, Button, HTML]],
) -> None:
    rows()
    entry, button, said = panel()
    assert said.value == ""
    button.click()
    assert said.value == '<span role="alert">Type a number, then check.</span>'
    for guess, verdict, tried in (
        ("9", "Not quite. It is 3; you said 9. Count them.", "9"),
        ("4", "Not quite. It is 3; you said 4. Count them.", "9; 4"),
        ("9", "Not quite. It is 3; you said 9. Count them.", "9; 4"),
        ("3", "Right. It is 3; you said 3. Count them.", "9; 4; 3"),
    ):
        entry.value = guess
        button.click()
        assert f"<b>{verdict.partition('.')[0]}.</b> " in said.value, "as progress counts"
        assert heard(said) == verdict
        assert said.value.endswith(f"<br><small>You have tried: {tried}</small>")


def test_the_button_tells_whether_a_choice_is_right(
    panel: Callable[[], tuple[Any, Button, HTML]],
) -> None:
    choose("Which model?", OPTIONS, answer="a line")
    entry, button, said = panel()
    assert entry.value is None, "nothing is chosen at first"
    button.click()
    assert heard(said) == "Choose one of: a tree, a line."
    for choice, verdict in (
        ("a tree", "Not quite. It splits."),
        ("a line", "Right. It is <straight>."),
    ):
        entry.value = choice
        button.click()
        assert heard(said) == verdict
    assert said.value.endswith("You have tried: a tree; a line</small>")


def test_a_choice_that_runs_again_still_knows_what_was_chosen(
    panel: Callable[[], tuple[Any, Button, HTML]],
) -> None:
    choose("Which model?", OPTIONS, answer="a line")
    entry, button, _ = panel()
    for option in OPTIONS:
        entry.value = option
        button.click()
    choose("Which model?", OPTIONS, answer="a line")
    entry, _, said = panel()
    assert entry.value == "a line"
    assert said.value.endswith("You have tried: a tree; a line</small>")
    choose("Which model?", {"a net": "No.", "a forest": "Yes."}, answer="a forest")
    entry, _, said = panel()
    assert (entry.value, said.value) == (None, "")


def test_a_question_that_runs_again_counts_once_among_the_saved_widgets(execute: Execute) -> None:
    asked = "kit.choose('Which model?', {'a': 'no', 'b': 'yes'}, answer='b')"
    *_, (saved,) = execute(
        "from mlops_lab import kit\nfrom ipywidgets import Widget",
        f"check = {asked}\ncheck.entry.value = 'b'\ncheck.submit()",
        asked,
        "states = Widget.get_manager_state()['state'].values()\n"
        "print(sum('<b>Right.</b>' in str(one['state'].get('value')) for one in states))",
    )
    assert saved.get("text") == "1\n"


def test_the_question_is_read_without_a_browser(execute: Execute) -> None:
    _, asked, chosen = execute(
        "from mlops_lab import kit",
        "kit.predict('How many rows?', 3, tolerance=1, why='Count.')",
        "kit.choose('Which model?', {'a': 'no', 'b': 'yes'}, answer='b')",
    )
    for outputs, text in ((asked, "**Predict.** How many rows?"), (chosen, "**Choose.** Which")):
        assert [one.output_type for one in outputs] == ["display_data"] * 3
        assert outputs[2].data == {"text/html": SUBMITTING, "text/plain": ""}
        assert outputs[0].data["text/markdown"].startswith(text)
        assert outputs[0].data["text/plain"] == outputs[0].data["text/markdown"]
        assert "application/vnd.jupyter.widget-view+json" in outputs[1].data


def test_a_plain_script_prints_the_question(capsys: pytest.CaptureFixture[str]) -> None:
    rows()
    assert capsys.readouterr().out.startswith("**Predict.** How many rows?\n")


@pytest.mark.parametrize("answer", [None, "three", float("nan"), float("inf")])
def test_an_answer_is_a_finite_number(answer: Any) -> None:
    with pytest.raises(ValueError, match="answer must be a finite number"):
        predict("How many?", answer, tolerance=1, why="Count.")


def test_what_goes_wrong_behind_the_button_is_shown(
    panel: Callable[[], tuple[Any, Button, HTML]],
) -> None:
    predict("How many?", lambda: 1 / 0, tolerance=1, why="Count.")
    entry, button, said = panel()
    entry.value = "1"
    button.click()
    assert heard(said) == "ZeroDivisionError: division by zero"


def test_the_verdict_on_a_numpy_answer_is_a_plain_bool() -> None:
    check = predict("How many?", lambda: np.float64(3), tolerance=1, why="Count.")
    assert check.answer("3.5").right is True


def test_a_list_is_no_set_of_options_and_no_choice() -> None:
    with pytest.raises(ValueError, match="two options or more"):
        choose("Which?", ["a", "b"], answer="a")  # type: ignore[arg-type]  # what is tested
    assert choose("Which?", OPTIONS, answer="a line").answer(["a"]).right is False


def test_a_page_without_a_kernel_has_all_that_a_verdict_needs(execute: Execute) -> None:
    _, known, later, chosen = execute(
        "from mlops_lab import kit",
        "kit.predict('How many rows?', 3, tolerance=1, why='Count.', unit='rows')",
        "kit.predict('What share?', tolerance=5, why='Count.', unit='%')",
        "kit.choose('Which model?', {'a': 'no', 'b': 'yes'}, answer='b')",
    )
    first, second, third = (outputs[0].data[QUESTION] for outputs in (known, later, chosen))
    assert first == {
        "kind": "predict", "question": "How many rows?", "note": "Answer in rows.",
        "unit": "rows", "tolerance": 1, "why": "Count.", "value": 3.0,
    }  # fmt: skip
    assert (second["value"], second["unit"]) == (None, "%")
    assert third == {
        "kind": "choose", "question": "Which model?", "note": "", "answer": "b",
        "options": [{"option": "a", "why": "no"}, {"option": "b", "why": "yes"}],
    }  # fmt: skip


def test_enter_hands_over_what_was_typed(panel: Callable[[], tuple[Any, Button, HTML]]) -> None:
    rows()
    entry, _, said = panel()
    assert entry.continuous_update is False, "a number that is typed is not judged digit by digit"
    entry.value = "3"
    assert heard(said) == "It is 3; you said 3. Count them.".replace("It", "Right. It", 1)
    entry.value = "about three"
    assert heard(said).startswith("'about three' is not a number. Type one such as 10, 0.1, ")
