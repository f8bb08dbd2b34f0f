"""The rules look for calls of the kit by name; these names are the kit's own."""

import inspect

import pytest
from rules.showing import BOUNDS

from mlops_lab import kit

CALLED = [
    "check_tasks",
    "choose",
    "claims",
    "explore",
    "finding",
    "findings",
    "label_lines",
    "predict",
    "show",
    "style",
]


@pytest.mark.parametrize("name", CALLED)
def test_the_kit_has_what_the_rules_look_for(name: str) -> None:
    assert callable(getattr(kit, name))


def test_the_bounds_are_those_of_the_kit() -> None:
    assert set(inspect.signature(kit.finding).parameters) >= BOUNDS


def test_a_prediction_has_the_verdict_that_the_rules_look_for() -> None:
    assert callable(kit.Prediction.verdict)
    assert inspect.signature(kit.predict).return_annotation in (kit.Prediction, "Prediction")


def test_a_picture_needs_its_words() -> None:
    alt = inspect.signature(kit.show).parameters["alt"]
    assert alt.default is inspect.Parameter.empty
