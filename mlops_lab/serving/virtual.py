"""Asyncio in virtual time: the clock jumps to whatever comes next, so nobody ever waits.

The same coroutines that would serve real callers run here as a simulation. What comes out depends
on their code alone, and not on how busy the machine is; databases are tested this way (Zhou and
others, "FoundationDB: a distributed unbundled transactional key value store", 2021).
"""

import asyncio
import selectors
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

__all__ = ["run_virtual"]

T = TypeVar("T")


def run_virtual(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in virtual time, and give its result.

    `asyncio.sleep`, timeouts and the loop's `time()` go by a clock that starts at 0 and jumps to
    the next moment at which something happens. It works inside a notebook's running loop too.
    Tasks that still run when `main` ends are cancelled, as by `asyncio.run`.

    Parameters
    ----------
    main : coroutine
        It may sleep, wait for other tasks, queues, locks and events. Sockets, files and threads
        have no place in it: they live in real time.

    Raises
    ------
    RuntimeError
        If every task waits for something that nobody will do.

    Examples
    --------
    >>> async def long_day():
    ...     await asyncio.sleep(86_400)
    ...     return asyncio.get_running_loop().time()
    >>> run_virtual(long_day())
    86400.0
    """

    def run() -> T:
        with asyncio.Runner(loop_factory=_Loop) as runner:
            return runner.run(main)

    # A notebook has a running loop in its main thread, and a second one may not run there.
    with ThreadPoolExecutor(1, "virtual") as thread:
        return thread.submit(run).result()


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._clock = _Clock()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now


class _Clock(selectors.DefaultSelector):
    """Where the loop would wait, its clock moves on."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("Every task waits for something that nobody will do.")
        self.now += max(timeout, 0.0)
        return []
