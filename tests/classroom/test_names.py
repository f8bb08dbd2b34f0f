from pathlib import Path

import pytest

from mlops_lab.workbench.classroom.names import is_safe_name, safe_file_name, write_whole


@pytest.mark.parametrize("name", ["ada", "4.5", "a@b.org", "s-1_2", "007", "x" * 100])
def test_ids_that_are_names_of_folders(name: str) -> None:
    assert is_safe_name(name)


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "a/b", "a\\b", "-x", ".x", "x.", "a b", "ü", "con", "NUL.txt", "x" * 101],
)
def test_ids_that_are_not(name: str) -> None:
    assert not is_safe_name(name)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..", "a\\..\\b.ipynb", "", "ü.ipynb", "x" * 300 + ".ipynb", "con"]
)
def test_a_file_name_is_made_harmless(name: str) -> None:
    made = safe_file_name(name)
    assert is_safe_name(made)
    assert made.endswith(".ipynb") == name.endswith(".ipynb")


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_whole(path, b"one")
    with pytest.raises(TypeError):
        write_whole(path, "no bytes")  # type: ignore[arg-type]  # on purpose
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]
