"""Numbers as people type them; the course site reads the same table with its own script."""

import doctest

import pytest

from mlops_lab.kit import number
from mlops_lab.kit.number import in_words, read_number
from tests.unit.kit.typed import REFUSED, TYPED


@pytest.mark.parametrize(("text", "unit", "value"), TYPED)
def test_what_is_typed_is_a_number(text: str, unit: str, value: float) -> None:
    assert read_number(text, unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(("text", "unit"), REFUSED)
def test_what_is_none_is_refused_with_what_is_allowed(text: str, unit: str) -> None:
    said = f"{text.strip()!r} is not a number{unit and f' in {unit}'}. Type one such as 10, "
    with pytest.raises(ValueError, match="Type ") as refused:
        read_number(text, unit)
    told = str(refused.value)
    assert told.startswith(said) if text.strip() else told == "Type a number, then check."
    examples = told.partition("such as ")[2].removesuffix(".").replace(" or ", ", ").split(", ")
    assert all(read_number(one, unit) for one in examples if one), "all that it allows is read"


def test_a_number_is_no_text() -> None:
    assert (read_number(3), read_number(0.25, "%")) == (3.0, 0.25)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0, "", "0"), (0.12345, "", "0.123"), (12, "%", "12 %"), (999, "", "999"),
        (999.7, "ms", "1,000 ms"), (24_310.4, "", "24,310"), (-31.26, "points", "-31.3 points"),
        (1, "points", "1 point"), (1, "ms", "1 ms"), (1, "%", "1 %"), (1.2, "steps", "1.2 steps"),
    ],
)  # fmt: skip
def test_a_number_in_words(value: float, unit: str, said: str) -> None:
    assert in_words(value, unit) == said


def test_the_examples_are_true() -> None:
    done = doctest.testmod(number)
    assert (done.attempted > 0, done.failed) == (True, 0)
