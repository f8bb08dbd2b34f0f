"""The form a notebook is stored in."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mlops_lab.cli import main
from mlops_lab.workbench.runs import RefusedError, store


def write(folder: Path, *sources: str, compared: str = "") -> Path:
    cells = [
        new_markdown_cell("# A note"),
        new_code_cell("x = 1", metadata={"tags": ["parameters"]}),
    ]
    cells += [new_code_cell(source) for source in sources]
    if compared:
        cells.append(new_code_cell(compared, metadata={"tags": ["nbval-check-output"]}))
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
        if cell.cell_type == "code":
            cell.execution_count = 7
            cell.outputs = [nbformat.v4.new_output("stream", text="an old output\n")]
    path = folder / "note.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


def stored(path: Path) -> list[NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def test_only_compared_cells_keep_an_output(tmp_path: Path) -> None:
    path = write(tmp_path, "print('noise')", compared="print('said', x)\nx + 1")
    assert store(path) is None
    *others, last = stored(path)
    assert [(cell.outputs, cell.execution_count) for cell in others] == [([], None)] * 2
    assert last.execution_count == 1
    assert last.outputs[0].text == "said 1\n"
    assert (last.outputs[1].data["text/plain"], last.outputs[1].execution_count) == ("2", 1)


def test_storing_twice_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, compared="print(sorted({3, 1}))")
    store(path)
    once = path.read_bytes()
    store(path)
    assert path.read_bytes() == once
    assert once.endswith(b"}\n")


def test_ids_tags_and_text_stay(tmp_path: Path) -> None:
    path = write(tmp_path, "y = 2", compared="print(y)")
    before = nbformat.read(path, as_version=4)
    store(path)
    after = nbformat.read(path, as_version=4)
    assert [(c.id, c.source, c.metadata) for c in after.cells] == [
        (c.id, c.source, c.metadata) for c in before.cells
    ]
    assert after.metadata == before.metadata


def test_without_compared_cells_nothing_runs(tmp_path: Path) -> None:
    path = write(tmp_path, "raise SystemError('never run')")
    assert store(path) is None
    assert [cell.outputs for cell in stored(path)] == [[], []]


def test_a_failing_notebook_is_left_as_it_was(tmp_path: Path) -> None:
    path = write(tmp_path, "1 / 0", compared="print(1)")
    before = path.read_bytes()
    failure = store(path)
    assert failure is not None
    assert failure.ename == "ZeroDivisionError"
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_notebook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "note.ipynb"
    path.write_text("plain text")
    with pytest.raises(RefusedError, match=r"note\.ipynb is not a readable notebook"):
        store(path)


def test_the_command_says_what_failed(tmp_path: Path) -> None:
    good = write(tmp_path, compared="print(1)")
    (tmp_path / "below").mkdir()
    bad = write(tmp_path / "below", "1 / 0", compared="print(1)")
    done = CliRunner().invoke(main, ["store", str(good), str(bad)])
    assert done.exit_code == 1
    assert f"stored {good}" in done.stdout
    assert "ZeroDivisionError" in done.stderr


def test_what_cannot_be_written_is_told_before_it_is_run(
    make_notebook: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    def run(*_: object, **__: object) -> None:
        raise AssertionError("it was run")

    notebook = make_notebook("1")
    monkeypatch.setattr(Path, "write_bytes", refuse)
    monkeypatch.setattr("mlops_lab.workbench.runs.stored.execute", run)
    with pytest.raises(RefusedError, match="cannot be written: Permission denied"):
        store(notebook)
