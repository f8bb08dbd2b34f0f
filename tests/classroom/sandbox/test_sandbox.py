"""The sandbox as a whole: as an ordinary user, without isolation, and when its owner is killed."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from mlops_lab.workbench.classroom.sandbox import (
    Layer,
    Limits,
    Sandbox,
    SandboxError,
    State,
    probe,
)

TRY = """
from mlops_lab.workbench.classroom.sandbox import Limits, Sandbox
import os
with Sandbox(limits=Limits(processes=16, memory=2**27)) as box, box.start() as student:
    print(os.getuid(), student.run([("a", '''
import os
me, seen, up = os.getuid(), sorted(n for n in os.listdir("/proc") if n.isdecimal()), os.listdir("/")
hidden = os.path.exists("/root/secret") or os.path.exists("/var")
def bomb():
    made = 0
    try:
        for _ in range(99):
            if os.fork() == 0:
                os.pause() if hasattr(os, "pause") else __import__("time").sleep(9)
            made += 1
    except BlockingIOError:
        return made
''')])[0].state, student.value("me").value, student.value("seen").value,
        student.value("hidden").value, student.call("bomb").value < 16,
        student.run([("b", "x = bytearray(2**28)")])[0].state, sep="|")
"""


def ordinary(script: str) -> subprocess.CompletedProcess[str]:
    """Run a script as user 65534, who gets sight of this Python wherever it is installed."""
    mounts = f"""
        set -e
        mount -t tmpfs none /mnt && mkdir /mnt/python
        mount --bind {sys.base_prefix} /mnt/python
        mount -t tmpfs -o mode=755 none /root
        mkdir -p {sys.base_prefix} && mount --bind /mnt/python {sys.base_prefix}
        umount /mnt/python
        exec setpriv --reuid 65534 --regid 65534 --clear-groups {sys.executable} -c "$SCRIPT"
    """
    plain = f'exec setpriv --reuid 65534 --regid 65534 --clear-groups {sys.executable} -c "$SCRIPT"'
    hidden = Path(sys.base_prefix).is_relative_to("/root")
    return subprocess.run(
        ["unshare", "-m", "sh", "-c", textwrap.dedent(mounts) if hidden else plain],
        env={"SCRIPT": script, "PATH": os.environ["PATH"], "HOME": "/tmp"},
        cwd="/tmp", capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.skipif(os.geteuid() != 0, reason="only the administrator can become another user")
@pytest.mark.usefixtures("sandbox")
def test_an_ordinary_user_is_isolated_alike() -> None:
    done = ordinary(TRY)
    assert done.stdout.strip() == "65534|ok|65534|['1', '2']|False|True|out of memory", done.stderr


@pytest.mark.usefixtures("sandbox")
def test_without_isolation_it_refuses() -> None:
    done = subprocess.run(
        [sys.executable, "-c", REFUSED], capture_output=True, text=True, check=False, timeout=60
    )
    assert "SandboxError: no isolation here: OSError: [Errno 28]" in done.stderr, done.stderr
    assert "without by name (sandbox=False)" in done.stderr


# Namespaces are used up in a namespace where none are allowed, whoever runs this.
REFUSED = """
import ctypes, os
from mlops_lab.workbench.classroom.sandbox import Sandbox
from mlops_lab.workbench.classroom.sandbox.kernel import unshare, NEWNS, NEWUSER
user = os.geteuid()
unshare(NEWUSER | NEWNS)
open("/proc/self/setgroups", "w").write("deny")
open("/proc/self/uid_map", "w").write(f"1000 {user} 1")
open("/proc/sys/user/max_user_namespaces", "w").write("0")
Sandbox().open()
"""


@pytest.fixture(scope="module")
def plain() -> Sandbox:
    return Sandbox(limits=Limits(seconds=2, memory=128 * 2**20, output=20_000), sandbox=False)


def test_a_plain_process_has_the_same_words(plain: Sandbox) -> None:
    with plain:
        assert not plain.isolated
        with plain.start() as student:
            assert student.run([("a", "def f(x): return x + 1")])[0].ok
            assert student.call("f", [1]).value == 2
            full = student.run([("b", "x = bytearray(2**29)")])[0]
            assert full.state is State.OUT_OF_MEMORY
            assert full.failure is not None
            assert full.failure.message == "it took more than 128 MB of memory"
            loop = student.run([("c", "while True: pass")], seconds=0.1)[0]
            assert loop.state is State.TIMED_OUT
        with plain.start() as student:
            shout = student.run([("a", "while True: print('x' * 999)")])[0]
            assert shout.state is State.TOO_MUCH_OUTPUT
            assert shout.failure is not None
            assert shout.failure.message == "it printed more than 20 kB"
        with plain.start() as student:
            assert student.run([("a", "import os; os._exit(3)")])[0].state is State.KILLED


def test_a_plain_process_leaves_nothing_behind(plain: Sandbox) -> None:
    mark = f"314159{os.getpid()}"  # of this run alone
    with plain, plain.start() as student:
        source = f"import subprocess\nsubprocess.Popen(['sleep', '{mark}'], start_new_session=True)"
        assert student.run([("a", source)])[0].ok
        wait_until_named(mark)
        student.end()
        assert not named(mark)


OWNER = """
import os, time
from mlops_lab.workbench.classroom.sandbox import Sandbox
with Sandbox(sandbox={isolated}) as box:
    print("open", flush=True)
    while True:
        student = box.start()
        print("started", flush=True)
        student.run([("a", "import subprocess\\nsubprocess.Popen(['sleep', '{mark}'])")])
"""


@pytest.mark.parametrize("delay", [0.0, 0.005, 0.02, 0.05, 0.1, 0.3])
@pytest.mark.usefixtures("sandbox")
def test_nothing_is_left_when_the_owner_is_killed(delay: float) -> None:
    mark = f"16180{os.getpid()}{int(delay * 1000)}"
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER.format(isolated=True, mark=mark)], stdout=subprocess.PIPE
    )
    assert owner.stdout is not None
    owner.stdout.readline()
    time.sleep(delay)
    below = psutil.Process(owner.pid).children(recursive=True)
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    until = time.monotonic() + 60
    while time.monotonic() < until and (any(map(alive, below)) or named(mark)):
        time.sleep(0.02)
    assert not any(map(alive, below))
    assert not named(mark)


def alive(process: psutil.Process) -> bool:
    return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)


def named(mark: str) -> list[int]:
    found = psutil.process_iter(["cmdline"])
    return [one.pid for one in found if mark in (one.info["cmdline"] or [])]


def wait_until_named(mark: str) -> None:
    # A program has no arguments to be seen by for a moment after it has taken over its process.
    until = time.monotonic() + 60
    while not named(mark):
        assert time.monotonic() < until, f"{mark} was never there"
        time.sleep(0.01)


@pytest.mark.usefixtures("sandbox")
def test_folders_are_shown_and_hidden(tmp_path: Path) -> None:
    (tmp_path / "data" / "truth").mkdir(parents=True)
    for name in ("a.csv", "truth/b.csv"):
        (tmp_path / "data" / name).write_text("1")
    tmp_path.chmod(0o700)
    data = tmp_path / "data"
    with Sandbox(read_only=[data], hidden=[data / "truth"]) as box, box.start() as student:
        source = f"import os\nseen = [os.listdir('{data}'), os.listdir('{data}/truth')]"
        assert student.run([("a", source)])[0].ok
        assert sorted(student.value("seen").value[0]) == ["a.csv", "truth"]
        assert student.value("seen").value[1] == []
        wrote = student.run([("b", f"open('{data}/a.csv', 'w')")])[0]
        assert wrote.failure is not None
        assert wrote.failure.kind == "OSError"


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's students read what the user may")
@pytest.mark.usefixtures("sandbox")
def test_a_folder_that_students_could_not_read_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(SandboxError, match=r"students could not read .*chmod"):
        Sandbox(read_only=[tmp_path]).open()


@pytest.mark.usefixtures("sandbox")
def test_the_probe_says_what_is_there() -> None:
    layers = {one.name: one for one in probe()}
    assert set(layers) == {"namespaces", "system calls", "memory"}
    assert all(type(one) is Layer and one.sentence.endswith(".") for one in layers.values())
    assert layers["namespaces"].ok


@pytest.mark.usefixtures("sandbox")
def test_no_student_leaves_descriptors_with_the_grader() -> None:
    with Sandbox() as box:
        box.start().end()
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(5):
            box.start().end()
        assert len(list(Path("/proc/self/fd").iterdir())) == before
