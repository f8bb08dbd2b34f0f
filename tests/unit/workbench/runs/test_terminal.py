import pytest

from mlops_lab.workbench.runs.terminal import clean


@pytest.mark.parametrize(
    ("line", "bare"),
    [
        ("\x1b[2J\x1b]0;owned\x07a\x07\x00b\x7f", "ab"),
        ("a\rb\nc\td", "abc\td"),
        ("\x1b]8;;http://x\x1b\\link", "link"),
        ("\udc80\u202eback \x9b", "back "),
        ("é ü 😀", "é ü 😀"),
    ],
)
def test_nothing_steers_the_terminal(line: str, bare: str) -> None:
    assert clean(line) == bare


def test_colours_alone_are_kept_on_request() -> None:
    assert clean("\x1b[31mred\x1b[0m\x1b[2J\x07", color=True) == "\x1b[31mred\x1b[0m"


def test_a_long_line_is_cut_and_says_so() -> None:
    assert clean("x" * 501) == "x" * 500 + " ... 1 characters left out"
    assert clean("x" * 500) == "x" * 500
