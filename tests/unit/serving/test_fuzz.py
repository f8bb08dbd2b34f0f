"""The server against what schemathesis makes of the server's own description."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from mlops_lab import serving

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "allow_header_conformance",
]
NAMES = {
    "model": ["line", "pair", "lookup", "total", "narrow", "no such", "\u00e9%2f.."],
    "version": ["1", "2", "0", "-1", "99999999999999999999", "one"],
    "label": ["stable", "canary", "none"],
}


def with_names(description: dict[str, Any]) -> dict[str, Any]:
    """Return the paths names that exist, and some that do not, instead of random ones.

    Random names would all end in 404, before there is anything to fuzz.
    """
    for operations in description["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                parameter["schema"]["enum"] = NAMES[parameter["name"]]
            content = operation.get("requestBody", {}).get("content", {})
            if "application/x-ndjson" in content:  # which schemathesis cannot write
                content["text/plain"] = content.pop("application/x-ndjson")
    return description


@pytest.mark.parametrize(
    "examples", [5, pytest.param(25, marks=pytest.mark.exhaustive)], ids=["some", "many"]
)
def test_nothing_that_can_be_sent_is_a_500(
    server: serving.Server,
    client: httpx.Client,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
    examples: int,
) -> None:
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(with_names(client.get("/openapi.json").json())))
    words = [
        *(str(Path(sys.executable).parent / "schemathesis"), "run", str(path)),
        *("--url", server.url, "--checks", ",".join(CHECKS), "--continue-on-failure"),
        *("--phases", "coverage,fuzzing", "--max-examples", str(examples), "--seed", "1"),
        *("--generation-database", "none", "--no-color"),
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-10_000:] + done.stderr
    tried = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert tried, done.stdout[-3000:]
    counted = re.findall(
        r'serving_requests_total{.*status="(\d+)".*} ([\d.]+)', client.get("/metrics").text
    )
    by_status: dict[str, int] = {}
    for status, number in counted:
        by_status[status] = by_status.get(status, 0) + int(float(number))
    record_property("tried", int(tried[1]))
    record_property("answers", by_status)
    print(f"schemathesis tried {tried[1]} cases; answers by status {by_status}")  # noqa: T201
    assert tried[1] == tried[2]
    assert int(tried[1]) > 1000
    assert by_status["200"] > 100, "it got past the checks of its input often enough"
    assert by_status["400"] > 100
    assert not {status for status in by_status if status.startswith("5")} - {"503"}
    body = {"instances": [[1, 2, 3]]}
    answer = client.post("/v1/models/line/versions/1:predict", json=body)
    assert answer.json() == {"predictions": [[3.0, 5.0, 7.0]]}
