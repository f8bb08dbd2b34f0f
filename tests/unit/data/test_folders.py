"""Where cards and downloads live."""

from pathlib import Path

import pytest

from mlops_lab.data.errors import DataError
from mlops_lab.data.folders import cache_folder, datasets_folder


def test_this_checkout() -> None:
    assert (datasets_folder() / "wine" / "README.md").is_file()


def test_an_installed_package_uses_its_own_folder(tmp_path: Path) -> None:
    shipped = tmp_path / "mlops_lab" / "_shipped" / "datasets"
    shipped.mkdir(parents=True)
    (tmp_path / "datasets").mkdir()
    assert datasets_folder(tmp_path / "mlops_lab") == shipped


def test_a_foreign_package_named_datasets_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "datasets").mkdir()
    with pytest.raises(DataError, match="install mlops-lab again, or restore"):
        datasets_folder(tmp_path / "mlops_lab")
    (tmp_path / "pyproject.toml").touch()
    assert datasets_folder(tmp_path / "mlops_lab") == tmp_path / "datasets"


def test_the_cache_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.setenv("MLOPS_LAB_DATA", "~/course")
    assert cache_folder() == Path("/home/someone/course")
    for unset in ("", "  "):
        monkeypatch.setenv("MLOPS_LAB_DATA", unset)
        assert cache_folder().name == "mlops_lab"
        assert Path("/home/someone") in cache_folder().parents
