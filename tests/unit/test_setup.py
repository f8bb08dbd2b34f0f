"""What `make` sets up: torch's build for the CPU, where that is what a newcomer wants."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server

import cpu_torch
import pytest

ROOT = Path(__file__).parents[2]
CARD = "#!/bin/sh\necho 'GPU 0: NVIDIA T4 (UUID: GPU-1)'\n"
NO_CARD = "#!/bin/sh\necho 'No devices were found'\nexit 6\n"
BACKEND = """
import shutil
def build_editable(folder, config_settings=None, metadata_directory=None):
    return shutil.copy("mlops_lab-0.1.0-py3-none-any.whl", folder)
build_wheel = build_editable
"""
"""Builds the small project of the tests, out of what lies there, without a download."""


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and keeps to itself what was asked."""

    def log_message(self, format: str, *args: object) -> None:
        pass


def make_wheel(folder: Path, name: str, version: str) -> Path:
    """Write a wheel that holds one module, which says its version."""
    folder.mkdir(parents=True, exist_ok=True)
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"__version__ = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = [f"{path},{digest(text)},{len(text)}" for path, text in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""])
    made = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return made


def digest(text: str) -> str:
    raw = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
    return "sha256=" + raw.decode().rstrip("=")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve two indexes: cpu/ has torch 2.13.0+cpu, plain/ has torch 2.13.0."""
    folder = tmp_path_factory.mktemp("index")
    make_wheel(folder / "cpu" / "torch", "torch", "2.13.0+cpu")
    make_wheel(folder / "plain" / "torch", "torch", "2.13.0")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def silent() -> Iterator[str]:
    """Yield the address of a server that takes connections and never answers."""
    with create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def newcomer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be someone without any setting of pip, and without a card; give a folder of programs."""
    for name in [*os.environ]:
        if name.upper().startswith("PIP_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)  # no file at all is read
    programs = tmp_path / "programs"
    add_program(programs, NO_CARD)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    monkeypatch.setattr(sys, "platform", "linux")
    return programs


def add_program(folder: Path, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "nvidia-smi").write_text(text)
    (folder / "nvidia-smi").chmod(0o755)


@pytest.fixture
def project(tmp_path: Path, index: str) -> Path:
    """Make a project of the same Makefile whose lock holds torch alone, from the plain index."""
    folder = tmp_path / "project"
    (folder / "setup").mkdir(parents=True)
    for name in ("Makefile", "setup/cpu_torch.py"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "requirements.lock").write_text(f"--index-url {index}/plain\ntorch==2.13.0\n")
    (folder / "pyproject.toml").write_text(
        "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"
        "[project]\nname = 'mlops-lab'\nversion = '0.1.0'\n"
    )
    (folder / "backend.py").write_text(BACKEND)
    make_wheel(folder, "mlops_lab", "0.1.0")
    return folder


def set_up(project: Path, address: str) -> tuple[str, str]:
    """Run `make setup`; give what it said and the torch that came."""
    command = ["make", "setup", f"PYTHON={sys.executable}", f"TORCH_INDEX={address}"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    ask = [str(project / ".venv/bin/python"), "-c", "import torch; print(torch.__version__)"]
    asked = subprocess.run(ask, capture_output=True, text=True, check=True)
    return done.stdout, asked.stdout.strip()


needs_no_card = pytest.mark.skipif(
    any(Path("/proc/driver/nvidia/gpus").glob("*")), reason="this machine has an NVIDIA card"
)
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the two builds")


@only_linux
@needs_no_card
@pytest.mark.usefixtures("newcomer")
def test_a_newcomer_gets_the_build_for_the_cpu_and_is_told(project: Path, index: str) -> None:
    said, torch = set_up(project, f"{index}/cpu")
    assert torch == "2.13.0+cpu"
    (line,) = [line for line in said.splitlines() if line.startswith("torch:")]
    assert "CPU build" in line
    assert f"{index}/cpu" in line
    os.utime(project / "requirements.lock")  # a new lock sets up again, with what is there already
    again, torch = set_up(project, f"{index}/nowhere")
    assert (torch, "torch:" in again) == ("2.13.0+cpu", False)


@only_linux
@needs_no_card
@pytest.mark.usefixtures("newcomer")
def test_without_that_index_pip_takes_what_it_finds(project: Path, index: str) -> None:
    said, torch = set_up(project, f"{index}/nowhere")
    assert torch == "2.13.0"
    (line,) = [line for line in said.splitlines() if line.startswith("torch:")]
    assert f"{index}/nowhere cannot be reached" in line


@needs_no_card
@pytest.mark.usefixtures("newcomer", "nothing_installs")
def test_an_index_that_takes_the_call_and_never_answers_is_given_up(silent: str) -> None:
    assert f"{silent} cannot be reached" in cpu_torch.cpu_torch("torch==2.13.0", silent)


@needs_no_card
@pytest.mark.usefixtures("newcomer")
def test_a_build_that_the_index_does_not_have_is_told(
    index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cpu_torch, "_installed", lambda _: False)
    said = cpu_torch.cpu_torch("torch==2.99.0", f"{index}/cpu")
    assert "No matching distribution found for torch==2.99.0" in said


@pytest.fixture
def nothing_installs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take torch for missing, and fail where pip is asked to install it."""
    really = cpu_torch._pip

    def never(*words: str, timeout: float | None = None) -> "subprocess.CompletedProcess[str]":
        assert words[0] != "install", "it was to be left to pip"
        return really(*words, timeout=timeout)

    monkeypatch.setattr(cpu_torch, "_installed", lambda _: False)
    monkeypatch.setattr(cpu_torch, "_pip", never)


@pytest.mark.usefixtures("nothing_installs")
def test_with_a_card_the_build_with_cuda_is_left_to_pip(newcomer: Path, index: str) -> None:
    add_program(newcomer, CARD)
    assert "NVIDIA card" in cpu_torch.cpu_torch("torch==2.13.0", f"{index}/cpu")


@pytest.mark.usefixtures("newcomer", "nothing_installs")
@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_on_another_platform_nothing_is_done_or_said(
    platform: str, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert cpu_torch.cpu_torch("torch==2.13.0", f"{index}/cpu") == ""


@pytest.mark.usefixtures("newcomer", "nothing_installs")
def test_an_empty_address_turns_it_off() -> None:
    assert cpu_torch.cpu_torch("torch==2.13.0", "") == ""


@pytest.mark.usefixtures("newcomer", "nothing_installs")
@pytest.mark.parametrize(
    "variable", ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX"]
)
def test_who_has_set_where_packages_come_from_has_chosen(
    variable: str, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "1" if variable == "PIP_NO_INDEX" else f"{index}/plain")
    said = cpu_torch.cpu_torch("torch==2.13.0", f"{index}/cpu")
    assert variable.removeprefix("PIP_").lower().replace("_", "-") in said


@pytest.mark.usefixtures("newcomer", "nothing_installs")
@pytest.mark.parametrize(
    ("text", "wins"),
    [
        ("[global]\nindex-url = https://127.0.0.1/simple\n", ["index-url"]),
        ("[install]\nfind_links = /wheels\n", ["find-links"]),
        ("[global\n", ["not readable"]),
        ("[global]\ntimeout = 90\ndisable-pip-version-check = true\n", []),
    ],
    ids=["an index", "a folder", "broken", "nothing of that kind"],
)
def test_a_file_of_settings_counts_too(
    text: str, wins: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "pip.conf"
    file.write_text(text)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    assert cpu_torch.source_settings() == wins


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tornado==6.5\ntorch==2.13.0\ntqdm==4.66\n", "torch==2.13.0"),
        ('dependencies = ["torch>=2.13,<2.14", "x"]', "torch>=2.13,<2.14"),
        ("open-clip-torch==3.0\ntorchmetrics==1.0\n", ""),
        ("torch==2.13.0 ; python_version > '3'", "torch==2.13.0"),
    ],
)
def test_the_requirement_is_read(text: str, found: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text(text)
    assert cpu_torch.requirement(file) == found


def test_the_files_of_the_project_name_torch() -> None:
    assert cpu_torch.requirement(ROOT / "requirements.lock").startswith("torch==")
    assert cpu_torch.requirement(ROOT / "pyproject.toml").startswith("torch>=")
