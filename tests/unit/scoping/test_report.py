"""The report says what was computed, and is written whole or not at all."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from mlops_lab.scoping import Worksheet, advantage, examples, report, simulate_all, write_report


def test_the_report_says_what_was_computed() -> None:
    sheet = examples()
    text = report(sheet, draws=2000, seed=4)
    mean = advantage(simulate_all(sheet, 2000, 4)["fraud"]).mean()
    assert f"| fraud | {mean:,.0f} |" in text
    assert text.count("- Best: **rule**") == 2
    assert text.count("- Best: **model**") == 1
    assert text.index("| fraud |") < text.index("| inspection |") < text.index("| appointments |")


def test_settings_reach_the_report() -> None:
    text = report(examples(), horizon=1, discount=0.2, draws=2000)
    assert "over 1 years, discounted at 20%" in text
    assert "**model**" not in text  # a year is too short for any of the three to pay


def test_what_is_not_approved_is_not_ranked() -> None:
    sheet = examples()
    shut = {name: replace(one, approved=False) for name, one in sheet.projects.items()}
    text = report(Worksheet("yen", {**sheet.projects, "fraud": shut["fraud"]}), draws=500)
    assert "| fraud |" not in text
    assert "no, so nothing is done" in text
    assert "yen" in text
    assert "No project is approved." in report(Worksheet("yen", shut), draws=500)


def test_words_of_the_reader_do_not_break_the_page() -> None:
    fraud = replace(examples().projects["fraud"], title="two\nlines", harm="a | b")
    text = report(Worksheet("euro", {"x|y": fraud}), draws=500)
    assert "## two lines\n" in text
    assert "harm: a \\| b\n" in text
    assert "| x\\|y |" in text


def test_each_project_has_draws_of_its_own() -> None:
    fraud = examples().projects["fraud"]
    twice = simulate_all(Worksheet("euro", {"a": fraud, "b": fraud}), 10, 0)
    assert not twice["a"].equals(twice["b"])


def test_a_report_is_written(tmp_path: Path) -> None:
    path = write_report("old", tmp_path / "r.md")
    write_report("new", path)
    assert path.read_text(encoding="utf-8") == "new"
    (tmp_path / "plain").touch()
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode  # others may read it too
    (tmp_path / "plain").unlink()
    assert os.listdir(tmp_path) == ["r.md"]  # noqa: PTH208  names only


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_report("old", tmp_path / "r.md")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_report("new", path)
    assert path.read_text(encoding="utf-8") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["r.md"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="make it first"):
        write_report("text", tmp_path / "none" / "r.md")


def test_texts_of_the_worksheet_cannot_open_lines_or_tags() -> None:
    sheet = examples()
    fraud = replace(sheet.projects["fraud"], harm="<img src=x>")
    text = report(Worksheet("euro\n# big", {"fraud": fraud}), draws=10)
    assert "&lt;img src=x>" in text
    assert "\n# big" not in text
