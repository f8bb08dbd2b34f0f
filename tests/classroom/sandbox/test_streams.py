"""What is printed is read as it comes, and kept up to the limit."""

import os
import select

import pytest

from mlops_lab.workbench.classroom.sandbox.streams import OutputError, Stream


def pipe(most: int) -> tuple[Stream, int]:
    ours, theirs = os.pipe()
    return Stream(ours, most), theirs


def test_text_comes_once() -> None:
    stream, end = pipe(100)
    os.write(end, "ä\n".encode())
    assert stream.text() == "ä\n"
    assert stream.text() == ""
    os.close(end)
    assert stream.text() == ""
    stream.close()


def test_at_the_limit_it_raises_and_keeps_what_was_allowed() -> None:
    stream, end = pipe(3)
    os.write(end, b"abcde")
    with pytest.raises(OutputError):
        stream.text()
    os.write(end, b"more")
    assert stream.last() == "abc"
    assert stream.last() == ""
    os.close(end)
    stream.close()


def test_the_limit_can_be_met_at_the_last_look() -> None:
    stream, end = pipe(3)
    os.write(end, b"abcde")
    assert stream.last() == "abc"
    os.close(end)
    stream.close()


def test_it_is_not_looked_at_when_nobody_can_write() -> None:
    stream, end = pipe(3)
    os.close(end)
    poll = select.poll()
    stream.register(poll)
    stream.take(dict(poll.poll(0)), poll)
    assert poll.poll(0) == []
    stream.close()
