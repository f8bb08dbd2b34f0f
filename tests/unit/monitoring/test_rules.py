"""The file of rules, the dashboard, and the reader of the text format."""

import json
from typing import Any

import numpy as np
import pytest
import yaml
from prometheus_client import CollectorRegistry, Counter, generate_latest

from mlops_lab import monitoring

LIMITS = {"sent": (0.9, 1.0), "repeats": (0.0, 0.2)}


def test_rules_say_limits_window_and_hold() -> None:
    document = yaml.safe_load(monitoring.rules(LIMITS, window="10m", hold="2h"))
    assert [one["name"] for one in document["groups"]] == ["vad", "user"]
    (rule,) = document["groups"][0]["rules"]
    expr = 'sum(rate(vad_clips_total{sent="yes"}[10m])) / sum(rate(vad_clips_total[10m]))'
    assert rule["expr"] == f"({expr}) < 0.9 or ({expr}) > 1"
    assert (rule["alert"], rule["for"]) == ("VadSent", "2h")
    assert rule["labels"] == {"severity": "page", "station": "vad"}


@pytest.mark.parametrize(
    ("limits", "more", "told"),
    [
        ({"volume": (0, 1)}, {}, "there is no metric 'volume'; there are level"),
        ({"sent": (1, 0)}, {}, "limits of sent must be low and high; got 1 and 0"),
        ({"sent": (0, float("nan"))}, {}, "got 0 and nan"),
        ({}, {"hold": "soon"}, "hold must be a duration such as 30s, 5m or 1h; got 'soon'"),
        ({}, {"window": "5"}, "window must be a duration"),
    ],
)
def test_what_is_no_rule_is_named(
    limits: dict[str, tuple[float, float]], more: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        monitoring.rules(limits, **more)


def test_a_dashboard_has_a_row_a_station_and_nothing_overlaps() -> None:
    document = json.loads(monitoring.dashboard("Voice search, Ulm", LIMITS))
    assert document["uid"] == "voice-search-ulm"
    panels = document["panels"]
    assert [one["title"] for one in panels if one["type"] == "row"] == list(monitoring.FLOW)
    assert len({one["id"] for one in panels}) == len(panels)
    taken = [
        (x, y)
        for place in (one["gridPos"] for one in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(set(taken)) == len(taken)
    assert max(x for x, _ in taken) < 24
    units = {
        one["title"]: one["fieldConfig"]["defaults"]["unit"]
        for one in panels[1:]
        if "targets" in one
    }
    assert units["sent"] == "percentunit"
    assert units["confidence"] == "none"
    assert units["length"] == "suffix: frames"
    sent = next(one for one in panels if one["title"] == "sent")
    steps = sent["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert [(one["color"], one["value"]) for one in steps] == [
        ("red", None), ("green", 0.9), ("red", 1.0),
    ]  # fmt: skip


def test_the_page_of_prometheus_own_client_is_read() -> None:
    registry = CollectorRegistry()
    counter = Counter("calls", "Calls.", ["place"], registry=registry)
    strange = 'a "b"\\c\nd, e="f"}'
    counter.labels(strange).inc(3)
    found = monitoring.parse(generate_latest(registry).decode())
    assert found["calls_total", frozenset({("place", strange)})] == 3
    assert np.isnan(monitoring.parse("x NaN")["x", frozenset()])
    with pytest.raises(ValueError, match="no line of Prometheus' text format: 'calls three'"):
        monitoring.parse("calls three")


def test_an_increase_goes_on_after_a_restart() -> None:
    with monitoring.Exporter() as exporter:
        exporter.add("calls_total", 5, sent="yes")
        own = monitoring.Scraper(exporter.url, {})
        exporter.add("calls_total", 2, sent="yes")
        exporter.add("calls_total", 1, sent="no")
        own.settle()
        assert own.increase("calls_total") == 3
        assert own.increase('calls_total{sent="yes"}') == 2
        with monitoring.Exporter() as restarted:
            restarted.add("calls_total", 4, sent="yes")
            own.url = restarted.url
            own.settle()
        assert own.increase('calls_total{sent="yes"}') == 6
        assert np.isnan(own.value(monitoring.METRICS[0]))
