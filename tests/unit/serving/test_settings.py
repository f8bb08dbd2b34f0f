from pathlib import Path
from typing import Any

import pytest

from mlops_lab.serving.settings import Settings


def test_settings_come_back_from_plain_values(tmp_path: Path) -> None:
    settings = Settings(folder=tmp_path, batch_size=4, log="x.jsonl")
    assert Settings.of(settings.document()) == settings


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("batch_size", 0),
        ("batch_size", 2.0),
        ("batch_size", True),
        ("batch_window", -0.1),
        ("batch_window", float("nan")),
        ("queue_size", 0),
        ("timeout", 0),
        ("timeout", "2"),
        ("max_bytes", 0),
        ("threads", 0),
        ("slowdown", float("inf")),
        ("poll", 0.0),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=rf"{field} is .* allowed"):
        Settings(folder=tmp_path, **{field: value})


def test_a_queue_must_hold_a_batch(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="queue_size is 8, less than batch_size 9"):
        Settings(folder=tmp_path, batch_size=9, queue_size=8)


def test_a_folder_must_be_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"none' is not a folder; it holds <name>"):
        Settings(folder=tmp_path / "none")
