"""Silence inside, also past Python, and none afterwards."""

import logging
import os
import sys

import pytest

from mlops_lab import compression as cp


def talk_and_fail() -> None:
    with cp.quiet():
        os.write(1, b"one")
        os.write(2, b"two")
        sys.stdout.write("three")
        logging.getLogger("any").warning("four")
        raise KeyError


def test_nothing_comes_through_and_all_comes_back(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyError):
        talk_and_fail()
    os.write(2, b"after")
    sys.stdout.write("later\n")
    sys.stdout.flush()
    out, err = capfd.readouterr()
    assert (out, err) == ("later\n", "after")
    assert logging.root.manager.disable == 0
