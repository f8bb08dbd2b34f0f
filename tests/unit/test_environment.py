"""The lock, the ranges, the conda file and what is installed all agree."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import nbformat
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
    assert by_pip == {"pip": [f"--extra-index-url {torch_index()}", "-r requirements.lock", "-e ."]}
    name, _, version = python.partition("=")
    assert name == "python"
    assert SpecifierSet(project()["requires-python"]).contains(version.strip("="))


def torch_index() -> str:
    """Return the index of torch's builds for the CPU that `make` asks."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (index,) = re.findall(r"^TORCH_INDEX := (\S+)$", makefile, re.MULTILINE)
    return str(index)


def test_every_way_to_install_asks_the_same_index_for_torch() -> None:
    for name in ("Dockerfile", "binder/requirements.txt", "environment.yml"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert re.findall(r"https://\S*pytorch\S*", text) == [torch_index()], name


def test_what_one_lesson_needs_is_an_extra() -> None:
    always = {canonicalize_name(Requirement(one).name) for one in project()["dependencies"]}
    label = {Requirement(one).name for one in project()["optional-dependencies"]["label"]}
    assert {"cleanlab", "snorkel", "torch"} <= label
    assert not label & always
    assert "bleach" not in always, "nobody keeps it up"


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
    assert {"lab", "test", "test-all", "test-seeds", "course"} <= set(listed)


def imports(code: str) -> Iterator[tuple[str, str]]:
    """Yield each library that code imports, with the extra whose block it stands in, or ""."""
    for node in ast.parse(code).body:
        extra, inside = "", [node]
        if isinstance(node, ast.With) and (call := ast.unparse(node.items[0])).startswith(
            "kit.extra("
        ):
            extra, inside = str(ast.literal_eval(call.removeprefix("kit.extra"))), node.body
        for one in inside:
            if isinstance(one, ast.Import):
                yield from ((alias.name.split(".")[0], extra) for alias in one.names)
            elif isinstance(one, ast.ImportFrom) and one.module:
                yield one.module.split(".")[0], extra


def test_imports_are_read() -> None:
    code = "import a.b\nwith kit.extra('x'):\n    import c\n    from d.e import f"
    assert list(imports(code)) == [("a", ""), ("c", "x"), ("d", "x")]


def test_a_lesson_names_the_extra_of_what_it_imports() -> None:
    brought: dict[str, set[str]] = {}  # a package may come with several extras
    for extra, texts in project()["optional-dependencies"].items():
        for text in texts:
            brought.setdefault(canonicalize_name(Requirement(text).name), set()).add(extra)
    of = packages_distributions()
    for path in sorted(ROOT.glob("notebooks/*/*.ipynb")):
        for cell in nbformat.read(path, 4).cells:
            if cell.cell_type == "code":
                for module, extra in imports(cell.source):
                    names = [canonicalize_name(name) for name in of.get(module, [])]
                    wanted = set[str]().union(*(brought.get(name, ()) for name in names))
                    told = f"{path.stem}, cell {cell.id}: {module} under kit.extra({extra!r})"
                    assert extra in (wanted or {""}), told
