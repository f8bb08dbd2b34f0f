"""Monitoring: metrics by station, a real Prometheus, alerting rules, dashboards, a pager priced."""

from mlops_lab.monitoring.exporter import Exporter
from mlops_lab.monitoring.pager import Replay, Year, grouped, hourly, over, replay, simulate_year
from mlops_lab.monitoring.prometheus import MISSING, Prometheus, check_rules, installed
from mlops_lab.monitoring.rules import dashboard, rules
from mlops_lab.monitoring.scrape import Scraper, Watched, parse, watch
from mlops_lab.monitoring.stations import (
    FLOW,
    METRICS,
    Metric,
    count,
    measure,
    windows,
)

__all__ = [
    "FLOW",
    "METRICS",
    "MISSING",
    "Exporter",
    "Metric",
    "Prometheus",
    "Replay",
    "Scraper",
    "Watched",
    "Year",
    "check_rules",
    "count",
    "dashboard",
    "grouped",
    "hourly",
    "installed",
    "measure",
    "over",
    "parse",
    "replay",
    "rules",
    "simulate_year",
    "watch",
    "windows",
]
