from pathlib import Path

import pytest

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.parameter_file import read_parameter_file


def test_an_empty_file_gives_no_parameters(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("# nothing yet\n")
    assert read_parameter_file(tmp_path / "p.yaml") == {}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"- 1\n- 2\n", "holds a list"),
        (b"1: 2\n", "has the name 1, .*names must be text"),
        (b"x: " + b"[" * 5000 + b"]" * 5000, "nested too deeply"),
        (b"x: [1", "not valid YAML"),
        (b"x: 2026-13-45", "not valid YAML"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_a_bad_file_is_refused(tmp_path: Path, content: bytes, complaint: str) -> None:
    (tmp_path / "p.yaml").write_bytes(content)
    with pytest.raises(RefusedError, match=complaint):
        read_parameter_file(tmp_path / "p.yaml")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="cannot be read"):
        read_parameter_file(tmp_path / "none.yaml")


def test_a_byte_order_mark_is_read_over(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("x: 1", encoding="utf-8-sig")
    assert read_parameter_file(tmp_path / "p.yaml") == {"x": 1}
