"""A progress bar in a report is its last state, as on a terminal."""

import io

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output

from mlops_lab.workbench.runs.site.outputs import joined
from mlops_lab.workbench.runs.site.screen import as_shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("10 %\r50 %\r100 %\n", "100 %\n"),
        ("hello\rab", "abllo"),
        ("windows\r\nlines\r\n", "windows\nlines\n"),
        ("1/3\b\b\b2/3\b\b\b3/3", "3/3"),
        ("epoch 1\n\r 1/2\r 2/2\nepoch 2\n\r 1/2\r 2/2\n", "epoch 1\n 2/2\nepoch 2\n 2/2\n"),
        ("long line\r\x1b[Kgone", "gone"),
        ("long line\r\x1b[2Kgone", "gone"),
        ("a: 1\nb: 1\x1b[A\ra: 2\x1b[B\rb: 2", "a: 2\nb: 2"),
        ("one\ntwo\n\x1b[2Aten\x1b[K\n\n", "ten\ntwo\n"),
        ("old\n\x1b[H\x1b[2Jnew", "new"),
        ("old\n\x1b[1F\x1b[0Jnew", "new"),
        ("abc\x1b[2DX", "aXc"),
        ("ab\x1b[5Gx", "ab  x"),
        ("\x1b[s1\x1b[u2\x1b7 3\x1b8 4", "2 4"),
        ("a\x1b[3;2Hb", "a\n\n b"),
        ("1\n2\n3\x1b[2F\x1b[1M", "2\n3"),
        ("1\n2\x1b[1F\x1b[1L0", "0\n1\n2"),
        ("abcd\r\x1b[2P", "cd"),
        ("abcd\r\x1b[2X", "  cd"),
        ("\x1b]8;;https://example.com\x1b\\a link\x1b]8;;\x1b\\\x07", "a link"),
        ("\x1b[?25lspinning\r\x1b[?25hdone   ", "done   g"),
        ("a\tb\rX", "X       b"),
        ("plain\n\n  kept  \n", "plain\n\n  kept  \n"),
    ],
)
def test_what_was_written_is_shown_as_a_terminal_would(written: str, shown: str) -> None:
    assert as_shown(written).rstrip(" ") == shown.rstrip(" ")


def test_colours_stay_with_what_was_written_in_them() -> None:
    assert as_shown("\x1b[1;31mred\x1b[0m") == "\x1b[1;31mred\x1b[0m"  # nothing moves: as it is
    assert as_shown("\x1b[31mred\x1b[0m x\rgo") == "go\x1b[31md\x1b[0m x"
    assert as_shown("\x1b[1;32m4\x1b[39m5\x1b[22m6\r") == ("\x1b[1;32m4\x1b[0m\x1b[1m5\x1b[0m6")
    assert as_shown("\x1b[38;5;208mo\x1b[48;2;0;0;9mb\r") == (
        "\x1b[38;5;208mo\x1b[0m\x1b[38;5;208;48;2;0;0;9mb\x1b[0m"
    )


def test_a_cursor_that_is_sent_far_away_makes_no_page_of_blanks() -> None:
    far = "a" + "\x1b[99999999B\x1b[99999999C" * 100 + "b"
    assert len(as_shown(far)) < 1_000
    assert as_shown("a\x1b[99999999A\x1b[99999999Db") == "b"


def bars(write: io.StringIO) -> None:
    from tqdm import tqdm

    for _ in tqdm(range(2), file=write, desc="outer", mininterval=0, ncols=60):
        for _ in tqdm(range(3), file=write, desc="inner", leave=False, position=1, mininterval=0):
            pass


def test_bars_within_bars_come_out_as_the_last_of_each() -> None:
    text = io.StringIO()
    bars(text)
    shown = as_shown(text.getvalue()).rstrip()
    assert shown.count("\n") == 0
    assert shown.startswith("outer: 100%")


def stream(text: str, name: str = "stderr") -> NotebookNode:
    made: NotebookNode = new_output("stream", name=name, text=text)
    return made


def test_a_bar_that_came_in_eighteen_pieces_is_one_line() -> None:
    outputs = [stream(f"\r{i:3} of 18") for i in range(1, 19)]
    assert [one.text for one in joined(outputs)] == [" 18 of 18"]


def test_streams_are_joined_only_where_nothing_is_between_them() -> None:
    picture = new_output("display_data", data={"image/png": "x"})
    outputs = [stream("a"), stream("b"), stream("c", "stdout"), stream("d"), picture, stream("e")]
    assert [one.get("text") for one in joined(outputs)] == ["ab", "c", "d", None, "e"]


def test_a_bar_that_wiped_itself_off_leaves_nothing() -> None:
    assert joined([stream("50 %"), stream("\r     \r")]) == []
