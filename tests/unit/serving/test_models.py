"""The table of models, as the folder behind it changes; loading is a stand-in here."""

import logging
import shutil
from pathlib import Path

import numpy as np
import pytest

from mlops_lab.serving import save_model
from mlops_lab.serving.errors import RequestError
from mlops_lab.serving.models import Models
from mlops_lab.serving.runners import Arrays, Runner, Tensor


class Fake:
    """A runner that is told by the bytes it was loaded from."""

    platform = "fake"

    def __init__(self, content: bytes) -> None:
        self.inputs = self.outputs = [Tensor("x", np.dtype("float32"), (1,))]
        self.content = content

    def run(self, inputs: Arrays, /) -> Arrays:
        return inputs

    def prepare(self, batch_size: int, /) -> None:
        pass


def load(path: Path) -> Runner:
    content = path.read_bytes()
    if content.startswith(b"broken"):
        raise ValueError("it is " + content.decode())
    return Fake(content)


@pytest.fixture
def models(tmp_path: Path) -> Models:
    save_model(tmp_path, "m", 1, b"one")
    models = Models(tmp_path, load)
    models.refresh()
    return models


def content(models: Models, number: int) -> bytes:
    runner = models.find("m", number).runner
    assert isinstance(runner, Fake)
    return runner.content


def test_a_new_version_is_picked_up_and_the_old_stays(models: Models) -> None:
    old = models.find("m", 1).runner
    save_model(models.folder, "m", 10, b"ten")
    save_model(models.folder, "m", 9, b"nine")
    models.refresh()
    assert models.available("m") == [1, 9, 10]
    assert models.highest("m") == 10
    assert models.find("m", 1).runner is old


def test_nothing_new_loads_nothing(models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "load", lambda path: pytest.fail(f"loaded {path}"))
    before = models.table
    models.refresh()
    assert models.table is before


def test_a_changed_file_is_loaded_again(models: Models) -> None:
    save_model(models.folder, "m", 1, b"another")
    models.refresh()
    assert content(models, 1) == b"another"


def test_a_broken_version_is_told_and_the_old_serves_on(models: Models) -> None:
    save_model(models.folder, "m", 2, b"broken glass")
    models.refresh()
    assert models.highest("m") == 1
    broken = models.versions("m")[2]
    assert (broken.state, broken.error) == ("END", "ValueError: it is broken glass")
    with pytest.raises(
        RequestError, match="Version 2 of 'm' is END: ValueError: it is broken"
    ) as told:
        models.find("m", 2)
    assert told.value.status == 503


def test_a_broken_version_that_is_mended_is_picked_up(models: Models) -> None:
    save_model(models.folder, "m", 2, b"broken")
    models.refresh()
    save_model(models.folder, "m", 2, b"mended")
    models.refresh()
    assert models.highest("m") == 2
    assert models.versions("m")[2].error == ""


def test_a_broken_file_does_not_replace_one_that_works(models: Models) -> None:
    save_model(models.folder, "m", 1, b"broken now")
    models.refresh()
    assert content(models, 1) == b"one"
    assert models.find("m", 1).state == "AVAILABLE"
    assert "broken now" in models.find("m", 1).error


def test_a_half_written_version_is_not_seen(models: Models) -> None:
    (models.folder / "m" / ".new-2").mkdir()
    (models.folder / "m" / ".new-2" / "model.tflite").write_bytes(b"half")
    (models.folder / "m" / "3").mkdir()
    models.refresh()
    assert models.available("m") == [1]


def test_a_version_that_is_gone_is_forgotten_unless_a_route_needs_it(models: Models) -> None:
    save_model(models.folder, "m", 2, b"two")
    models.refresh()
    shutil.rmtree(models.folder / "m" / "1")
    models.refresh(keep={("m", 1)})
    assert models.available("m") == [1, 2]
    models.refresh()
    assert models.available("m") == [2]
    shutil.rmtree(models.folder / "m")
    models.refresh()
    with pytest.raises(RequestError, match="No model 'm'; there are none"):
        models.versions("m")


def test_what_is_not_there_is_named_with_what_is(models: Models) -> None:
    with pytest.raises(RequestError, match="No model 'n'; there are m") as told:
        models.find("n", 1)
    assert (told.value.status, told.value.field) == (404, "model")
    with pytest.raises(RequestError, match="has no version 7; there are 1") as told:
        models.find("m", 7)
    assert (told.value.status, told.value.field) == (404, "version")
    with pytest.raises(RequestError, match="no label 'stable'; there are none") as told:
        models.labelled("m", "stable")
    assert (told.value.status, told.value.field) == (404, "label")


def test_labels_are_read_and_wrong_ones_leave_the_old(
    models: Models, caplog: pytest.LogCaptureFixture
) -> None:
    path = models.folder / "m" / "labels.json"
    path.write_text('{"stable": 1}')
    models.refresh()
    assert models.labelled("m", "stable") == 1
    path.write_text('{"stable": "two"}')
    with caplog.at_level(logging.WARNING):
        models.refresh()
        models.refresh()
    assert models.labelled("m", "stable") == 1
    assert caplog.text.count("labels.json of m is left out") == 1


def test_a_runner_has_an_owner_as_long_as_it_is_there(models: Models) -> None:
    runner = models.find("m", 1).runner
    assert runner is not None
    assert models.owners[runner].number == 1
    shutil.rmtree(models.folder / "m")
    models.refresh()
    assert models.owners == {}
