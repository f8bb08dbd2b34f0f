from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from mlops_lab.workbench.classroom.collect.keep import keep, keep_unplaced

TIME = datetime(2026, 12, 1, 12, tzinfo=UTC)


def test_bytes_are_kept_under_student_and_time(tmp_path: Path) -> None:
    there = TIME.astimezone(timezone(timedelta(hours=5)))
    path = keep(tmp_path, "4.5", "ada", there, "../x y.ipynb", b"\xff\x00")
    assert path == tmp_path / "4.5" / "ada" / "20261201T120000Z" / "x_y.ipynb"
    assert path.read_bytes() == b"\xff\x00"


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    first = keep(tmp_path, "4.5", "ada", TIME, "x", b"1")
    second = keep(tmp_path, "4.5", "ada", TIME, "x", b"2")
    assert (first.read_bytes(), second.read_bytes()) == (b"1", b"2")
    assert keep(tmp_path, "4.5", "ada", TIME, "x", b"2") == second
    assert second.parent.name == "20261201T120000Z-2"


def test_files_of_nobody_are_kept_too(tmp_path: Path) -> None:
    one, two = (keep_unplaced(tmp_path, "x.ipynb", content) for content in (b"1", b"2"))
    assert (one.read_bytes(), two.read_bytes()) == (b"1", b"2")
    assert keep_unplaced(tmp_path, "x.ipynb", b"1") == one
