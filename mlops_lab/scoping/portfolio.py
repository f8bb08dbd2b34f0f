"""More projects like one: its inputs moved, its ranges wider, narrower or symmetric."""

from dataclasses import replace

import numpy as np

from mlops_lab.scoping.worksheet import INPUTS, Project, Quantity

__all__ = ["vary"]


def vary(
    project: Project,
    rng: np.random.Generator,
    *,
    jitter: float = 0.3,
    spread: float = 1.0,
    symmetric: bool = False,
) -> Project:
    """Draw another project of the same kind.

    Each input that is not 0 is multiplied by a lognormal factor of its own, and its range is
    stretched around its likely value. Shares stay between 0 and 1.

    Parameters
    ----------
    project : Project
    rng : numpy Generator
    jitter : float, 0 or more
        Standard deviation of the factor's logarithm.
    spread : float, 0 or more
        How wide the new ranges are, in units of the old ones; 0 makes known numbers of them.
    symmetric : bool
        Whether ranges lean to neither side: same mean, same width, the likely value in the middle.

    Returns
    -------
    Project, with the same name and texts.

    Raises
    ------
    ValueError
        For a negative jitter or spread.

    Examples
    --------
    >>> from mlops_lab import scoping
    >>> one = scoping.examples().projects["fraud"]
    >>> other = vary(one, np.random.default_rng(0), jitter=0, spread=0)
    >>> other.at("high") == other.at("low") == one.at("likely")
    True
    """
    if jitter < 0 or spread < 0:
        raise ValueError(f"jitter and spread must be 0 or more; got {jitter} and {spread}")
    factors = np.exp(rng.normal(0, jitter, len(INPUTS)))
    moved = {
        name: _moved(project.inputs[name], float(factor), spread, symmetric, INPUTS[name][1])
        for name, factor in zip(INPUTS, factors, strict=True)
    }
    return replace(project, inputs=moved)


def _moved(one: Quantity, factor: float, spread: float, symmetric: bool, most: float) -> Quantity:
    low = one.likely - spread * (one.likely - one.low)
    likely, high = one.likely, one.likely + spread * (one.high - one.likely)
    if symmetric:
        likely, half = (low + 4 * likely + high) / 6, (high - low) / 2
        low, high = likely - half, likely + half
    return Quantity(*(min(most, max(0.0, factor * each)) for each in (low, likely, high)))
