"""One file over HTTP. The ways in which it fails are in test_public."""

from pathlib import Path
from typing import Any

import pytest

from mlops_lab.data.errors import DataError
from mlops_lab.data.transport import Patience, fetch


def test_progress_only_where_asked_or_on_a_terminal(
    server: Any, answers: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    server.answers["/file"] = [answers.good(b"x" * 5000)]
    target = tmp_path / "wine.csv"
    fetch(f"{server.url}/file", target, "")
    fetch(f"{server.url}/file", target, "", progress=False)
    assert capfd.readouterr() == ("", "")
    fetch(f"{server.url}/file", target, "", progress=True)
    out, err = capfd.readouterr()
    assert out == ""
    assert "wine.csv: 100%" in err
    assert target.read_bytes() == b"x" * 5000


def test_the_message_has_address_reason_and_fix(server: Any, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        fetch(f"{server.url}/gone", tmp_path / "x", "put it at /data/x")
    assert str(caught.value) == (
        f"Could not download {server.url}/gone: the server answered 404 Not Found; the publisher "
        "may have moved it, put it at /data/x by hand, or set MLOPS_LAB_MIRROR to a server that "
        "has it."
    )


def test_pauses_double(
    server: Any, answers: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("mlops_lab.data.transport.time.sleep", pauses.append)
    server.answers["/busy"] = [answers.status(503)]
    with pytest.raises(DataError, match=r"after 4 tries: the server answered 503.*again later"):
        fetch(f"{server.url}/busy", tmp_path / "x", "", patience=Patience(tries=4, pause=0.25))
    assert pauses == [0.25, 0.5, 1.0]


def test_a_certificate_problem_is_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import requests

    asked: list[str] = []

    def refuse(url: str, **_options: object) -> None:
        asked.append(url)
        raise requests.exceptions.SSLError("self-signed certificate")

    monkeypatch.setattr(requests, "get", refuse)
    with pytest.raises(DataError, match=r"certificate is not trusted; check this computer's clock"):
        fetch("https://example.org/x", tmp_path / "x", "")
    assert len(asked) == 1


def test_no_tries_at_all_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 1, not 0"):
        fetch("http://127.0.0.1:9/x", tmp_path / "x", "", patience=Patience(tries=0))
