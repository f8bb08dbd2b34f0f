"""Names, kinds, simulations and the way to each."""

from pathlib import Path

import pytest

from mlops_lab.data import available, card, load
from mlops_lab.data.errors import DataError
from mlops_lab.data.registry import get, state


def test_the_course_has_its_data_sets() -> None:
    assert {
        *("breast_cancer", "diabetes", "digits", "photographs", "wine"),
        *("cifar10h", "electricity", "mnist", "youtube_spam"),
    } <= set(available())
    assert available() == sorted(available())


def test_a_misspelt_name() -> None:
    with pytest.raises(DataError, match="no data set 'elektricity'; did you mean 'electricity'"):
        load("elektricity")
    with pytest.raises(DataError, match=r"no data set 'zzz'\. The names are: breast_cancer, "):
        card("zzz")


def test_every_load_is_fresh() -> None:
    frame = load("wine").frame
    frame["target"] = 9
    assert load("wine").frame["target"].max() == 2


def test_a_card_of_a_kind_without_reader(sales: Path) -> None:
    path = sales / "README.md"
    path.write_text(path.read_text().replace("simulation", "scikit-learn"))
    with pytest.raises(DataError, match="key `kind`: scikit-learn has readers for breast_cancer, "):
        card("sales")


def test_state_of_public_data(real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert state(card("mnist")) == "to download"
    monkeypatch.setenv("MLOPS_LAB_DATA", str(real_data))
    assert state(card("mnist")) == "cached"
    assert not get("mnist")
