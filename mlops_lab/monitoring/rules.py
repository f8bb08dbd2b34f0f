"""What a team checks in: the file of alerting rules, and the dashboard."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from mlops_lab.monitoring.stations import METRICS, Metric

__all__ = ["dashboard", "rules"]

Limits = Mapping[str, tuple[float, float]]
_DURATION = re.compile(r"[0-9]+(ms|s|m|h|d|w)")
_UNITS = {"%": "percentunit", "": "none"}
_SOURCE = {"type": "prometheus", "uid": "${datasource}"}
_HIGH, _WIDE = 7, 24


def rules(
    limits: Limits, *, window: str = "5m", hold: str = "10m", metrics: Sequence[Metric] = METRICS
) -> str:
    """Write alerting rules for Prometheus, a group for each station.

    Parameters
    ----------
    limits : mapping of a metric's name to (low, high)
        An alert fires outside of them; a metric that is not named gets none.
    window : str
        Over which time a metric is taken, such as ``"5m"``.
    hold : str
        For how long it has to be outside: the rule's ``for``.
    metrics : sequence of Metric

    Returns
    -------
    str
        YAML, as ``rule_files`` of a Prometheus names it.

    Raises
    ------
    ValueError
        For limits of a metric that there is not, low above high, or no duration.
    """
    _checked(limits, metrics)
    for name, one in {"window": window, "hold": hold}.items():
        if not _DURATION.fullmatch(one):
            raise ValueError(f"{name} must be a duration such as 30s, 5m or 1h; got {one!r}")
    groups = []
    for station in dict.fromkeys(one.station for one in metrics):
        alerts = [
            _rule(one, *limits[one.name], window, hold)
            for one in metrics
            if one.station == station and one.name in limits
        ]
        if alerts:
            groups.append({"name": station, "rules": alerts})
    return yaml.safe_dump({"groups": groups}, sort_keys=False, width=100)


def _rule(metric: Metric, low: float, high: float, window: str, hold: str) -> dict[str, Any]:
    expr = metric.expr(window)
    summary = f"{metric.name} is {{{{ $value | humanize }}}}, usual is {low:.4g} to {high:.4g}"
    return {
        "alert": metric.alert,
        "expr": f"({expr}) < {low:.6g} or ({expr}) > {high:.6g}",
        "for": hold,
        "labels": {"severity": "page", "station": metric.station},
        "annotations": {"summary": summary},
    }


def dashboard(
    title: str,
    limits: Limits,
    *,
    window: str = "5m",
    metrics: Sequence[Metric] = METRICS,
) -> str:
    """Write a dashboard that Grafana imports: a row a station, a panel a metric, limits in red.

    Parameters
    ----------
    title : str
    limits, window, metrics
        As `rules` takes them; a metric without limits has a panel without red.

    Returns
    -------
    str
        JSON; its data source is a variable, so that Grafana asks for it.

    Raises
    ------
    ValueError
        As `rules` does.
    """
    _checked(limits, metrics)
    panels: list[dict[str, Any]] = []
    top = 0
    for station in dict.fromkeys(one.station for one in metrics):
        here = [one for one in metrics if one.station == station]
        row = {"h": 1, "w": _WIDE, "x": 0, "y": top}
        panels.append({"type": "row", "title": station, "id": len(panels) + 1, "gridPos": row})
        wide = _WIDE // len(here)
        for place, metric in enumerate(here):
            at = {"h": _HIGH, "w": wide, "x": place * wide, "y": top + 1}
            panels.append(_panel(metric, limits, window, len(panels) + 1, at))
        top += 1 + _HIGH
    source = {"name": "datasource", "type": "datasource", "query": "prometheus"}
    document = {
        "uid": re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40],
        "title": title,
        "schemaVersion": 38,
        "time": {"from": "now-6h", "to": "now"},
        "refresh": "30s",
        "templating": {"list": [source]},
        "panels": panels,
    }
    return json.dumps(document, indent=1)


def _panel(
    metric: Metric, limits: Limits, window: str, number: int, at: dict[str, int]
) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if metric.name in limits:
        low, high = limits[metric.name]
        steps = [
            {"color": "red", "value": None},
            {"color": "green", "value": low},
            {"color": "red", "value": high},
        ]
    defaults = {
        "unit": _UNITS.get(metric.unit, f"suffix: {metric.unit}"),
        "thresholds": {"mode": "absolute", "steps": steps},
        "custom": {"thresholdsStyle": {"mode": "line"}},
    }
    return {
        "type": "timeseries",
        "title": metric.name,
        "id": number,
        "gridPos": at,
        "datasource": _SOURCE,
        "targets": [{"refId": "A", "expr": metric.expr(window), "datasource": _SOURCE}],
        "fieldConfig": {"defaults": defaults, "overrides": []},
    }


def _checked(limits: Limits, metrics: Sequence[Metric]) -> None:
    known = [one.name for one in metrics]
    if unknown := sorted(set(limits) - set(known)):
        raise ValueError(f"there is no metric {unknown[0]!r}; there are {', '.join(known)}")
    for name, (low, high) in limits.items():
        if not low <= high:
            raise ValueError(f"limits of {name} must be low and high; got {low} and {high}")
