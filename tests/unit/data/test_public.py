"""Downloads from a server that misbehaves, interrupted ones, and damaged caches."""

import base64
import hashlib
import io
import os
import pickle
import signal
import subprocess
import sys
import time
import traceback
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mlops_lab.data.cards import Card, File
from mlops_lab.data.errors import DataError
from mlops_lab.data.public import get_public, is_cached, load_public
from mlops_lab.data.transport import Patience

GET = """
import pickle, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job starts with it ignored
from mlops_lab.data.public import get_public
get_public(pickle.loads(bytes.fromhex(sys.argv[1])))
"""


def files_in(folder: Path) -> list[str]:
    """Every file and folder below, temporary ones too."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def in_its_own_process(small: Card) -> "subprocess.Popen[bytes]":
    argument = pickle.dumps(small).hex()
    return subprocess.Popen([sys.executable, "-c", GET, argument], stderr=subprocess.PIPE)


def test_downloads_once_then_reads_the_cache(
    server: Any, answers: Any, small: Card, body: bytes, cache: Path, patience: Patience
) -> None:
    server.answers["/elec.csv"] = [answers.good(body)]
    assert not is_cached(small)
    first = load_public(small, patience=patience)
    second = load_public(small, patience=patience)
    assert first.frame.equals(second.frame)
    assert len(first.frame) == small.rows
    assert server.asked == ["/elec.csv"]
    assert (cache / "electricity" / "elec.csv").read_bytes() == body
    assert files_in(cache) == ["electricity", "electricity/elec.csv"]


@pytest.mark.parametrize("first", [500, 503, 429])
def test_a_fault_that_passes_is_tried_again(
    server: Any, answers: Any, small: Card, body: bytes, patience: Patience, first: int
) -> None:
    server.answers["/elec.csv"] = [answers.status(first), answers.reset, answers.good(body)]
    assert get_public(small, patience=patience)
    assert len(server.asked) == 3


# What the server does, what the message must say, how often it is asked.
FAULTS: dict[str, tuple[Callable[[Any, bytes], Any], str, int]] = {
    "404": (lambda a, _: a.status(404), "answered 404 Not Found; .*moved", 1),
    "403": (lambda a, _: a.status(403), "answered 403 Forbidden", 1),
    "500 always": (lambda a, _: a.status(500), "after 3 tries: the server answered 500", 3),
    "reset": (lambda a, _: a.reset, "after 3 tries: no connection", 3),
    "silence": (lambda a, _: a.silence, "stopped answering; check the network", 3),
    "silence half way": (lambda a, b: a.half_then_silence(b), "stopped answering", 3),
    "cut short": (lambda a, b: a.short(b), "broke off in the middle", 3),
    "cut in chunks": (lambda a, b: a.cut_chunk(b), "broke off in the middle", 3),
    "cut unseen": (lambda a, b: a.no_length(b), "missing values|rows where its card says 2,000", 1),
    "half a page": (lambda a, _: a.good(a.page), r"is a web page \(HTML\).*log in", 1),
    "empty": (lambda a, _: a.good(b""), "damaged or cut short", 1),
    "noise": (lambda a, _: a.good(bytes(range(256)) * 9), "damaged or cut short", 1),
    "column renamed": (
        lambda a, b: a.good(b.replace(b"nswprice", b"price")),
        "lacks the column 'nswprice'",
        1,
    ),
    "column added": (
        lambda a, b: a.good(b"x," + b.replace(b"\n", b"\n1,").removesuffix(b"1,")),
        "has a column 'x'",
        1,
    ),
    "a row more": (
        lambda a, b: a.good(b + b"1,0.5,1\n"),
        "has 2,001 rows where",
        1,
    ),
    "out of range": (
        lambda a, b: a.good(b.replace(b"\n7,0.5", b"\n7,1.5", 1)),
        "holds 1.5 in column 'nswprice', row 7, allowed is at most 1",
        1,
    ),
    "text for a number": (
        lambda a, b: a.good(b.replace(b"\n7,0.5", b"\n7,abc", 1)),
        "holds text, not numbers, in 'nswprice'",
        1,
    ),
    "unknown class": (
        lambda a, b: a.good(b[:-2] + b"2\n"),
        "holds 2 in column 'class', row 1999, allowed is one of 0, 1",
        1,
    ),
    "altered inside the range": (
        lambda a, b: a.good(b.replace(b"\n7,0.5", b"\n7,0.6", 1)),
        "mean of 'nswprice'.*altered",
        1,
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_failed_download_says_why_and_leaves_nothing(
    server: Any,
    answers: Any,
    small: Card,
    body: bytes,
    cache: Path,
    patience: Patience,
    fault: str,
) -> None:
    make, said, times = FAULTS[fault]
    server.answers["/elec.csv"] = [make(answers, body)]
    with pytest.raises(DataError, match=said) as caught:
        load_public(small, patience=patience)
    message = str(caught.value)
    assert "MLOPS_LAB_MIRROR" in message  # the fix
    assert "\n" not in message
    assert message.endswith(".")
    assert len(server.asked) == times
    assert files_in(cache) == []
    server.answers["/elec.csv"] = [answers.good(body)]
    assert len(load_public(small, patience=patience).frame) == small.rows


def test_altered_bytes_that_parse_well_fail_the_hash(
    server: Any, answers: Any, small: Card, body: bytes, cache: Path, patience: Patience
) -> None:
    file = replace(small.files[0], sha256=hashlib.sha256(body).hexdigest())
    swapped = body.replace(b"\n7,0.5,1\n8,0.25,0\n", b"\n8,0.25,0\n7,0.5,1\n", 1)
    assert swapped != body
    server.answers["/elec.csv"] = [answers.good(swapped), answers.good(body)]
    with pytest.raises(DataError, match="is not the file its card names"):
        get_public(replace(small, files=(file,)), patience=patience)
    assert files_in(cache) == []
    assert get_public(replace(small, files=(file,)), patience=patience)


def test_no_server_at_all(small: Card, cache: Path, patience: Patience) -> None:
    # Port 9 discards, and nobody listens on it here: the connection is refused.
    nowhere = replace(small, files=(File("elec.csv", "http://127.0.0.1:9/elec.csv"),))
    with pytest.raises(DataError, match=r"no connection to the server.*put it at .*elec\.csv"):
        get_public(nowhere, patience=patience)
    assert files_in(cache) == []


def test_a_mirror_that_is_no_address_is_refused_before_anything_is_done(
    small: Card, cache: Path, patience: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLOPS_LAB_MIRROR", "mirror.school")
    with pytest.raises(DataError, match=r"^MLOPS_LAB_MIRROR is 'mirror\.school': it must begin"):
        get_public(small, patience=patience)
    assert not cache.exists()


@pytest.mark.parametrize("fault", ["none", "gone", "web page"])
def test_the_login_of_a_mirror_is_sent_and_never_shown(
    server: Any,
    answers: Any,
    small: Card,
    body: bytes,
    patience: Patience,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    fault: str,
) -> None:
    seen: list[str | None] = []
    good = answers.good(answers.page if fault == "web page" else body)

    def answer(handler: Any) -> None:
        seen.append(handler.headers["Authorization"])
        answers.status(404)(handler) if fault == "gone" else good(handler)

    server.answers["/electricity/elec.csv"] = [answer]
    login = server.url.replace("//", "//ann:s%C4%9Bcret@")  # not in Latin-1
    monkeypatch.setenv("MLOPS_LAB_MIRROR", login)
    said = ""
    try:
        load_public(small, patience=patience, progress=True)
    except DataError:
        said = traceback.format_exc()  # with the errors that led to it
    token = base64.b64encode("ann:s\u011bcret".encode()).decode()
    assert seen == [f"Basic {token}"]
    assert bool(said) == (fault != "none")
    shown = said + "".join(capfd.readouterr())
    assert "ann:" not in shown
    assert "cret" not in shown


def test_an_interrupt_half_way_leaves_nothing(
    server: Any, answers: Any, small: Card, body: bytes, cache: Path
) -> None:
    server.answers["/elec.csv"] = [answers.half_then_silence(body)]
    with in_its_own_process(small) as process:
        assert server.half_sent.wait(30)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=30)[1]
    assert process.returncode != 0
    assert b"KeyboardInterrupt" in said
    assert files_in(cache) == []


def test_a_kill_half_way_leaves_only_what_the_next_get_removes(
    server: Any, answers: Any, small: Card, body: bytes, cache: Path, patience: Patience
) -> None:
    server.answers["/elec.csv"] = [answers.half_then_silence(body), answers.good(body)]
    with in_its_own_process(small) as process:
        assert server.half_sent.wait(30)
        process.kill()
        process.communicate(timeout=30)
    (left,) = cache.iterdir()
    assert left.name.startswith(".part-electricity-")
    assert not is_cached(small)

    get_public(small, patience=patience)
    assert left.exists()  # it might still belong to somebody
    (cache / "electricity" / "elec.csv").unlink()
    long_ago = time.time() - 3600
    for path in (*left.iterdir(), left):
        os.utime(path, (long_ago, long_ago))
    get_public(small, patience=patience)
    assert files_in(cache) == ["electricity", "electricity/elec.csv"]


def test_two_processes_at_once(
    server: Any, answers: Any, small: Card, body: bytes, cache: Path
) -> None:
    server.answers["/elec.csv"] = [answers.together(body, 2)]
    with in_its_own_process(small) as one, in_its_own_process(small) as other:
        said = [process.communicate(timeout=60)[1] for process in (one, other)]
    assert [one.returncode, other.returncode] == [0, 0], said
    assert len(server.asked) == 2
    assert (cache / "electricity" / "elec.csv").read_bytes() == body
    assert files_in(cache) == ["electricity", "electricity/elec.csv"]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda body: body[: len(body) // 2], "missing values|rows where its card says"),
        (lambda body: body.replace(b"0.25", b"0.35", 1), "values were altered"),
        (lambda _: b"<html>no</html>", "is a web page"),
        (lambda _: b"", "damaged or cut short"),
    ],
    ids=["cut", "altered", "web page", "empty"],
)
def test_a_damaged_cached_file_is_named_and_get_replaces_it(
    server: Any,
    answers: Any,
    small: Card,
    body: bytes,
    cache: Path,
    patience: Patience,
    damage: Callable[[bytes], bytes],
    said: str,
) -> None:
    server.answers["/elec.csv"] = [answers.good(body)]
    get_public(small, patience=patience)
    file = cache / "electricity" / "elec.csv"
    file.write_bytes(damage(body))
    with pytest.raises(DataError, match=said) as caught:
        load_public(small, patience=patience)
    assert str(file) in str(caught.value)
    assert "delete it and run `mlops-lab data get electricity`" in str(caught.value)
    assert len(server.asked) == 1  # loading replaced nothing

    server.answers["/elec.csv"] = [answers.status(404)]
    with pytest.raises(DataError, match="404"):
        get_public(small, patience=patience)
    assert file.read_bytes() == damage(body)  # a failed get takes nothing away
    server.answers["/elec.csv"] = [answers.good(body)]
    assert get_public(small, patience=patience)
    assert len(load_public(small, patience=patience).frame) == small.rows
    assert not get_public(small, patience=patience)


def test_an_archive_is_unpacked_and_verified(
    server: Any, answers: Any, small: Card, body: bytes, cache: Path, patience: Patience
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside/elec.csv", body)
    url = f"{server.url}/all.zip"
    zipped = replace(small, files=(File("elec.csv", url, member="inside/elec.csv"),))
    lacking = replace(small, files=(File("elec.csv", url, member="other.csv"),))
    server.answers["/all.zip"] = [answers.good(packed.getvalue())]
    with pytest.raises(DataError, match=r"archive is damaged or another one .*other\.csv"):
        get_public(lacking, patience=patience)
    server.answers["/all.zip"] = [answers.good(packed.getvalue()[:-40])]
    with pytest.raises(DataError, match="archive is damaged"):
        get_public(zipped, patience=patience)
    server.answers["/all.zip"] = [answers.good(answers.page)]
    with pytest.raises(DataError, match="web page"):
        get_public(zipped, patience=patience)
    assert files_in(cache) == []
    server.answers["/all.zip"] = [answers.good(packed.getvalue())]
    assert get_public(zipped, patience=patience)
    assert files_in(cache) == ["electricity", "electricity/elec.csv"]
