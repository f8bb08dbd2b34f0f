"""Children end with their parent, also when it is killed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from mlops_lab.core import end_with_parent, ending_with_us

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells of a parent's end")
PARENT = """
import subprocess, sys, time
from mlops_lab.core import ending_with_us
child = subprocess.Popen(ending_with_us([sys.executable, "-c", sys.argv[1]]))
print(child.pid, flush=True)
time.sleep(600)
"""
CHILD = "import time; time.sleep(600)"
ASKING = """
import os, sys, time
parent = os.getpid()
if not os.fork():
    from mlops_lab.core import end_with_parent
    print(os.getpid() if end_with_parent(parent) else "alone", flush=True)
    time.sleep(600)
time.sleep(600)
"""


@pytest.fixture
def parent(request: pytest.FixtureRequest) -> Iterator["subprocess.Popen[str]"]:
    """Start a program that prints the process id of its child."""
    program, *arguments = request.param
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True
    ) as started:
        try:
            yield started
        finally:
            started.kill()


@LINUX
@pytest.mark.parametrize("parent", [(PARENT, CHILD), (ASKING,)], indirect=True)
def test_a_child_ends_when_its_parent_is_killed(parent: "subprocess.Popen[str]") -> None:
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    _, alive = psutil.wait_procs([child], timeout=60)
    assert not alive


def test_a_parent_that_has_ended_is_told() -> None:
    program = "from mlops_lab.core import end_with_parent; print(end_with_parent(1 << 30))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_the_command_keeps_its_arguments_its_output_and_its_code(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; print(sys.argv[1:]); sys.exit(7)", "a b", "ö"]
    done = subprocess.run(ending_with_us(command), capture_output=True, text=True, cwd=tmp_path)
    assert (done.stdout, done.returncode) == ("['a b', 'ö']\n", 7)


def test_a_process_bound_to_another_parent_does_not_start() -> None:
    command = ending_with_us([sys.executable, "-c", "print('started')"])
    place = command.index(str(os.getpid()))
    command[place] = str(1 << 30)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == ""


def test_another_system_gets_the_command_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert ending_with_us(["a", "b"]) == ["a", "b"]
    assert end_with_parent(os.getppid())
