"""The Dockerfile and Binder's files, as far as they can be tried without Docker."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from dockerfile_parse import DockerfileParser
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from pathspec import GitIgnoreSpec

ROOT = Path(__file__).parents[2]
HADOLINT = Path(sys.executable).with_name("hadolint")
Steps = list[tuple[str, str]]


def steps() -> Steps:
    """Return the steps of the Dockerfile: the instruction and what it is given."""
    structure = DockerfileParser(str(ROOT)).structure
    return [(one["instruction"], one["value"]) for one in structure]


def of_kind(kind: str) -> list[str]:
    return [value for name, value in steps() if name == kind]


def copied() -> list[str]:
    """Return what the Dockerfile copies, each as it names it."""
    return [name for value in of_kind("COPY") for name in value.split()[:-1]]


def ignored() -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines((ROOT / ".dockerignore").read_text().splitlines())


def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return found


def linted(text: str) -> list[str]:
    command = [str(HADOLINT), "--format", "json", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    return [one["code"] for one in json.loads(done.stdout)]


def test_the_linter_has_nothing_to_say() -> None:
    assert linted((ROOT / "Dockerfile").read_text()) == []


def test_the_linter_finds_what_is_wrong() -> None:
    assert "DL3007" in linted("FROM python:latest\nRUN cd /tmp\n")


def test_what_is_copied_is_there_and_not_ignored() -> None:
    assert {"pyproject.toml", "mlops_lab", "notebooks", "datasets"} <= set(copied())
    for name in copied():
        place = ROOT / name
        files = [one for one in place.rglob("*") if one.is_file()] if place.is_dir() else [place]
        names = [str(one.relative_to(ROOT)) for one in files if "__pycache__" not in one.parts]
        assert names, f"COPY {name}: nothing is there"
        assert place.exists(), f"COPY {name}: no such path"
        wrong = list(ignored().match_files(names))
        assert wrong == [], f"COPY {name}: .dockerignore keeps it out"


@pytest.mark.parametrize(
    "name",
    [
        ".git/config",
        ".venv/bin/python",
        "build/site/index.html",
        "tests/site/conftest.py",
        "mlops_lab/__pycache__/cli.pyc",
    ],
)
def test_what_the_image_does_not_need_stays_out(name: str) -> None:
    assert ignored().match_file(name)


def test_the_image_has_a_python_that_the_package_allows() -> None:
    (base,) = of_kind("FROM")
    (version,) = re.findall(r"python:(\d+\.\d+)-slim", base)
    assert SpecifierSet(project()["requires-python"]).contains(f"{version}.0")
    runtime = (ROOT / "binder" / "runtime.txt").read_text().strip()
    assert runtime == f"python-{version}"


def test_the_image_installs_extras_that_there_are_in_locked_versions() -> None:
    (install,) = [one for one in of_kind("RUN") if "pip install" in one]
    (extras,) = re.findall(r'"\.\[([^\]]+)\]"', install)
    assert set(extras.split(",")) == set(project()["optional-dependencies"]) - {"dev", "site"}
    assert "--constraint requirements.lock" in install


def test_the_lab_in_the_image_is_reached_and_not_run_by_root() -> None:
    kinds = [name for name, _ in steps()]
    assert of_kind("USER") == ["1000"]
    assert kinds.index("USER") < kinds.index("CMD")
    (port,) = of_kind("EXPOSE")
    command = json.loads(of_kind("CMD")[0])
    assert command[command.index("--port") + 1] == port
    assert f"127.0.0.1:{port}/api" in of_kind("HEALTHCHECK")[0]
    (workspace,) = of_kind("VOLUME")
    assert command[command.index("--workspace") + 1] == workspace
    help_ = subprocess.run(
        [sys.executable, "-m", "mlops_lab.cli", *command[1:], "--help"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "--workspace" in help_.stdout


def test_the_servers_settings_are_ones_that_it_reads() -> None:
    (written,) = re.findall(r"echo '(\{.*\})' > (\S+)", " ".join(of_kind("RUN")))
    settings, place = json.loads(written[0]), Path(written[1])
    (venv,) = re.findall(r"python -m venv (\S+)", " ".join(of_kind("RUN")))
    assert settings == {"ServerApp": {"ip": "0.0.0.0"}}
    assert place == Path(venv) / "etc" / "jupyter" / "jupyter_server_config.json"


def test_what_is_copied_is_enough_to_build_the_package(tmp_path: Path) -> None:
    source = tmp_path / "src"
    for name in copied():
        place = ROOT / name
        files = [one for one in place.rglob("*") if one.is_file()] if place.is_dir() else [place]
        for file in files:
            here = file.relative_to(ROOT)
            if not ignored().match_file(here):
                (source / here).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(file, source / here)
    wheel = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*wheel, "-w", str(tmp_path), str(source)], check=True, capture_output=True)
    (made,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(made) as archive:
        inside = set(archive.namelist())
    for path in [*ROOT.glob("notebooks/*/*.ipynb"), *ROOT.glob("datasets/*/*.csv.gz")]:
        assert f"mlops_lab/_shipped/{path.relative_to(ROOT)}" in inside


def test_binder_installs_the_lock() -> None:
    lines = (ROOT / "binder" / "requirements.txt").read_text().splitlines()
    (other,) = [line.removeprefix("-r ") for line in lines if line.startswith("-r ")]
    assert (ROOT / "binder" / other).resolve() == ROOT / "requirements.lock"
    torch = next(
        pin for line in (ROOT / "requirements.lock").read_text().splitlines()
        if (pin := Requirement(line)).name == "torch"
    )  # fmt: skip
    assert "+" not in str(torch.specifier), "the build for the CPU comes from the other index"
    (index,) = [line for line in lines if line.startswith("--extra-index-url ")]
    assert index.endswith("/whl/cpu")


def test_binder_can_run_what_comes_after() -> None:
    script = ROOT / "binder" / "postBuild"
    assert os.access(script, os.X_OK)
    subprocess.run(["sh", "-n", str(script)], check=True)
    lines = script.read_text().splitlines()
    assert lines[0] == "#!/bin/sh"
    assert "set -eu" in lines
    assert any("pip install" in line and line.endswith("--no-deps -e .") for line in lines)


def test_binder_makes_the_copies_to_which_the_site_leads(tmp_path: Path) -> None:
    lines = (ROOT / "binder" / "postBuild").read_text().splitlines()
    (made,) = [line.split() for line in lines if line.startswith("mlops-lab ")]
    course = ["--course", str(ROOT / "notebooks")]  # a checkout finds it by itself
    command = [sys.executable, "-m", "mlops_lab.cli", *made[1:], *course]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    for master in ROOT.glob("notebooks/*/*.ipynb"):
        copy = tmp_path / "workspace" / master.relative_to(ROOT / "notebooks")
        assert "Start here" in copy.read_text(encoding="utf-8")
