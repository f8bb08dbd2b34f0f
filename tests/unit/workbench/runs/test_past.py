"""What earlier runs took is remembered, and never in the way."""

from pathlib import Path

import pytest

from mlops_lab.workbench.runs import past


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(past, "_file", lambda: tmp_path / "runs" / "seconds.json")
    return tmp_path / "runs" / "seconds.json"


def test_it_remembers_by_path(tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "x.ipynb", tmp_path / "b" / "x.ipynb"
    assert past.seconds(first) == float("inf")
    past.remember(first, 3.14159)
    past.remember(second, 2.0)
    past.remember(first, 4.0)
    assert (past.seconds(first), past.seconds(second)) == (4.0, 2.0)
    assert past.seconds(tmp_path / "a" / ".." / "a" / "x.ipynb") == 4.0


@pytest.mark.parametrize("text", ["", "{", "[]", '{"x": "y"}', "\xff"])
def test_a_damaged_record_is_begun_again(cache: Path, tmp_path: Path, text: str) -> None:
    cache.parent.mkdir()
    cache.write_text(text, encoding="latin-1")
    assert past.seconds(tmp_path / "x.ipynb") == float("inf")
    past.remember(tmp_path / "x.ipynb", 1.0)
    assert past.seconds(tmp_path / "x.ipynb") == 1.0


def test_a_folder_that_cannot_be_written_costs_nothing(cache: Path, tmp_path: Path) -> None:
    cache.parent.write_text("a file stands where the folder should be")
    past.remember(tmp_path / "x.ipynb", 1.0)
    assert past.seconds(tmp_path / "x.ipynb") == float("inf")
