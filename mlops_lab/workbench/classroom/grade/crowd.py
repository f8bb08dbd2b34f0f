"""How busy the machine is, since what ran out of time on a busy one deserves a second try."""

import os

__all__ = ["crowding"]


def crowding() -> float:
    """Say how many processes want each of the machine's cores, in the last minute.

    Returns
    -------
    float
        At least 1, which is a machine that has cores to spare.
    """
    try:
        load = os.getloadavg()[0]
    except OSError:  # the system does not say
        return 1.0
    return max(1.0, load / (os.cpu_count() or 1))
