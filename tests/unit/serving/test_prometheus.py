"""A real Prometheus scrapes a server and answers a query about it."""

import re
import shutil
import subprocess
import threading
import time
from pathlib import Path

import httpx
import pytest

from mlops_lab import serving

PROMETHEUS = shutil.which("prometheus")
ENOUGH = 60.0
CONFIG = """
scrape_configs:
  - job_name: lab
    scrape_interval: 200ms
    scrape_timeout: 200ms
    static_configs:
      - targets: ["{target}"]
"""


def address(program: "subprocess.Popen[str]", said: list[str]) -> str:
    """Read what Prometheus says until it tells where it listens."""
    assert program.stderr is not None
    for line in program.stderr:
        said.append(line)
        if found := re.search(r'msg="Listening on".*address=(\S+:\d+)', line):
            return f"http://{found[1]}"
    raise AssertionError("".join(said))


def asked(url: str, query: str) -> list[dict[str, object]]:
    """Ask until there is an answer: Prometheus starts, and then scrapes, in its own time."""
    end = time.monotonic() + ENOUGH
    while time.monotonic() < end:
        try:
            answer = httpx.get(url + "/api/v1/query", params={"query": query}).json()
        except (httpx.HTTPError, ValueError):
            answer = {}
        if answer.get("data", {}).get("result"):
            result: list[dict[str, object]] = answer["data"]["result"]
            return result
        time.sleep(0.1)
    raise AssertionError(f"no answer to {query}")


@pytest.mark.skipif(PROMETHEUS is None, reason="the program prometheus is not on the PATH")
def test_a_real_prometheus_scrapes_the_server(
    server: serving.Server, client: httpx.Client, tmp_path: Path
) -> None:
    assert PROMETHEUS is not None
    for _ in range(7):
        client.post("/v1/models/line:predict", json={"instances": [[1, 2, 3]]})
    client.post("/v1/models/line:predict", content=b"{")
    (tmp_path / "prometheus.yml").write_text(CONFIG.format(target=server.url.split("//")[1]))
    words = [
        PROMETHEUS,
        f"--config.file={tmp_path / 'prometheus.yml'}",
        f"--storage.tsdb.path={tmp_path / 'data'}",
        "--web.listen-address=127.0.0.1:0",
    ]
    said: list[str] = []
    with subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as program:
        assert program.stderr is not None
        listening = threading.Thread(target=said.extend, args=(program.stderr,))
        try:
            url = address(program, said)
            listening.start()  # so that it can say as much as it likes
            assert asked(url, 'up{job="lab"} == 1')
            (served,) = asked(url, 'serving_requests_total{endpoint="predict",status="200"}')
            assert served["value"][1] == "7"  # type: ignore[index]  # JSON
            (errors,) = asked(url, 'serving_errors_total{kind="json"}')
            assert errors["value"][1] == "1"  # type: ignore[index]  # JSON
            query = "histogram_quantile(0.5, sum by (le) (serving_latency_seconds_bucket))"
            assert 0 < float(asked(url, query)[0]["value"][1]) < ENOUGH  # type: ignore[index]  # JSON
            mean = "serving_input_sum / serving_input_count"
            assert asked(url, mean)[0]["value"][1] == "2"  # type: ignore[index]  # JSON
        finally:
            program.terminate()
            if listening.ident is not None:
                listening.join(ENOUGH)
    assert not re.search(r"level=(error|ERROR)", "".join(said)), "".join(said)


def test_every_line_is_in_prometheus_format(client: httpx.Client) -> None:
    if (promtool := shutil.which("promtool")) is None:
        pytest.skip("the program promtool is not on the PATH")
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    done = subprocess.run(
        [promtool, "check", "metrics"], input=answer.content, capture_output=True, check=False
    )
    wrong = [line for line in done.stderr.decode().splitlines() if "error" in line.lower()]
    assert wrong == []
