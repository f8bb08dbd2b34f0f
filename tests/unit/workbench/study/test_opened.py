"""Opening the lab: how JupyterLab is called, and what a second one, signals and failures do."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from jupyter_core.paths import jupyter_config_path, jupyter_path
from jupyter_server.extension.config import ExtensionConfigManager
from jupyter_server.serverapp import ServerApp
from jupyterlab_server.config import get_page_config

from mlops_lab.workbench.runs.errors import KernelError
from mlops_lab.workbench.study import live, opened
from mlops_lab.workbench.study.lock import BusyError, hold
from mlops_lab.workbench.study.serve import warm
from mlops_lab.workbench.study.servers import Server, running
from mlops_lab.workbench.study.settings import configured
from mlops_lab.workbench.study.workspace import Workspace, open_workspace

Program = tuple[tuple[str, ...], Path]
RUN = """
import sys
from pathlib import Path
from mlops_lab.workbench.study import opened, page
from mlops_lab.workbench.study.workspace import open_workspace
page.examine = lambda course: iter(())
root, course, *program = sys.argv[1:]
sys.exit(opened.open_lab(open_workspace(Path(root)), Path(course), say=print, program=program))
"""


@pytest.fixture
def space(home: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr("mlops_lab.workbench.study.page.examine", lambda _: iter(()))
    return open_workspace(home / "workspace")


def opening(space: Workspace, course: Path, program: Program, **options: Any) -> list[str]:
    """Open a lab; give what is said. JupyterLab ends when it was said that it is open."""
    said: list[str] = []
    assert opened_until_said(space, course, program, said, **options) == 0
    return [one for one in said if one]


def opened_until_said(
    space: Workspace, course: Path, program: Program, said: list[str], **options: Any
) -> int:
    enough = space.root.with_name(f"{space.root.name}.enough")
    enough.unlink(missing_ok=True)

    def say(sentence: str) -> None:
        said.append(sentence)
        if "The lab is open: " in sentence:
            enough.touch()

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRETEND_UNTIL", str(enough))
        return opened.open_lab(space, course, say=say, program=program[0], **options)


@pytest.fixture
def started(
    space: Workspace, course: Path, pretend: Program
) -> Iterator[Callable[[], "subprocess.Popen[str]"]]:
    """Start a lab in a process of its own, and wait until it says that it is open."""
    labs, servers = [], []

    def start() -> "subprocess.Popen[str]":
        words = [sys.executable, "-c", RUN, str(space.root), str(course), *pretend[0]]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, stdin=subprocess.PIPE)
        labs.append(process)
        assert process.stdout is not None
        while "The lab is open" not in process.stdout.readline():
            assert process.poll() is None
        servers.append(pid_of(pretend))
        return process

    yield start
    for process in labs:
        process.kill()
        process.communicate()
    for server in servers:
        end(server)


def pid_of(program: Program) -> int:
    return int(json.loads(program[1].read_text())["pid"])


def end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return


def is_gone(pid: int, seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_jupyterlab_is_called_on_the_workspace_with_the_start_page(
    space: Workspace, course: Path, pretend: Program
) -> None:
    said = opening(space, course, pretend, port=9000)
    seen = json.loads(pretend[1].read_text())
    assert f"--ServerApp.root_dir={space.root.resolve()}" in seen["words"]
    assert "--LabApp.default_url=/lab/tree/Start%20here.ipynb" in seen["words"]
    assert "--no-browser" in seen["words"]
    assert "--port=9000" in seen["words"]
    assert ("--allow-root" in seen["words"]) == (os.geteuid() == 0)
    assert seen["provisioner"] == "mlops-lab-warm"
    assert Path(seen["cwd"]) == space.root.resolve()
    assert said[0] == f"3 notebooks were put into {space.root}: they are yours."
    assert said[1].startswith("The lab is open: http://localhost:")
    assert said[1].splitlines()[0].endswith("/lab/tree/Start%20here.ipynb?token=t")
    assert space.file("Start here.ipynb").is_file()
    assert "JUPYTER_DEFAULT_PROVISIONER_NAME" not in os.environ
    assert "JUPYTER_CONFIG_PATH" not in os.environ


def test_settings_are_defaults_before_those_that_were_there(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/theirs")
    with configured(home):
        ours, theirs = os.environ["JUPYTER_CONFIG_PATH"].split(os.pathsep)
        defaults = json.loads((Path(ours) / "labconfig/default_setting_overrides.json").read_text())
        page = get_page_config([])  # as JupyterLab reads it
    assert theirs == "/theirs" == os.environ["JUPYTER_CONFIG_PATH"]
    assert defaults["@jupyter-widgets/jupyterlab-manager:plugin"] == {"saveState": True}
    assert "@jupyter/nbgrader" in page["disabledExtensions"]  # with all that is in it


def test_code_wraps_and_the_server_has_the_start_page_and_a_style(home: Path) -> None:
    with configured(home):
        folder = Path(os.environ["JUPYTER_CONFIG_PATH"])
        settings = json.loads((folder / "labconfig/default_setting_overrides.json").read_text())
        lab = json.loads((folder / "jupyter_lab_config.json").read_text())
        on = ExtensionConfigManager(read_config_path=jupyter_config_path())
        found = on.get_jpserver_extensions()  # type: ignore[no-untyped-call]  # not typed there
    assert lab["LabApp"] == {"custom_css": True}
    assert settings["@jupyterlab/notebook-extension:tracker"]["codeCellConfig"]["lineWrap"]
    assert found["mlops_lab.workbench.study.live"] is True


def test_the_style_of_the_lab_comes_after_the_learner_s_own() -> None:
    shown: list[object] = []
    app = SimpleNamespace(
        settings={"static_custom_path": ["/own", "/jupyter"], "base_url": "/base/"},
        add_handlers=lambda host, routes: shown.extend((host, routes[0][0])),
    )
    live._load_jupyter_server_extension(cast(ServerApp, SimpleNamespace(web_app=app)))
    own, ours, theirs = app.settings["static_custom_path"]
    assert (own, theirs) == ("/own", "/jupyter")
    assert "mlops-lab-plot" in (Path(ours) / "custom.css").read_text()
    assert shown == [".*$", "/base/mlops-lab/start"]
    assert live._jupyter_server_extension_points() == [{"module": live.__name__}]


def server_extensions() -> dict[str, bool]:
    """Return nbgrader's extensions of the server, as a server that starts now would read them."""
    manager = ExtensionConfigManager(read_config_path=jupyter_config_path())
    found = manager.get_jpserver_extensions()  # type: ignore[no-untyped-call]  # not typed there
    return {name: on for name, on in found.items() if name.startswith("nbgrader.")}


def test_nbgrader_s_pages_and_menu_are_off_in_the_learner_s_lab_alone(home: Path) -> None:
    pytest.importorskip("nbgrader", reason="without it there is nothing to turn off")
    with configured(home):
        inside, page = server_extensions(), get_page_config(jupyter_path("labextensions"))
    outside, theirs = server_extensions(), get_page_config(jupyter_path("labextensions"))
    assert "@jupyter/nbgrader" in {one["name"] for one in page["federated_extensions"]}
    assert len(outside) >= 4
    assert all(outside.values()), "an instructor's own JupyterLab has them"
    assert inside == dict.fromkeys(outside, False)
    assert "@jupyter/nbgrader" in page["disabledExtensions"]
    assert "@jupyter/nbgrader" not in theirs["disabledExtensions"]


def test_a_provisioner_that_the_learner_chose_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLOPS_LAB_WARM", "off")
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "local-provisioner")
    with warm() as template:
        assert not template
        assert os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] == "local-provisioner"
    assert os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] == "local-provisioner"


def test_a_second_lab_shows_the_first(
    space: Workspace, course: Path, pretend: Program, started: Callable[[], object]
) -> None:
    started()
    first = pid_of(pretend)
    said = opening(space, course, pretend)
    assert len(said) == 1
    assert said[0].startswith("The lab is open already: http://localhost:")
    assert pid_of(pretend) == first


def test_a_server_whose_lab_was_killed_is_shown_again(
    space: Workspace, course: Path, pretend: Program,
    started: Callable[[], "subprocess.Popen[str]"],
) -> None:  # fmt: skip
    process = started()
    process.kill()
    process.wait()
    assert opening(space, course, pretend)[0].startswith("The lab is open already:")


def test_a_second_lab_waits_for_one_that_is_starting(
    space: Workspace, course: Path, pretend: Program, started: Callable[[], object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    started()
    real, looks = running, list[Path]()

    def later(root: Path) -> Server | None:
        looks.append(root)
        return real(root) if len(looks) > 3 else None

    monkeypatch.setattr("mlops_lab.workbench.study.opened.running", later)
    assert opening(space, course, pretend)[0].startswith("The lab is open already:")


def test_two_learners_open_a_lab_each(
    course: Path, pretend: Program, started: Callable[[], object], home: Path
) -> None:
    started()
    first = pid_of(pretend)
    said = opening(open_workspace(home / "bob"), course, pretend)
    assert said[-1].startswith("The lab is open: ")
    assert pid_of(pretend) != first


def test_an_update_at_work_is_named(space: Workspace, course: Path, pretend: Program) -> None:
    with hold(space.hidden, "update"), pytest.raises(BusyError, match="`mlops-lab update`"):
        opening(space, course, pretend)


def test_a_lab_that_never_shows_is_named(
    space: Workspace, course: Path, pretend: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "_STARTING", 0.3)
    with hold(space.hidden, "lab"), pytest.raises(BusyError, match="`mlops-lab lab`, process"):
        opening(space, course, pretend)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_jupyterlab_too(
    pretend: Program, started: Callable[[], "subprocess.Popen[str]"], number: int, space: Workspace
) -> None:
    process = started()
    server = pid_of(pretend)
    process.send_signal(number)
    assert process.wait(60) == 0
    assert is_gone(server)
    with hold(space.hidden, "update") as stale:
        assert stale == ""


def test_at_a_terminal_ctrl_c_is_asked_for_twice(
    monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    from mlops_lab.workbench.study import serve

    monkeypatch.setattr(serve, "_is_terminal", lambda: True)
    monkeypatch.setattr(serve, "_TWICE", 600.0)
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    said: list[str] = []
    told, alive = threading.Event(), list[bool]()

    def say(sentence: str) -> None:
        said.append(sentence)
        told.set()

    def press() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        alive.append(told.wait(60) and process.returncode is None)
        while process.returncode is None:  # a press while it begins to wait may be missed
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(1)

    pressing = threading.Thread(target=press)
    assert serve.Lab(process, home / "log").wait(say, pressing.start) == 0
    pressing.join()
    assert alive == [True]
    assert said == ["Press Ctrl-C again to close the lab. Save your notebooks first."]


def test_a_jupyterlab_that_fails_is_told_with_its_last_words(
    space: Workspace, course: Path
) -> None:
    program = (sys.executable, "-c", "import sys; sys.exit('no port is free')")
    with pytest.raises(KernelError, match="did not start:\nno port is free"):
        opened.open_lab(space, course, say=lambda _: None, program=program)


def test_a_jupyterlab_that_ends_badly_gives_its_code(
    space: Workspace, course: Path, pretend: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRETEND_CODE", "3")
    assert opened_until_said(space, course, pretend, []) == 3


def test_a_browser_is_opened_where_there_is_a_screen(
    space: Workspace, course: Path, pretend: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[str] = []
    monkeypatch.setattr("webbrowser.open", pages.append)
    monkeypatch.setattr("sys.platform", "linux")
    opening(space, course, pretend)
    assert pages == []
    monkeypatch.setenv("DISPLAY", ":0")
    opening(space, course, pretend, browser=False)
    assert pages == []
    opening(space, course, pretend)
    assert len(pages) == 1
    assert "token" not in pages[0]


def test_changes_of_the_course_and_of_the_version_are_told(
    space: Workspace, course: Path, pretend: Program
) -> None:
    opening(space, course, pretend)
    path = space.hidden / "workspace.json"
    path.write_text(path.read_text().replace('"version": "', '"version": "0.0'))
    master = course / "2_data" / "06_weak_supervision.ipynb"
    master.write_text(master.read_text().replace("2.6 Weak", "2.6 Weaker"))
    said = opening(open_workspace(space.root), course, pretend)
    assert said[0].startswith("The workspace is from version 0.0")
    assert "1 notebook has changed (2.6 weak supervision): `mlops-lab update`" in said[0]


def test_without_nbgrader_it_is_said_in_one_sentence(
    space: Workspace, course: Path, pretend: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert opening(space, course, pretend)[0].startswith("Assignments are left out: ")
