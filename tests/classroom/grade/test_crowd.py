"""How busy the machine is."""

import os

import pytest

from mlops_lab.workbench.classroom.grade.crowd import crowding


@pytest.mark.parametrize(
    ("load", "cores", "found"),
    [(0.0, 2, 1.0), (1.9, 2, 1.0), (5.0, 2, 2.5), (10.0, None, 10.0)],
)
def test_how_many_want_a_core(
    monkeypatch: pytest.MonkeyPatch, load: float, cores: int | None, found: float
) -> None:
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    assert crowding() == found


def test_a_system_that_does_not_say(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> tuple[float, float, float]:
        raise OSError

    monkeypatch.setattr(os, "getloadavg", refused)
    assert crowding() == 1.0
