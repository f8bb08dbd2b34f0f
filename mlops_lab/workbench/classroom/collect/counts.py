"""Which of a student's submissions counts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from mlops_lab.workbench.classroom.model import Submission

__all__ = ["counting", "current", "same"]


def current(known: Sequence[Submission]) -> Submission | None:
    """Return the submission that counts: the latest with answers, else the latest."""
    ordered = sorted(
        known, key=lambda one: (one.problem == "", not one.untouched, one.received, one.id)
    )
    return ordered[-1] if ordered else None


def counting(known: Iterable[Submission]) -> dict[str, Submission]:
    """Return the submission that counts for each student, of all to one assignment."""
    of = defaultdict[str, list[Submission]](list)
    for each in known:
        of[each.student].append(each)
    return {student: one for student, own in of.items() if (one := current(own))}


def same(known: Sequence[Submission], digest: str, time: datetime) -> Submission | None:
    """Find the submission that this is again; None for a new one.

    An older one that is brought back after a newer one is new: the student means it.
    """
    again = [one for one in known if one.digest == digest]
    counts = current(known)
    exact = [one for one in again if datetime.fromisoformat(one.received) == time]
    return next(iter(exact), counts if counts in again else None)
