"""How busy the machine is, since a limit of wall time has to mean the same on a busy one."""

import os

__all__ = ["crowding"]

_MOST = 8.0  # a submission that hangs holds up the class by no more than so many limits


def crowding() -> float:
    """Say how many processes want each of the machine's cores, in the last minute.

    What computes takes about so many times as long, by the wall clock, as it would alone.

    Returns
    -------
    float
        1 on a machine that has cores to spare, and 8 at most.
    """
    try:
        load = os.getloadavg()[0]
    except OSError:  # the system does not say
        return 1.0
    return min(_MOST, max(1.0, load / (os.cpu_count() or 1)))
