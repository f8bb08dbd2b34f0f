"""Where cards and downloads live."""

from pathlib import Path

import pytest

from mlops_lab.data.errors import DataError
from mlops_lab.data.folders import cache_folder, datasets_folder, obstacle


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


def test_the_home_of_nobody_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLOPS_LAB_DATA", "~no-such-user/x")
    with pytest.raises(DataError, match="is '~no-such-user/x', but '~no-such-user' is nobody's"):
        cache_folder()


@pytest.mark.parametrize("named", ["course", "./course", "../here/course"])
def test_a_relative_cache_is_refused_with_the_path_to_set(
    named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path.resolve() / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("MLOPS_LAB_DATA", named)
    with pytest.raises(DataError) as caught:
        cache_folder()
    assert f"MLOPS_LAB_DATA is {named!r}" in str(caught.value)
    assert f"set it to '{here / 'course'}'" in str(caught.value)


def test_what_stands_where_a_folder_is_to_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "broken").symlink_to(tmp_path / "gone")
    (tmp_path / "good").symlink_to(tmp_path)
    assert obstacle(tmp_path / "new" / "folder") is None
    assert obstacle(tmp_path / "good") is None
    for file in (tmp_path / "file", tmp_path / "file" / "below"):
        assert obstacle(file) == f"{tmp_path / 'file'} is a file, not a folder"
    for link in (tmp_path / "broken", tmp_path / "broken" / "below"):
        said = f"{tmp_path / 'broken'} is a link to {tmp_path / 'gone'}, where there is no folder"
        assert obstacle(link) == said
