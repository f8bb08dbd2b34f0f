"""The sentence by which a value is refused."""

import datetime
import reprlib

from mlops_lab.core import did_you_mean
from mlops_lab.workbench.runs.parameters import Parameter, allowed
from mlops_lab.workbench.runs.scalars import meant
from mlops_lab.workbench.runs.yaml_text import write_value

__all__ = ["refusal", "short"]


def refusal(parameter: Parameter, value: object) -> ValueError:
    """Say that a parameter does not take a value, what it takes, and what could have been meant."""
    takes = allowed(parameter)
    if parameter.type == "any":
        takes = takes.replace("any", "numbers, text, true, false, null, and lists of these", 1)
    message = f"{value!r} is not allowed; it takes {takes}."
    if isinstance(value, str):
        message += did_you_mean(value, parameter.choices) or _as_yaml(parameter, value)
    elif parameter.type == "str" and isinstance(value, bool | int | float | datetime.date):
        message += " YAML reads it as another type: put it in quotes."
    return ValueError(message)


def _as_yaml(parameter: Parameter, text: str) -> str:
    # YAML 1.1 takes 1e-3 for text, and whatever is in quotes: say how to write what was meant.
    if parameter.type not in ("int", "float", "bool"):
        return ""
    try:
        value = meant(parameter.type, text)
    except (ValueError, KeyError):
        return ""
    return f" YAML reads it as text: write it without quotes, as in {write_value(value)}."


def short(value: object) -> str:
    """Return a value as Python writes it, the middle left out where that is long."""
    return reprlib.repr(value)
