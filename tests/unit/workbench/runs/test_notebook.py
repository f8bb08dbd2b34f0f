import json
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.notebook import read_notebook
from mlops_lab.workbench.runs.run import run

Make = Callable[..., Path]
OLD = {
    "metadata": {"name": "old"},
    "nbformat": 3,
    "nbformat_minor": 0,
    "worksheets": [
        {
            "cells": [
                {
                    "cell_type": "code",
                    "collapsed": False,
                    "input": "print(1)",
                    "language": "python",
                    "metadata": {"tags": ["parameters"]},
                    "outputs": [],
                }
            ],
            "metadata": {},
        }
    ],
}


def changed(path: Path, change: Callable[[dict[str, object]], object]) -> Path:
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    return path


def test_a_notebook_of_format_3_runs(tmp_path: Path) -> None:
    (tmp_path / "old.ipynb").write_text(json.dumps(OLD))
    assert run(tmp_path / "old.ipynb", out=tmp_path / "out").state == "passed"
    assert "1\n" in read_notebook(tmp_path / "out" / "old.ipynb").cells[0].outputs[0].text


def test_a_byte_order_mark_is_read_over(make_notebook: Make) -> None:
    path = make_notebook("x = 1")
    path.write_text(path.read_text(), encoding="utf-8-sig")
    assert len(read_notebook(path).cells) == 2


def no_cells(content: dict[str, object]) -> None:
    content["cells"] = None


def papermill_text(content: dict[str, object]) -> None:
    content["metadata"] = {"papermill": "x"}


def one_id(content: dict[str, object]) -> None:
    assert isinstance(content["cells"], list)
    for cell in content["cells"]:
        cell["id"] = "same"


def papermill_in_a_cell(content: dict[str, object]) -> None:
    assert isinstance(content["cells"], list)
    content["cells"][0]["metadata"]["papermill"] = [1]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (no_cells, "is not a readable notebook"),
        (papermill_text, "metadata.papermill that is not a mapping"),
        (papermill_in_a_cell, "metadata.papermill that is not a mapping"),
        (one_id, "more than one cell with the id 'same'"),
    ],
)
def test_what_cannot_be_run_is_refused_in_one_sentence(
    make_notebook: Make, change: Callable[[dict[str, object]], object], complaint: str
) -> None:
    path = changed(make_notebook("x = 1"), change)
    with pytest.raises(RefusedError, match=rf"tiny\.ipynb .*{complaint}"):
        read_notebook(path)


def test_brackets_without_end_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "deep.ipynb"
    path.write_text("[" * 100_000)
    with pytest.raises(RefusedError, match="is not a readable notebook"):
        read_notebook(path)


def test_missing_ids_are_given_without_a_warning(make_notebook: Make) -> None:
    path = changed(make_notebook("x = 1"), lambda content: [c.pop("id") for c in content["cells"]])  # type: ignore[attr-defined]  # JSON
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len({cell.id for cell in read_notebook(path).cells}) == 2
