from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

PARAMETERS = """\
seed: int = 0  # where the random numbers begin
shift: float = 0.5  # how far, in standard deviations; 0 to 2
dataset: str = "made"  # which data; one of made, real
fast: bool = False  # leave the slow part out
sizes: list = [1, 2]  # rows of each part; 1 to 100
"""
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def code(source: str, *tags: str) -> NotebookNode:
    metadata = {"tags": list(tags)} if tags else {}
    cell: NotebookNode = nbformat.v4.new_code_cell(source, metadata=metadata)
    return cell


@pytest.fixture
def make_notebook(tmp_path: Path) -> Callable[..., Path]:
    """Write a notebook: the parameters cell first (unless told otherwise), then the given cells."""

    def make(
        *cells: str | tuple[str, str],
        name: str = "tiny.ipynb",
        parameters: tuple[str, ...] = (PARAMETERS,),
        lesson: str | None = None,
        heading: str = "",
    ) -> Path:
        nodes = [code(text, "parameters") for text in parameters]
        nodes += [code(cell) if isinstance(cell, str) else code(*cell) for cell in cells]
        if heading:
            nodes.insert(0, nbformat.v4.new_markdown_cell(heading))
        metadata = {**METADATA, **({"mlops_lab": {"lesson": lesson}} if lesson else {})}
        nb = nbformat.v4.new_notebook(cells=nodes, metadata=metadata)
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nb, path)
        return path

    return make
