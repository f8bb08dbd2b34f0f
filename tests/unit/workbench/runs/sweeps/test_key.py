"""The key of a run: it changes with all that a result depends on, and with nothing else."""

from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import nbformat
import pytest

from mlops_lab.workbench.runs.sweeps import key
from mlops_lab.workbench.runs.sweeps.key import code_of, installed, point_key, surroundings


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    yield
    surroundings.cache_clear()
    installed.cache_clear()


def fresh() -> str:
    surroundings.cache_clear()
    installed.cache_clear()
    return surroundings()


def test_words_and_outputs_change_no_key_but_code_does() -> None:
    nb = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("words"), nbformat.v4.new_code_cell("x = 1")]
    )
    before = code_of(nb)
    nb.cells[0].source = "other words"
    nb.cells[1].outputs = [nbformat.v4.new_output("stream", text="1")]
    assert code_of(nb) == before
    nb.cells[1].source = "x = 2"
    assert code_of(nb) != before


def test_each_part_counts_and_the_order_of_names_does_not() -> None:
    first = point_key("code", {"a": 1, "b": 2}, "here")
    assert point_key("code", {"b": 2, "a": 1}, "here") == first
    others = {
        point_key("other", {"a": 1, "b": 2}, "here"),
        point_key("code", {"a": 1, "b": 3}, "here"),
        point_key("code", {"a": 1, "c": 2}, "here"),
        point_key("code", {"a": 1, "b": 2}, "there"),
    }
    assert len({first, *others}) == 5


def test_what_is_around_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = {name: tmp_path / name for name in ("package", "shipped", "cache", "site")}
    for folder in folders.values():
        folder.mkdir()
    monkeypatch.setattr(key, "_PACKAGE", folders["package"])
    monkeypatch.setattr("mlops_lab.data.folders.datasets_folder", lambda: folders["shipped"])
    monkeypatch.setattr("mlops_lab.data.folders.cache_folder", lambda: folders["cache"])
    monkeypatch.setattr("site.getsitepackages", lambda: [str(folders["site"])])
    (folders["site"] / "wheel-1.0.dist-info").mkdir()
    seen = [fresh()]
    (folders["package"] / "topic.py").write_text("one")
    seen.append(fresh())
    (folders["package"] / "topic.py").write_text("two")
    seen.append(fresh())
    (folders["shipped"] / "made.csv").write_text("1")
    seen.append(fresh())
    (folders["cache"] / "real.csv").write_text("1")
    seen.append(fresh())
    (folders["site"] / "wheel-1.0.dist-info").rename(folders["site"] / "wheel-1.1.dist-info")
    seen.append(fresh())
    (folders["site"] / "other-2.0.dist-info").mkdir()
    seen.append(fresh())
    assert len(set(seen)) == 7
    (folders["package"] / "__pycache__").mkdir()
    (folders["package"] / "__pycache__" / "topic.pyc").write_text("compiled")
    assert fresh() == seen[-1]


def test_without_downloads_there_is_a_key_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mlops_lab.data.folders.cache_folder", lambda: tmp_path / "none")
    assert len(fresh()) == 20


def test_what_a_process_has_put_on_its_path_counts_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fresh()
    (tmp_path / "vendored-1.0.dist-info").mkdir()
    (tmp_path / "vendored-1.0.dist-info/METADATA").write_text("Name: vendored\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "vendored" in {each.name for each in distributions()}
    assert fresh() == before
