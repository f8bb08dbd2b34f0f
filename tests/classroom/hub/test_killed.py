"""Desk and clients killed in the middle of a submission: nothing half-written, nothing twice."""

import signal
import subprocess
import sys
from urllib.parse import urlsplit

import httpx
import pytest

from mlops_lab.workbench.classroom.folder import ClassFolder

from .client import digest, put, stored
from .conftest import Start

pytestmark = pytest.mark.usefixtures("release")
MOMENTS = range(10, 110, 10)  # lines of the code that stores, counted

# Only threads are counted: a submission is stored in one, and what starts the desk is in none.
DESK = """
import os, signal, sys, threading
from mlops_lab.cli import main
left = int(sys.argv.pop(1))
def count(frame, event, arg):
    global left
    if not frame.f_code.co_filename.endswith(("inbox.py", "names.py", "files.py")):
        return None
    if event == "line":
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return count
threading.settrace(count)
main()
"""
CLIENT = """
import os, signal, socket, sys
host, port, head, size = sys.argv[1:]
line = socket.create_connection((host, int(port)))
line.sendall(head.encode() + b"x" * int(size))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_desk_has_whole_files_and_a_repeat_succeeds(
    folder: ClassFolder, start: Start, crowd: list[str]
) -> None:
    people, left = crowd[: len(MOMENTS)], list[str]()
    for moment, student in zip(MOMENTS, people, strict=True):
        command = [sys.executable, "-c", DESK, str(moment)]
        with (
            start(command, code=-signal.SIGKILL) as (url, _),
            pytest.raises(httpx.TransportError),
        ):
            put(url, f"token-{student}", student.encode() * 50_000)
        # The next start removes it.
        left += [one.name for one in (folder.path / "inbox").rglob("*.part")]
    with start() as (url, _):
        kept = stored(folder)  # whole ones only: what was not is removed by now
        answers = [put(url, f"token-{one}", one.encode() * 50_000) for one in people]
    assert left, "no kill came while a file was written: the moments are wrong"
    assert 0 < len(kept) < len(people), "no kill came before, or none after, a file was whole"
    assert [one.status_code for one in answers] == [200] * len(people)
    assert stored(folder) == {one: [one.encode() * 50_000] for one in people}


def test_a_killed_client_leaves_nothing_and_can_submit_again(
    folder: ClassFolder, start: Start
) -> None:
    content = b"x" * 1_000_000
    head = (
        "PUT /submissions/4.5 HTTP/1.1\r\nHost: desk\r\nAuthorization: token token-ada\r\n"
        f"Content-Digest: {digest(content)}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    with start() as (url, _):
        place = urlsplit(url)
        for tenth in range(10):
            size = str(len(content) * tenth // 10)
            words = [sys.executable, "-c", CLIENT, str(place.hostname), str(place.port), head, size]
            assert subprocess.run(words, check=False).returncode == -signal.SIGKILL
            assert stored(folder) == {}
        answer = put(url, "token-ada", content)
    assert answer.status_code == 200
    assert stored(folder) == {"ada": [content]}
