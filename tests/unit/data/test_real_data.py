"""The claims of every card, held against the data; known facts of the public sets."""

from pathlib import Path

import pytest

from mlops_lab.data import available, card, load
from mlops_lab.data.dataset import Dataset

PUBLIC = ("cifar10h", "electricity", "mnist", "youtube_spam")


@pytest.fixture
def cached(real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLOPS_LAB_DATA", str(real_data))


def check_claims(data: Dataset) -> None:
    """Hold a data set against its card, without the package's own checks."""
    frame = data.frame
    assert len(frame) == data.card.rows
    assert set(frame.columns) == set(data.card.columns)
    assert {key: a.shape for key, a in data.arrays.items()} == {
        key: a.shape for key, a in data.card.arrays.items()
    }
    for name, column in data.card.columns.items():
        present = frame[name].dropna()
        assert len(frame) - len(present) == column.missing, name
        if column.allowed is not None:
            assert set(present) <= set(column.allowed), name
        if column.dated:
            assert str(column.low) <= str(present.min().date()), name
            assert str(present.max().date()) <= str(column.high), name
        elif isinstance(column.low, int | float) and isinstance(column.high, int | float):
            assert column.low <= present.min() <= present.max() <= column.high, name
    for key, array in data.card.arrays.items():
        assert array.low == data.arrays[key].min(), key
        assert array.high == data.arrays[key].max(), key


@pytest.mark.parametrize("name", [name for name in available() if name not in PUBLIC])
def test_the_claims_of_shipped_cards(name: str) -> None:
    check_claims(load(name))


@pytest.mark.usefixtures("cached")
@pytest.mark.parametrize("name", PUBLIC)
def test_the_claims_of_public_cards(name: str) -> None:
    check_claims(load(name))


@pytest.mark.parametrize("name", ["breast_cancer", "wine", "diabetes"])
def test_ranges_of_shipped_tables_are_tight(name: str) -> None:
    frame = load(name).frame
    for key, column in card(name).columns.items():
        if column.allowed is None:
            assert [frame[key].min(), frame[key].max()] == [column.low, column.high], key
        else:
            assert set(frame[key]) == set(column.allowed), key


@pytest.mark.parametrize("name", available())
def test_a_card_says_what_a_reader_needs(name: str) -> None:
    text = str(card(name))
    for part in (card(name).licence.split(" ")[0], "known problems", *card(name).columns):
        assert part in text
    assert card(name).known_problems
    assert all(len(problem) > 20 for problem in card(name).known_problems)


def test_shipped_facts() -> None:
    assert load("breast_cancer").frame["target"].value_counts().to_dict() == {1: 357, 0: 212}
    assert load("wine").frame["target"].value_counts(sort=False).to_dict() == {0: 59, 1: 71, 2: 48}
    assert load("diabetes").frame["age"].mean() == pytest.approx(48.5, abs=0.1)  # years, unscaled
    assert load("digits").frame["label"].nunique() == 10


@pytest.mark.usefixtures("cached")
def test_youtube_facts() -> None:
    frame = load("youtube_spam").frame
    assert frame["CLASS"].value_counts().to_dict() == {1: 1005, 0: 951}
    assert frame["VIDEO"].value_counts(sort=False).to_dict() == {
        "Psy": 350,
        "KatyPerry": 350,
        "LMFAO": 438,
        "Eminem": 448,
        "Shakira": 370,
    }
    undated = frame[frame["DATE"].isna()]
    eminem_spam = frame[(frame["VIDEO"] == "Eminem") & (frame["CLASS"] == 1)]
    assert undated.index.equals(eminem_spam.index)
    assert len(undated) == 245
    assert int(frame["CONTENT"].duplicated().sum()) == 196
    assert int(frame.duplicated().sum()) == 3
    assert float(frame["CONTENT"].str.endswith("\ufeff").mean()) == pytest.approx(0.8, abs=0.02)


@pytest.mark.usefixtures("cached")
def test_electricity_facts() -> None:
    frame = load("electricity").frame
    up = frame["class"]
    assert int(up.sum()) == 19_237
    assert float((up == up.shift()).mean()) == pytest.approx(0.853, abs=0.0005)
    for name in ("vicprice", "vicdemand", "transfer"):
        assert frame[name].iloc[:17_424].nunique() == 1
        assert frame[name].iloc[17_424] != frame[name].iloc[0]
    assert len(frame) == 944 * 48


@pytest.mark.usefixtures("cached")
def test_cifar10h_facts() -> None:
    data = load("cifar10h")
    votes = data.frame.sum(axis="columns")
    assert int(votes.sum()) == 511_000
    assert (votes.min(), votes.max()) == (47, 63)
    assert float(votes.mean()) == pytest.approx(51.1)
    assert (data.frame.to_numpy() == data.arrays["counts"]).all()
    # CIFAR-10's test images begin with a cat, two ships and an airplane.
    favourites = data.arrays["counts"][:4].argmax(axis=1)
    names = [list(data.frame.columns)[favourite] for favourite in favourites]
    assert names == ["cat", "ship", "ship", "airplane"]


@pytest.mark.usefixtures("cached")
def test_mnist_facts() -> None:
    data = load("mnist")
    counts = data.frame["label"].value_counts(sort=False).sort_index()
    assert list(counts) == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert list(data.frame["label"].head(5)) == [7, 2, 1, 0, 4]
    assert data.arrays["images"].mean() / 255 == pytest.approx(0.1325, abs=0.0005)
    data.arrays["images"][0] = 0  # yours to change
    assert load("mnist").arrays["images"][0].max() > 0
