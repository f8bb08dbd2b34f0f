"""Detectors scored as detectors: how late, how often not at all, how often for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

__all__ = ["Score", "incidents", "score", "summary"]


@dataclass(frozen=True)
class Score:
    """One detector on one stream.

    Attributes
    ----------
    delay : float
        Rows from the start of the drift to the first alarm after it; NaN where it was missed.
    false_alarms : int
        Alarms before the drift began.
    quiet_rows : int
        Rows before the drift began, the rows that false alarms are counted on.
    """

    delay: float
    false_alarms: int
    quiet_rows: int

    @property
    def missed(self) -> bool:
        """Whether no alarm followed the drift."""
        return bool(np.isnan(self.delay))


def score(alarms: Sequence[int], *, start: int, rows: int, within: int | None = None) -> Score:
    """Score the alarms raised on a stream that drifts at row `start`.

    Parameters
    ----------
    alarms : positions, 0 to rows - 1
    start : int
        The first drifted row, 0 to rows; `rows` for a stream without drift.
    rows : int
        Length of the stream.
    within : int, optional
        An alarm later than this many rows after `start` is a miss; all that follow count if left
        out.

    Raises
    ------
    ValueError
        For a start or an alarm outside the stream.

    Examples
    --------
    >>> score([30, 120, 150], start=100, rows=200)
    Score(delay=20.0, false_alarms=1, quiet_rows=100)
    """
    if not 0 <= start <= rows:
        raise ValueError(f"start must be 0 to rows ({rows}); got {start}")
    if any(not 0 <= alarm < rows for alarm in alarms):
        raise ValueError(f"alarms must be 0 to {rows - 1}; got {sorted(alarms)}")
    delays = [alarm - start for alarm in alarms if alarm >= start]
    first = min(delays, default=float("nan"))
    if within is not None and first > within:
        first = float("nan")
    return Score(float(first), sum(alarm < start for alarm in alarms), start)


def summary(scores: Sequence[Score]) -> pd.Series[float]:
    """Put the scores of one detector over many streams into one row.

    Parameters
    ----------
    scores : one or more

    Returns
    -------
    Series with `delay` (median rows of those detected, NaN if none), `missed` and `streams`
    (counts), `false_alarms` (in a thousand quiet rows; NaN without quiet rows).
    """
    if not scores:
        raise ValueError("no scores to put together; score at least one stream")
    delays = [one.delay for one in scores if not one.missed]
    quiet = sum(one.quiet_rows for one in scores)
    return pd.Series(
        {
            "delay": float(np.median(delays)) if delays else float("nan"),
            "missed": float(sum(one.missed for one in scores)),
            "streams": float(len(scores)),
            "false_alarms": 1000 * sum(one.false_alarms for one in scores) / quiet
            if quiet
            else float("nan"),
        }
    )


def incidents(alarms: Sequence[int], cooldown: int) -> list[int]:
    """Keep the alarms that open an incident: nobody is called twice for the same one.

    An incident lasts `cooldown` rows from the alarm that opened it; alarms inside it are dropped,
    and do not make it longer.

    Parameters
    ----------
    alarms : rows, in order
    cooldown : int, 1 or more

    Returns
    -------
    list of int, empty without alarms.

    Raises
    ------
    ValueError
        For a cooldown below 1, or alarms that are out of order.

    Examples
    --------
    >>> incidents([10, 20, 110, 111], cooldown=100)
    [10, 110]
    """
    if cooldown < 1:
        raise ValueError(f"cooldown must be 1 row or more; got {cooldown}")
    if any(later < earlier for earlier, later in pairwise(alarms)):
        raise ValueError(f"alarms must be in order; got {list(alarms)[:10]}. Sort them first")
    opened: list[int] = []
    for alarm in alarms:
        if not opened or alarm - opened[-1] >= cooldown:
            opened.append(int(alarm))
    return opened
