"""The picture of where claims hold: every mark of it, against the table."""

import sys
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.lines import Line2D

from mlops_lab import kit
from mlops_lab.kit.style import PALETTE

FINDINGS = ["the far one is far", "the calm one stays calm"]
HELD = {("0.25", "made"): 3, ("0.5", "made"): 3, ("1.0", "made"): 1,
        ("0.25", "real"): 3, ("0.5", "real"): 3, ("1.0", "real"): 0}  # fmt: skip


def rows() -> pd.DataFrame:
    return pd.DataFrame([
        {
            "finding": finding, "data": data, "parameter": "shift", "value": value,
            "default": value == "0.5", "runs": 3, "held": held if finding == FINDINGS[0] else 3,
            "min": 0, "median": 1, "max": 2, "code": "0123456789ab",
        }
        for finding in FINDINGS
        for (value, data), held in HELD.items()
    ])  # fmt: skip


def test_each_mark_is_filled_as_far_as_its_claim_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "05_drift.claims.csv"
    rows().to_csv(file, index=False)
    monkeypatch.setattr(plt, "close", lambda *_: None)  # which would take the picture away
    kit.claims(str(file))
    figure = plt.gcf()
    (ax,) = figure.axes
    marks = [line for line in ax.get_lines() if isinstance(line, Line2D)]
    assert len(marks) == len(FINDINGS) * len(HELD)
    fills = [mark.get_fillstyle() for mark in marks]
    calm = ["full"] * 3
    assert fills == ["full", "full", "left", *calm, "full", "full", "none", *calm]
    colors = {mark.get_marker(): mark.get_color() for mark in marks}
    assert colors == {"o": PALETTE["blue"], "s": PALETTE["orange"]}
    assert figure.get_suptitle() == "1 of 2 claims hold at every value tried"
    said = capsys.readouterr().out
    assert "the far one is far turns at shift 1.0 on made, shift 1.0 on real." in said
    assert "calm" not in said


def test_a_lesson_is_found_by_its_id_and_says_when_nothing_was_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = tmp_path / "4_deployment" / "05_drift.ipynb"
    notebook.parent.mkdir()
    notebook.write_text("{}")
    notebook.with_stem("05_drift_assignment").write_text("{}")
    monkeypatch.setattr(sys.modules["mlops_lab.kit.claims"], "shipped_folder", lambda _: tmp_path)
    with pytest.raises(ValueError, match=r"got '4\.6' of 4\.5"):
        kit.claims("4.6")
    kit.claims("4.5")
    told = "The ranges of these claims have not been tried yet: mlops-lab claims 4.5\n"
    assert capsys.readouterr().out == told
    rows().to_csv(notebook.with_suffix(".claims.csv"), index=False)
    kit.claims("4.5")
    assert capsys.readouterr().out.startswith("Picture: A grid of claims by values: 1 of 2")


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "finding,data\n"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.claims.csv"
    file.write_text(text)
    with pytest.raises(ValueError, match="is no table of claims"):
        kit.claims(str(file))
