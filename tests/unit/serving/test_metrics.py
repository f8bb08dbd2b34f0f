"""What is counted, read back with Prometheus' own parser."""

import numpy as np
from prometheus_client.parser import text_string_to_metric_families

from mlops_lab.serving.batching import Answer
from mlops_lab.serving.metrics import Metrics


def read(metrics: Metrics) -> dict[tuple[str, tuple[str, ...]], float]:
    families = text_string_to_metric_families(metrics.text({("m", "1"): True}).decode())
    return {
        (sample.name, tuple(sample.labels[key] for key in sorted(sample.labels))): sample.value
        for family in families
        for sample in family.samples
    }


def test_answers_errors_and_times_are_counted() -> None:
    metrics = Metrics()
    for _ in range(3):
        metrics.answered("m", "1", "predict", 200)
    metrics.answered("", "", "predict", 404)
    metrics.errors.labels("unknown-model").inc()
    metrics.timing("m", "1", 0.004, Answer({}, 0.003, 0.001, 8))
    found = read(metrics)
    assert found["serving_requests_total", ("predict", "m", "200", "1")] == 3
    assert found["serving_requests_total", ("predict", "", "404", "")] == 1
    assert found["serving_errors_total", ("unknown-model",)] == 1
    assert found["serving_latency_seconds_sum", ("m", "1")] == 0.004
    assert found["serving_latency_seconds_bucket", ("0.003", "m", "1")] == 0
    assert found["serving_latency_seconds_bucket", ("0.005", "m", "1")] == 1
    assert found["serving_queue_seconds_sum", ("m", "1")] == 0.003
    assert found["serving_version_available", ("m", "1")] == 1


def test_input_statistics_are_those_of_numpy() -> None:
    metrics = Metrics()
    rng = np.random.default_rng(0)
    batches = [rng.normal(-3, 2, (n, 4)).astype(np.float32) for n in (1, 5, 32)]
    for batch in batches:
        metrics.call("m", "1", {"x": batch}, len(batch), 0.001)
    found = read(metrics)
    values = np.concatenate(batches).astype(np.float64)
    count = found["serving_input_count", ("x", "m", "1")]
    mean = found["serving_input_sum", ("x", "m", "1")] / count
    variance = found["serving_input_squares", ("x", "m", "1")] / count - mean**2
    assert count == values.size
    np.testing.assert_allclose([mean, variance], [values.mean(), values.var()])
    assert found["serving_input_min", ("x", "m", "1")] == values.min()
    assert found["serving_input_max", ("x", "m", "1")] == values.max()
    assert found["serving_batch_size_sum", ("m", "1")] == 38
    assert found["serving_batch_size_bucket", ("8.0", "m", "1")] == 2


def test_integers_that_would_overflow_are_summed() -> None:
    metrics = Metrics()
    metrics.call("m", "1", {"x": np.full((10, 1), 100, np.int8)}, 10, 0.001)
    found = read(metrics)
    assert found["serving_input_sum", ("x", "m", "1")] == 1000
    assert found["serving_input_squares", ("x", "m", "1")] == 100_000


def test_queues_are_read_when_somebody_asks() -> None:
    metrics = Metrics()
    waiting = 0
    metrics.watch({"online": lambda: waiting})
    waiting = 7
    assert read(metrics)["serving_queue_instances", ("online",)] == 7
