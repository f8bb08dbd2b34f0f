"""Killed at any moment, the grade book holds whole results and ends as if undisturbed."""

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from mlops_lab.workbench.classroom.book import (
    add_release,
    add_submission,
    history,
    open_book,
    put_students,
    record_result,
    scores,
)
from mlops_lab.workbench.classroom.frozen import Release
from mlops_lab.workbench.classroom.model import Student, TaskResult

if TYPE_CHECKING:
    from sqlalchemy import Engine

PEOPLE, TASKS, KILLS = 240, 6, 20

# One process imports once; it forks the graders that are to be killed, as it is told.
PARENT = """
import json, os, sys
from mlops_lab.workbench.classroom.book import keys, open_book, record_result
from mlops_lab.workbench.classroom.model import TaskResult
import sqlalchemy.dialects.sqlite
url, people, tasks = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
def grade():
    os.write(1, f"{os.getpid()}\\n".encode())
    with open_book(url) as book:
        for number in range(1, people + 1):
            if not keys(book, number):
                done = [TaskResult(f"t{n}", "passed", n, n, "x" * 200) for n in range(tasks)]
                record_result(book, number, done, key=str(number), by="grader")
                os.write(1, b"graded\\n")
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        grade()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(status, flush=True)
"""


def fill(book: "Engine") -> None:
    put_students(book, [Student(f"s{n:03}") for n in range(PEOPLE)], by="me")
    add_release(book, Release("4.5", 1, "x", "d", "t", None, (), (), Path()), by="me")
    for number in range(PEOPLE):
        add_submission(
            book, assignment="4.5", release=1, student=f"s{number:03}", digest="d", path="p",
            received=datetime(2026, 12, 1, tzinfo=UTC), by="me",
        )  # fmt: skip


def grade(book: "Engine", number: int) -> None:
    done = [TaskResult(f"t{n}", "passed", n, n, "x" * 200) for n in range(TASKS)]
    record_result(book, number, done, key=str(number), by="grader")


def facts(book: "Engine") -> tuple[list[object], list[object]]:
    """Return scores and history without their times."""
    told = []
    for one in history(book):
        new = json.loads(one.new or "{}")
        told.append((one.by, one.what, one.key, one.old, {**new, "graded": "", "collected": ""}))
    return list(scores(book)), list(told)


def wait_for_graded(lines: IO[str], number: int) -> None:
    """Let a grader come so far, however slow the machine is."""
    for _ in range(number):
        if lines.readline() != "graded\n":
            raise AssertionError("the grader ended before it was killed: give it more people")


def test_killed_at_twenty_moments_it_ends_as_undisturbed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'killed.db'}"
    with open_book(url) as book:
        fill(book)
    words = [sys.executable, "-c", PARENT, url, str(PEOPLE), str(TASKS)]
    seen, draw = [], random.Random(0)
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        for killed in range(KILLS + 1):
            print("go", file=parent.stdin, flush=True)
            child = int(parent.stdout.readline())
            if killed < KILLS:
                wait_for_graded(parent.stdout, draw.randrange(PEOPLE // KILLS))
                time.sleep(draw.uniform(0, 0.005))  # and anywhere inside of the next
                subprocess.run(["kill", "-KILL", str(child)], check=False)
            status = next(int(line) for line in parent.stdout if line != "graded\n")
            with open_book(url) as book:
                done = Counter(one.submission for one in scores(book))
                lines = len(history(book, "results"))
            assert set(done.values()) <= {TASKS}, "a half result"
            assert lines == done.total(), "the history and the results differ"
            seen.append((status, len(done)))
        parent.stdin.close()
    # Most were stopped in the middle, or the test would show nothing.
    assert sum(status == signal.SIGKILL for status, _ in seen) > KILLS / 2
    assert len({graded for _, graded in seen}) > KILLS / 4
    assert seen[-1] == (0, PEOPLE)
    with open_book(f"sqlite:///{tmp_path / 'calm.db'}") as calm:
        fill(calm)
        for number in range(1, PEOPLE + 1):
            grade(calm, number)
        undisturbed = facts(calm)
    with open_book(url) as book:
        assert facts(book) == undisturbed
