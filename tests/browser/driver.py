"""The lab as a learner has it: started by `mlops-lab lab`, and driven in Chromium."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, Request, Route, sync_playwright

from mlops_lab.workbench.kernels.templates import ADDRESS
from mlops_lab.workbench.kernels.templates import PATIENCE as PATIENCE_OF_KERNELS

__all__ = [
    "FLAGS",
    "PATIENCE",
    "SECONDS",
    "SETTINGS",
    "StudyLab",
    "chromium",
    "opened_page",
    "study_lab",
]

SECONDS = 600
"""Longest wait for a lesson; nothing takes nearly as long."""
PATIENCE = 60
"""Seconds in which the page answers to a hand, also where the machine has other work."""
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SETTINGS = {
    "apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "notebook-extension/tracker": {"windowingMode": "none"},  # all cells stay in the page
}
PICTURES = Path(__file__).parents[2] / "build/browser"
"""Where what the pages looked like is kept, for people to look at."""
PROGRAM = Path(sys.executable).with_name("mlops-lab")
_OF_TESTS = (ADDRESS, PATIENCE_OF_KERNELS, "JUPYTER_DEFAULT_PROVISIONER_NAME")
_OPEN = re.compile(
    r"^The (?:lab|panel) is open: (http://\S+?/)((?:lab|doc)/tree/\S+)$", re.MULTILINE
)


@dataclass(frozen=True)
class StudyLab:
    """A running lab.

    Attributes
    ----------
    url : str
        Of the server, ending in a slash.
    start : str
        The address that the command told: the start page, with its token.
    workspace : Path
    seconds : float
        From the command to the sentence that tells where the lab is.
    """

    url: str
    start: str
    workspace: Path
    seconds: float


@contextmanager
def study_lab(
    home: Path,
    workspace: Path,
    extra: Mapping[str, str] | None = None,
    command: Sequence[str] | None = None,
) -> Iterator[StudyLab]:
    """Start the lab by the learner's own command, and end it as Ctrl-C would.

    Parameters
    ----------
    home : Path
        Where Jupyter keeps what it remembers, and the command what it says.
    workspace : Path
        Need not exist.
    extra : mapping of str to str
        More of the environment, such as ``MLOPS_LAB_WARM``.
    command : sequence of str, optional
        Another way to start the lab on that workspace, such as ``make lab``.

    Raises
    ------
    RuntimeError
        When it does not start, or when a process of it is left at the end.
    """
    log = home / "command.log"
    usual = [str(PROGRAM), "lab", "--no-browser", "--workspace", str(workspace)]
    begin = time.monotonic()
    with log.open("w") as out:
        process = subprocess.Popen(
            [*usual, "--port", str(_free_port())] if command is None else command,
            cwd=home,
            env={**_environment(home), **(extra or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        url, page = _address(process, log)
        yield StudyLab(url, url + page, workspace, time.monotonic() - begin)
    finally:
        _end(process)


def _environment(home: Path) -> dict[str, str]:
    """Return rooms of its own to Jupyter, and settings that let a test ask the page's own model."""
    rooms = {f"JUPYTER_{room.upper()}_DIR": home / room for room in ("config", "data", "runtime")}
    for name, values in SETTINGS.items():
        path = home / f"config/lab/user-settings/@jupyterlab/{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    config = {"LabApp": {"expose_app_in_browser": True}}
    (home / "config/jupyter_lab_config.json").write_text(json.dumps(config))
    own = {**rooms, "IPYTHONDIR": home / "ipython"}
    # A parallel test run has warm kernels of its own, which a learner has not.
    usual = {name: value for name, value in os.environ.items() if name not in _OF_TESTS}
    return {**usual, **{name: str(path) for name, path in own.items()}}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]  # the lab takes another where somebody was faster
    return port


def _address(command: "subprocess.Popen[bytes]", log: Path) -> tuple[str, str]:
    """Wait for the sentence that tells a learner where the lab is."""
    end = time.monotonic() + PATIENCE
    while command.poll() is None and time.monotonic() < end:
        if found := _OPEN.search(log.read_text()):
            return found[1], found[2]
        time.sleep(0.05)
    raise RuntimeError(f"the lab did not start: {log.read_text()[-2000:]}")


def _end(command: "subprocess.Popen[bytes]") -> None:
    """End the command as Ctrl-C does, and see that nothing that it started is left."""
    started = psutil.Process(command.pid).children(recursive=True) if command.poll() is None else []
    with suppress(ProcessLookupError):  # it has ended by itself
        os.killpg(command.pid, signal.SIGINT)  # nobody is there to be asked: once is enough
    try:
        command.wait(60)
    except subprocess.TimeoutExpired:
        command.kill()
        command.wait()
    _, left = psutil.wait_procs(started, timeout=30)
    for process in left:
        process.kill()
    if left:
        raise RuntimeError(f"left behind by the lab, and killed: {left}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium with a fresh profile.

    Raises
    ------
    LookupError
        Where it is not installed.
    """
    program = shutil.which("chromium")
    if program is None:
        raise LookupError("chromium not found: tests/install_system_packages.sh installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, headless=True, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened_page(browser: Browser, url: str, width: int = 1280) -> Iterator[Page]:
    """Yield an empty page that may talk to one server alone; a request to any other host fails."""
    strangers: list[str] = []

    def judge(route: Route, request: Request) -> None:
        if request.url.startswith((url, "data:", "blob:")):
            route.continue_()
        else:
            strangers.append(request.url)
            route.abort()

    with browser.new_context(viewport={"width": width, "height": 1000}) as context:
        context.set_default_timeout(PATIENCE * 1000)
        context.route("**/*", judge)
        yield context.new_page()
    assert strangers == [], f"the lab works offline, and this page asked for {strangers}"
