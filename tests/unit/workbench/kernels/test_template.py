"""Templates and their kernels: started, refused, ended, killed; and nothing left over."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from kernel_sessions import ready_template

from mlops_lab.workbench.kernels.conditions import supported
from mlops_lab.workbench.kernels.forked import ForkedKernel, ForkUnavailableError, fork
from mlops_lab.workbench.kernels.owner import Template

if reason := supported():
    pytest.skip(reason, allow_module_level=True)

LIGHT = ("ipykernel.kernelapp", "ipykernel.ipkernel", "numpy", "matplotlib")
Forker = Callable[..., ForkedKernel]


@pytest.fixture(scope="module")
def template() -> Iterator[Template]:
    """Yield a template that has imported little, ready to fork."""
    with ready_template(LIGHT) as made:
        yield made


@pytest.fixture
def start(template: Template, tmp_path: Path) -> Iterator[Forker]:
    """Fork a kernel with a connection file of its own; what is left is ended after the test."""
    forked: list[ForkedKernel] = []

    def begin(folder: Path = template.folder, **settings: object) -> ForkedKernel:
        connection = tmp_path / f"kernel-{len(forked)}.json"
        given = {
            "executable": sys.executable,
            "env": dict(os.environ),
            "cwd": tmp_path,
            "streams": (0, 1, 2),
            **settings,
        }
        arguments = ["-f", str(connection), "--log-level=50"]
        forked.append(fork(folder, arguments, **given))  # type: ignore[arg-type]  # tests break it
        return forked[-1]

    yield begin
    for kernel in forked:
        kernel.kill()
        kernel.wait(60)


def gone(pid: int, timeout: float = 60) -> bool:
    """Wait until a process has ended; a zombie has."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return True
        process.wait(timeout)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    return True


def descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208  a count


def kernels_of(template: Template) -> list[psutil.Process]:
    return list(psutil.Process(template.pid).children())


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.01)


def ask(template: Template, cwd: Path) -> ForkedKernel:
    """Ask for a kernel that the test ends itself."""
    settings = {"executable": sys.executable, "env": os.environ, "cwd": cwd}
    file = cwd / f"{time.monotonic_ns()}.json"
    return fork(template.folder, ["-f", str(file)], streams=(0, 1, 2), **settings)  # type: ignore[arg-type]  # a mapping has one type of values


def test_a_kernel_runs_and_ends_with_its_code(template: Template, start: Forker) -> None:
    kernel = start()
    assert kernel.poll() is None
    assert psutil.Process(kernel.pid).ppid() == template.pid
    assert os.getsid(kernel.pid) == kernel.pid
    with pytest.raises(subprocess.TimeoutExpired):
        kernel.wait(0.05)
    kernel.terminate()
    assert kernel.wait(60) == kernel.poll() == -signal.SIGTERM
    kernel.send_signal(signal.SIGINT)  # to nobody: the number may be another process's by now


def test_a_library_that_is_not_installed_costs_the_others_nothing(tmp_path: Path) -> None:
    made = Template((*LIGHT, "no_such_library"))
    try:
        assert made.ready(None)
        assert list(made.left_out) == ["no_such_library"]
        kernel = ask(made, tmp_path)
        assert kernel.poll() is None
        kernel.kill()
        assert kernel.wait(10) == -signal.SIGKILL
    finally:
        made.close()


def test_it_has_the_streams_that_it_was_given(start: Forker, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with out.open("wb") as stream:
        kernel = start(streams=(0, stream.fileno(), stream.fileno()))
    assert Path(f"/proc/{kernel.pid}/fd/1").readlink() == out
    assert Path(f"/proc/{kernel.pid}/cwd").readlink() == tmp_path


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"executable": "/usr/bin/other"}, "runs on /usr/bin/other"),
        ({"env": {"OMP_NUM_THREADS": "7"}}, "not the template's: OMP_NUM_THREADS"),
        ({"streams": (0, 1)}, "2 of 3 standard streams"),
        ({"cwd": Path("/does/not/exist")}, "the fork failed: FileNotFoundError"),
        ({"folder": Path("/tmp")}, "not private"),
        ({"folder": Path("/does/not/exist")}, "does not answer"),
    ],
    ids=["interpreter", "environment", "streams", "folder", "open address", "no template"],
)
def test_what_is_not_forked(
    template: Template, start: Forker, settings: dict[str, object], said: str
) -> None:
    if isinstance(changed := settings.get("env"), dict):  # of today: libraries add to it
        settings = settings | {"env": os.environ | changed}
    with pytest.raises(ForkUnavailableError, match=said) as caught:
        start(**settings)
    assert not caught.value.stale
    until(lambda: not kernels_of(template))
    assert start().poll() is None  # and the next is well


def test_a_folder_with_its_own_numpy(start: Forker, tmp_path: Path) -> None:
    (tmp_path / "numpy.py").touch()
    with pytest.raises(ForkUnavailableError, match="its folder has its own numpy"):
        start()


def test_a_template_is_stale_when_something_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "site").mkdir()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"), prepend=os.pathsep)
    template = Template(LIGHT)
    assert template.ready(None)
    before = ask(template, tmp_path)
    (tmp_path / "site" / "new.dist-info").mkdir()
    with pytest.raises(ForkUnavailableError, match="have changed") as caught:
        ask(template, tmp_path)
    assert caught.value.stale
    assert before.poll() is None  # a stale template keeps its kernels
    before.kill()
    assert before.wait(60) == -signal.SIGKILL
    assert gone(template.pid)
    assert not template.folder.exists()
    template.close()


def test_many_kernels_leave_nothing(template: Template, start: Forker) -> None:
    start().kill()
    until(lambda: not kernels_of(template))
    ours, theirs = descriptors(os.getpid()), descriptors(template.pid)
    memory = []
    for _ in range(200):
        kernel = start()
        kernel.kill()
        assert kernel.wait(60) == -signal.SIGKILL
        memory.append(psutil.Process(template.pid).memory_full_info().uss)
    assert not kernels_of(template)
    assert descriptors(os.getpid()) == ours
    until(lambda: descriptors(template.pid) == theirs)  # it tells of the end before it tidies up
    assert memory[-1] - memory[20] < 1024 * 1024


def test_many_kernels_at_once(template: Template, start: Forker) -> None:
    kernels = [start() for _ in range(24)]
    assert len({one.pid for one in kernels}) == 24
    assert sorted(one.pid for one in kernels_of(template)) == sorted(one.pid for one in kernels)
    for number, kernel in zip((signal.SIGTERM, signal.SIGKILL) * 12, kernels, strict=True):
        kernel.send_signal(number)
    codes = Counter(kernel.wait(60) for kernel in kernels)
    assert codes == {-signal.SIGTERM: 12, -signal.SIGKILL: 12}
    assert not kernels_of(template)


def test_a_killed_template_takes_its_kernels_along(tmp_path: Path) -> None:
    template = Template(LIGHT)
    assert template.ready(None)
    kernels = [ask(template, tmp_path) for _ in range(3)]
    os.kill(template.pid, signal.SIGKILL)
    assert [one.wait(60) for one in kernels] == [-signal.SIGKILL] * 3
    assert all(gone(one.pid) for one in kernels)
    with pytest.raises(ForkUnavailableError, match="does not answer"):
        ask(template, tmp_path)
    template.close()
    assert not template.folder.exists()


OWNER = """
import os, sys, time
from pathlib import Path
from mlops_lab.workbench.kernels.forked import fork
from mlops_lab.workbench.kernels.owner import Template
template = Template(("ipykernel.kernelapp",))
kernels = []
print(template.pid, template.folder, flush=True)
while True:
    if template.ready(0.01):
        file = str(template.folder / f"{len(kernels)}.json")
        kernels.append(fork(template.folder, ["-f", file], executable=sys.executable,
                            env=os.environ, cwd=Path.cwd(), streams=(0, 1, 2)))
        print(kernels[-1].pid, flush=True)
        kernels[-1].kill() if len(kernels) % 2 else None
"""


@pytest.mark.parametrize(
    "delay",
    [
        *(0.0, 0.4, 1.4),
        *(pytest.param(one, marks=pytest.mark.exhaustive) for one in (0.1, 0.8, 1.1, 1.7, 2.0)),
    ],
)
def test_an_owner_killed_at_any_moment_leaves_nothing(delay: float, tmp_path: Path) -> None:
    with (tmp_path / "out").open("w") as out:
        owner = subprocess.Popen([sys.executable, "-c", OWNER], stdout=out)
    until(lambda: "\n" in (tmp_path / "out").read_text())
    time.sleep(delay)
    owner.kill()
    owner.wait()
    first, *rest = (tmp_path / "out").read_text().splitlines()
    pid, folder = first.split(" ", 1)
    assert gone(int(pid))
    assert all(gone(int(one)) for one in rest)
    until(lambda: not Path(folder).exists())


def test_letting_go_of_a_kernel_ends_it(template: Template, start: Forker, tmp_path: Path) -> None:
    kernel = ask(template, tmp_path)
    pid = kernel.pid
    kernel.close()
    assert gone(pid)
    assert start().poll() is None


def test_nonsense_at_the_socket_does_no_harm(template: Template, start: Forker) -> None:
    for raw in (b"", b"GET / HTTP/1.1\r\n\r\n", b"\0\0\0\5[1,2]", b"\0\0\0\2{}"):
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(template.folder / "template"))
            line.sendall(raw)
    assert start().poll() is None


def test_only_its_own_user_may_ask(template: Template, start: Forker) -> None:
    assert stat.S_IMODE(template.folder.stat().st_mode) == 0o700
    if os.geteuid() == 0:  # who else could become another user
        address = template.folder / "template"
        with _as_nobody(), pytest.raises(PermissionError), socket.socket(socket.AF_UNIX) as line:
            line.connect(str(address))
        address.chmod(0o777)  # as if all doors had been left open
        with socket.socket(socket.AF_UNIX) as line, _open(template.folder):
            with _as_nobody():
                line.connect(str(address))
            line.settimeout(10)
            assert line.recv(1) == b""  # hung up
    assert start().poll() is None


@contextmanager
def _as_nobody() -> Iterator[None]:
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@contextmanager
def _open(folder: Path) -> Iterator[None]:
    folder.chmod(0o755)
    try:
        yield
    finally:
        folder.chmod(0o700)


def test_modules_that_cannot_be_imported_are_told() -> None:
    template = Template((*LIGHT, "there_is_no_such_module"))
    assert template.ready(None)
    assert list(template.left_out) == ["there_is_no_such_module"]
    template.close()
    with pytest.raises(ForkUnavailableError, match="ended with code"):
        template.ready()
