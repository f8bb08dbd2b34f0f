"""A worker that takes orders from a queue to a table, and can be killed at any of its steps.

It imports the standard library only, so that a process of its own starts in some hundredths of a
second: ``python -S -E worker.py FOLDER DESIGN BATCH STEP``.
"""

import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

__all__ = ["prepare", "stored", "work"]


def prepare(folder: Path, orders: Sequence[tuple[int, int]]) -> None:
    """Write a queue with orders, and an empty table for them, into two SQLite files.

    Parameters
    ----------
    folder : Path
        Must be there.
    orders : sequence of (order number, amount in cents)
    """
    queue = _open(folder / "queue.db")
    queue.execute("create table queue (at integer primary key, id int, amount int, done int)")
    queue.executemany("insert into queue(id, amount, done) values (?, ?, 0)", orders)
    queue.commit()
    queue.close()
    table = _open(folder / "table.db")
    table.execute("create table rows (id int, amount int)")
    table.execute("create table keyed (id int primary key, amount int)")
    table.execute("create table progress (at int)")
    table.execute("insert into progress values (0)")
    table.commit()
    table.close()


def work(folder: Path, design: str, batch: int, step: Callable[[], None]) -> None:
    """Take all that waits in the queue to the table.

    Parameters
    ----------
    folder : Path
        As `prepare` has left it, or a worker that died.
    design : str
        ``"acknowledge first"``, ``"acknowledge last"``, ``"last, by key"``, ``"one transaction"``.
    batch : int, from 1
        Orders that are read, and acknowledged, together.
    step : function
        Called after each read, write and commit.
    """
    queue, table = _open(folder / "queue.db"), _open(folder / "table.db")
    together = design == "one transaction"
    into = "keyed" if design == "last, by key" else "rows"
    while True:
        if together:  # where the table is, the table itself says
            (at,) = table.execute("select at from progress").fetchone()
            waiting = "select at, id, amount from queue where at > ? order by at limit ?"
            found = queue.execute(waiting, (at, batch)).fetchall()
        else:
            waiting = "select at, id, amount from queue where done = 0 order by at limit ?"
            found = queue.execute(waiting, (batch,)).fetchall()
        if not found:
            break
        step()
        last = found[-1][0]
        if design == "acknowledge first":
            _acknowledge(queue, last)
            step()
        for _, number, amount in found:
            table.execute(f"insert or replace into {into} values (?, ?)", (number, amount))
            if not together:
                table.commit()
            step()
        if together:
            table.execute("update progress set at = ?", (last,))
            step()
            table.commit()
            step()
        elif design != "acknowledge first":
            _acknowledge(queue, last)
            step()
    queue.close()
    table.close()


def stored(folder: Path) -> list[tuple[int, int]]:
    """Return (order number, amount in cents) of all rows in the table, in order."""
    table = _open(folder / "table.db")
    both = "select id, amount from rows union all select id, amount from keyed order by id"
    found = [(int(number), int(amount)) for number, amount in table.execute(both)]
    table.close()
    return found


def _acknowledge(queue: sqlite3.Connection, last: int) -> None:
    queue.execute("update queue set done = 1 where at <= ?", (last,))
    queue.commit()


def _open(path: Path) -> sqlite3.Connection:
    file = sqlite3.connect(path)
    file.execute("pragma journal_mode = wal")
    return file


def _main(folder: str, design: str, batch: str, fatal: str) -> None:
    left = int(fatal)

    def step() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)  # nothing is cleaned up, nothing is caught

    work(Path(folder), design, int(batch), step)


if __name__ == "__main__":
    _main(*sys.argv[1:])
