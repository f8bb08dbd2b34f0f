"""The desk over HTTP: whose, how large, how many, late or not, and on a full disk."""

import json
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from mlops_lab.workbench.classroom.book.extensions import extend
from mlops_lab.workbench.classroom.folder import FILE, ClassFolder
from mlops_lab.workbench.hub.inbox import store

from .client import digest, get, put, stored
from .conftest import Hub, Start

if TYPE_CHECKING:
    from sqlalchemy import Engine

pytestmark = pytest.mark.usefixtures("release")
MB = 2**20
SMALL_FILES = """
import resource, sys
from mlops_lab.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)), resource.RLIM_INFINITY))
main()
"""


def test_a_submission_a_release_and_feedback(folder: ClassFolder, start: Start) -> None:
    page = folder.path / "feedback" / "4.5" / "ada.html"
    page.parent.mkdir(parents=True)
    page.write_text("<p>Well done")
    with start() as (url, _):
        first = put(url, "token-ada", b"one")
        again = put(url, "token-ada", b"one")
        by_mail = put(url, "token-Bob@Example.org", b"two")
        handout = get(f"{url}/release/4.5", "token-ada")
        own, none = (get(f"{url}/feedback/4.5", f"token-{one}") for one in ("ada", "bob"))
    assert first.status_code == 200
    assert again.json() == first.json()
    assert first.json()["student"] == "ada"
    assert by_mail.json()["student"] == "bob"
    assert stored(folder) == {"ada": [b"one"], "bob": [b"two"]}
    assert handout.content == next((folder.release / "4.5").glob("*.ipynb")).read_bytes()
    assert own.text == "<p>Well done"
    assert own.headers["content-security-policy"] == "sandbox"
    assert none.status_code == 404


@pytest.mark.parametrize(
    ("token", "code"), [("", 401), ("stolen", 403), ("token-eve", 403), ("token-robot", 403)]
)
def test_nobody_else_submits(folder: ClassFolder, start: Start, token: str, code: int) -> None:
    with start() as (url, _):
        assert put(url, token, b"one").status_code == code
        assert get(f"{url}/feedback/4.5", token).status_code == code
    assert stored(folder) == {}


def test_what_is_wrong_is_refused_and_leaves_nothing(
    folder: ClassFolder, start: Start, subtests: pytest.Subtests
) -> None:
    with start() as (url, _):
        wrong = {"Content-Digest": digest(b"other")}
        cases = {
            "another digest": (put(url, "token-ada", b"one", **wrong), 400),
            "no digest": (put(url, "token-ada", b"one", **{"Content-Digest": ""}), 400),
            "not released": (put(url, "token-ada", b"one", "9.9"), 404),
            "a path": (put(url, "token-ada", b"one", "..%2f4.5"), 404),
        }
        for name, (answer, code) in cases.items():
            with subtests.test(name):
                assert answer.status_code == code
                assert answer.json()["detail"]
    assert stored(folder) == {}


def sent(url: str, head: str, body: bytes) -> bytes:
    """Send raw bytes and read until the desk closes the connection."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port), timeout=60) as line:
        start = "PUT /submissions/4.5 HTTP/1.1\r\nHost: desk\r\nAuthorization: token token-ada\r\n"
        line.sendall(f"{start}Content-Digest: {digest(b'')}\r\n{head}\r\n\r\n".encode() + body)
        return b"".join(iter(lambda: line.recv(65536), b""))


def test_nine_megabytes_are_refused_and_the_connection_closed(
    folder: ClassFolder, start: Start
) -> None:
    with start() as (url, _):
        told = sent(url, f"Content-Length: {9 * MB}", b"")  # before any of it came
        chunk = f"{8 * MB + 1:x}\r\n".encode() + b"x" * (8 * MB + 1)
        streamed = sent(url, "Transfer-Encoding: chunked", chunk)  # it goes on, unread
        largest = put(url, "token-bob", b"x" * 8 * MB)
    assert told.startswith(b"HTTP/1.1 413")
    assert streamed.startswith(b"HTTP/1.1 413")
    assert largest.status_code == 200
    assert stored(folder) == {"bob": [b"x" * 8 * MB]}


def test_late_is_told_and_not_refused(folder: ClassFolder, start: Start, book: "Engine") -> None:
    file = folder.path / FILE
    with start() as (url, _):
        after = []
        for due in ("2020-01-01 12:00", "2999-01-01 12:00"):
            text = file.read_text().splitlines()
            file.write_text("\n".join(f"  4.5: {due}" if "  4.5:" in one else one for one in text))
            after.append(put(url, "token-ada", due.encode()).json())
            if not after[1:]:
                extend(book, "4.5", ["bob"], datetime(2998, 1, 1, tzinfo=UTC), by="a test")
                extended = put(url, "token-bob", b"two").json()
    assert [one["late"] for one in after] == [True, False]
    assert after[0]["due"] == "2020-01-01T12:00:00+00:00"
    assert extended["late"] is False
    assert len(stored(folder)["ada"]) == 2


def test_a_hundred_submit_at_once(folder: ClassFolder, start: Start, crowd: list[str]) -> None:
    with start() as (url, _), ThreadPoolExecutor(len(crowd)) as pool:
        answers = list(pool.map(lambda one: put(url, f"token-{one}", one.encode() * 50_000), crowd))
    assert [one.status_code for one in answers] == [200] * len(crowd)
    assert [one.json()["student"] for one in answers] == crowd
    assert stored(folder) == {one: [one.encode() * 50_000] for one in crowd}


def test_one_student_s_same_file_many_times_at_once_is_one_submission(
    folder: ClassFolder, start: Start
) -> None:
    with start() as (url, _), ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: put(url, "token-ada", b"one"), range(10)))
    assert len({json.dumps(one.json()) for one in answers}) == 1
    assert stored(folder) == {"ada": [b"one"]}


def test_a_student_cannot_fill_the_disk_of_all(folder: ClassFolder, start: Start) -> None:
    inbox, begin = folder.path / "inbox", datetime(2026, 12, 1, tzinfo=UTC)
    for number in range(100):
        when = begin + timedelta(minutes=number)
        store(inbox, "4.5", "ada", str(number).encode(), when)
    with start() as (url, _):
        more, again = put(url, "token-ada", b"more"), put(url, "token-ada", b"99")
        other = put(url, "token-bob", b"one")
    assert more.status_code == 429
    assert "100 times, which is the most" in more.json()["detail"]
    assert (again.status_code, other.status_code) == (200, 200)
    assert len(stored(folder)["ada"]) == 100


def test_a_full_disk_is_told_and_leaves_nothing(folder: ClassFolder, start: Start) -> None:
    limited = [sys.executable, "-c", SMALL_FILES, str(MB)]
    with start(limited) as (url, _):
        full = put(url, "token-ada", b"x" * 2 * MB)
        small = put(url, "token-ada", b"one")
    assert full.status_code == 507
    assert "could not be stored: File too large" in full.json()["detail"]
    assert small.status_code == 200
    assert stored(folder) == {"ada": [b"one"]}


def test_a_second_desk_on_an_inbox_is_refused(
    folder: ClassFolder, start: Start, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from mlops_lab.cli import main

    monkeypatch.setenv("JUPYTERHUB_API_URL", hub.url)
    with start():
        words = ["class", "desk", "--port", "0", "--class", str(folder.path)]
        done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert "Another desk writes into" in done.output


def test_a_hub_that_does_not_answer_is_told(start: Start, hub: Hub) -> None:
    with start() as (url, _):
        hub.silent = True
        answer = put(url, "token-ada", b"one")
    assert answer.status_code == 503
