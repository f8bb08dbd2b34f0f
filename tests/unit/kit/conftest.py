"""Cells run by a real kernel, figures without a window, and a kernel's findings from scratch."""

import sys
from collections.abc import Callable, Iterator

import matplotlib
import matplotlib.pyplot as plt
import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

SPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}


@pytest.fixture(scope="session")
def build() -> Callable[..., NotebookNode]:
    """Make a notebook of code cells."""

    def build(*sources: str) -> NotebookNode:
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        nb: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": SPEC})
        return nb

    return build


@pytest.fixture(scope="session")
def execute(build: Callable[..., NotebookNode]) -> Callable[..., list[list[NotebookNode]]]:
    """Run cells in a kernel of their own; give each cell's outputs. Errors are outputs too."""

    def execute(*sources: str) -> list[list[NotebookNode]]:
        nb = build(*sources)
        NotebookClient(nb, timeout=120, allow_errors=True).execute()
        return [cell.outputs for cell in nb.cells]

    return execute


@pytest.fixture(autouse=True)
def _figures() -> Iterator[None]:
    """Draw into memory, and leave neither figures nor settings behind."""
    plt.switch_backend("agg")
    with matplotlib.rc_context():
        yield
    plt.close("all")


@pytest.fixture(autouse=True)
def _fresh_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["mlops_lab.kit.findings"], "_made", {})
    monkeypatch.setattr(sys.modules["mlops_lab.kit.predictions"], "_kept", {})
    monkeypatch.setattr(sys.modules["mlops_lab.kit.checks"], "_tried", {})
    monkeypatch.setattr(sys.modules["mlops_lab.kit.checks"], "_shown", {})
