"""Drift detectors behind one interface: feed a value, learn whether it raises an alarm.

Supervised detectors read one error a row (1 wrong, 0 right) and need labels. Unsupervised ones
read the inputs of one row and need none. The supervised ones but one come from river.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from mlops_lab.core import did_you_mean
from mlops_lab.drift.distances import DISTANCES, Distance
from mlops_lab.kit import extra

__all__ = [
    "ERROR_DETECTORS",
    "INPUT_DETECTORS",
    "Detector",
    "ErrorRate",
    "InputMonitor",
    "alarms",
    "calibrate",
    "error_detector",
]

Floats = NDArray[np.float64]
ERROR_DETECTORS = ("error rate", "adwin", "page-hinkley", "ddm", "eddm", "hddm-a", "hddm-w")
"""Detectors that watch whether predictions were wrong: they need labels."""
INPUT_DETECTORS = tuple(DISTANCES)
"""Detectors that watch the inputs alone: they need no labels."""


class Detector(Protocol):
    """What every detector can do."""

    def update(self, value: Any) -> bool:  # noqa: ANN401  a float or a row, by detector
        """Take the next value; True when it raises an alarm. An alarm starts the watch afresh."""


class ErrorRate:
    """Alarm when a window has more errors than the first rows make believable.

    The first `window` rows are the reference. After them each full window is held against the
    most errors to expect with the same rate, a quantile of the beta-binomial law: the reference
    is a sample too, and its own luck counts (Jeffreys' prior).

    Parameters
    ----------
    window : int, 2 or more
        Rows in the reference and in each test.
    level : float, 0 to 1
        Probability of a false alarm in one window.
    """

    def __init__(self, window: int = 250, level: float = 0.001) -> None:
        if window < 2 or not 0 < level < 1:
            raise ValueError(f"window must be 2 or more and level 0 to 1; got {window}, {level}")
        self._window, self._level = window, level
        self._limit: float | None = None
        self._seen: list[float] = []

    def update(self, value: float) -> bool:
        """Take one error, 0 or 1; True when its window holds too many."""
        self._seen.append(float(value))
        if len(self._seen) < self._window:
            return False
        errors, self._seen = sum(self._seen), []
        if self._limit is None:
            law = stats.betabinom(self._window, errors + 0.5, self._window - errors + 0.5)
            self._limit = float(law.ppf(1 - self._level))
            return False
        alarm = errors > self._limit
        if alarm:
            self._limit = None
        return alarm


class InputMonitor:
    """Alarm when a window of inputs lies too far from the reference.

    Parameters
    ----------
    distance : callable (reference, current) -> float
        Larger for more drift, such as those of `mlops_lab.drift.distances`.
    reference : array of shape (n, features)
    window : int, 2 or more
        Rows collected before each test.
    threshold : float
        Distances above it raise an alarm; `calibrate` ties it to a false-alarm rate.
    """

    def __init__(
        self, distance: Distance, reference: Floats, *, window: int, threshold: float
    ) -> None:
        if window < 2:
            raise ValueError(f"window must be 2 rows or more; got {window}")
        self._distance, self._reference = distance, reference
        self._window, self._threshold = window, threshold
        self._rows: list[Floats] = []

    def update(self, value: Floats) -> bool:
        """Take one row of shape (features,); True when its window is too far away."""
        self._rows.append(value)
        if len(self._rows) < self._window:
            return False
        current, self._rows = np.stack(self._rows), []
        return self._distance(self._reference, current) > self._threshold


class _River:
    """A river detector behind our interface; river starts afresh by itself after an alarm.

    ADWIN also rings when the error falls; its own estimate tells, and such a change is no alarm.
    """

    def __init__(self, inner: Any) -> None:  # noqa: ANN401  river's detectors share no typed base
        self._inner = inner

    def update(self, value: float) -> bool:
        before = getattr(self._inner, "estimation", 0.0)
        self._inner.update(value)
        fell = getattr(self._inner, "estimation", 1.0) < before
        return bool(self._inner.drift_detected) and not fell


def error_detector(name: str) -> Detector:
    """Build a supervised detector with river's defaults, or ours for the error rate.

    Parameters
    ----------
    name : one of `ERROR_DETECTORS`

    Notes
    -----
    All watch for a rise; EDDM, noisy, may ring in a fall too. ADWIN: Bifet and Gavalda 2007;
    Page-Hinkley: Page 1954; DDM: Gama and others 2004; EDDM: Baena-Garcia and others 2006; HDDM:
    Frias-Blanco and others 2015.

    Raises
    ------
    ValueError
        For an unknown name, with the closest one.
    """
    if name not in ERROR_DETECTORS:
        raise ValueError(_unknown(name, ERROR_DETECTORS))
    if name == "error rate":
        return ErrorRate()
    with extra("drift"):  # only these detectors need it
        from river import drift

    makers: dict[str, Callable[[], object]] = {
        "adwin": drift.ADWIN,
        "page-hinkley": lambda: drift.PageHinkley(mode="up"),
        "ddm": drift.binary.DDM,
        "eddm": drift.binary.EDDM,
        "hddm-a": drift.binary.HDDMA,
        "hddm-w": drift.binary.HDDMW,
    }
    return _River(makers[name]())


def calibrate(
    distance: Distance,
    reference: Floats,
    *,
    window: int = 250,
    false_alarms: float = 0.2,
    draws: int = 400,
    seed: int | np.random.Generator = 0,
) -> float:
    """Find the threshold that fires `false_alarms` times in a thousand rows without drift.

    Windows are drawn from the reference in random order, so no label is needed and no drift can be
    in them; nor can a season, so on rows in time order the rate may be far higher. The rows of a
    window are left out of the reference it is held against. The threshold is a quantile of the
    distances drawn: five draws or more must lie above it.

    Parameters
    ----------
    distance : callable (reference, current) -> float
    reference : array of shape (n, features), n at least twice the window
    window, draws : int
    false_alarms : float, in a thousand rows, 5000 / draws / window or more
    seed : int or Generator

    Raises
    ------
    ValueError
        For a reference that is too short or a budget out of range.
    """
    if window < 2 or draws < 1:
        raise ValueError(f"window must be 2 or more and draws 1 or more; got {window}, {draws}")
    if len(reference) < 2 * window:
        raise ValueError(
            f"reference needs {2 * window} rows or more, twice the window; got {len(reference)}"
        )
    level = false_alarms * window / 1000  # alarms a window
    if not 5 / draws <= level < 1:
        raise ValueError(
            f"false_alarms must be {5000 / draws / window:.3g} to {1000 / window:.3g} a thousand "
            f"rows with {draws} draws of {window} rows; got {false_alarms}. More draws allow less"
        )
    rng = np.random.default_rng(seed)

    def one() -> float:
        order = rng.permutation(len(reference))
        return distance(reference[order[window:]], reference[order[:window]])

    return float(np.quantile([one() for _ in range(draws)], 1 - level))


def alarms(detector: Detector, values: Iterable[Any]) -> list[int]:
    """Feed all values to a detector and list the positions that raised an alarm.

    Examples
    --------
    >>> alarms(ErrorRate(window=20), [0] * 40 + [1] * 20)
    [59]
    """
    return [i for i, value in enumerate(values) if detector.update(value)]


def _unknown(name: str, allowed: tuple[str, ...]) -> str:
    hint = did_you_mean(name, allowed, "; did you mean {!r}?")
    return f"detector must be one of {', '.join(allowed)}; got {name!r}{hint}"
