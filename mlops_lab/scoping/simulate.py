"""From ranges to money: draw the inputs, compute what a project is worth."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from mlops_lab.scoping.worksheet import INPUTS, Project, Quantity

__all__ = [
    "Inputs",
    "advantage",
    "build_cost",
    "draw",
    "gain",
    "live_years",
    "pert",
    "value",
    "values",
]

Floats: TypeAlias = NDArray[np.float64]
Inputs: TypeAlias = Mapping[str, Any] | pd.DataFrame


def pert(quantity: Quantity, size: int, rng: np.random.Generator) -> Floats:
    """Draw from the PERT distribution of a range: a beta, stretched from low to high.

    With width w = high - low, its parameters are 1 + 4 (likely - low) / w and
    1 + 4 (high - likely) / w, so that the mode is `likely` and the mean
    (low + 4 likely + high) / 6 (Malcolm and others 1959). A known number is repeated.

    Parameters
    ----------
    quantity : Quantity
    size : int, at least 1
    rng : numpy Generator

    Returns
    -------
    array of shape (size,), in the unit of the range.

    Raises
    ------
    ValueError
        For a size below 1.
    """
    if size < 1:
        raise ValueError(f"size must be at least 1; got {size}")
    width = quantity.high - quantity.low
    if width == 0:
        return np.full(size, float(quantity.low))
    left = 1 + 4 * (quantity.likely - quantity.low) / width
    right = 1 + 4 * (quantity.high - quantity.likely) / width
    return quantity.low + width * rng.beta(left, right, size)


def draw(project: Project, size: int, seed: int) -> pd.DataFrame:
    """Draw every input of a project, independently of one another.

    Returns
    -------
    DataFrame of `size` rows, a column for each name in `INPUTS`.

    Raises
    ------
    ValueError
        For a size below 1.
    """
    streams = np.random.default_rng(seed).spawn(len(INPUTS))  # one an input: a new range for one
    drawn = zip(INPUTS, streams, strict=True)  # leaves the draws of all others as they were
    return pd.DataFrame({name: pert(project.inputs[name], size, rng) for name, rng in drawn})


def live_years(delay_months: ArrayLike, horizon: float, discount: float) -> Floats:
    """Return the years from going live to the horizon, later ones counting less.

    The integral of exp(-discount * t) from the delay to the horizon; 0 where the delay is longer.

    Parameters
    ----------
    delay_months : array, 0 or more
    horizon : float, years, above 0
    discount : float, a year, 0 or more

    Raises
    ------
    ValueError
        For a setting out of its range.

    Examples
    --------
    >>> float(live_years(6, horizon=3, discount=0))
    2.5
    """
    if not 0 < horizon < np.inf or not 0 <= discount < np.inf:
        raise ValueError(
            f"horizon must be above 0, discount 0 or more, both finite; got {horizon}, {discount}"
        )
    delay = np.minimum(np.asarray(delay_months, dtype=float) / 12, horizon)
    if discount == 0:
        return np.asarray(horizon - delay)
    return np.asarray((np.exp(-discount * delay) - np.exp(-discount * horizon)) / discount)


def gain(inputs: Inputs, recall: ArrayLike, false_alarm_rate: ArrayLike) -> Floats:
    """Return the money a year that alarms of this quality bring, before running costs.

    A caught positive brings `value_caught`, a false alarm takes `cost_false_alarm`. Where there
    are more alarms than `capacity`, people handle that many, taken without looking.

    Parameters
    ----------
    inputs : mapping with volume, base_rate, value_caught, cost_false_alarm and capacity
        Numbers, or arrays of one shape.
    recall, false_alarm_rate : shares, 0 to 1
    """
    caught = inputs["volume"] * inputs["base_rate"] * np.asarray(recall)
    false = inputs["volume"] * (1 - inputs["base_rate"]) * np.asarray(false_alarm_rate)
    alarms = np.maximum(caught + false, 1e-12)  # no alarms: nothing is handled, nothing gained
    handled = np.minimum(1.0, inputs["capacity"] / alarms)
    money = caught * inputs["value_caught"] - false * inputs["cost_false_alarm"]
    return np.asarray(handled * money, dtype=float)


def build_cost(inputs: Inputs) -> Floats:
    """Return the money spent until the model is live: labels, and the team's months."""
    labels = inputs["labels"] * inputs["label_cost"]
    return np.asarray(labels + inputs["build_months"] * inputs["team_cost"], dtype=float)


def value(inputs: Inputs, way: str, *, horizon: float = 3.0, discount: float = 0.08) -> Floats:
    """Return what one way of doing it is worth up to the horizon, in today's money.

    Parameters
    ----------
    inputs : mapping of the names in `INPUTS` to numbers, or to arrays of one shape
    way : "model", "rule" or "nothing"
        The rule is live at once and costs nothing to build; nothing is worth 0.
    horizon : float, years from today, above 0
    discount : float, a year, 0 or more

    Raises
    ------
    ValueError
        For another way, or a setting out of its range.
    """
    inputs = _arrays(inputs)
    if way == "nothing":
        return np.zeros(np.shape(inputs["volume"]))
    if way == "rule":
        yearly = gain(inputs, inputs["rule_recall"], inputs["rule_false_alarm_rate"])
        return np.asarray((yearly - inputs["rule_cost"]) * live_years(0, horizon, discount))
    if way != "model":
        raise ValueError(f"a way is one of model, rule, nothing; got {way!r}")
    yearly = gain(inputs, inputs["recall"], inputs["false_alarm_rate"])
    running = inputs["serving_cost"] * inputs["volume"] / 1000 + inputs["upkeep"]
    years = live_years(inputs["build_months"], horizon, discount)
    return np.asarray((yearly - running) * years - build_cost(inputs))


def _arrays(inputs: Inputs) -> Mapping[str, Any]:
    """Take the columns of a table out: sums of arrays cost a fiftieth of those of columns."""
    if isinstance(inputs, pd.DataFrame):
        return {str(name): inputs[name].to_numpy() for name in inputs}
    return inputs


def values(inputs: Inputs, *, horizon: float = 3.0, discount: float = 0.08) -> pd.DataFrame:
    """Return the worth of the three ways, one column each: model, rule, nothing; a row a draw."""
    ways = ("model", "rule", "nothing")
    found = {way: value(inputs, way, horizon=horizon, discount=discount) for way in ways}
    return pd.DataFrame({way: np.atleast_1d(one) for way, one in found.items()})


def advantage(inputs: Inputs, *, horizon: float = 3.0, discount: float = 0.08) -> Floats:
    """Return how much the model is worth beyond the best way without it: the rule, or nothing.

    For arrays the way without a model is chosen once, by its mean: nobody knows the draw when
    choosing.
    """
    inputs = _arrays(inputs)
    model = value(inputs, "model", horizon=horizon, discount=discount)
    rule = value(inputs, "rule", horizon=horizon, discount=discount)
    return model - (rule if rule.mean() > 0 else 0.0)
