"""The line below a run of many: what runs now, since when; nothing of it in a log."""

import io
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from mlops_lab.workbench.runs import live, past
from mlops_lab.workbench.runs.live import Running, with_progress
from mlops_lab.workbench.runs.many import Job, Lost

NOTEBOOKS = [Path(f"{name}.ipynb") for name in ("first", "second", "third")]
JOBS = [Job(notebook) for notebook in NOTEBOOKS]


@pytest.fixture(autouse=True)
def no_past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "_file", lambda: tmp_path / "seconds.json")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def standard_error(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    shown = Terminal()  # not a fixture: pytest sets its own between set-up and test
    monkeypatch.setattr(sys, "stderr", shown)
    return shown


def coming(before_each: Callable[[], object] = lambda: None) -> Iterator[Lost]:
    for job in (JOBS[1], JOBS[0], JOBS[2]):
        before_each()
        yield Lost(job, "why")


def stop_clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass, so that no second is told on a busy machine either."""
    monkeypatch.setattr(live, "time", SimpleNamespace(monotonic=lambda: 100.0))
    monkeypatch.setattr("tqdm.std.time", lambda: 100.0)


def until(happened: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(6000):
        if happened():
            return
        pause.wait(0.01)
    raise AssertionError("it did not happen within a minute")


def test_the_first_that_have_not_ended_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    NOTEBOOKS[1].touch()
    past.remember({NOTEBOOKS[1]: 20.0})
    running = Running(JOBS, at_once=2)
    assert running.text(100.0) == "first 0 s, second 0 of about 20 s"
    assert running.text(107.0) == "first 7 s, second 7 of about 20 s"
    running.ended(NOTEBOOKS[0])
    assert running.text(110.0) == "second 10 of about 20 s, third 0 s"
    running.ended(NOTEBOOKS[1])
    running.ended(NOTEBOOKS[2])
    assert running.text(120.0) == ""


def test_a_terminal_shows_it_and_the_line_goes_before_the_caller_prints(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = standard_error(monkeypatch)
    monkeypatch.setattr(live, "_SECONDS", 0.01)
    stop_clocks(monkeypatch)
    lengths = [0]

    def until_drawn() -> None:
        lengths.append(len(terminal.getvalue()))
        until(lambda: re.search(r"now \w", terminal.getvalue()[lengths[-1] :]) is not None)

    for result in with_progress(coming(until_drawn), JOBS, 2):
        before = terminal.getvalue()
        time.sleep(0.1)  # the clock ticks on, and draws nothing
        assert terminal.getvalue() == before
        assert isinstance(result, Lost)
        terminal.write(f"[{result.job.notebook.stem}]")
    shown = terminal.getvalue()
    assert "0 of 3 done after 00:00; now first 0 s, second 0 s" in shown
    assert "1 of 3 done after 00:00; now first 0 s, third 0 s" in shown
    assert all(shown.partition(f"[{name}]")[0][-1] == "\r" for name in ("first", "second"))


def test_a_log_gets_nothing_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(with_progress(coming(), JOBS, 2)) == list(coming())
    assert capsys.readouterr().err == ""


def test_an_error_on_the_way_ends_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = standard_error(monkeypatch)
    results = with_progress(coming(), JOBS, 2)
    next(results)
    results.close()
    after = terminal.getvalue()
    assert [one for one in threading.enumerate() if one.name == "progress"] == []
    assert terminal.getvalue() == after
