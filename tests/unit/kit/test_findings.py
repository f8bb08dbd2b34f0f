import math
import re
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from bs4 import BeautifulSoup
from IPython.core.interactiveshell import InteractiveShell
from nbformat import NotebookNode

from mlops_lab import kit
from mlops_lab.kit import FindingError, finding, findings
from mlops_lab.kit.output import is_shown_cell_by_cell

MIME = "application/vnd.mlops-lab.finding+json"
Execute = Callable[..., list[list[NotebookNode]]]
Bounds = dict[str, Any]


@pytest.mark.parametrize(
    ("value", "bounds"),
    [
        (0.1, {"at_least": 0.1}),
        (0.2, {"at_least": 0.1}),
        (0, {"at_least": 0}),
        (0.1, {"at_most": 0.1}),
        (-5, {"at_most": 0.1}),
        (1, {"between": (1, 2)}),
        (2, {"between": (1, 2)}),
        (1, {"between": (1, 1)}),
        (math.inf, {"at_least": 3}),
    ],
)
def test_a_value_that_holds(
    value: float, bounds: Bounds, capsys: pytest.CaptureFixture[str]
) -> None:
    finding("gap", value, **bounds)
    out = capsys.readouterr().out
    assert out.startswith(f"gap: measured {value:.4g}, ")
    assert out.endswith(": holds\n")


@pytest.mark.parametrize(
    ("value", "bounds", "needs"),
    [
        (0.0999, {"at_least": 0.1}, "at least 0.1"),
        (0.1001, {"at_most": 0.1}, "at most 0.1"),
        (0.999, {"between": (1, 2)}, "between 1 and 2"),
        (2.001, {"between": (1, 2)}, "between 1 and 2"),
        (math.nan, {"at_least": -math.inf}, "at least -inf"),
        (math.nan, {"at_most": 0}, "at most 0"),
        (math.nan, {"between": (0, 1)}, "between 0 and 1"),
    ],
)
def test_a_value_that_fails_is_shown_and_then_stops(
    value: float, bounds: Bounds, needs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(FindingError) as caught:
        finding("gap", value, **bounds)
    assert str(caught.value) == f"gap: measured {value:.4g}, but the claim needs {needs}"
    assert capsys.readouterr().out == f"gap: measured {value:.4g}, {needs}: FAILS\n"


def test_a_numpy_number_is_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    finding("gap", np.float64(0.5), at_least=0.1)
    assert capsys.readouterr().out == "gap: measured 0.5, at least 0.1: holds\n"


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ({}, "got 'gap' with 0 bounds"),
        ({"at_least": 0, "at_most": 1}, "got 'gap' with 2 bounds"),
        ({"at_least": 0, "at_most": 1, "between": (0, 1)}, "got 'gap' with 3 bounds"),
        ({"between": (2, 1)}, "from low to high; got (2, 1)"),
        ({"between": (0, math.nan)}, "from low to high; got (0, nan)"),
        ({"at_least": math.nan}, "a bound is a number, or goes from low to high; got nan"),
        ({"between": ()}, "between takes (low, high); got ()"),
    ],
)
def test_wrong_bounds_are_refused_and_leave_nothing(
    bounds: Bounds, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        finding("gap", 0.5, **bounds)
    with pytest.raises(FindingError, match="no finding was made"):
        findings()
    assert capsys.readouterr().out == ""


def test_a_finding_needs_a_name() -> None:
    with pytest.raises(ValueError, match="needs a name"):
        finding(" ", 0.5, at_least=0)


def test_the_summary_tells_no_number(capsys: pytest.CaptureFixture[str]) -> None:
    finding("first", 1.25, at_least=1)
    finding("second", 7, at_most=9)
    capsys.readouterr()
    findings()
    assert capsys.readouterr().out == "holds  first\nholds  second\n"


def test_the_summary_names_what_failed(capsys: pytest.CaptureFixture[str]) -> None:
    finding("first", 1, at_least=1)
    for name in ("second", "third"):
        with pytest.raises(FindingError):
            finding(name, 0, at_least=1)
    capsys.readouterr()
    with pytest.raises(FindingError, match=r"^these claims do not hold: second; third$"):
        findings()
    assert capsys.readouterr().out == "holds  first\nFAILS  second\nFAILS  third\n"


def test_running_a_cell_again_replaces_its_finding(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(FindingError):
        finding("first", 0, at_least=1)
    finding("second", 1, at_least=1)
    finding("first", 1, at_least=1)
    capsys.readouterr()
    findings()
    assert capsys.readouterr().out == "holds  first\nholds  second\n"


def test_a_finding_error_is_an_assertion() -> None:
    assert issubclass(kit.FindingError, AssertionError)


def test_what_an_executed_notebook_holds(execute: Execute) -> None:
    (_, good, bad, summary) = execute(
        "from mlops_lab import kit",
        "kit.finding('<gap>', 0.25, at_least=0.1)",
        "kit.finding('odd', float('nan'), between=(0, 1))",
        "kit.findings()",
    )
    (shown,) = good
    assert shown.output_type == "display_data"
    assert shown.data[MIME] == {
        "name": "<gap>",
        "value": 0.25,
        "holds": True,
        "bound": "at least 0.1",
    }
    assert shown.data["text/plain"] == "<gap>: measured 0.25, at least 0.1: holds"
    assert "&lt;gap&gt;" in shown.data["text/html"]
    assert "<gap>" not in shown.data["text/html"]
    assert [one.output_type for one in bad] == ["display_data", "error"]
    assert bad[0].data[MIME] == {
        "name": "odd",
        "value": "nan",
        "holds": False,
        "bound": "between 0 and 1",
    }
    assert bad[1].ename == "FindingError"
    assert [one.output_type for one in summary] == ["stream", "error"]
    assert summary[0].text == "holds  <gap>\nFAILS  odd\n"


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"name": 5, "value": 1, "at_least": 0}, ValueError),
        ({"name": "x", "value": "1", "at_least": 0}, TypeError),
        ({"name": "x", "value": 1, "at_least": "0"}, TypeError),
        ({"name": "x", "value": 1, "between": (1,)}, ValueError),
        ({"name": "x", "value": 1, "between": 5}, ValueError),
        ({"name": "x", "value": 1, "between": ("a", 2)}, TypeError),
    ],
)
def test_wrong_types_are_named(settings: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"name|value|bound|between"):
        finding(**settings)


def test_where_it_is_asked_to_go_on_a_claim_that_fails_is_shown_and_nothing_stops(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MLOPS_LAB_FINDINGS", "record")
    with pytest.raises(FindingError, match="no finding was made yet"):
        findings()
    finding("gap", 0.05, at_least=0.1)
    finding("level", 2, at_most=3)
    findings()
    assert capsys.readouterr().out.splitlines() == [
        "gap: measured 0.05, at least 0.1: FAILS",
        "level: measured 2, at most 3: holds",
        "FAILS  gap",
        "holds  level",
    ]
    monkeypatch.setenv("MLOPS_LAB_FINDINGS", "")
    with pytest.raises(FindingError):
        finding("gap", 0.05, at_least=0.1)


def test_a_page_that_runs_cell_by_cell_gets_a_table_with_numbers_and_links(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[dict[str, str]] = []
    module = sys.modules["mlops_lab.kit.findings"]
    finding("<gap> of it", 0.25, at_least=0.1)
    monkeypatch.setattr(module, "is_shown_cell_by_cell", lambda: True)
    monkeypatch.setattr(module, "show_data", shown.append)
    findings()
    finding("<gap> of it", 0.3, at_least=0.1)
    assert shown[0]["text/plain"] == "holds  <gap> of it\n"
    table = BeautifulSoup(shown[0]["text/html"], "html.parser")
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in table.select("tr")]
    assert rows[0] == ["State", "Claim", "Measured", "Needs"]
    assert rows[1:] == [["holds", "<gap> of it", "0.25", "at least 0.1"]]
    (link,) = table.select("a")
    assert link["href"] == "#finding-gap-of-it"
    assert f"id='{str(link['href'])[1:]}'" in shown[1]["text/html"]


@pytest.mark.parametrize(
    ("request_", "told"),
    [({"metadata": {"cellId": "gap"}}, True), ({"metadata": {}}, False), ({}, False)],
)
def test_only_a_page_names_the_cell_that_it_runs(
    monkeypatch: pytest.MonkeyPatch, request_: dict[str, Any], told: bool
) -> None:
    shell = SimpleNamespace(get_parent=lambda: request_)
    monkeypatch.setattr(InteractiveShell, "initialized", lambda: True)
    monkeypatch.setattr(InteractiveShell, "instance", lambda: shell)
    assert is_shown_cell_by_cell() is told
    monkeypatch.setattr(InteractiveShell, "initialized", lambda: False)
    assert not is_shown_cell_by_cell()
