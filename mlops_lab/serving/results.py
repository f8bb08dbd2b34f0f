"""What a load test found, and the arrivals it was made with."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOST_REQUESTS", "MOST_SECONDS", "LoadResult", "schedule"]

MOST_REQUESTS = 1_000_000
MOST_SECONDS = 3600.0


@dataclass(frozen=True, eq=False)
class LoadResult:
    """What became of n requests; times are seconds since the test began.

    Attributes
    ----------
    due : array of shape (n,)
        When each should have been sent. In a closed loop that is when it was.
    begun : array of shape (n,)
        When each was sent, the last time if it was tried again.
    done : array of shape (n,)
        When the last byte of its answer came, or it was given up.
    status : int array of shape (n,)
        HTTP status; 0 where no answer came in time, or the connection broke.
    version : int array of shape (n,)
        The version that answered, from the header X-Model-Version; 0 where none was told.
    tries : int array of shape (n,)
        How often each was sent.
    answers : tuple of n bytes
        The bodies.
    start : float
        When the test began, on the clock of `time.perf_counter`.
    """

    due: NDArray[np.float64]
    begun: NDArray[np.float64]
    done: NDArray[np.float64]
    status: NDArray[np.int64]
    version: NDArray[np.int64]
    tries: NDArray[np.int64]
    answers: tuple[bytes, ...]
    start: float = 0.0

    @property
    def ok(self) -> NDArray[np.bool_]:
        """Which were answered 200."""
        return np.equal(self.status, 200)

    @property
    def failed(self) -> int:
        """How many were not answered 200."""
        return int(np.sum(~self.ok))

    @property
    def latency(self) -> NDArray[np.float64]:
        """Seconds from when each was due to its answer: what the caller waited."""
        return self.done - self.due

    @property
    def service_time(self) -> NDArray[np.float64]:
        """Seconds from when each was sent to its answer: blind to what kept it from being sent."""
        return self.done - self.begun

    @property
    def throughput(self) -> float:
        """Requests answered 200 in a second, from the first due to the last done; 0 for none."""
        if not self.ok.any():
            return 0.0
        return float(self.ok.sum() / (self.done.max() - self.due.min()))

    def percentile(self, q: float) -> float:
        """Return the latency that q percent of the requests answered 200 did not exceed.

        Parameters
        ----------
        q : float, 0 to 100

        Returns
        -------
        float
            Seconds, one that was measured; NaN when nothing was answered 200. Look at `failed`
            beside it: a server that refuses the slow ones has a fine percentile.
        """
        if not 0 <= q <= 100:
            raise ValueError(f"q must be a percentage, 0 to 100; got {q}")
        good = self.latency[self.ok]
        return float(np.percentile(good, q, method="inverted_cdf")) if len(good) else float("nan")


def schedule(rate: float, seconds: float, seed: int | np.random.Generator) -> NDArray[np.float64]:
    """Draw the arrival times of a Poisson process: many callers who know nothing of each other.

    Parameters
    ----------
    rate : float, above 0
        Mean arrivals in a second.
    seconds : float, above 0
        Length of the test; rate times seconds may be at most a million.
    seed : int or Generator

    Returns
    -------
    array of shape (n,)
        Increasing times from 0 to `seconds`; n is itself random with mean rate * seconds.
    """
    if not (rate > 0 and 0 < seconds <= MOST_SECONDS and rate * seconds <= MOST_REQUESTS):
        raise ValueError(
            f"rate and seconds must be above 0, seconds at most {MOST_SECONDS:g} and their "
            f"product at most {MOST_REQUESTS}; got {rate} and {seconds}"
        )
    rng = np.random.default_rng(seed)
    return np.sort(rng.uniform(0, seconds, rng.poisson(rate * seconds)))
