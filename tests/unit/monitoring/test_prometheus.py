"""A real Prometheus: what it computes, the alerts that fire, and that nothing is left behind."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
import yaml

from mlops_lab import monitoring

ENOUGH = 60.0
LIMITS = {"sent": (0.9, 1.0), "first frame": (0.0, 2.0), "repeats": (0.0, 0.2)}
needs_prometheus = pytest.mark.skipif(
    not monitoring.installed(), reason="the programs prometheus and promtool are not on the PATH"
)


def counts(first_frame: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the counts of 100 calls whose means can be told by heart."""
    top = np.tile([66, 27, 5.25, 1, 24, first_frame, 24, 0.9, 0, 0, 0.0], (100, 1))
    bottom = np.tile([1, 1, 1, 1, 80, 1, 1, 1, 1, 1, 1.0], (100, 1))
    top[:5, 8], top[:10, 9], top[:3, 10] = 1, 1, 1
    return top, bottom


@needs_prometheus
def test_every_panel_has_a_series_and_the_alert_fires_that_should() -> None:
    top, bottom = counts(0.5)
    with monitoring.Exporter() as exporter:
        monitoring.count(exporter, top[:0], bottom[:0])
        own = monitoring.Scraper(exporter.url, LIMITS)
        with monitoring.Watched(exporter, LIMITS) as watcher:
            watcher.settle()
            monitoring.count(exporter, top, bottom)
            own.settle()
            watcher.settle()
            assert watcher.firing() == own.firing() == []
            panels = json.loads(monitoring.dashboard("Voice", LIMITS))["panels"]
            exprs = {panel["title"]: panel["targets"][0]["expr"]
                     for panel in panels if panel["type"] != "row"}  # fmt: skip
            values = {name: watcher.query(expr) for name, expr in exprs.items()}
            expected = top.sum(axis=0) / bottom.sum(axis=0)
            for metric, mean in zip(monitoring.METRICS, expected, strict=True):
                ((labels, value),) = values[metric.name]
                assert labels == {}
                assert value == pytest.approx(mean)
                assert own.value(metric) == pytest.approx(mean)
            assert list(exprs) == [one.name for one in monitoring.METRICS]
            monitoring.count(exporter, *counts(9.5))  # together 5, which is beyond 2
            assert watcher.wait_firing(["VadFirstFrame"]) == ["VadFirstFrame"]
            assert own.wait_firing(["VadFirstFrame"]) == ["VadFirstFrame"]
            assert own.value(monitoring.METRICS[5]) == pytest.approx(5)
            with pytest.raises(ValueError, match=r"refused 'rate\(x': .*parse error"):
                watcher.query("rate(x")
            assert watcher.query("no_such_metric") == []
            with pytest.raises(TimeoutError, match=r"did not happen within 0\.1 s"):
                watcher.wait_until(lambda: False, patience=0.1)
        watcher.stop()


@needs_prometheus
def test_promtool_reads_the_rules_and_tells_of_a_wrong_one() -> None:
    text = monitoring.rules({one.name: (0.0, 1.0) for one in monitoring.METRICS})
    assert monitoring.check_rules(text) == "SUCCESS: 11 rules found"
    groups = yaml.safe_load(text)["groups"]
    assert [one["name"] for one in groups] == list(monitoring.FLOW)
    with pytest.raises(ValueError, match=r"rules\.yml.*parse error"):
        monitoring.check_rules(text.replace("sum(rate", "sum(rat("))


@needs_prometheus
@pytest.mark.parametrize("kill_group", [False, True])
def test_nothing_is_left_when_a_kernel_is_killed(tmp_path: Path, kill_group: bool) -> None:
    program = (
        "import time\n"
        "from mlops_lab import monitoring\n"
        "server = monitoring.Prometheus({'voice': 'http://127.0.0.1:9/metrics'})\n"
        "print(server.url, flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)}, start_new_session=True,
    ) as kernel:  # fmt: skip
        assert kernel.stdout is not None
        assert kernel.stdout.readline().startswith("http://127.0.0.1:")
        family = psutil.Process(kernel.pid).children(recursive=True)
        assert any("prometheus" in one.name() for one in family)
        (os.killpg if kill_group else os.kill)(kernel.pid, signal.SIGKILL)
    _, alive = psutil.wait_procs(family, timeout=ENOUGH)
    assert alive == []
    end = time.monotonic() + ENOUGH
    while list(tmp_path.iterdir()) and time.monotonic() < end:
        time.sleep(0.02)
    assert list(tmp_path.iterdir()) == []


@needs_prometheus
def test_one_that_is_forgotten_ends_and_one_that_cannot_start_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    others = psutil.Process().children(recursive=True)  # servers that other tests share
    server = monitoring.Prometheus({})
    family = [one for one in psutil.Process().children(recursive=True) if one not in others]
    assert any("prometheus" in one.name() for one in family)
    del server
    _, alive = psutil.wait_procs(family, timeout=ENOUGH)
    assert alive == []
    with pytest.raises(RuntimeError, match=r"(?s)died while it started\..*rules"):
        monitoring.Prometheus({}, rules="groups: [nonsense")
    assert list(tmp_path.iterdir()) == []


def test_without_the_program_our_own_scraper_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert not monitoring.installed()
    with pytest.raises(FileNotFoundError, match="promtool is not on the PATH"):
        monitoring.check_rules("groups: []")
    with pytest.raises(FileNotFoundError, match="prometheus is not on the PATH"):
        monitoring.Prometheus({})
    with monitoring.Exporter() as exporter, monitoring.watch(exporter, LIMITS) as watcher:
        assert isinstance(watcher, monitoring.Scraper)
        monitoring.count(exporter, *counts(9.5))
        assert watcher.wait_firing(["VadFirstFrame"]) == ["VadFirstFrame"]
        with pytest.raises(TimeoutError, match=r"expected \[\] to fire; found \['VadFirstFrame'\]"):
            watcher.wait_firing([])
