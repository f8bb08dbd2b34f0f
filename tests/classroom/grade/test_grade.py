"""A class is graded: what each submission gets, what is told of it, and what is graded again."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from click.testing import CliRunner

from mlops_lab.cli import main
from mlops_lab.data.folders import CACHE_VARIABLE
from mlops_lab.workbench.classroom.book import history, keys, submissions
from mlops_lab.workbench.classroom.frozen import load_release
from mlops_lab.workbench.classroom.grade import Graded, grade
from mlops_lab.workbench.classroom.grade.session import prepare
from mlops_lab.workbench.classroom.model import TaskResult
from mlops_lab.workbench.classroom.student_version import student_seed
from mlops_lab.workbench.runs.errors import KernelError, RefusedError

OPEN = "Graded without isolation, because it was asked for."
Classroom = Any  # what the conftest's `make_class` makes
MakeClass = Callable[..., Classroom]

PARTS = [
    ("code", "parameters", "seed: int = 0  # seed; 0 to 1000"),
    ("code", "setup", "import numpy as np\nrows = np.arange(4) + 10"),
    ("answer", "add", "def add(a, b):\n    return a + b"),
    ("test", "add-test",
     "assert add(1, 2) == 3, f'1 and 2: expected 3, got {add(1, 2)}'\n### BEGIN HIDDEN TESTS\n"
     "assert add(4711, 1) == 4712, f'4711 and 1: expected 4712, got {add(4711, 1)}'\n"
     "### END HIDDEN TESTS", 2),
    ("answer", "scale", "def scale(x):\n    x *= 2"),
    ("test", "scale-test", "numbers = rows.copy()\nscale(numbers)\n"
     "assert np.array_equal(numbers, 2 * rows)", 2),
    ("answer", "share", "def share(i):\n    return i / 4"),
    ("test", "share-test", "float(sum(share(i) == i / 4 for i in range(4)))", 4),
    ("answer", "tally", "class Tally:\n    total = 0\n    def add(self, x): self.total += x"),
    ("test", "tally-test", "one = Tally()\none.add(3)\nassert one.total == 3", 1),
    ("answer", "odd", "def odd(x):\n    return x % 2 == 1"),
    ("test", "odd-test", "if odd(3) == 'die':\n    import os\n    os._exit(3)\n"
     "assert odd(3) is True and not odd(4)", 1),
    ("answer", "last", "def last(x):\n    return x[-1]"),
    ("test", "last-test", "assert last([1, 2]) == 2", 1),
    ("words", "why", "### BEGIN SOLUTION\nBecause.\n### END SOLUTION", 4),
]  # fmt: skip
TESTED = [str(part[1]) for part in PARTS if part[0] == "test"]
RIGHT = {
    "add": "def add(a, b): return a + b",
    "scale": "def scale(x): x *= 2",
    "share": "def share(i): return i / 4",
    "tally": "class Tally:\n    total = 0\n    def add(self, x): self.total += x",
    "odd": "def odd(x): return x % 2 == 1",
    "last": "def last(x): return x[-1]",
    "why": "It pays.",
}
SUBMISSIONS: dict[str, Mapping[str, str] | bytes] = {
    "right": RIGHT,
    "blank": {},
    "broken": b"",
    "hidden": RIGHT | {"add": "def add(a, b): return min(a + b, 3)"},
    "hides": RIGHT | {"add": "def add(a, b):\n    if a > 9: raise KeyError(a)\n    return a + b"},
    "wrong": RIGHT | {"add": "def add(a, b): return a - b", "scale": "def scale(x): x += 1"},
    "half": RIGHT | {"share": "def share(i): return 0.25"},
    "syntax": RIGHT | {"last": "x = 1\ndef last(x:"},
    "raises": RIGHT | {"last": "def last(x):\n    return 1 // 0"},
    "unnamed": RIGHT | {"last": "def least(x): return x[-1]"},
    "ends": RIGHT | {"scale": "import os\nos._exit(0)"},
    "ends later": RIGHT | {"scale": "def scale(x):\n    import os\n    os._exit(0)"},
    "endless": RIGHT | {"odd": "def odd(x):\n    while True: pass"},
    "deadly": RIGHT | {"odd": "def odd(x): return 'die'"},
}
POINTS = {
    "right": 11, "blank": 0, "broken": 0, "hidden": 9, "hides": 9, "wrong": 7, "half": 8,
    "syntax": 10, "raises": 10, "unnamed": 10, "ends": 9, "ends later": 9, "endless": 10,
    "deadly": 10,
}  # fmt: skip

Results = dict[str, dict[str, TaskResult]]


@pytest.fixture(scope="module")
def graded(make_class: MakeClass, request: pytest.FixtureRequest) -> Classroom:
    """One class whose submissions were all graded, in one go."""
    request.getfixturevalue("isolated")
    room = make_class(PARTS, list(SUBMISSIONS))
    for student, answers in SUBMISSIONS.items():
        room.hand_in(student, answers)
    me = psutil.Process()
    before = set(me.children(recursive=True))
    room.steps, room.below = [], set()
    for step in grade(room.folder, room.book, "4.5", by="a test", seconds=2.0):
        room.steps.append(step)
        room.below |= set(me.children(recursive=True)) - before
    return room


@pytest.fixture(scope="module")
def found(graded: Classroom) -> Results:
    return {student: graded.results(student) for student in SUBMISSIONS}


def test_all_are_graded_and_counted(graded: Classroom) -> None:
    steps: list[Graded] = graded.steps
    assert (steps[0].done, steps[0].kept, steps[0].submission) == (0, 0, None)
    assert [one.done for one in steps] == list(range(len(SUBMISSIONS) + 1))
    assert {one.total for one in steps} == {len(SUBMISSIONS)}
    told = {one.submission.student: one.tasks for one in steps[1:] if one.submission}
    for student, tasks in told.items():
        assert {one.task: one for one in tasks} == graded.results(student)
        assert [one.task for one in tasks] == [*TESTED, "why"]


@pytest.mark.parametrize("student", list(SUBMISSIONS))
def test_points(found: Results, student: str) -> None:
    done = found[student]
    assert sum(one.points or 0 for one in done.values()) == POINTS[student]
    assert sum(one.of for one in done.values()) == 15
    assert all(one.message for one in done.values())


def test_a_right_answer(found: Results) -> None:
    tested = [found["right"][name] for name in TESTED]
    assert {(one.state, one.message, one.expected) for one in tested} == {
        ("passed", "All tests pass.", None)
    }
    why = found["right"]["why"]
    assert (why.state, why.points, why.of) == ("to mark", None, 4)


def test_a_master_that_works_in_place_without_saying_so_is_told(graded: Classroom) -> None:
    assert "`kit.in_place(...)` around the function" in graded.steps[-1].note
    assert "scale-test (failed" in graded.steps[-1].note


def test_what_is_not_answered_is_missing(found: Results) -> None:
    assert {one.state for one in found["blank"].values()} == {"missing"}
    assert found["blank"]["why"].points == 0
    assert found["blank"]["add-test"].message.startswith("There is no answer yet")


def test_what_cannot_be_read_is_told_of_each_task(found: Results) -> None:
    done = found["broken"].values()
    assert {one.state for one in done} == {"unreadable"}
    assert {one.message for one in done} == {"The file could not be read: The file is empty."}


@pytest.mark.parametrize("student", ["hidden", "hides"])
def test_a_hidden_failure_tells_the_student_nothing(found: Results, student: str) -> None:
    done = found[student]["add-test"]
    assert (done.expected, done.found) == (None, None)
    assert "hidden test failed" in done.message
    assert "471" not in done.message
    assert "4711" in (done.detail or "")


def test_a_hidden_error_names_neither_kind_nor_line(found: Results) -> None:
    assert found["hides"]["add-test"].message.endswith("your code raised an error there.")


def test_a_visible_failure_says_what_it_wanted(found: Results) -> None:
    add, scale = found["wrong"]["add-test"], found["wrong"]["scale-test"]
    assert (add.state, add.expected, add.found) == ("failed", "3", "-1")
    assert add.message == "1 and 2: expected 3, got -1"
    assert scale.expected == "array([20, 22, 24, 26])"
    assert scale.found == "array([11, 12, 13, 14])"


def test_partial_credit_is_what_the_test_ends_with(found: Results) -> None:
    done = found["half"]["share-test"]
    assert (done.state, done.points, done.message) == ("partial", 1, "1 of 4 points.")


@pytest.mark.parametrize(
    ("student", "task", "state", "told"),
    [
        ("syntax", "last-test", "error", "did not run: SyntaxError in line 2 of last"),
        ("raises", "last-test", "error", "ZeroDivisionError in line 2 of last"),
        ("unnamed", "last-test", "failed", "does not define last"),
        ("ends", "scale-test", "killed", "Your code was stopped: "),
        ("ends later", "scale-test", "killed", "Your code was stopped: "),
        ("endless", "odd-test", "timed out", "second"),
        ("deadly", "odd-test", "killed", "The test of this answer"),
    ],
)
def test_what_stops_one_task_costs_no_other(
    found: Results, student: str, task: str, state: str, told: str
) -> None:
    done = found[student]
    assert done[task].state == state
    assert told in done[task].message
    others = {one.state for name, one in done.items() if name not in (task, "why")}
    assert others == {"passed"}


@pytest.mark.parametrize(
    ("answer", "told"),
    [("def add(a, b)\n    return a + b", "SyntaxError"), (None, "missing"), ("", "missing")],
)
def test_two_tests_of_one_answer_tell_the_same_of_what_did_not_run(
    make_class: MakeClass, answer: str | None, told: str
) -> None:
    again = ("test", "add-again", "assert add(2, 2) == 4", 1)
    made = make_class([PARTS[2], PARTS[3], again], ["ada"])
    made.hand_in("ada", {} if answer is None else {"add": answer})
    made.grade()
    first, second = (made.results("ada")[name] for name in ("add-test", "add-again"))
    assert (first.state, first.message) == (second.state, second.message)
    assert told in f"{first.state} {first.message}"


def test_no_process_is_left(graded: Classroom) -> None:
    assert len(graded.below) > len(SUBMISSIONS) / 2, "hardly any was seen at work"
    assert psutil.wait_procs(graded.below, timeout=60)[1] == []


# What is graded again


SUM = [PARTS[1], PARTS[2], PARTS[3]]


@pytest.fixture
def small(make_class: MakeClass, request: pytest.FixtureRequest) -> Classroom:
    """A class of two with one task, graded."""
    request.getfixturevalue("isolated")
    room = make_class(SUM, ["ada", "bob", "cem"])
    room.hand_in("ada", RIGHT)
    room.hand_in("bob", {})
    assert graded_in(room.grade()) == ["ada", "bob"]
    return room


def graded_in(steps: list[Graded]) -> list[str]:
    return sorted(one.submission.student for one in steps if one.submission)


def test_only_what_changed_is_graded_again(small: Classroom) -> None:
    before = history(small.book)
    (same,) = small.grade()
    assert (same.kept, same.total) == (2, 0)
    small.hand_in("bob", RIGHT, minutes=5)
    small.hand_in("cem", {"add": "def add(a, b): return 3"})
    steps = small.grade()
    assert (steps[0].kept, graded_in(steps)) == (1, ["bob", "cem"])
    assert small.results("bob")["add-test"].state == "passed"
    assert graded_in(small.grade(students=["ada"], force=True)) == ["ada"]
    assert graded_in(small.grade(force=True)) == ["ada", "bob", "cem"]
    after = [one for one in history(small.book) if one.what == "results"]
    assert len(after) == 4, "the same result again is no line in the history"
    assert history(small.book)[: len(before)] == before


def test_a_second_release_grades_what_answers_it(small: Classroom) -> None:
    small.again(("add(1, 2) == 3", "add(1, 2) == 4"))
    assert graded_in(small.grade()) == [], "the old ones answer the old release"
    small.again(("a + b", "a + b + 1"))
    small.again(("4712", "4713"))
    small.hand_in("ada", RIGHT, minutes=5)
    small.hand_in("cem", {"add": "def add(a, b): return a + b + 1"})
    assert graded_in(small.grade()) == ["ada", "cem"]
    states = {name: small.results(name)["add-test"].state for name in ("ada", "bob", "cem")}
    assert states == {"ada": "failed", "bob": "missing", "cem": "passed"}


def test_a_class_released_before_its_master_was_rewritten_is_graded(small: Classroom) -> None:
    master = nbformat.read(small.master, as_version=4)
    more = "## Task 1: add (2 points)\n\n*Objectives: 1, 3 (on data)*\n\n<details>Add.</details>"
    master.cells.insert(0, nbformat.v4.new_markdown_cell(more))
    for cell in master.cells:
        cell.source = cell.source.replace("add(1, 2) == 3", "add(1, 2) == 4")
    nbformat.write(master, small.master)
    small.hand_in("bob", RIGHT, minutes=5)
    (start, *graded) = small.grade()
    assert (start.kept, graded_in(graded)) == (1, ["bob"])
    assert small.results("ada") == small.results("bob")
    assert small.results("bob")["add-test"].state == "passed"


def test_a_master_whose_own_solutions_fail_is_refused(small: Classroom) -> None:
    small.again(("add(1, 2) == 3", "add(1, 2) == 4"))
    small.hand_in("ada", RIGHT, minutes=5)
    lines = len(history(small.book))
    with pytest.raises(RefusedError, match="own solutions fail its tests: add-test") as error:
        small.grade()
    assert "1 and 2: expected 3, got 3" in str(error.value)
    assert len(history(small.book)) == lines


def test_the_unknown_is_refused(small: Classroom) -> None:
    with pytest.raises(RefusedError, match=r"cem, eve handed in nothing for 4\.5.*ada, bob"):
        small.grade(students=["eve", "ada", "cem"])
    with pytest.raises(RefusedError, match=r"There is no assignment '4\.6'"):
        list(grade(small.folder, small.book, "4.6", by="a test"))


def test_a_file_that_is_gone_is_unreadable(small: Classroom) -> None:
    small.hand_in("ada", RIGHT | {"add": "def add(a, b): return b + a"}, minutes=5)
    newest = submissions(small.book, "4.5", "ada")[-1]
    (small.folder.path / newest.path).unlink()
    small.grade()
    assert small.results("ada")["add-test"].state == "unreadable"


def test_each_student_is_graded_with_their_own_seed(
    make_class: MakeClass, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("isolated")
    parts = [
        PARTS[0],
        ("code", "load", "rows = list(range(seed, seed + 3))"),
        ("answer", "first", "if True:\n    first = rows[0]"),
        ("test", "first-test", "assert first == seed, f'expected {seed}, got {first}'", 2),
    ]
    room = make_class(parts, ["ada", "bob", "eve"], variant_seed=7)
    room.hand_in("ada", {"first": "first = rows[0]"})
    room.hand_in("bob", {"first": f"first = {student_seed(7, 'bob', 0, 1000)}"})
    room.hand_in("eve", {"first": f"first = {student_seed(7, 'bob', 0, 1000)}"})
    room.grade()
    done = {name: room.results(name)["first-test"] for name in ("ada", "bob", "eve")}
    assert [one.state for one in done.values()] == ["passed", "passed", "failed"]
    assert done["eve"].expected == str(student_seed(7, "eve", 0, 1000))


@pytest.mark.parametrize("linked", [False, True])
def test_a_class_that_answers_could_read_is_refused(
    small: Classroom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, linked: bool
) -> None:
    data = small.folder.path.parent
    if linked:
        (tmp_path / "link").symlink_to(data)
        data = tmp_path / "link"
    monkeypatch.setenv(CACHE_VARIABLE, str(data))
    lines = len(history(small.book))
    small.hand_in("ada", RIGHT | {"why": "another"}, minutes=9)
    with pytest.raises(RefusedError, match=r"The class folder .* which students' answers may read"):
        small.grade()
    # What was handed in is in the book, and no result.
    assert {one.what for one in history(small.book)[lines:]} == {"submissions"}
    book = dataclasses.replace(small.folder, path=Path("/nowhere"), course=None)
    with pytest.raises(RefusedError, match=r"The grade book .* Move one of the two"):
        prepare(book, load_release(small.folder.frozen, "4.5"))


def test_without_isolation_every_result_says_so(small: Classroom) -> None:
    assert graded_in(small.grade(isolated=False)) == ["ada", "bob"]
    for student in ("ada", "bob"):
        assert small.results(student)["add-test"].message.endswith(OPEN)
    small.grade()
    assert OPEN not in small.results("ada")["add-test"].message


# What stops a grading


def engine_of(process: psutil.Process) -> psutil.Process:
    """Find the process that tests, among the children."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for one in process.children():
            if "grade.engine" in " ".join(one.cmdline()):
                return one
        time.sleep(0.01)
    raise AssertionError("no process that tests")


def test_when_the_engine_dies_it_is_told_and_what_was_graded_is_kept(small: Classroom) -> None:
    small.hand_in("ada", RIGHT | {"why": "1"}, minutes=5)
    small.hand_in("bob", RIGHT | {"add": "import time; time.sleep(1)"}, minutes=5)
    steps = grade(small.folder, small.book, "4.5", by="a test", workers=1)
    next(steps)
    first = next(steps)
    engine_of(psutil.Process()).kill()
    with pytest.raises(KernelError, match="process that runs the tests has ended"):
        list(steps)
    assert first.submission is not None
    assert keys(small.book, first.submission.id)
    assert graded_in(small.grade()) == ["bob"]


@pytest.fixture
def slow(make_class: MakeClass, request: pytest.FixtureRequest) -> Classroom:
    """A class of five of whom two take long."""
    request.getfixturevalue("isolated")
    room = make_class(SUM, ["a", "b", "c", "d", "e"])
    for student in "abc":
        room.hand_in(student, RIGHT)
    for student in "de":
        room.hand_in(student, {"add": "import time\ntime.sleep(20)"})
    return room


COMMAND = [sys.executable, "-m", "mlops_lab.cli", "class", "grade", "4.5", "-j", "1"]


@pytest.fixture
def running(slow: Classroom) -> Iterator["subprocess.Popen[str]"]:
    """A grading as a person starts it, when the first results are in the book."""
    process = subprocess.Popen(
        COMMAND, cwd=slow.folder.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    wait_for(lambda: len(known(slow)) == 3)
    yield process
    process.kill()
    process.communicate()


def known(room: Classroom) -> list[str]:
    return [one.student for one in submissions(room.book) if keys(room.book, one.id)]


def wait_for(condition: Callable[[], object], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


def test_ctrl_c_leaves_no_process_and_keeps_what_was_graded(
    slow: Classroom, running: "subprocess.Popen[str]"
) -> None:
    below = psutil.Process(running.pid).children(recursive=True)
    assert len(below) > 2
    os.kill(running.pid, signal.SIGINT)
    _, told = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Stopped." in told
    assert "Traceback" not in told
    assert psutil.wait_procs(below, timeout=60)[1] == []
    assert known(slow) == ["a", "b", "c"]
    assert all(slow.results(name)["add-test"].state == "passed" for name in "abc")


def test_the_command_says_when_the_engine_dies(
    slow: Classroom, running: "subprocess.Popen[str]"
) -> None:
    below = psutil.Process(running.pid).children(recursive=True)
    engine_of(psutil.Process(running.pid)).kill()
    out, told = running.communicate(timeout=60)
    assert (running.returncode, out) == (1, "")
    assert "What was graded is kept." in told
    assert "Traceback" not in told
    assert psutil.wait_procs(below, timeout=60)[1] == []
    assert known(slow) == ["a", "b", "c"]


# The command


def run(room: Classroom, *words: str) -> Any:
    return CliRunner().invoke(main, ["class", "grade", *words, "--class", str(room.folder.path)])


def test_the_command_as_json(small: Classroom) -> None:
    small.hand_in("bob", {"add": "def add(a, b): return 3"}, minutes=5)
    done = run(small, "4.5", "--json")
    assert done.exit_code == 0, done.output
    (one,) = json.loads(done.stdout)
    assert one["submission"]["student"] == "bob"
    assert [task["state"] for task in one["tasks"]] == ["failed"]
    assert json.loads(run(small, "4.5", "--json").stdout) == []


def test_the_command_tells_a_line_a_student(small: Classroom) -> None:
    done = run(small, "4.5", "--force", "-j", "1")
    assert done.exit_code == 0, done.output
    assert [" ".join(line.split()) for line in sorted(done.stdout.splitlines())] == [
        "ada 2 of 2 1 passed", "bob 0 of 2 1 missing",
    ]  # fmt: skip
    assert "2 graded, 0 as they were" in done.stderr
    assert "0 graded, 2 as they were" in run(small, "4.5").stderr


def test_the_command_without_sandbox(small: Classroom) -> None:
    done = run(small, "4.5", "--no-sandbox", "--student", "ada", "--json")
    (one,) = json.loads(done.stdout)
    assert one["tasks"][0]["message"] == f"All tests pass. {OPEN}"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["4.6"], "There is no assignment '4.6'"),
        (["4.5", "--student", "eve"], "eve handed in nothing for 4.5"),
        (["4.5", "--seconds", "0"], "0.0 is not in the range"),
    ],
    ids=["assignment", "student", "seconds"],
)
def test_wrong_use_exits_2(small: Classroom, words: list[str], told: str) -> None:
    done = run(small, *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr


def test_where_there_is_no_isolation_nothing_is_graded(
    small: Classroom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # The engine is a process of its own, so this one's words reach it through the environment.
    stand_in = tmp_path / "sitecustomize.py"
    stand_in.write_text(
        "import os, sys\n"
        "from mlops_lab.workbench.classroom.sandbox import Sandbox, SandboxError\n"
        "def none(self):\n    if self.isolated: raise SandboxError('no isolation: a test')\n"
        "Sandbox.open = none\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = run(small, "4.5", "--force")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "no isolation: a test" in done.stderr


STARTS = """
import time
from mlops_lab.workbench.classroom.grade import engine
from mlops_lab.workbench.classroom.sandbox import Student
Student._waits = lambda self: {share} * time.monotonic()
start = engine._Engine._start
def told(self, job):
    with open({file!r}, "a") as file:
        file.write(f"{{job.submitted.answers.get('add', '')[-4:]}} {{len(self.busy)}}\\n")
    start(self, job)
engine._Engine._start = told
"""


@pytest.mark.parametrize(("share", "tries"), [(0.0, 1), (0.5, 2)])
def test_what_runs_out_of_time_on_a_busy_machine_is_tried_again_alone(
    make_class: MakeClass, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, share: float, tries: int
) -> None:
    file = tmp_path / "starts.txt"
    (tmp_path / "sitecustomize.py").write_text(STARTS.format(share=share, file=str(file)))
    room = make_class(SUM, ["a", "b"])
    good, stuck = "def add(a, b):\n    return a + b", "def add(a, b):\n    while 1:1"
    for student, answer in zip("ab", (stuck, good), strict=True):
        room.hand_in(student, {"add": answer})
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = room.grade(workers=2)
    assert sum("timed out" in {task.state for task in one.tasks} for one in done) == 1
    starts = [line.rsplit(" ", 1) for line in file.read_text().splitlines()]
    again = [beside for answer, beside in starts if answer.endswith("1:1")]
    assert len(again) == tries
    assert tries == 1 or again[-1] == "0"


@pytest.mark.exhaustive
def test_a_test_that_hangs_within_a_library_is_killed_and_the_next_one_runs(
    make_class: MakeClass,
) -> None:
    hangs = ("test", "sum-test", "assert sum(range(add(1, 2))) == 3", 1)  # nothing interrupts it
    room = make_class([*SUM[:2], hangs, *PARTS[-3:-1]], ["a", "b"])
    endless = {"add": "def add(a, b): return 10**15", "last": "def last(x): return x[-1]"}
    room.hand_in("a", endless)
    room.hand_in("b", {"add": "def add(a, b): return a + b"})
    room.grade(seconds=1.0)
    assert {name: one.state for name, one in room.results("a").items()} == {
        "sum-test": "killed",
        "last-test": "passed",
    }
    assert room.results("b")["sum-test"].state == "passed"
