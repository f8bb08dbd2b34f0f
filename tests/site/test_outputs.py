"""What cells show, brought into the form of the site."""

import base64
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from coursesite.outputs import FINDING, RECORD, shown_outputs
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

PNG = base64.b64encode(b"a picture").decode()


def shown(folder: Path, *outputs: NotebookNode) -> list[NotebookNode]:
    cell = new_code_cell("1", id="cell", outputs=list(outputs))
    shown_outputs(new_notebook(cells=[cell]), "1.1_a", folder)
    found: list[NotebookNode] = cell.outputs
    return found


def display(data: dict[str, object], **metadata: object) -> NotebookNode:
    made: NotebookNode = new_output("display_data", data=data, metadata=metadata)
    return made


def finding(name: str, value: float, *, holds: bool = True) -> NotebookNode:
    told = {"name": name, "value": value, "holds": holds, "bound": "at most <1>"}
    return display({FINDING: told, "text/plain": name})


def test_a_picture_is_a_file_with_words(tmp_path: Path) -> None:
    words = {"alt": "A line [of] some slope."}
    (made,) = shown(
        tmp_path, display({"image/png": PNG, "text/html": "<img>"}, **{"image/png": words})
    )
    assert (tmp_path / "pictures/1.1_a/cell-0.png").read_bytes() == b"a picture"
    assert made.data == {
        "text/markdown": r"![A line \[of\] some slope.](pictures/1.1_a/cell-0.png)"
    }


def test_a_dark_page_is_told_which_pictures_are_plots(tmp_path: Path) -> None:
    words = {"alt": "A line of some slope."}
    html = '<img src="data:" alt="A line of some slope." class="mlops-lab-plot" style="">'
    data: dict[str, object] = {"image/png": PNG, "text/html": html}
    (made,) = shown(tmp_path, display(data, **{"image/png": words}))
    assert made.data["text/markdown"].endswith("(pictures/1.1_a/cell-0.png){.mlops-lab-plot}")


def test_a_picture_without_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="picture 0 of the cell 'cell' has no alt text"):
        shown(tmp_path, display({"image/png": PNG}))


def test_a_source_that_is_folded_in_the_lab_is_folded(tmp_path: Path) -> None:
    cells = [new_code_cell("1", metadata=one) for one in ({}, {"jupyter": {"source_hidden": True}})]
    shown_outputs(new_notebook(cells=cells), "1.1_a", tmp_path)
    assert [cell.metadata.get("tags") for cell in cells] == [None, ["hide-input"]]


def test_findings_that_follow_each_other_are_one_table(tmp_path: Path) -> None:
    text = new_output("stream", text="so\n")
    made = shown(
        tmp_path, finding("a < b", 0.12345), finding("c", 2.0, holds=False), text, finding("d", 3.0)
    )
    assert [one.output_type for one in made] == ["display_data", "stream", "display_data"]
    table = BeautifulSoup(made[0].data["text/html"], "html.parser")
    rows = [[cell.get_text() for cell in row.select("td")] for row in table.select("tbody tr")]
    assert rows == [
        ["holds", "a < b", "0.1235", "at most <1>"],
        ["FAILS", "c", "2", "at most <1>"],
    ]
    assert [one.get_text() for one in table.select("th")] == ["State", "Claim", "Measured", "Needs"]


def test_records_that_follow_each_other_are_one_block(tmp_path: Path) -> None:
    records = [display({RECORD: {}, "text/plain": f"{name}: 1"}) for name in "ab"]
    (made,) = shown(tmp_path, *records)
    assert made.data == {"text/plain": "a: 1\nb: 1"}


def test_a_table_loses_the_style_of_pandas(tmp_path: Path) -> None:
    html = '<div><style scoped>\n.x {}\n</style>\n<table border="1" class="dataframe">'
    html += "<th></th></table></div>"
    (made,) = shown(tmp_path, display({"text/html": html}))
    assert made.data["text/html"] == '<div><table class="dataframe"><td></td></table></div>'
