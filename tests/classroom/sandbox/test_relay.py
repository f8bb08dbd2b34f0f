"""Two students who agreed on a sign cannot give it to each other through what both can reach."""

from collections.abc import Iterator

import pytest

from mlops_lab.workbench.classroom.sandbox import Sandbox, Student

START = """
import ctypes, errno, fcntl, mmap, os, socket, struct
libc = ctypes.CDLL(None, use_errno=True)
shared = open(os.__file__, "rb")
seen = False

def attempt(does):
    try:
        return does()
    except OSError as error:
        return error.errno

def number(call, *words):  # a system call's answer, or its error below zero
    found = libc.syscall(call, *words)
    return found if found >= 0 else -ctypes.get_errno()
"""
LOCK = """
def lock(kind):
    return struct.pack("hhqqi4x", kind, 0, 71305, 1, 0)
"""
ASKS = (
    LOCK
    + """
def kind_of(command):
    found = attempt(lambda: fcntl.fcntl(shared, command, lock(fcntl.F_WRLCK)))
    return struct.unpack("hhqqi4x", found)[0] if isinstance(found, bytes) else None
"""
)
# What the one does who waits for the sign; what the other does who gives it; how the first looks.
RELAYS = {
    "lock of a process": ("", LOCK + "fcntl.fcntl(shared, fcntl.F_SETLK, lock(fcntl.F_RDLCK))",
                          ASKS + "seen = kind_of(fcntl.F_GETLK) == fcntl.F_RDLCK"),
    "lock of an open file": ("", LOCK + "fcntl.fcntl(shared, 37, lock(fcntl.F_RDLCK))",
                             ASKS + "seen = kind_of(36) == fcntl.F_RDLCK"),
    "lock asked for with bits that the system drops": (
        "", LOCK + "fcntl.fcntl(shared, fcntl.F_SETLK, lock(fcntl.F_RDLCK))",
        LOCK + "asked = ctypes.create_string_buffer(lock(fcntl.F_WRLCK))\n"
        "wide = ctypes.c_uint64(fcntl.F_GETLK | 1 << 32)\n"
        "done = number(72, shared.fileno(), wide, asked)\n"
        "seen = done == 0 and struct.unpack('hhqqi4x', asked.raw[:32])[0] == fcntl.F_RDLCK"),
    "lock of a whole file": (
        "", "fcntl.flock(shared, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        "seen = attempt(lambda: fcntl.flock(shared, fcntl.LOCK_EX | fcntl.LOCK_NB)) is not None"),
    "list of locks": ("before = open('/proc/locks').read()",
                      LOCK + "fcntl.fcntl(shared, fcntl.F_SETLK, lock(fcntl.F_RDLCK))",
                      "seen = '71305' in open('/proc/locks').read()"),
    "lease": ("", "attempt(lambda: fcntl.fcntl(shared, fcntl.F_SETLEASE, fcntl.F_RDLCK))",
              "seen = attempt(lambda: fcntl.fcntl(shared, fcntl.F_SETLEASE, fcntl.F_WRLCK))"
              " in (0, errno.EAGAIN)"),
    "watch of a file": (
        "events = libc.inotify_init1(os.O_NONBLOCK)\n"
        "libc.inotify_add_watch(events, os.__file__.encode(), 0xFFF)",
        "open(os.__file__, 'rb').read(1)",
        "seen = isinstance(attempt(lambda: os.read(events, 4096)), bytes)"),
    "watch of a folder": (
        "place = os.open(os.path.dirname(os.__file__), os.O_RDONLY)\n"
        "import signal\nsignal.signal(signal.SIGIO, lambda *a: globals().update(seen=True))\n"
        "attempt(lambda: fcntl.fcntl(place, fcntl.F_NOTIFY, 1 | 1 << 31))",
        "open(os.__file__, 'rb').read(1)", ""),
    "socket without a file": (
        "", "one = socket.socket(socket.AF_UNIX)\none.bind('\\0sign')\none.listen()",
        "two = socket.socket(socket.AF_UNIX)\n"
        "seen = attempt(lambda: two.connect('\\0sign')) is None"),
    "socket of the loop": (
        "", "one = socket.socket()\nattempt(lambda: one.bind(('127.0.0.1', 17305)))\n"
        "attempt(one.listen)",
        "two = socket.socket()\n"
        "seen = attempt(lambda: two.connect(('127.0.0.1', 17305))) is None"),
    "shared memory": ("", "open('/dev/shm/sign', 'w').write('1')",
                      "seen = os.path.exists('/dev/shm/sign')"),
    "file in /tmp": ("", "open('/tmp/sign', 'w').write('1')",
                     "seen = os.path.exists('/tmp/sign')"),
    "message queue": ("", "number(240, b'sign', os.O_CREAT | os.O_RDWR, 0o666, None)",
                      "seen = number(240, b'sign', os.O_RDONLY, 0, None) >= 0"),
    "queue of System V": ("", "number(68, 71305, 0o1666)", "seen = number(68, 71305, 0) >= 0"),
    "semaphores": ("", "number(64, 71305, 1, 0o1666)", "seen = number(64, 71305, 1, 0) >= 0"),
    "segment": ("", "number(29, 71305, 4096, 0o1666)", "seen = number(29, 71305, 4096, 0) >= 0"),
    "key": ("", "number(248, b'user', b'sign', b'1', 1, -4)",
            "seen = number(249, b'user', b'sign', None, -4) >= 0"),
    "process": ("before = set(os.listdir('/proc'))", "import threading\nevent = threading.Event()\n"
                "threading.Thread(target=event.wait, daemon=True).start()",
                "seen = set(os.listdir('/proc')) != before"),
    "name of the host": ("before = socket.gethostname()", "attempt(lambda: "
                         "socket.sethostname('sign'))", "seen = socket.gethostname() != before"),
}  # fmt: skip


@pytest.fixture
def other(sandbox: Sandbox) -> Iterator[Student]:
    with sandbox.start() as one:
        yield one


@pytest.mark.parametrize("name", RELAYS)
def test_no_sign_goes_from_one_student_to_another(
    student: Student, other: Student, name: str
) -> None:
    waits, gives, looks = RELAYS[name]
    assert student.run([("waits", START + waits)])[0].ok
    other.run([("gives", START + gives)])  # it may be refused
    assert other.ended is None
    looked = student.run([("looks", looks or "pass")])[0]
    assert looked.ok, looked
    assert student.value("seen").value is False


def test_locks_of_ones_own_files_work(student: Student) -> None:
    source = """
import fcntl, sqlite3
with open("/tmp/own", "w") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    fcntl.lockf(file, fcntl.LOCK_EX)
book = sqlite3.connect("/tmp/own.db")
with book:
    book.execute("create table a (b)")
    book.execute("insert into a values (1)")
found = sqlite3.connect("/tmp/own.db").execute("select b from a").fetchall()
"""
    assert student.run([("own", source)])[0].ok
    assert student.value("found").value == [(1,)]
