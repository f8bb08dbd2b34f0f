"""Weeks in which a challenger comes up, a gate decides, and the truth of each model is known."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlops_lab.release.gate import RULES, promotes

__all__ = ["Weeks", "tuesdays"]

Floats = NDArray[np.float64]


class Weeks(NamedTuple):
    """What became of the champion in each of some repeats.

    Attributes
    ----------
    truth : array of shape (repeats, weeks + 1)
        True accuracy of the live model, from the start.
    told : array of shape (repeats, weeks + 1)
        The start, and on top all gains that the test sets showed at promotions.
    leads : array of shape (repeats, weeks)
        Measured gain of each week's challenger over the live model, promoted or not.
    promoted : array of shape (repeats, weeks)
        Whether it was promoted.
    """

    truth: Floats
    told: Floats
    leads: Floats
    promoted: NDArray[np.bool_]


def tuesdays(
    rule: str | float,
    *,
    rows: int,
    start: float,
    discordance: float,
    drift: float = 0.0,
    spread: float = 0.004,
    descends: bool = True,
    weeks: int = 100,
    repeats: int = 12,
    seed: int | np.random.Generator,
) -> Weeks:
    """Let a challenger come up each week, and promote it if a gate says so.

    Each week has a test set of its own. Both models answer it, and gains and losses are drawn from
    the multinomial law. All steps of the challengers are drawn before anything else: calls with the
    same whole number as a seed and the same `weeks` and `repeats` get the same ones, and can be
    compared in pairs.

    Parameters
    ----------
    rule : str or float
        One of `RULES`; or the chance that a coin promotes, whatever the test set says.
    rows : int, from 1
        Rows of the test set.
    start : float, between 0 and 1
        True accuracy of the first live model.
    discordance : float, above 0, at most 1
        Share of rows on which one of two models is right. Where their accuracies lie further
        apart than that, it is the distance.
    drift, spread : float
        Mean and standard deviation of a challenger's step, from the normal law; `spread` from 0.
    descends : bool
        Whether the step starts from the live model's accuracy, or always from `start`, as where
        each challenger is made by one fixed recipe. Accuracies stay within 0 to 1.
    weeks, repeats : int, from 1
    seed : int or Generator

    Raises
    ------
    ValueError
        For a value out of range.
    """
    if isinstance(rule, str):
        if rule not in RULES:
            raise ValueError(f"the rule is {rule!r}; {', '.join(RULES)} or a chance are allowed")
    elif not 0 <= rule <= 1:
        raise ValueError(f"a coin's chance is from 0 to 1; got {rule}")
    if not 0 < start < 1 or not 0 < discordance <= 1 or not spread >= 0:
        raise ValueError(
            f"start must lie between 0 and 1, discordance above 0, up to 1, spread from 0; "
            f"got {start}, {discordance}, {spread}"
        )
    for name, value in {"rows": rows, "weeks": weeks, "repeats": repeats}.items():
        if value < 1:
            raise ValueError(f"{name} is {value}; at least 1 is needed")
    rng = np.random.default_rng(seed)
    steps = rng.normal(drift, spread, (repeats, weeks))
    truth, told = np.full((2, repeats, weeks + 1), start)
    leads = np.zeros((repeats, weeks))
    promoted = np.zeros((repeats, weeks), dtype=np.bool_)
    for week in range(weeks):
        live = truth[:, week]
        new = np.clip((live if descends else start) + steps[:, week], 0, 1)
        effect = new - live
        differ = np.maximum(discordance, np.abs(effect))
        chances = np.stack([differ + effect, differ - effect, 2 - 2 * differ], axis=1) / 2
        found = rng.multinomial(rows, chances)
        gains, losses = found[:, 0], found[:, 1]
        if isinstance(rule, str):
            go = promotes(gains, losses, rows, rule)
        else:
            go = rng.random(repeats) < rule
        lead = (gains - losses) / rows
        truth[:, week + 1] = np.where(go, new, live)
        told[:, week + 1] = told[:, week] + go * lead
        leads[:, week], promoted[:, week] = lead, go
    return Weeks(truth, told, leads, promoted)
