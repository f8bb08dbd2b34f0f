"""Scoping: projects as data, decisions as results."""

from mlops_lab.scoping.curve import (
    Backtest,
    Curve,
    Forecast,
    backtest,
    fit_curve,
    forecast,
    labels_for,
)
from mlops_lab.scoping.decide import best_way, flip_point, ranking, tornado
from mlops_lab.scoping.files import (
    WorksheetError,
    examples,
    parse_worksheet,
    read_worksheet,
    write_worksheet,
)
from mlops_lab.scoping.information import evpi, partial_value, pilot_signal
from mlops_lab.scoping.portfolio import vary
from mlops_lab.scoping.report import report, simulate_all, write_report
from mlops_lab.scoping.simulate import (
    advantage,
    build_cost,
    draw,
    gain,
    live_years,
    pert,
    value,
    values,
)
from mlops_lab.scoping.worksheet import INPUTS, Project, Quantity, Worksheet

__all__ = [
    "INPUTS",
    "Backtest",
    "Curve",
    "Forecast",
    "Project",
    "Quantity",
    "Worksheet",
    "WorksheetError",
    "advantage",
    "backtest",
    "best_way",
    "build_cost",
    "draw",
    "evpi",
    "examples",
    "fit_curve",
    "flip_point",
    "forecast",
    "gain",
    "labels_for",
    "live_years",
    "parse_worksheet",
    "partial_value",
    "pert",
    "pilot_signal",
    "ranking",
    "read_worksheet",
    "report",
    "simulate_all",
    "tornado",
    "value",
    "values",
    "vary",
    "write_report",
    "write_worksheet",
]
