"""Log results as they come, and keep what could not be logged for later."""

import time
from collections.abc import Callable

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.tracked.entry import Entry
from mlops_lab.workbench.runs.tracked.store import Store, StoreError

__all__ = ["Log"]


class Log:
    """What is on its way to a tracking server.

    A server that stops answering stops nothing else: what it did not get waits, and is tried again
    now and then, and at the end.

    Parameters
    ----------
    store : Store
    say : callable
        Takes a sentence for the user.
    logged : callable
        Takes each entry that the server has, whole.
    patience : float
        Seconds between two attempts while it does not answer.

    Attributes
    ----------
    logged, known : int
        How many results the server got, and how many it had.
    waiting : list of Entry
        What it does not have.
    """

    def __init__(
        self,
        store: Store,
        say: Callable[[str], None],
        logged: Callable[[Entry], None] = lambda _: None,
        *,
        patience: float = 20.0,
    ) -> None:
        self.store, self.say, self._logged, self.patience = store, say, logged, patience
        self.waiting: list[Entry] = []
        self.refused: list[Entry] = []
        self.logged = self.known = 0
        self._next = 0.0

    def take(self, entry: Entry) -> None:
        """Log a result, or let it wait."""
        self.waiting.append(entry)
        if time.monotonic() >= self._next:
            self._try()

    def finish(self) -> bool:
        """Try once more, say how many are logged, and return whether all are."""
        if self.waiting:
            self._try()
        missing = len(self.waiting) + len(self.refused)
        if missing:
            self.say(
                f"{missing:,} of {missing + self.logged + self.known:,} results are not logged at "
                f"{self.store.shown}. They are kept here; the same command logs them."
            )
        else:
            there = f", {self.known:,} were there already" if self.known else ""
            self.say(f"{self.logged:,} results logged at {self.store.shown}{there}.")
        return not missing

    def _try(self) -> None:
        while self.waiting:
            entry = self.waiting[0]
            try:
                if self.store.has(entry):
                    self.known += 1
                else:
                    self.store.write(entry)
                    self.logged += 1
            except (StoreError, RefusedError, OSError) as error:
                if not self._answers(error):
                    return
                self.refused.append(entry)
                self.say(f"{entry.name} is not logged: {error}.")
            else:
                self._logged(entry)
            self.waiting.pop(0)

    def _answers(self, error: Exception) -> bool:
        """Say whether the server is there, and this result alone was refused."""
        try:
            self.store.ask()
        except StoreError:
            if not self._next:
                self.say(
                    f"{self.store.shown} does not answer any more: {error}. Runs go on, and what "
                    "comes of them is kept."
                )
            self._next = time.monotonic() + self.patience
            return False
        return True
