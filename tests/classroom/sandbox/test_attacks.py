"""Attacks by a student's code: each ends in a state, and reaches nothing."""

import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from mlops_lab.workbench.classroom.sandbox import Outcome, Sandbox, State, Student

ROOT = Path(__file__).resolve().parents[3]
Attack = Callable[[str], Outcome]


def refused(outcome: Outcome, *kinds: str) -> None:
    assert outcome.state is State.ERROR, outcome
    assert outcome.failure is not None
    assert outcome.failure.kind in kinds, outcome.failure


# What it takes


def test_endless_loop_is_stopped_and_the_process_goes_on(student: Student) -> None:
    assert student.run([("a", "while True: pass")], seconds=0.2)[0].state is State.TIMED_OUT
    assert student.run([("b", "1 + 1")])[0].ok


def test_endless_loop_that_swallows_everything_is_killed(student: Student) -> None:
    source = "import time\nwhile True:\n    try: time.sleep(1)\n    except BaseException: pass"
    assert student.run([("a", source)], seconds=0.1)[0].state is State.TIMED_OUT
    assert student.ended is not None
    assert student.run([("b", "1 + 1")])[0].state is State.TIMED_OUT


def test_every_signal_ignored_is_killed(student: Student) -> None:
    source = (
        "import signal, time\n"
        "for n in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:\n"
        "    signal.signal(n, signal.SIG_IGN)\n"
        "while True: time.sleep(1)"
    )
    assert student.run([("a", source)], seconds=0.1)[0].state is State.TIMED_OUT


def test_stopping_itself_is_timed_out(student: Student) -> None:
    source = "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"
    assert student.run([("a", source)], seconds=0.1)[0].state is State.TIMED_OUT


def test_fork_bomb_stays_small(student: Student) -> None:
    source = (
        "import os, time\ntry:\n    while True: os.fork()\n"
        "except BlockingIOError:\n    time.sleep(0.5)\n"
    )
    worst: list[int] = []
    over = threading.Event()
    counting = threading.Thread(target=lambda: worst.extend(_counts(over)))
    counting.start()
    student.run([("a", source)], seconds=0.5)
    over.set()
    counting.join()
    assert 0 < max(worst) < 60
    student.end()


def _counts(over: threading.Event) -> list[int]:
    """Count what has been started below this process again and again, and once more at the end."""
    me, found = psutil.Process(), []
    while True:
        last = over.wait(0.02)
        found.append(len(me.children(recursive=True)))
        if last:
            return found


def test_threads_without_end_are_refused(attack: Attack) -> None:
    source = (
        "import threading, time\n"
        "while True: threading.Thread(target=time.sleep, args=(9,), daemon=True).start()"
    )
    assert attack(source).state in (State.ERROR, State.OUT_OF_MEMORY)


def test_memory_bomb(attack: Attack) -> None:
    assert attack("x = bytearray(2**30)").state is State.OUT_OF_MEMORY
    assert attack("1 + 1").ok


def test_memory_bomb_of_many_processes(student: Student) -> None:
    source = (
        "import os, time\nfor _ in range(12):\n    if os.fork() == 0: break\n"
        "x = bytearray(b'1') * (60 * 2**20)\ntime.sleep(5)"
    )
    assert student.run([("a", source)], seconds=4)[0].state is State.OUT_OF_MEMORY


@pytest.mark.parametrize(
    "source",
    [
        "import os; os.memfd_create('x')",
        "import ctypes; libc = ctypes.CDLL(None, use_errno=True)\n"
        "if libc.shmget(0, 2**20, 0o1600) < 0: raise OSError(ctypes.get_errno(), '')",
    ],
    ids=["nameless file", "shared segment"],
)
def test_memory_that_nobody_counts(attack: Attack, source: str) -> None:
    refused(attack(source), "PermissionError", "OSError")


READS_ZEROS = """
import mmap
held = []
while True:  # each place is the one page of zeros, of which only the entry is new
    held.append(mmap.mmap(-1, 2**22, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ))
    held[-1][0], held[-1][2**21]
"""
FILLS_SOCKETS = """
import os, socket, time
if os.fork() == 0:
    os.fork()
pairs = [socket.socketpair() for _ in range(110)]
for one in sum(pairs, ()):
    one.setblocking(False)
    try:
        while True:
            one.send(bytes(2**16))
    except BlockingIOError:
        continue
time.sleep(9)
"""


@pytest.mark.parametrize("source", [READS_ZEROS, FILLS_SOCKETS], ids=["page tables", "sockets"])
def test_memory_of_the_system_counts(student: Student, source: str) -> None:
    assert student.run([("a", source)], seconds=9)[0].state is State.OUT_OF_MEMORY


def test_sockets_that_people_use_are_no_trouble(attack: Attack) -> None:
    source = "import asyncio\nloops = [asyncio.new_event_loop() for _ in range(20)]"
    assert attack(source).ok


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm"])
def test_filling_tmp(attack: Attack, folder: str) -> None:
    source = f"for n in range(9):\n    open(f'{folder}/{{n}}', 'wb').write(bytes(2**20))"
    refused(attack(source), "OSError")


def test_a_huge_file(attack: Attack) -> None:
    refused(attack("open('/tmp/x', 'wb').truncate(2**40)"), "OSError")


@pytest.mark.parametrize("stream", ["stdout", "stderr", "__stdout__"])
def test_endless_output(student: Student, stream: str) -> None:
    done = student.run([("a", f"import sys\nwhile True: sys.{stream}.write('x' * 1000)")])[0]
    assert done.state is State.TOO_MUCH_OUTPUT
    assert len(done.stdout + done.stderr) <= 20_000


def test_open_files_without_end(attack: Attack) -> None:
    refused(attack("kept = []\nwhile True: kept.append(open('/dev/null'))"), "OSError")


# What it sees


@pytest.mark.parametrize(
    "path",
    [
        "/root/.bashrc", "/home", str(ROOT / "notebooks"), str(ROOT / "tests"), "/etc/shadow",
        "/etc/hostname", "/proc/1/environ", "/proc/1/mem", "/proc/1/maps", "/var", "/dev/vda",
    ],
)  # fmt: skip
def test_no_sight_of(attack: Attack, path: str) -> None:
    source = (
        f"import os\npath = {path!r}\n"
        "os.listdir(path) if os.path.isdir(path) else open(path, 'rb').read(1)"
    )
    refused(attack(source), "FileNotFoundError", "PermissionError", "OSError")


def test_no_sight_of_a_file_of_the_grader(attack: Attack, secret: Path) -> None:
    refused(attack(f"open({str(secret)!r})"), "FileNotFoundError")


def test_a_symlink_leads_nowhere(attack: Attack, secret: Path) -> None:
    source = f"import os; os.symlink({str(secret)!r}, '/tmp/way-to-it'); open('/tmp/way-to-it')"
    refused(attack(source), "FileNotFoundError")


def test_no_way_up_from_the_root(attack: Attack) -> None:
    source = (
        "import os\nos.chdir('/')\nfor _ in range(9): os.chdir('..')\n"
        "assert 'var' not in os.listdir('.')"
    )
    assert attack(source).ok


def test_no_other_processes(student: Student) -> None:
    source = "import os\nseen = sorted(int(n) for n in os.listdir('/proc') if n.isdecimal())"
    assert student.run([("a", source)])[0].ok
    assert student.value("seen").value == [1, 2]


def test_environment_is_clean(student: Student, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "42")
    source = "import os\nseen = list(os.environ)\nraw = open('/proc/self/environ').read()"
    assert student.run([("a", source)])[0].ok
    assert "SECRET_OF_THE_GRADER" not in str(student.value("raw").value)
    assert set(student.value("seen").value) < {
        "HOME", "TMPDIR", "PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "MLOPS_LAB_DATA",
        "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
        "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "TF_CPP_MIN_LOG_LEVEL",
        "MPLBACKEND", "PYTHONDONTWRITEBYTECODE", "ARROW_DEFAULT_MEMORY_POOL",
    }  # fmt: skip


def test_only_its_own_descriptors(student: Student) -> None:
    source = "import os\nseen = [int(n) for n in os.listdir('/proc/self/fd')]"
    assert student.run([("a", source)])[0].ok
    # The fourth is the one that lists the folder.
    assert sorted(student.value("seen").value) == [0, 1, 2, 3, 4]


def test_no_object_of_the_grader_in_memory(student: Student) -> None:
    source = (
        "import gc, sys\n"
        "names = {type(one).__name__ for one in gc.get_objects()}\n"
        "frame, files = sys._getframe(), []\n"
        "while frame: files.append(frame.f_code.co_filename); frame = frame.f_back\n"
        "modules = [name for name in sys.modules if 'student' in name or name == 'pytest']"
    )
    assert student.run([("a", source)])[0].ok
    assert not {"Student", "Outcome", "Sandbox"} & student.value("names").value
    assert "test_attacks.py" not in str(student.value("files").value)


# Whom it reaches


@pytest.mark.parametrize("address", ["('127.0.0.1', PORT)", "('192.0.2.1', 80)", "('::1', PORT)"])
def test_no_network(attack: Attack, address: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = address.replace("PORT", str(server.getsockname()[1]))
        family = "AF_INET6" if "::" in place else "AF_INET"
        source = f"import socket\nsocket.socket(socket.{family}).connect({place})"
        refused(attack(source), "OSError", "ConnectionRefusedError")


@pytest.mark.parametrize("family", ["AF_VSOCK", "AF_PACKET", "AF_ALG"])
def test_no_other_kind_of_socket(attack: Attack, family: str) -> None:
    source = f"import socket\nsocket.socket(socket.{family}, socket.SOCK_SEQPACKET)"
    refused(attack(source), "PermissionError", "OSError")


def test_no_unix_socket_without_a_name(attack: Attack) -> None:
    name = f"\0mlops-lab-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(name)
        server.listen()
        source = f"import socket\nsocket.socket(socket.AF_UNIX).connect({name!r})"
        refused(attack(source), "ConnectionRefusedError")


@pytest.mark.parametrize("target", ["1", "-1", "os.getppid()"])
@pytest.mark.parametrize("number", ["SIGKILL", "SIGTERM", "SIGINT", "SIGSTOP"])
def test_no_killing_of_parents(attack: Attack, target: str, number: str) -> None:
    attack(f"import os, signal\nos.kill({target}, signal.{number})")
    assert attack("1 + 1").ok


def test_no_killing_by_number(attack: Attack) -> None:
    refused(attack(f"import os; os.kill({os.getpid()}, 9)"), "ProcessLookupError")


def test_no_tracing(attack: Attack) -> None:
    source = (
        "import ctypes; libc = ctypes.CDLL(None, use_errno=True)\n"
        "if libc.ptrace(16, 1, 0, 0) < 0: raise OSError(ctypes.get_errno(), '')"
    )
    refused(attack(source), "PermissionError")


@pytest.mark.parametrize(
    "call",
    [
        "mount(b'none', b'/tmp', b'tmpfs', 0, None)", "umount2(b'/tmp', 2)", "chroot(b'/tmp')",
        "unshare(0x10000000)", "unshare(0x00020000)", "setuid(0)", "setgid(0)", "setns(3, 0)",
        "sethostname(b'x', 1)", "reboot(0)", "keyctl(0)", "personality(0x0040000)",
        "clone(0, 0, 0x10000011, 0)",
    ],
)  # fmt: skip
def test_no_privileges(attack: Attack, call: str) -> None:
    source = (
        "import ctypes\nlibrary = 'libkeyutils.so.1' if 'keyctl' in CALL else None\n"
        "libc = ctypes.CDLL(library, use_errno=True)\n"
        f"if libc.{call} == -1: raise OSError(ctypes.get_errno(), '')"
    ).replace("CALL", repr(call))
    refused(attack(source), "PermissionError", "OSError")


def test_a_program_with_the_set_user_bit_gains_nothing(student: Student) -> None:
    source = (
        "import subprocess\n"
        "done = subprocess.run(['/bin/su', '-c', 'id'], capture_output=True)\n"
        "got = done.returncode"
    )
    assert student.run([("a", source)])[0].ok
    assert student.value("got").value != 0


@pytest.mark.parametrize(
    "path",
    ["/x", "/usr/x", "/etc/passwd", "/dev/x", "/proc/sys/kernel/hostname", f"{ROOT}/mlops_lab/x",
     "/proc/sys/user/max_user_namespaces", "/proc/self/uid_map", "/proc/self/oom_score_adj"],
)  # fmt: skip
def test_no_writing_outside_of_tmp(attack: Attack, path: str) -> None:
    source = f"with open({path!r}, 'w') as file: file.write('0')"
    refused(attack(source), "OSError", "PermissionError")


def test_students_do_not_meet(sandbox: Sandbox) -> None:
    with sandbox.start() as one, sandbox.start() as two:
        assert one.run([("a", "open('/tmp/answer', 'w').write('42')")])[0].ok
        refused(two.run([("a", "open('/tmp/answer')")])[0], "FileNotFoundError")


# How it ends


@pytest.mark.parametrize(
    "source",
    ["import os; os._exit(0)", "import os; os.kill(os.getpid(), 9)", "import os; os.abort()",
     "import ctypes; ctypes.string_at(0)"],
    ids=["exit", "kill", "abort", "segfault"],
)  # fmt: skip
def test_a_process_that_ends(student: Student, source: str) -> None:
    done = student.run([("a", source)])[0]
    assert done.state is State.KILLED
    assert done.failure is not None
    assert "ended" in done.failure.message


@pytest.mark.parametrize("source", ["raise SystemExit(0)", "quit()", "raise KeyboardInterrupt"])
def test_a_polite_exit_is_an_error(attack: Attack, source: str) -> None:
    assert attack(source).state is State.ERROR
    assert attack("1 + 1").ok


def test_background_processes_end_with_it(student: Student) -> None:
    mark = f"271828{os.getpid()}"  # of this run alone
    source = (
        "import subprocess, os\n"
        f"subprocess.Popen(['/bin/sleep', '{mark}'], start_new_session=True)\n"
        f"if os.fork() == 0:\n    os.setsid()\n    os.execv('/bin/sleep', ['sleep', '{mark}'])"
    )
    assert student.run([("a", source)])[0].ok
    assert _running(mark)
    student.end()
    assert not _running(mark)


def _running(mark: str) -> list[int]:
    found = psutil.process_iter(["cmdline"])
    return [one.pid for one in found if mark in (one.info["cmdline"] or [])]


def test_closing_the_line(student: Student) -> None:
    done = student.run([("a", "import os, time; os.close(3); time.sleep(9)")])[0]
    assert done.state is State.KILLED
    assert student.run([("b", "1")])[0].state is State.KILLED


def test_background_thread_that_outlives_its_call(student: Student) -> None:
    source = (
        "import threading, time\n"
        "def late():\n    time.sleep(0.05); import builtins; builtins.x = 1\n    while True: pass\n"
        "def f(): threading.Thread(target=late, daemon=True).start(); return 1"
    )
    assert student.run([("a", source)])[0].ok
    assert student.call("f").value == 1
    assert student.call("f").value == 1
