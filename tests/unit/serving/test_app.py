"""A running server, asked over HTTP; its answers are arithmetic."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from mlops_lab import serving

X = [[1.0, 2.0, 3.0], [0.5, -1.0, 100.0]]
DOUBLE = [[2 * value + 1 for value in row] for row in X]
TRIPLE = [[3 * value - 1 for value in row] for row in X]


def tensor(data: Any, **changed: Any) -> dict[str, Any]:
    shape = [len(data), len(data[0])]
    return {"name": "x", "shape": shape, "datatype": "FP32", "data": data} | changed


def error(answer: httpx.Response) -> dict[str, str]:
    assert answer.headers["content-type"] == "application/json"
    document: dict[str, str] = answer.json()
    assert set(document) == {"error", "field", "kind"}
    return document


@pytest.mark.parametrize(
    ("path", "version", "expected"),
    [
        ("/v1/models/line:predict", "2", TRIPLE),  # the highest
        ("/v1/models/line/versions/1:predict", "1", DOUBLE),
        ("/v1/models/line/versions/2:predict", "2", TRIPLE),
        ("/v1/models/line/labels/stable:predict", "1", DOUBLE),
        ("/v1/models/line/labels/canary:predict", "2", TRIPLE),
    ],
)
def test_predict(client: httpx.Client, path: str, version: str, expected: list[Any]) -> None:
    answer = client.post(path, json={"instances": X})
    assert answer.status_code == 200
    assert answer.json() == {"predictions": expected}
    assert answer.headers["x-model-version"] == version
    assert client.post(path, json={"inputs": X}).json() == {"outputs": expected}


def test_predict_takes_what_curl_sends(client: httpx.Client) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post(
        "/v1/models/line:predict", content=json.dumps({"instances": X}), headers=headers
    )
    assert answer.json() == {"predictions": TRIPLE}


def test_two_inputs_and_two_outputs(client: httpx.Client) -> None:
    row = {"a": [2.0, 3.0], "b": [10]}
    answer = client.post("/v1/models/pair:predict", json={"instances": [row, row]})
    assert answer.json() == {"predictions": [{"total": [12, 13], "product": [20, 30]}] * 2}


def test_any_length(client: httpx.Client) -> None:
    for length in (1, 5, 300):
        answer = client.post("/v1/models/total:predict", json={"instances": [[1] * length]})
        assert answer.json() == {"predictions": [[length]]}


@pytest.mark.parametrize(("part", "expected"), [("", TRIPLE), ("/versions/1", DOUBLE)])
def test_infer(client: httpx.Client, part: str, expected: list[list[float]]) -> None:
    document = {"id": "mine", "inputs": [tensor(X)]}
    answer = client.post(f"/v2/models/line{part}/infer", json=document)
    assert answer.status_code == 200
    assert answer.json() == {
        "model_name": "line",
        "model_version": "1" if part else "2",
        "id": "mine",
        "outputs": [
            {
                "name": "y",
                "datatype": "FP32",
                "shape": [2, 3],
                "data": [*expected[0], *expected[1]],
            },
        ],
    }


def test_status_and_metadata_as_tensorflow_serving_has_them(client: httpx.Client) -> None:
    states = client.get("/v1/models/line").json()["model_version_status"]
    good = {"error_code": "OK", "error_message": ""}
    assert states == [
        {"version": number, "state": "AVAILABLE", "status": good} for number in ("2", "1")
    ]
    for path in ("/v1/models/line/versions/1", "/v1/models/line/labels/stable"):
        assert client.get(path).json()["model_version_status"] == states[1:]
    known = client.get("/v1/models/pair/metadata").json()
    assert known["model_spec"] == {"name": "pair", "signature_name": "", "version": "1"}
    signature = known["metadata"]["signature_def"]["signature_def"]["serving_default"]
    assert signature["inputs"]["b"] == {
        "dtype": "DT_INT32",
        "name": "b",
        "tensor_shape": {
            "dim": [{"name": "", "size": "-1"}, {"name": "", "size": "1"}],
            "unknown_rank": False,
        },
    }
    assert set(signature["outputs"]) == {"total", "product"}


def test_health_and_metadata_as_the_open_protocol_has_them(client: httpx.Client) -> None:
    assert client.get("/v2").json()["name"] == "mlops-lab"
    assert client.get("/v2/health/live").json() == {"live": True}
    assert client.get("/v2/health/ready").json() == {"ready": True}
    assert client.get("/v2/models/line/ready").json() == {"name": "line", "ready": True}
    assert client.get("/v2/models/line/versions/1").json() == {
        "name": "line",
        "versions": ["1", "2"],
        "platform": "litert",
        "inputs": [{"name": "x", "datatype": "FP32", "shape": [-1, 3]}],
        "outputs": [{"name": "y", "datatype": "FP32", "shape": [-1, 3]}],
    }


BAD = [
    ("POST", "/v1/models/line:predict", b'{"instances": [[1, 2]]}', 400, "instances[0]"),
    ("POST", "/v1/models/line:predict", b'{"instances": [[1, "a", 2]]}', 400, "instances[0][1]"),
    ("POST", "/v1/models/line:predict", b'{"instances": [[NaN, 1, 2]]}', 400, "body"),
    ("POST", "/v1/models/line:predict", b'{"instances": [[1, 2, 3], [1]]}', 400, "instances[1]"),
    ("POST", "/v1/models/line:predict", b"not json", 400, "body"),
    ("POST", "/v1/models/line:predict", b"", 400, "body"),
    ("POST", "/v1/models/line:predict", b" " * 100_001, 413, "body"),
    ("POST", "/v1/models/line:predict", b'{"instances": [' + b"[1,1,1]," * 300 + b"[1,1,1]]}",
     413, "instances"),
    ("POST", "/v1/models/lookup:predict", b'{"instances": [[4]]}', 422, "instances"),
    ("POST", "/v1/models/narrow:predict", b'{"instances": [[1, 128]]}', 400, "instances[0][1]"),
    ("POST", "/v2/models/line/infer", b"{}", 400, "inputs"),
    ("POST", "/v1/models/none:predict", b"{}", 404, "model"),
    ("POST", "/v1/models/line/versions/9:predict", b"{}", 404, "version"),
    ("POST", "/v1/models/line/versions/x:predict", b"{}", 400, "version"),
    ("POST", "/v1/models/line/labels/x:predict", b"{}", 404, "label"),
    ("POST", "/v2/models/none/infer", b"{}", 404, "model"),
    ("GET", "/v1/models/none", b"", 404, "model"),
    ("GET", "/v1/models/line/versions/9", b"", 404, "version"),
    ("GET", "/v1/models/line/versions/1e3", b"", 400, "version"),
    ("GET", "/v1/models/%2e%2e%2fetc", b"", 404, "path"),
    ("GET", "/v1/models/%FF%FE", b"", 404, "model"),
    ("GET", "/v1/models/line:predict", b"", 405, "method"),
    ("DELETE", "/v1/models/line:predict", b"", 405, "method"),
    ("HEAD", "/v2/models/line/infer", b"", 405, "method"),
    ("POST", "/v2/health/live", b"", 405, "method"),
    ("GET", "/nowhere", b"", 404, "path"),
    ("PUT", "/routes/none", b"{}", 404, "model"),
    ("PUT", "/routes/line", b"{}", 400, "kind"),
    ("PUT", "/routes/line", b'{"kind": "single"}', 400, "version"),
    ("PUT", "/routes/line", b'{"kind": "single", "version": 9}', 409, "version"),
    ("PUT", "/routes/line", b'{"kind": "shadow", "version": 1, "shadow": 9}', 409, "shadow"),
    ("PUT", "/routes/line", b'{"kind": "canary", "version": 1, "canary": 2, "share": 2}', 400,
     "share"),
    ("POST", "/v1/models/line:batch", b"\n \n", 400, "body"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "status", "field"), BAD)
def test_bad_requests_name_what_is_wrong_and_the_server_goes_on(
    client: httpx.Client, method: str, path: str, body: bytes, status: int, field: str
) -> None:
    answer = client.request(method, path, content=body)
    assert answer.status_code == status
    if method != "HEAD":
        assert error(answer)["field"] == field
    assert client.post("/v1/models/line:predict", json={"instances": X}).status_code == 200


def test_what_is_not_allowed_says_what_is(client: httpx.Client) -> None:
    answer = client.get("/v1/models/line:predict")
    assert answer.headers["allow"] == "POST"
    assert error(answer)["error"] == "GET is not allowed here; POST is."


def test_a_compressed_body_is_refused(client: httpx.Client) -> None:
    answer = client.post(
        "/v1/models/line:predict", content=b"x", headers={"Content-Encoding": "gzip"}
    )
    assert (answer.status_code, error(answer)["field"]) == (415, "Content-Encoding")


def test_a_request_keeps_its_id_if_it_is_sane(client: httpx.Client) -> None:
    answer = client.get("/v2", headers={"X-Request-Id": "abc-123"})
    assert answer.headers["x-request-id"] == "abc-123"
    made = client.get("/v2", headers={"X-Request-Id": "a b\tc"}).headers["x-request-id"]
    assert made != "a b\tc"
    assert made != client.get("/v2").headers["x-request-id"]


def test_a_route_is_set_and_taken_back(client: httpx.Client) -> None:
    path = "/routes/line"
    assert client.get(path).json() == {"kind": "single", "version": 2}
    route = {"kind": "single", "version": 1}
    assert client.put(path, json=route).json() == route
    assert client.post("/v1/models/line:predict", json={"instances": X}).json() == {
        "predictions": DOUBLE
    }
    assert client.post("/v1/models/line/versions/2:predict", json={"instances": X}).json() == {
        "predictions": TRIPLE
    }
    assert client.delete(path).json() == {"kind": "single", "version": 2}


def test_a_canary_is_sticky_by_key(client: httpx.Client) -> None:
    route = {"kind": "canary", "version": 1, "canary": 2, "share": 0.5}
    assert client.put("/routes/line", json=route).json() == route
    try:
        seen: dict[str, set[str]] = {}
        for _ in range(3):
            for key in range(40):
                answer = client.post(
                    "/v1/models/line:predict", json={"instances": X}, headers={"X-Key": str(key)}
                )
                version = answer.headers["x-model-version"]
                expected = DOUBLE if version == "1" else TRIPLE
                assert answer.json() == {"predictions": expected}
                seen.setdefault(str(key), set()).add(version)
        assert all(len(versions) == 1 for versions in seen.values())
        assert set.union(*seen.values()) == {"1", "2"}
    finally:
        client.delete("/routes/line")


def test_the_log_has_one_line_a_request_with_what_it_cost(
    server: serving.Server, client: httpx.Client
) -> None:
    headers = {"X-Request-Id": "look-for-me"}
    client.post("/v1/models/line:predict", json={"instances": X}, headers=headers)
    headers = {"X-Request-Id": "and-for-me"}
    client.post("/v1/models/line:predict", json={"instances": [["secret"]]}, headers=headers)
    text = Path(server.settings.log).read_text()
    lines = {line["id"]: line for line in map(json.loads, text.splitlines())}
    good, bad = lines["look-for-me"], lines["and-for-me"]
    assert (good["status"], good["model"], good["version"], good["rows"]) == (200, "line", "2", 2)
    assert good["seconds"] >= good["waited"] + good["took"]
    assert abs(good["time"] - time.time()) < 3600
    assert (bad["status"], bad["error"], bad["field"]) == (400, "dtype", "instances[0][0]")
    assert "secret" not in text


def test_the_description_names_every_path(client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()["paths"]
    assert "post" in described["/v1/models/{model}/versions/{version}:predict"]
    assert set(described["/routes/{model}"]) == {"get", "put", "delete"}
    assert len(described) == 23


def at_once(url: str, count: int) -> list[httpx.Response]:
    """Send the same request so many times at once."""

    def ask(_: int) -> httpx.Response:
        return httpx.post(url + "/v1/models/line:predict", json={"instances": X[:1]}, timeout=60)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(ask, range(count)))


def test_overload_is_shed_with_503_and_not_queued_for_ever(folder: Path) -> None:
    with serving.start(folder, batch_size=1, queue_size=3, slowdown=0.5, timeout=60.0) as server:
        answers = at_once(server.url, 16)
        shed = [answer for answer in answers if answer.status_code == 503]
        assert {answer.status_code for answer in answers} == {200, 503}
        assert len(shed) <= 16 - 3
        assert {answer.headers["retry-after"] for answer in shed} == {"1"}
        assert error(shed[0])["kind"] == "full"


def test_what_comes_too_late_is_504(folder: Path) -> None:
    with serving.start(folder, batch_size=1, slowdown=1.0, timeout=2.5) as server:
        answers = at_once(server.url, 6)
        late = [answer for answer in answers if answer.status_code == 504]
        assert {answer.status_code for answer in answers} == {200, 504}
        assert error(late[0])["error"] == "No answer within 2.5 seconds."


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of Keras
def test_a_keras_model_and_a_litert_model_side_by_side(
    tmp_path: Path, keras_model: Any, double: bytes
) -> None:
    serving.save_model(tmp_path, "keras", 1, keras_model)
    serving.save_model(tmp_path, "litert", 1, double)
    with (
        serving.start(tmp_path, timeout=30.0) as server,
        httpx.Client(base_url=server.url, timeout=60) as client,
    ):
        rows = [[1.0, 2.0], [3.0, 4.0], [0.5, 0.0]]
        answer = client.post("/v1/models/keras:predict", json={"instances": rows})
        assert answer.json() == {"predictions": [[a + 2 * b + 3] for a, b in rows]}
        assert client.get("/v2/models/keras").json()["platform"] == "keras"
        answer = client.post("/v1/models/litert:predict", json={"instances": X})
        assert answer.json() == {"predictions": DOUBLE}
