"""The list of findings as a table, from whatever a notebook holds."""

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode

from mlops_lab.kit.findings import anchor
from mlops_lab.kit.records import FINDING
from mlops_lab.workbench.runs.site.findings import findings_table, link_findings


def notebook(listed: str, *made: object) -> NotebookNode:
    data = ({FINDING: one, "text/plain": "a finding"} for one in made)
    shown = [nbformat.v4.new_output("display_data", data=one) for one in data]
    text = nbformat.v4.new_output("stream", name="stdout", text=listed)
    cell = nbformat.v4.new_code_cell("kit.findings()", outputs=[*shown, text])
    nb: NotebookNode = nbformat.v4.new_notebook(cells=[cell])
    return nb


def made(name: object, *, holds: bool = True, value: object = 0.5) -> dict[str, object]:
    return {"name": name, "value": value, "holds": holds, "bound": "at least <0.4>"}


def test_the_list_tells_claim_value_and_bound_and_leads_to_each() -> None:
    nb = notebook("holds  a > b\nFAILS  c\n", made("a > b"), made("c", holds=False, value="nan"))
    link_findings(nb)
    *_, listed = nb.cells[0].outputs
    nbformat.validate(nb)
    page = BeautifulSoup(listed.data["text/html"], "html.parser")
    rows = [[cell.get_text() for cell in row.select("td")] for row in page.select("tbody tr")]
    assert rows == [
        ["holds", "a > b", "0.5", "at least <0.4>"],
        ["FAILS", "c", "nan", "at least <0.4>"],
    ]
    places = BeautifulSoup(findings_table([made("a > b"), made("c")]), "html.parser")
    ids = [f"#{row['id']}" for row in places.select("tr[id]")]
    assert [link["href"] for link in page.select("a")] == ids == ["#finding-a-b", "#finding-c"]
    assert anchor("a > b") == "finding-a-b"


@pytest.mark.parametrize(
    "nb",
    [
        notebook("holds  a\n"),
        notebook("holds  a\nholds  b\n", made("a")),
        notebook("holds  a\nand more\n", made("a")),
        notebook("holds  a\n", made(["a"]), made(None), [], {}),
        notebook(""),
    ],
)
def test_a_text_that_is_no_such_list_stays(nb: NotebookNode) -> None:
    before = nbformat.writes(nb)
    link_findings(nb)
    assert nbformat.writes(nb) == before
