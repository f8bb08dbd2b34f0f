"""A JupyterLab of its own for the tests in a browser, and a page on it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

TOKEN = "browser-tests"
SECONDS = 300
"""Longest wait for anything; nothing takes nearly as long."""
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


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: where it answers, and the folder that it shows."""

    url: str
    folder: Path


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    home = tmp_path_factory.mktemp("lab")
    environment = _environment(home)
    folder = home / "notebooks"
    folder.mkdir()
    log = home / "server.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            _command(folder), cwd=folder, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            found = home / "runtime" / f"jpserver-{server.pid}.json"
            yield Lab(_address(server, found, log), folder)
        finally:
            _end(server)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium not found: tests/install_system_packages.sh installs it")
    expect.set_options(timeout=SECONDS * 1000)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, headless=True, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, lab: Lab) -> Iterator[Page]:
    """Give an empty page that may talk to the lab alone; a request to any other host fails."""
    strangers: list[str] = []

    def judge(route: Any, request: Request) -> None:
        if request.url.startswith((lab.url, "data:", "blob:")):
            route.continue_()
        else:
            strangers.append(request.url)
            route.abort()

    with browser.new_context(viewport={"width": 1300, "height": 1600}) as context:
        context.set_default_timeout(SECONDS * 1000)
        context.route("**/*", judge)
        yield context.new_page()
    assert strangers == [], "the lab works offline, and this page asked for more"


@pytest.fixture
def run_all(page: Page, lab: Lab) -> Callable[[NotebookNode], None]:
    """Open a notebook in the lab, restart its kernel, run all its cells and wait for the end."""

    def run(nb: NotebookNode) -> None:
        nbformat.write(nb, lab.folder / "opened.ipynb")
        page.goto(f"{lab.url}lab/tree/opened.ipynb?token={TOKEN}&reset")
        page.wait_for_function(IDLE)
        page.evaluate("() => { window.jupyterapp.commands.execute('notebook:restart-run-all') }")
        page.locator(".jp-Dialog button.jp-mod-warn, .jp-Dialog button.jp-mod-accept").last.click()
        page.wait_for_function(ALL_RAN)

    return run


IDLE = """() => {
    const panel = window.jupyterapp?.shell.currentWidget
    return panel?.sessionContext?.session?.kernel?.status === 'idle'
}"""
ALL_RAN = """() => {
    const panel = window.jupyterapp.shell.currentWidget
    const cells = [...panel.content.model.cells].filter(one => one.type === 'code')
    return panel.sessionContext.session?.kernel?.status === 'idle'
        && cells.every(one => one.executionCount || !one.sharedModel.getSource().trim())
}"""


def _environment(home: Path) -> dict[str, str]:
    rooms = {f"JUPYTER_{room.upper()}_DIR": home / room for room in ("config", "data", "runtime")}
    for name, values in SETTINGS.items():
        path = home / f"config/lab/user-settings/@jupyterlab/{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    own = {**rooms, "IPYTHONDIR": home / "ipython"}
    return {**os.environ, **{name: str(path) for name, path in own.items()}}


def _command(folder: Path) -> list[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    flags = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,  # the lab takes another where somebody was faster
        "ServerApp.root_dir": folder,
        "ServerApp.allow_root": True,
        "IdentityProvider.token": TOKEN,
        "LabApp.extension_manager": "readonly",
        "LabApp.news_url": None,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.expose_app_in_browser": True,
    }
    options = [f"--{name}={value}" for name, value in flags.items()]
    return [sys.executable, "-m", "jupyterlab", "--no-browser", *options]


def _address(server: "subprocess.Popen[bytes]", found: Path, log: Path) -> str:
    """Wait for the file in which the server tells its address."""
    end = time.monotonic() + SECONDS
    while server.poll() is None and time.monotonic() < end:
        try:
            return str(json.loads(found.read_text())["url"])
        except (FileNotFoundError, json.JSONDecodeError):  # not there yet, or half-written
            time.sleep(0.1)
    raise RuntimeError(f"the lab did not start: {log.read_text()[-2000:]}")


def _end(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()  # the server ends its kernels
    try:
        server.wait(30)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
