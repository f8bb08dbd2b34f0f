"""Prometheus metrics of a server: latency, queue, batches, errors, versions, shadows, inputs."""

import threading
from collections.abc import Callable, Iterator, Mapping

import numpy as np
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from mlops_lab.serving.batching import Answer
from mlops_lab.serving.runners import Arrays

__all__ = ["Metrics"]

_SECONDS = (
    *(0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075),
    *(0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0, 10.0),
)
_ROWS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
_GAP = (0.0001, 0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 1.0, 10.0)
_OF = ["model", "version"]
Key = tuple[str, str]


class Metrics:
    """All that a server counts, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        registry = self.registry
        self.requests = Counter(
            "serving_requests",
            "Answers by status.",
            [*_OF, "endpoint", "status"],
            registry=registry,
        )
        self.errors = Counter(
            "serving_errors", "Refused requests by kind.", ["kind"], registry=registry
        )
        self.in_flight = Gauge("serving_in_flight", "Requests under way.", registry=registry)
        self.latency = Histogram(
            "serving_latency_seconds",
            "From headers to answer.",
            _OF,
            buckets=_SECONDS,
            registry=registry,
        )
        self.waited = Histogram(
            "serving_queue_seconds", "Time in the queue.", _OF, buckets=_SECONDS, registry=registry
        )
        self.took = Histogram(
            "serving_inference_seconds",
            "One call of a model.",
            _OF,
            buckets=_SECONDS,
            registry=registry,
        )
        self.rows = Histogram(
            "serving_batch_size", "Instances in one call.", _OF, buckets=_ROWS, registry=registry
        )
        self.queue = Gauge(
            "serving_queue_instances", "Instances that wait, by lane.", ["lane"], registry=registry
        )
        self.ready = Gauge(
            "serving_version_available", "1 if the version can answer.", _OF, registry=registry
        )
        self.shadows = Counter(
            "serving_shadow", "Shadowed requests: agree, differ, dropped, failed.",
            [*_OF, "shadow", "outcome"], registry=registry,
        )  # fmt: skip
        self.gap = Histogram(
            "serving_shadow_difference", "Largest difference of an output from the shadow's.",
            [*_OF, "shadow"], buckets=_GAP, registry=registry,
        )  # fmt: skip
        self.values = InputStatistics()
        self.registry.register(self.values)
        self.flying = 0
        self.in_flight.set_function(lambda: self.flying)
        self.counted: dict[tuple[str, str, str, int], Counter] = {}
        self.timed: dict[Key, tuple[Histogram, Histogram]] = {}
        self.called: dict[Key, tuple[Histogram, Histogram]] = {}

    def watch(self, lanes: Mapping[str, Callable[[], int]]) -> None:
        """Read the lengths of the queues whenever somebody asks."""
        for lane, length in lanes.items():
            self.queue.labels(lane).set_function(length)

    def answered(self, model: str, version: str, endpoint: str, status: int) -> None:
        """Count an answer. Unknown models have the empty name: callers make no new series."""
        key = (model, version, endpoint, status)
        counter = self.counted.get(key)
        if counter is None:  # to find a series by its labels takes longer than to count
            counter = self.requests.labels(model, version, endpoint, str(status))
            self.counted[key] = counter
        counter.inc()

    def timing(self, model: str, version: str, seconds: float, answer: Answer) -> None:
        """Take in how long a request took, and how long it waited."""
        pair = self.timed.get((model, version))
        if pair is None:
            pair = self.latency.labels(model, version), self.waited.labels(model, version)
            self.timed[model, version] = pair
        pair[0].observe(seconds)
        pair[1].observe(answer.waited)

    def call(self, model: str, version: str, inputs: Arrays, rows: int, seconds: float) -> None:
        """Take in one call of a model; this happens in the worker's thread."""
        pair = self.called.get((model, version))
        if pair is None:
            pair = self.took.labels(model, version), self.rows.labels(model, version)
            self.called[model, version] = pair
        pair[0].observe(seconds)
        pair[1].observe(rows)
        self.values.add(model, version, inputs)

    def compared(self, model: str, version: str, shadow: str, outcome: str) -> None:
        """Count what came of a shadowed request."""
        self.shadows.labels(model, version, shadow, outcome).inc()

    def text(self, states: Mapping[Key, bool]) -> bytes:
        """Return everything in Prometheus' text format; ``states`` tells which versions work."""
        self.ready.clear()
        for key, state in states.items():
            self.ready.labels(*key).set(state)
        return generate_latest(self.registry)


_STATISTICS = {
    "count": "Values seen in this input.",
    "sum": "Their sum; by count, their mean.",
    "squares": "Sum of their squares; with the others, their variance.",
    "min": "The smallest.",
    "max": "The largest.",
}


class InputStatistics(Collector):
    """Count, sum, sum of squares, least and largest of each input since the start.

    Sums fall when values are negative, so they are gauges: over a window, a monitor takes the
    difference of two scrapes.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.seen: dict[tuple[str, str, str], tuple[float, float, float, float, float]] = {}

    def add(self, model: str, version: str, inputs: Arrays) -> None:
        """Take in the inputs of one call."""
        for name, array in inputs.items():
            flat = array.reshape(-1).astype(np.float64)
            low, high = float(flat.min()), float(flat.max())
            new = (float(flat.size), float(flat.sum()), float(flat @ flat))
            key = (model, version, name)
            with self.lock:
                old = self.seen.get(key, (0.0, 0.0, 0.0, low, high))
                sums = (old[0] + new[0], old[1] + new[1], old[2] + new[2])
                self.seen[key] = (*sums, min(old[3], low), max(old[4], high))

    def collect(self) -> Iterator[Metric]:
        """Yield one metric a statistic."""
        with self.lock:
            seen = dict(self.seen)
        for place, (name, text) in enumerate(_STATISTICS.items()):
            metric = GaugeMetricFamily(f"serving_input_{name}", text, labels=[*_OF, "input"])
            for key, values in seen.items():
                metric.add_metric(key, values[place])
            yield metric
