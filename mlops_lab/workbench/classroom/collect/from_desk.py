"""Whose a file of a submission desk's inbox is, for what, and when it was handed in."""

from dataclasses import replace
from pathlib import PurePosixPath

from mlops_lab.workbench.classroom.collect.entries import Entry
from mlops_lab.workbench.classroom.collect.keep import digest_of
from mlops_lab.workbench.classroom.collect.whose import Whose
from mlops_lab.workbench.hub.inbox import receipt_of

__all__ = ["FromDesk", "as_received"]


class FromDesk(Whose):
    """Whose a file is by its folder alone, which only the desk has written."""

    def find(self, path: PurePosixPath) -> tuple[str | None, str]:
        """Find whose a file is, as `Whose.find` does."""
        receipt = receipt_of(path)
        if receipt is None:
            return None, "Its name is no receipt of a desk."
        if receipt.student not in self.students:
            return None, f"{receipt.student} is not in the roster."
        return receipt.student, ""

    def owner(self, path: PurePosixPath) -> str:
        """Count each file for itself: the desk bounds size and number, and the last must count."""
        return str(path)


def as_received(entry: Entry) -> Entry:
    """Return a file with the time of its receipt; one of other bytes with a problem instead."""
    receipt = receipt_of(entry.path)
    if receipt is None or entry.problem:
        return entry
    if digest_of(entry.content) != receipt.sha256:
        told = "It was changed after the desk had stored it: its digest is another."
        return replace(entry, content=b"", time=receipt.time, problem=told)
    return replace(entry, time=receipt.time)
