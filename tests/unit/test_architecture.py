"""The arrows of the architecture: who may import whom, how large, and how light."""

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path for path in (ROOT / "mlops_lab").rglob("*.py") if "_shipped" not in path.parts
)
DISPLAY = {"IPython", "ipywidgets"}
PANELS = {"mlops_lab.workbench.classroom.mark.form"}  # for instructors, so kit is no place for it
HEAVY = ["tensorflow", "torch", "mlflow", "evidently"]
ROOMS = {"core", "data", "kit", "threads", "workbench", "cli"}


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(module: str) -> str:
    """Return the name of a room, "topic" for a lesson's module, "" outside."""
    parts = module.split(".")
    if parts[0] != "mlops_lab" or len(parts) == 1:
        return ""
    return parts[1] if parts[1] in ROOMS else "topic"


MAY_IMPORT = {
    "": {""},
    "topic": {"topic", "kit", "data", "threads", "core"},
    "kit": {"kit", "data", "threads", "core"},
    "data": {"data", "core"},
    "threads": {"threads"},
    "core": {"core"},
    "workbench": {"workbench", "kit", "data", "threads", "core"},
    "cli": {"cli", "workbench", "kit", "data", "core"},
}


def imported(source: str, module: str, *, package: bool = False) -> Iterator[str]:
    """Yield the full name of all that a module imports, also inside functions."""
    parts = module.split(".")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = parts[: len(parts) - node.level + package] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def wrong_arrows(source: str, module: str, *, package: bool = False) -> list[str]:
    """Return the imports of a module that the architecture does not allow."""
    here, found = room(module), []
    for name in imported(source, module, package=package):
        own = name.split(".")[:2] == module.split(".")[:2]
        private = any(part.startswith("_") and part != "__version__" for part in name.split("."))
        if name.split(".")[0] in DISPLAY and here != "kit" and module not in PANELS:
            found.append(f"{module} imports {name}; only kit knows display and widgets")
        if room(name) and room(name) not in MAY_IMPORT[here]:
            found.append(f"{module} imports {name}; allowed are {sorted(MAY_IMPORT[here])}")
        if room(name) and private and not own:
            found.append(f"{module} imports {name}, a private name of another part")
    return found


def test_arrows_point_the_right_way() -> None:
    found = [
        wrong
        for path in SOURCES
        for wrong in wrong_arrows(
            path.read_text(encoding="utf-8"), dotted(path), package=path.stem == "__init__"
        )
    ]
    assert found == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("mlops_lab.drift", "import IPython.display"),
        ("mlops_lab.drift", "from ipywidgets import Button"),
        ("mlops_lab.drift", "def f():\n    from mlops_lab.workbench import runs"),
        ("mlops_lab.drift", "from mlops_lab import workbench"),
        ("mlops_lab.drift", "from mlops_lab.compression import _sizes"),
        ("mlops_lab.drift", "from .compression import _sizes"),
        ("mlops_lab.drift.detectors", "from ..compression import _sizes"),
        ("mlops_lab.drift", "import mlops_lab.kit._style"),
        ("mlops_lab.workbench.runs.run", "from mlops_lab import drift"),
        ("mlops_lab.workbench.runs.run", "from mlops_lab.drift import psi"),
        ("mlops_lab.workbench.runs.run", "from IPython import get_ipython"),
        ("mlops_lab.kit.records", "from mlops_lab.drift import psi"),
        ("mlops_lab.data.cards", "from mlops_lab.workbench import runs"),
        ("mlops_lab.data.cards", "import ipywidgets"),
        ("mlops_lab.threads.limit", "from mlops_lab import kit"),
        ("mlops_lab.core.files", "from mlops_lab import data"),
        ("mlops_lab", "from mlops_lab import kit"),
    ],
)
def test_a_wrong_arrow_is_found(module: str, source: str) -> None:
    assert len(wrong_arrows(source, module)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("mlops_lab.drift.detectors", "from mlops_lab.drift._sums import total"),
        ("mlops_lab.drift", "from mlops_lab import data, kit"),
        ("mlops_lab.drift", "from mlops_lab.compression import size"),
        ("mlops_lab.kit.explore", "import ipywidgets"),
        ("mlops_lab.cli", "from mlops_lab.workbench import runs"),
        ("mlops_lab.data.cards", "import numpy._core"),
        ("mlops_lab.workbench.runs.many", "from mlops_lab.threads import cores"),
    ],
)
def test_a_right_arrow_is_let_through(module: str, source: str) -> None:
    assert wrong_arrows(source, module) == []


def without_types(source: str) -> str:
    """Leave out what is imported for the type checker alone."""
    tree = ast.parse(source)
    tree.body = [
        node
        for node in tree.body
        if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
    ]
    return ast.unparse(tree)


def needed_modules(sources: Mapping[str, tuple[str, bool]]) -> dict[str, set[str]]:
    """Name, for each module, the others of ours that it imports, also inside functions."""
    found: dict[str, set[str]] = {}
    for module, (source, package) in sources.items():
        names = imported(without_types(source), module, package=package)
        owners = {name if name in sources else name.rpartition(".")[0] for name in names}
        found[module] = (owners & sources.keys()) - {module}
    return found


def test_no_module_needs_itself_through_others() -> None:
    sources = {
        dotted(path): (path.read_text(encoding="utf-8"), path.stem == "__init__")
        for path in SOURCES
    }
    graphlib.TopologicalSorter(needed_modules(sources)).prepare()


def test_a_circle_of_imports_is_found() -> None:
    sources = {
        "mlops_lab.a": ("from mlops_lab import b", False),
        "mlops_lab.b": ("def f():\n    from mlops_lab.a import x", False),
    }
    with pytest.raises(graphlib.CycleError):
        graphlib.TopologicalSorter(needed_modules(sources)).prepare()


def test_modules_name_what_they_export() -> None:
    assert [dotted(path) for path in SOURCES if not names_its_exports(path)] == []


def names_its_exports(path: Path) -> bool:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    names = [ast.unparse(node.targets[0]) for node in body if isinstance(node, ast.Assign)]
    typed = [ast.unparse(node.target) for node in body if isinstance(node, ast.AnnAssign)]
    return "__all__" in names + typed


def loaded_by(*modules: str) -> dict[str, list[str]]:
    """Import modules one after the other in a fresh interpreter; give what is heavy in each."""
    watched = [*HEAVY, "numpy", "pandas"]
    program = (
        "import importlib, json, sys\n"
        "found = {}\n"
        f"for name in {list(modules)!r}:\n"
        "    importlib.import_module(name)\n"
        f"    found[name] = [one for one in {watched!r} if one in sys.modules]\n"
        "print(json.dumps(found))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = ast.literal_eval(done.stdout)
    return found


def test_importing_the_package_imports_nothing_heavy() -> None:
    assert loaded_by("mlops_lab") == {"mlops_lab": []}


def test_importing_any_module_imports_no_framework() -> None:
    loaded = loaded_by(*map(dotted, SOURCES))
    heavy = {name: sorted(set(found) & set(HEAVY)) for name, found in loaded.items()}
    assert {name: found for name, found in heavy.items() if found} == {}
