"""Releases under load: routes are switched and versions come and go, and no request is lost."""

import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import numpy as np
import pytest
from prometheus_client.parser import text_string_to_metric_families

from mlops_lab import serving
from mlops_lab.serving.service import agree, difference

PATH = "/v1/models/line:predict"
BODY = {"instances": [[1, 2, 3]]}
GOOD = {"1": {"predictions": [[3.0, 5.0, 7.0]]}, "2": {"predictions": [[2.0, 5.0, 8.0]]}}
ENOUGH = 60.0


@contextmanager
def load(url: str, clients: int = 8) -> Iterator[Counter[str]]:
    """Ask all the time from several clients; count answers by version, and all that is wrong."""
    seen: Counter[str] = Counter()
    stopping = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=url, timeout=ENOUGH) as client:
            while not stopping.is_set():
                try:
                    answer = client.post(PATH, json=BODY)
                except httpx.HTTPError as error:
                    seen[type(error).__name__] += 1
                    continue
                version = answer.headers.get("x-model-version", "")
                right = answer.status_code == 200 and answer.json() == GOOD.get(version)
                seen[version if right else f"wrong {answer.status_code} {answer.text}"] += 1

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        stopping.set()
        for thread in threads:
            thread.join()


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + ENOUGH
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def count(client: httpx.Client, name: str, **labels: str) -> float:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return sum(
        sample.value
        for family in families
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


@pytest.fixture
def releases(tmp_path: Path, double: bytes, triple: bytes) -> Path:
    serving.save_model(tmp_path, "line", 1, double)
    serving.save_model(tmp_path, "line", 2, triple)
    return tmp_path


def test_switching_and_rolling_back_under_load_loses_no_request(
    releases: Path, record_property: Callable[[str, object], None]
) -> None:
    routes = [
        {"kind": "single", "version": 1},
        {"kind": "single", "version": 2},
        {"kind": "canary", "version": 1, "canary": 2, "share": 0.3},
        {"kind": "shadow", "version": 1, "shadow": 2},
        {"kind": "canary", "version": 2, "canary": 1, "share": 0.9},
    ]
    switches = 200
    with (
        serving.start(releases, queue_size=4096, timeout=ENOUGH) as server,
        httpx.Client(base_url=server.url, timeout=ENOUGH) as client,
        load(server.url) as seen,
    ):
        for step in range(switches):
            assert client.put("/routes/line", json=routes[step % len(routes)]).status_code == 200
            before = seen.total()
            until(lambda before=before: seen.total() > before)  # type: ignore[misc]  # a lambda's default
    record_property("switches", switches)
    record_property("requests", seen.total())
    print(f"{switches} switches, {seen.total()} requests, by outcome {dict(seen)}")  # noqa: T201
    assert set(seen) == {"1", "2"}
    assert min(seen.values()) > 50


def test_after_a_switch_every_new_request_goes_to_the_new_version(releases: Path) -> None:
    with (
        serving.start(releases) as server,
        httpx.Client(base_url=server.url, timeout=ENOUGH) as client,
        load(server.url, clients=2),
    ):
        for step in range(50):
            version = 1 + step % 2
            client.put("/routes/line", json={"kind": "single", "version": version})
            assert client.post(PATH, json=BODY).headers["x-model-version"] == str(version)


def test_versions_that_come_go_and_change_under_load_lose_no_request(
    releases: Path, triple: bytes
) -> None:
    shutil.rmtree(releases / "line" / "2")
    with (
        serving.start(releases, poll=0.02, queue_size=4096, timeout=ENOUGH) as server,
        httpx.Client(base_url=server.url, timeout=ENOUGH) as client,
        load(server.url, clients=4) as seen,
    ):

        def latest() -> str:
            return client.post(PATH, json=BODY).headers["x-model-version"]

        for _ in range(5):
            serving.save_model(releases, "line", 2, triple)
            until(lambda: latest() == "2")
            serving.save_model(releases, "line", 2, triple + b"\0" * 16)  # the same, as a new file
            serving.save_model(releases, "line", 3, b"not a model")
            until(lambda: client.get("/v1/models/line/versions/3").status_code == 200)
            shutil.rmtree(releases / "line" / "2")
            shutil.rmtree(releases / "line" / "3")
            until(lambda: latest() == "1")
    assert set(seen) == {"1", "2"}


def test_a_broken_version_is_told_while_the_old_serves(releases: Path, double: bytes) -> None:
    with (
        serving.start(releases, poll=0.02) as server,
        httpx.Client(base_url=server.url, timeout=ENOUGH) as client,
    ):
        serving.save_model(releases, "line", 3, double[: len(double) // 2])
        path = "/v1/models/line/versions/3"
        until(lambda: '"END"' in client.get(path).text)
        state = client.get(path).json()["model_version_status"][0]
        assert "Flatbuffer" in state["status"]["error_message"]
        assert client.post(PATH, json=BODY).headers["x-model-version"] == "2"
        answer = client.post(path + ":predict", json=BODY)
        assert (answer.status_code, answer.json()["field"]) == (503, "version")
        assert client.get("/v2/models/line/versions/3/ready").status_code == 503


def test_a_version_on_a_route_stays_though_its_folder_is_gone(releases: Path) -> None:
    with (
        serving.start(releases, poll=0.02) as server,
        httpx.Client(base_url=server.url, timeout=ENOUGH) as client,
    ):
        client.put("/routes/line", json={"kind": "single", "version": 1})
        shutil.rmtree(releases / "line" / "1")
        time.sleep(0.3)  # some looks into the folder
        assert client.post(PATH, json=BODY).json() == GOOD["1"]
        client.delete("/routes/line")
        until(lambda: client.get("/v1/models/line/versions/1").status_code == 404)
        assert client.post(PATH, json=BODY).json() == GOOD["2"]


def test_a_shadow_is_compared_and_counted_and_never_seen(releases: Path, double: bytes) -> None:
    serving.save_model(releases, "line", 3, double + b"\0" * 16)
    labels = {"model": "line", "version": "1"}
    with (
        serving.start(releases) as server,
        httpx.Client(base_url=server.url, timeout=ENOUGH) as client,
    ):
        for shadow, outcome in (("2", "agree"), ("3", "agree")):
            route = {"kind": "shadow", "version": 1, "shadow": int(shadow)}
            client.put("/routes/line", json=route)
            for _ in range(10):
                answer = client.post(PATH, json=BODY)
                assert answer.json() == GOOD["1"]
                assert answer.headers["x-model-version"] == "1"
            told = partial(count, client, "serving_shadow_total", outcome=outcome, **labels)
            until(lambda told=told, shadow=shadow: told(shadow=shadow) == 10)  # type: ignore[misc]  # a lambda's defaults
            ran = count(client, "serving_latency_seconds_count", model="line", version=shadow)
            assert ran == 10
        # y = 2 x + 1 and y = 3 x - 1 name the same largest output, and differ by at most 1 here.
        gaps = {"shadow": "2"} | labels
        assert count(client, "serving_shadow_difference_sum", **gaps) == 10
        assert count(client, "serving_shadow_difference_sum", shadow="3", **labels) == 0


def test_a_shadow_that_other_inputs_would_need_is_counted_as_failed(
    releases: Path, pair: bytes
) -> None:
    serving.save_model(releases, "line", 3, pair)
    with (
        serving.start(releases) as server,
        httpx.Client(base_url=server.url, timeout=ENOUGH) as client,
    ):
        client.put("/routes/line", json={"kind": "shadow", "version": 1, "shadow": 3})
        assert client.post(PATH, json=BODY).json() == GOOD["1"]
        assert count(client, "serving_shadow_total", outcome="failed") == 1


def test_shadow_work_is_dropped_when_busy_and_delays_nobody(releases: Path) -> None:
    """Requests of 60 rows come three at once; the shadow's lane takes no more than 64 rows."""
    with (
        serving.start(releases, batch_size=1, slowdown=0.005, timeout=ENOUGH) as server,
        httpx.Client(base_url=server.url, timeout=ENOUGH) as client,
    ):
        route = {"kind": "shadow", "version": 1, "shadow": 2}
        client.put("/routes/line", json=route)
        body = {"instances": [[1, 2, 3]] * 60}

        def dropped_of_three() -> bool:
            with ThreadPoolExecutor(3) as pool:
                answers = list(pool.map(lambda _: client.post(PATH, json=body), range(3)))
            assert [answer.status_code for answer in answers] == [200] * 3
            return count(client, "serving_shadow_total", outcome="dropped") >= 1

        until(dropped_of_three)  # once, unless this machine held back two of the three
        until(lambda: count(client, "serving_queue_instances", lane="low") == 0)
        assert count(client, "serving_shadow_total", outcome="agree") >= 1


def test_outputs_that_cannot_be_compared_differ_without_end() -> None:
    one = np.zeros((1, 3), np.float32)
    assert difference({"y": one}, {"z": one}) == float("inf")
    assert difference({"y": one}, {"y": np.zeros((1, 2), np.float32)}) == float("inf")
    assert not agree({"y": one}, {"z": one})


def test_agreement_is_by_decision() -> None:
    def scores(*values: float) -> dict[str, "np.typing.NDArray[np.float32]"]:
        return {"y": np.array([values], np.float32)}

    assert agree(scores(0.1, 0.9), scores(0.4, 0.6))
    assert not agree(scores(0.1, 0.9), scores(0.6, 0.4))
    assert agree(scores(0.5), scores(0.5004))
    assert not agree(scores(0.5), scores(0.6))
    assert difference(scores(0.1, 0.9), scores(0.4, 0.6)) == pytest.approx(0.3)
