"""Kills: each step once, real processes, and the counts that follow by arithmetic."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from mlops_lab import pipelines
from mlops_lab.pipelines import worker


def after_each_step(batch: int) -> list[int]:
    """Give the orders of a batch that are at risk after the read, and after each other step."""
    return [0, *range(batch, 0, -1), 0]


@pytest.mark.parametrize(("orders", "batch"), [(6, 3), (4, 1), (5, 4)])
def test_acknowledging_first_loses_what_was_not_written(orders: int, batch: int) -> None:
    found = pipelines.kill_everywhere("acknowledge first", orders=orders, batch=batch)
    sizes = [min(batch, orders - first) for first in range(0, orders, batch)]
    assert [one.lost for one in found] == [lost for n in sizes for lost in after_each_step(n)]
    assert not any(one.doubled for one in found)
    assert [one.step for one in found] == list(range(1, len(found) + 1))


@pytest.mark.parametrize(("orders", "batch"), [(6, 3), (5, 4)])
def test_acknowledging_last_doubles_what_was_written(orders: int, batch: int) -> None:
    found = pipelines.kill_everywhere("acknowledge last", orders=orders, batch=batch, at_once=3)
    sizes = [min(batch, orders - first) for first in range(0, orders, batch)]
    assert [one.doubled for one in found] == [k for n in sizes for k in [*range(n + 1), 0]]
    assert not any(one.lost for one in found)
    assert found[1].cents == 1000


@pytest.mark.parametrize("design", ["last, by key", "one transaction"])
def test_a_key_or_one_transaction_is_right_after_each_kill(design: str) -> None:
    found = pipelines.kill_everywhere(design, orders=5, batch=2, at_once=1)
    assert len(found) == 5 + 3 * (3 if design == "one transaction" else 2)
    assert all((one.lost, one.doubled, one.cents) == (0, 0, 0) for one in found)


def test_no_process_is_left() -> None:
    pipelines.kill_everywhere("last, by key", orders=2, batch=2)
    left = [one.cmdline() for one in psutil.Process().children(recursive=True)]
    assert not any(worker.__file__ in command for command in left)


def test_a_worker_without_a_kill_takes_all_over(tmp_path: Path) -> None:
    worker.prepare(tmp_path, [(7, 150), (3, 250)])
    command = [sys.executable, "-S", "-E", worker.__file__, str(tmp_path), "last, by key", "5", "0"]
    subprocess.run(command, check=True)
    assert worker.stored(tmp_path) == [(3, 250), (7, 150)]


def test_other_designs_and_counts_are_refused() -> None:
    with pytest.raises(ValueError, match=r"'never'; acknowledge first"):
        pipelines.kill_everywhere("never")
    with pytest.raises(ValueError, match="got 0, 3 and 2"):
        pipelines.kill_everywhere("acknowledge last", orders=0)
