"""The worksheet: projects and their inputs as data."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["INPUTS", "Project", "Quantity", "Worksheet"]

_SHARE, _AMOUNT = 1.0, 1e15  # far above any real one, so that no product overflows

INPUTS: Mapping[str, tuple[str, float]] = MappingProxyType(
    {
        "volume": ("decisions a year", _AMOUNT),
        "base_rate": ("share of decisions that are positive", _SHARE),
        "value_caught": ("money that catching one positive saves", _AMOUNT),
        "cost_false_alarm": ("money that one false alarm costs", _AMOUNT),
        "recall": ("share of positives that the model flags", _SHARE),
        "false_alarm_rate": ("share of negatives that the model flags", _SHARE),
        "capacity": ("alarms a year that people can handle", _AMOUNT),
        "labels": ("labels to buy before training", _AMOUNT),
        "label_cost": ("money a label", _AMOUNT),
        "serving_cost": ("money per 1,000 decisions", _AMOUNT),
        "upkeep": ("money a year to keep the model in order", _AMOUNT),
        "build_months": ("months until the model is live", _AMOUNT),
        "team_cost": ("money a month of building", _AMOUNT),
        "rule_recall": ("share of positives that the best simple rule flags", _SHARE),
        "rule_false_alarm_rate": ("share of negatives that the rule flags", _SHARE),
        "rule_cost": ("money a year to run the rule", _AMOUNT),
    }
)
"""Every input of a project: what it is, and the most it can be. The least is 0."""


@dataclass(frozen=True)
class Quantity:
    """A number that is known to a range.

    Attributes
    ----------
    low, likely, high : float
        Finite, with low <= likely <= high. All equal: the number is known.

    Examples
    --------
    >>> Quantity(1, 2, 9).mean
    3.0
    """

    low: float
    likely: float
    high: float

    def __post_init__(self) -> None:
        values = (self.low, self.likely, self.high)
        if not all(map(math.isfinite, values)) or not self.low <= self.likely <= self.high:
            raise ValueError(f"a range needs finite numbers, low <= likely <= high; got {values}")

    @property
    def mean(self) -> float:
        """The mean of the PERT distribution, (low + 4 likely + high) / 6."""
        return (self.low + 4 * self.likely + self.high) / 6


@dataclass(frozen=True)
class Project:
    """One candidate.

    Attributes
    ----------
    name : str
        Its key in the worksheet.
    title, decision, harm : str
        What it is, what is decided each time, and who can come to harm by it.
    approved : bool
        Whether those who answer for the harm have agreed. No number makes up for a no.
    inputs : mapping of the names in `INPUTS` to Quantity
    """

    name: str
    title: str
    decision: str
    harm: str
    approved: bool
    inputs: Mapping[str, Quantity]

    def at(self, point: str = "mean") -> dict[str, float]:
        """Return every input as one number: "low", "likely", "high" or "mean".

        Raises
        ------
        ValueError
            For any other point.
        """
        if point not in ("low", "likely", "high", "mean"):
            raise ValueError(f"a point is one of low, likely, high, mean; got {point!r}")
        return {name: float(getattr(one, point)) for name, one in self.inputs.items()}


@dataclass(frozen=True)
class Worksheet:
    """Candidate projects in one currency.

    Attributes
    ----------
    currency : str
    projects : mapping of name to Project, in the file's order
    """

    currency: str
    projects: Mapping[str, Project]
