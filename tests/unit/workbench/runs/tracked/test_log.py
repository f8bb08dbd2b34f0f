"""Logging with a server that comes and goes, without any server."""

from pathlib import Path

import pytest

from mlops_lab.workbench.runs.sweeps.table import Done
from mlops_lab.workbench.runs.tracked.entry import RESULT, Entry
from mlops_lab.workbench.runs.tracked.log import Log
from mlops_lab.workbench.runs.tracked.outbox import Outbox
from mlops_lab.workbench.runs.tracked.store import StoreError


class Shelf:
    """A store that is there or not, and refuses what it is told to."""

    shown = "http://shelf"

    def __init__(self) -> None:
        self.there = True
        self.has_: list[str] = []
        self.refuses: set[str] = set()
        self.asked = 0

    def ask(self) -> None:
        self.asked += 1
        if not self.there:
            raise StoreError("connection refused")

    def has(self, entry: Entry) -> bool:
        self.ask()
        return entry.result in self.has_

    def write(self, entry: Entry) -> None:
        self.ask()
        if entry.result in self.refuses:
            raise StoreError("param too odd")
        self.has_.append(entry.result)


def entry(result: str, copy: Path | None = None) -> Entry:
    done = Done("passed", 1.5, 10, None, {"seed": 0}, {"a": 1.0, "b": float("inf")}, ("a",))
    return Entry("tiny", f"point {result}", done, {RESULT: result}, copy)


def logging(shelf: Shelf, patience: float = 0.0) -> tuple[Log, list[str]]:
    said: list[str] = []
    return Log(shelf, said.append, patience=patience), said  # type: ignore[arg-type]


def test_what_a_server_missed_is_logged_when_it_is_back_in_order() -> None:
    shelf = Shelf()
    log, said = logging(shelf)
    log.take(entry("1"))
    shelf.there = False
    log.take(entry("2"))
    log.take(entry("3"))
    assert [one.result for one in log.waiting] == ["2", "3"]
    shelf.there = True
    log.take(entry("4"))
    assert shelf.has_ == ["1", "2", "3", "4"]
    assert log.finish()
    assert said[0].startswith("http://shelf does not answer any more: connection refused.")
    assert said[1:] == ["4 results logged at http://shelf."]


def test_a_server_that_is_gone_is_not_asked_for_each_result() -> None:
    shelf = Shelf()
    log, said = logging(shelf, patience=1000)
    shelf.there = False
    for number in range(50):
        log.take(entry(str(number)))
    assert shelf.asked <= 2
    assert not log.finish()
    assert said[-1].startswith("50 of 50 results are not logged at http://shelf.")
    assert len(said) == 2


def test_one_result_that_is_refused_holds_no_other_up() -> None:
    shelf = Shelf()
    shelf.refuses = {"2"}
    log, said = logging(shelf)
    for number in "123":
        log.take(entry(number))
    assert shelf.has_ == ["1", "3"]
    assert not log.finish()
    assert said[0] == "point 2 is not logged: param too odd."
    assert said[1].startswith("1 of 3 results are not logged")


def test_what_is_there_is_not_logged_again() -> None:
    shelf = Shelf()
    shelf.has_ = ["1"]
    log, said = logging(shelf)
    log.take(entry("1"))
    log.take(entry("2"))
    assert log.finish()
    assert said == ["1 results logged at http://shelf, 1 were there already."]


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "out" / "unlogged")


def test_an_outbox_gives_back_what_it_was_given(outbox: Outbox, tmp_path: Path) -> None:
    copy = tmp_path / "copy.ipynb"
    copy.write_text("first")
    kept = outbox.put(entry("1", copy))
    copy.write_text("second, of the same name")
    outbox.put(entry("2"))
    first, second = outbox.entries()
    assert (first.result, first.copy, first.tags) == (kept.result, kept.copy, kept.tags)
    assert first.done.parameters == {"seed": 0}
    assert first.copy is not None
    assert first.copy.read_text() == "first"
    assert second.copy is None
    assert second.done.measured == {"a": 1.0, "b": float("inf")}
    for one in (first, second):
        outbox.remove(one)
    assert not outbox.folder.exists()
    assert not list(outbox.entries())


def test_what_cannot_be_read_stays_and_holds_nothing_up(outbox: Outbox) -> None:
    outbox.put(entry("1"))
    (outbox.folder / "half.json").write_text("{")
    assert [one.result for one in outbox.entries()] == ["1"]
    outbox.remove(entry("1"))
    assert [one.name for one in outbox.folder.iterdir()] == ["half.json"]
