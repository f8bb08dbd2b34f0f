"""A forked kernel is what a fresh one is, but for what is listed here with its reason."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from kernel_sessions import COLD, WARM, Session, kernel
from nbclient import NotebookClient
from nbformat import NotebookNode

from mlops_lab.workbench.kernels import ADDRESS, SWITCH
from mlops_lab.workbench.kernels.conditions import supported
from mlops_lab.workbench.kernels.forked import ForkedKernel
from mlops_lab.workbench.kernels.owner import Template

if reason := supported():
    pytest.skip(reason, allow_module_level=True)

HERE = Path(__file__).parent
ALLOWED = {
    # of the process
    "hash": "the key of string hashes is drawn when an interpreter starts; a fork keeps it",
    r"tokenize\..*|torch\.masked\..*_NAMES|scipy\.sparse\._data\.name|tensorflow\.python\.ops\.weak_tensor_ops\.operator":
        "in the order of a set, which goes by the hashes",
    "gc.frozen": "what the template made is not looked through again, so that its pages are shared",
    "sys.meta_path": "the finder of what is hidden comes first",
    "process.dies_with_parent": "a kernel ends with its template, which alone could end it",
    "(environ|getenv).JPY_PARENT_PID|posix.environ": "a kernel's parent is its template",
    "atexit.registered|copyreg.table|logging.(sklearn|mlops_lab|scipy|torch|matplotlib|PIL).*":
        "registered by libraries that are hidden; they do nothing before somebody uses them",
    "threading.names": "threads are counted; those of an import count in the template",
    f"(environ|getenv).{SWITCH}": "so this test has it started afresh",
    # drawn or read anew by each process, fresh or forked
    r"(ipykernel\.kernelapp|jupyter_client\.session)\.session_flags|joblib\..*\.name":
        "drawn for each process",
    r"absl\.flags\._helpers\.disclaim_module_ids": "addresses",
    r"debugpy\.common\.timestamp\.timestamp_zero|numpy\.f2py\.rules\..*": "the time of the import",
    # of modules
    "modules.pwd": "of the standard library; the template needs it",
    r"modules\.(numpy\.random|secrets)(\..*)?":
        "NumPy imports it when it is asked for it, which is no import that could be recorded; it "
        "comes when a kernel asks",
}  # fmt: skip
"""Names of a snapshot that may differ, as patterns, with the reason."""

LOAD = f"""import importlib.util, json
spec = importlib.util.spec_from_file_location("snapshot", {str(HERE / "snapshot.py")!r})
snapshot = importlib.util.module_from_spec(spec)
spec.loader.exec_module(snapshot)
"""
IMPORTS = (
    "numpy", "PIL", "scipy.stats", "pandas", "matplotlib", "matplotlib.pyplot", "sklearn",
    "sklearn.ensemble", "ipywidgets", "torch", "tensorflow", "keras", "mlops_lab.kit",
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def template() -> Iterator[Template]:
    """Yield a template of all that there is, which forks every kernel of this file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(SWITCH, raising=False)
        # python3 starts afresh, whatever default another test has had the factory read
        patch.delenv("JUPYTER_DEFAULT_PROVISIONER_NAME", raising=False)
        factory = KernelProvisionerFactory.instance()
        patch.setattr(factory, "default_provisioner_name", "local-provisioner")
        patch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)
        with closing(Template()) as made:
            assert made.ready(None)
            assert not made.left_out
            patch.setenv(ADDRESS, str(made.folder))
            yield made


def told(session: Session, call: str) -> Any:
    """Return what a function of the snapshot returns, in the kernel."""
    shown = session.run(f"print(json.dumps(snapshot.{call}()))")
    assert [kind for kind, _ in shown if kind != "stderr"] == ["stdout"], shown
    return json.loads(dict(shown)["stdout"])


def looked_at(name: str, folder: Path) -> dict[str, Any]:
    """Describe a kernel: its modules after each import, its settings, and what it draws."""
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        if name == COLD:
            patch.setenv(SWITCH, "off")
        session = stack.enter_context(kernel(WARM, folder))
        assert session.forked == (name == WARM)
        patch.undo()
        assert session.run(LOAD) == []
        modules = {"": told(session, "imported")}
        said = {}
        for library in IMPORTS:
            said[library] = session.run(f"import {library}")
            modules[library] = told(session, "imported")
        whole = json.dumps([told(session, "snapshot"), told(session, "draws")])
        settings, drawn = json.loads(whole.replace(str(folder), "HERE"))
    return {"modules": modules, "said": said, "settings": settings, "drawn": drawn}


@pytest.fixture(scope="module")
def kernels(template: Template, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Look at two forked kernels and a fresh one."""
    assert template.ready()
    folder = tmp_path_factory.mktemp("kernels")
    return [looked_at(name, folder / str(i)) for i, name in enumerate((WARM, WARM, COLD))]


def test_each_import_brings_the_same_modules(kernels: list[dict[str, Any]]) -> None:
    forked, _, fresh = (one["modules"] for one in kernels)
    for library in ("", *IMPORTS):
        different = set(forked[library]) ^ set(fresh[library])
        assert not {name for name in different if not allowed(f"modules.{name}")}, library


def test_each_import_says_the_same(kernels: list[dict[str, Any]]) -> None:
    forked, _, fresh = (one["said"] for one in kernels)
    for library in IMPORTS:
        assert plain(forked[library]) == plain(fresh[library]), library


def test_all_settings_are_the_same(kernels: list[dict[str, Any]]) -> None:
    forked, _, fresh = (one["settings"] for one in kernels)
    different = {
        name: (forked.get(name), fresh.get(name))
        for name in forked.keys() | fresh.keys()
        if forked.get(name) != fresh.get(name) and not allowed(name)
    }
    assert not different, "\n".join(f"{name}: {both}"[:400] for name, both in different.items())
    assert len(fresh) > 10_000


def test_every_reason_is_one_for_something(kernels: list[dict[str, Any]]) -> None:
    forked, _, fresh = kernels
    names = forked["settings"].keys() | fresh["settings"].keys()
    every = {f"modules.{name}" for name in forked["modules"]["keras"]} | names
    for pattern in ALLOWED:
        assert any(re.fullmatch(pattern, name) for name in every), pattern


def test_no_two_kernels_draw_the_same(kernels: list[dict[str, Any]]) -> None:
    drawn = [one["drawn"] for one in kernels]
    assert len(drawn[0]) == len(drawn[2]) >= 13
    for first, second, third in zip(*drawn, strict=True):
        assert len({first, second, third}) == 3


def allowed(name: str) -> bool:
    return any(re.fullmatch(pattern, name) for pattern in ALLOWED)


def plain(shown: object) -> str:
    """Return what was shown without times, processes and addresses."""
    text = json.dumps(shown)
    for pattern, instead in (
        (r"[IWE]\d{4} [\d:.]+ +\d+", "LOGGED"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}", "TIME"),
        (r"0?x[0-9a-f]{6,}", "ADDRESS"),  # a long text is cut off in its middle
        (r"ipykernel_\d+", "ipykernel"),
    ):
        text = re.sub(pattern, instead, text)
    return text


BOOKS = sorted((HERE / "books").glob("*.md"))
FEW = {"09_tables", "15_tensors", "26_torch_training"}


@pytest.mark.parametrize(
    "book",
    [pytest.param(one, id=one.stem, marks=() if one.stem in FEW else pytest.mark.exhaustive)
     for one in BOOKS],
)  # fmt: skip
def test_a_notebook_shows_the_same(book: Path, tmp_path: Path) -> None:
    notebook = jupytext.reads(book.read_text(encoding="utf-8"), "md")
    shown = [_shown(notebook, name, tmp_path / "here") for name in (WARM, COLD)]
    for cell, ours, theirs in zip(notebook.cells, *shown, strict=True):
        assert ours == theirs, cell.source
    assert sum(map(len, shown[0])) >= 5


def _shown(notebook: NotebookNode, name: str, folder: Path) -> list[list[str]]:
    """Run a notebook in a kernel, in an empty folder; give what each cell shows."""
    for left in sorted(folder.rglob("*"), reverse=True):
        left.rmdir() if left.is_dir() else left.unlink()
    folder.mkdir(exist_ok=True)
    node = nbformat.reads(nbformat.writes(notebook), as_version=4)
    processes: list[object] = []
    client: Any = NotebookClient(
        node,
        kernel_name=name,
        timeout=600,
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
        on_notebook_start=lambda **_: processes.append(client.km.provisioner.process),
    )
    client.execute()
    assert isinstance(processes[0], ForkedKernel) == (name == WARM)
    return [[plain(one) for one in cell.get("outputs", [])] for cell in node.cells]
