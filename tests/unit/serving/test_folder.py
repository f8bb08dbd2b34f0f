from pathlib import Path
from typing import Any

import pytest

from mlops_lab.serving.folder import labels, mark, save_model, scan


def test_what_is_saved_is_found(tmp_path: Path) -> None:
    place = save_model(tmp_path / "models", "a.b-c_1", 12, b"content")
    assert (place / "model.tflite").read_bytes() == b"content"
    assert scan(tmp_path / "models") == {"a.b-c_1": {12: place / "model.tflite"}}
    assert [path.name for path in place.parent.iterdir()] == ["12"]


def test_a_version_is_replaced_whole(tmp_path: Path) -> None:
    save_model(tmp_path, "m", 1, b"old")
    before = mark(tmp_path / "m" / "1" / "model.tflite")
    place = save_model(tmp_path, "m", 1, b"new")
    assert (place / "model.tflite").read_bytes() == b"new"
    assert mark(place / "model.tflite") != before
    assert [path.name for path in place.parent.iterdir()] == ["1"]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of Keras
def test_a_keras_model_is_saved_as_such(tmp_path: Path, keras_model: Any) -> None:
    place = save_model(tmp_path, "m", 3, keras_model)
    assert scan(tmp_path) == {"m": {3: place / "model.keras"}}


@pytest.mark.parametrize("name", ["", ".hidden", "a/b", "../x", "a b", "x" * 101, "a:predict"])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="model name"):
        save_model(tmp_path, name, 1, b"")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("version", [0, -1, 1.0, True, "1"])
def test_a_version_that_is_none_is_refused(tmp_path: Path, version: Any) -> None:
    with pytest.raises(ValueError, match=r"version .* whole number"):
        save_model(tmp_path, "m", version, b"")


def test_content_that_is_none_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"content is a dict; the bytes of a \.tflite"):
        save_model(tmp_path, "m", 1, {})
    assert list((tmp_path / "m").iterdir()) == []


def test_whatever_has_another_form_is_left_alone(tmp_path: Path) -> None:
    for name in (".hidden/1", "m/0", "m/01", "m/x", "m/-1", "m/.new-1", "empty/1", "m/1"):
        (tmp_path / name).mkdir(parents=True)
        if "empty" not in name:
            (tmp_path / name / "model.tflite").write_bytes(b"x")
    (tmp_path / "file").write_text("x")
    assert {name: list(found) for name, found in scan(tmp_path).items()} == {"m": [1]}
    assert scan(tmp_path / "gone") == {}


def test_a_file_that_is_gone_has_no_mark(tmp_path: Path) -> None:
    assert mark(tmp_path / "none") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1]", "object"),
        ('{"a": "1"}', "'a' is '1'"),
        ('{"a": true}', "True"),
        ('{"a": 0}', "1 or more"),
        ("{", "line 1"),
    ],
)
def test_wrong_labels_say_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "labels.json").write_text(text)
    with pytest.raises(ValueError, match=said):
        labels(tmp_path / "labels.json")
