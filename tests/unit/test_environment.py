"""The lock, the ranges, the conda file and what is installed all agree."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
INSTALLERS = {"mlops-lab", "pip", "setuptools", "wheel"}
"""What an environment has besides the lock: this package and the tools that install it."""


def lock_lines() -> list[str]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def locked() -> dict[str, Requirement]:
    pins = [Requirement(line) for line in lock_lines()]
    return {canonicalize_name(pin.name): pin for pin in pins}


def version_of(pin: Requirement) -> Version:
    return Version(next(iter(pin.specifier)).version)


def project() -> dict[str, Any]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found: dict[str, Any] = tomllib.loads(text)["project"]
    return found


def ranges() -> list[Requirement]:
    extras = project().get("optional-dependencies", {}).values()
    texts = [*project()["dependencies"], *(text for extra in extras for text in extra)]
    return [one for one in map(Requirement, texts) if one.name != project()["name"]]


def test_the_lock_holds_exact_public_pins() -> None:
    for line in lock_lines():
        (specifier,) = Requirement(line).specifier
        assert specifier.operator == "==", f"{line} is no exact pin"
        assert "*" not in specifier.version, f"{line} is no exact pin"
        assert "+" not in specifier.version, f"{line} names a local version"
        assert Requirement(line).url is None, f"{line} names an address"


def test_the_lock_is_sorted_without_duplicates() -> None:
    names = [canonicalize_name(Requirement(line).name) for line in lock_lines()]
    assert names == sorted(set(names))


@pytest.mark.parametrize("wanted", ranges(), ids=lambda wanted: wanted.name)
def test_the_lock_is_inside_each_range(wanted: Requirement) -> None:
    pin = locked().get(canonicalize_name(wanted.name))
    assert pin is not None, f"{wanted.name} is in pyproject.toml and not in requirements.lock"
    assert wanted.specifier.contains(version_of(pin)), f"{pin} is outside of {wanted}"


def test_what_is_installed_is_what_is_locked() -> None:
    # Asked in a process of its own: an import here may have put vendored packages on the path.
    listing = [sys.executable, "-m", "pip", "list", "--format=json", "--disable-pip-version-check"]
    printed = subprocess.run(listing, capture_output=True, text=True, check=True).stdout
    found = {canonicalize_name(one["name"]): Version(one["version"]) for one in json.loads(printed)}
    here = {name: pin for name, pin in locked().items() if not pin.marker or pin.marker.evaluate()}
    wanted = {name: str(version_of(pin)) for name, pin in here.items()}
    installed = {name: one.public for name, one in found.items() if name not in INSTALLERS}
    assert installed == wanted


def test_the_conda_file_is_thin() -> None:
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, pip, by_pip = conda["dependencies"]
    assert pip == "pip"
    assert by_pip == {"pip": ["-r requirements.lock", "-e ."]}
    name, _, version = python.partition("=")
    assert name == "python"
    assert SpecifierSet(project()["requires-python"]).contains(version.strip("="))


def test_this_python_is_allowed() -> None:
    here = ".".join(map(str, sys.version_info[:3]))
    assert SpecifierSet(project()["requires-python"]).contains(here)


def test_make_help_lists_every_command() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = next(line for line in makefile.splitlines() if line.startswith(".PHONY:"))
    command = ["make", "--no-print-directory", "help"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    listed = [line.split()[1] for line in said.stdout.splitlines() if len(line.split()) > 2]
    assert sorted(listed) == sorted(phony.split()[1:])
    assert {"lab", "test", "test-seeds", "course"} <= set(listed)
