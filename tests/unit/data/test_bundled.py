"""The data that scikit-learn ships."""

import sys
from dataclasses import replace

import pytest

from mlops_lab.data import Dataset, load
from mlops_lab.data.bundled import BUNDLED
from mlops_lab.data.errors import DataError


def test_photographs_without_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(DataError, match="need Pillow to be read; install it"):
        load("photographs")


def test_digits_are_small_whole_numbers() -> None:
    images = load("digits").arrays["images"]
    assert images.dtype == "uint8"
    assert images[0, 0].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]


def test_another_version_of_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    wine = BUNDLED["wine"]
    shorter = {**BUNDLED, "wine": lambda card: _without_last_row(wine(card))}
    monkeypatch.setattr("mlops_lab.data.registry.BUNDLED", shorter)
    with pytest.raises(DataError, match=r"has 177 rows where its card says 178.*; install sci"):
        load("wine")


def _without_last_row(data: Dataset) -> Dataset:
    return replace(data, frame=data.frame.iloc[:-1])
