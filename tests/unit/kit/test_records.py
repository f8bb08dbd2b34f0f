import math
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import nbformat
import numpy as np
import papermill
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from mlops_lab.kit import read_records, record, records_of
from mlops_lab.kit.records import plain

COLUMNS = ["notebook", "kind", "name", "value", "holds", "bound"]
CELLS = (
    "import numpy as np\nimport pandas as pd\nfrom mlops_lab import kit",
    "kit.record('count', 3)\nkit.record('name', 'tree')\nkit.record('good', True)",
    "kit.record('row', np.array([1.5, np.nan, np.inf]))\nkit.record('lost', -np.inf)",
    "kit.record('deep', {'a': (1, {'b': np.float32(0.5)}), 2: float('nan')})",
    "kit.record('column', pd.Series([1, 2]))\nkit.record('nothing', None)",
    "kit.finding('gap', 0.5, at_least=0.1)",
)
Build = Callable[..., NotebookNode]


@pytest.fixture(scope="module")
def executed(build: Build) -> NotebookNode:
    nb: NotebookNode = NotebookClient(build(*CELLS), timeout=120).execute()
    return nb


def values(nb: NotebookNode) -> dict[object, object]:
    return {row["name"]: row["value"] for row in records_of(nb)}


def test_what_was_recorded_is_read_back(executed: NotebookNode) -> None:
    back = values(executed)
    assert list(back) == [
        "count",
        "name",
        "good",
        "row",
        "lost",
        "deep",
        "column",
        "nothing",
        "gap",
    ]
    assert back["count"] == 3
    assert back["name"] == "tree"
    assert back["good"] is True
    np.testing.assert_equal(back["row"], [1.5, math.nan, math.inf])
    assert back["lost"] == -math.inf
    np.testing.assert_equal(back["deep"], {"a": [1, {"b": 0.5}], "2": math.nan})
    assert back["column"] == [1, 2]
    assert back["nothing"] is None


def test_a_finding_is_a_record_with_its_bound(executed: NotebookNode) -> None:
    *others, gap = records_of(executed)
    assert gap == {
        "kind": "finding",
        "name": "gap",
        "value": 0.5,
        "holds": True,
        "bound": "at least 0.1",
    }
    assert {(one["kind"], one["holds"], one["bound"]) for one in others} == {("record", None, None)}


def test_the_file_holds_no_number_that_json_does_not_know(executed: NotebookNode) -> None:
    text = nbformat.writes(executed)
    assert not re.search(r"\b(NaN|-?Infinity)\b", text)


def test_records_of_a_papermill_run_and_of_many_files(build: Build, tmp_path: Path) -> None:
    source, first, second = (tmp_path / f"{name}.ipynb" for name in ("source", "1", "2"))
    nb = build("size = 1", "from mlops_lab import kit\nkit.record('size', size)")
    nb.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(nb, source)
    for path, size in ((first, 5), (second, 7)):
        papermill.execute_notebook(
            source,
            path,
            parameters={"size": size},
            progress_bar=False,
            request_save_on_cell_execute=False,
        )
    one = read_records(str(first))
    assert one["value"].tolist() == [5]
    many = read_records([second, first, source])
    assert list(many.columns) == COLUMNS
    assert many["notebook"].tolist() == [str(second), str(first)]
    assert many["value"].tolist() == [7, 5]


def test_a_notebook_that_recorded_nothing(build: Build, tmp_path: Path) -> None:
    path = tmp_path / "empty.ipynb"
    nbformat.write(build(), path)
    frame = read_records(path)
    assert (len(frame), list(frame.columns)) == (0, COLUMNS)
    assert records_of(build("1 + 1")) == []
    assert list(read_records([]).columns) == COLUMNS


def test_other_outputs_are_passed_over(build: Build) -> None:
    nb = build("x")
    nb.cells[0].outputs = [
        nbformat.v4.new_output("stream", text="text"),
        nbformat.v4.new_output("error", ename="E", evalue="", traceback=[]),
        nbformat.v4.new_output("display_data", {"text/plain": "7"}),
    ]
    nb.cells.append(nbformat.v4.new_markdown_cell("text"))
    assert records_of(nb) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"size,count\n1,2\n",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe\x00",
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [3]}',
        b'{"nbformat": 99, "cells": []}',
    ],
)
def test_a_file_that_is_no_notebook_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd.ipynb"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"^{re.escape(str(path))} is not a notebook: "):
        read_records(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"gone\.ipynb"):
        read_records([tmp_path / "gone.ipynb"])


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({1, 2}, "set"),
        (b"x", "bytes"),
        (1j, "complex"),
        (np.array([1j]), "complex"),
        ([1, {"when": date(2024, 1, 1)}], "date"),
        (np.array(["2024-01-01"], dtype="datetime64[D]"), "date"),
        (object(), "object"),
    ],
)
def test_values_that_json_cannot_hold_are_refused_with_their_type(
    value: object, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(TypeError, match=f"^odd must be a number, .*; got {kind}$"):
        record("odd", value)
    assert capsys.readouterr().out == ""


def test_a_record_needs_a_name() -> None:
    with pytest.raises(ValueError, match="needs a name"):
        record("  ", 1)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (np.float64("nan"), "nan"),
        (np.zeros((2, 0)), [[], []]),
        (np.array(4.5), 4.5),
        ((), []),
        (10**30, 10**30),
    ],
)
def test_plain_values(value: object, wanted: object) -> None:
    made = plain(value)
    assert made == wanted
    assert type(made) is type(wanted)


def test_a_name_that_reads_like_a_number_stays_a_name(build: Build) -> None:
    nb = build("x")
    data = {"application/vnd.mlops-lab.record+json": {"name": "inf", "value": 1}}
    nb.cells[0].outputs = [nbformat.v4.new_output("display_data", data)]
    assert values(nb) == {"inf": 1}


def test_a_plain_script_prints_the_record(capsys: pytest.CaptureFixture[str]) -> None:
    record("size", 3)
    assert capsys.readouterr().out == "size: 3\n"
