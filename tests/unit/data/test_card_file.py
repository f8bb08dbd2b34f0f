"""Cards read from README.md, and what a faulty one is told."""

import datetime as dt
from pathlib import Path

import pytest

from mlops_lab.data.card_file import read_card
from mlops_lab.data.errors import DataError

GOOD = """---
title: Sales
kind: simulation
origin: a script
licence: CC0
rows: 3
seed: 7
script: make.py
truth:
  events: what happened
columns:
  day: {description: the day, low: 2024-01-01, high: 2024-12-31}
  price: {description: the price, unit: euro, low: 0, high: 9.5, mean: 2.5, missing: 1}
  shop: {description: which shop, values: [a, b]}
  sold: {description: sold or not, values: {0: kept, 1: sold}}
arrays:
  photo: {description: the goods, shape: [3, 2], dtype: uint8, low: 0, high: 255}
known_problems:
  - "made up"
---
Some prose.
--- and a line that begins with dashes
"""
PUBLIC = (
    GOOD.replace("kind: simulation", "kind: public")
    .replace("known_problems:", "files:\n  - {name: a.csv, url: 'http://x/a'}\nknown_problems:")
    .replace("truth:\n  events: what happened\n", "")
)


def write(folder: Path, text: str) -> Path:
    (folder / "sales").mkdir()
    path = folder / "sales" / "README.md"
    path.write_text(text)
    return path


def test_a_good_card(tmp_path: Path) -> None:
    card = read_card(write(tmp_path, GOOD))
    assert (card.name, card.rows, card.seed, card.script) == ("sales", 3, 7, "make.py")
    assert card.columns["day"].low == dt.date(2024, 1, 1)
    assert card.columns["day"].dated
    assert not card.columns["price"].dated
    assert card.columns["price"].mean == 2.5
    assert card.columns["shop"].allowed == {"a": "", "b": ""}
    assert card.columns["sold"].allowed == {0: "kept", 1: "sold"}
    assert card.arrays["photo"].shape == (3, 2)
    assert card.truth == {"events": "what happened"}
    assert card.known_problems == ("made up",)
    assert card.prose == "Some prose.\n--- and a line that begins with dashes"


def test_a_card_as_text(tmp_path: Path) -> None:
    text = str(read_card(write(tmp_path, GOOD)))
    for line in (
        "sales: Sales",
        "kind     simulation (made by a script, with the truth beside it)",
        "script   make.py, seed 7",
        "  day    the day; 2024-01-01 to 2024-12-31",
        "  price  the price; in euro; 0 to 9.5; 1 missing",
        "  sold   sold or not; one of 0 (kept), 1 (sold)",
        "  photo  the goods; 3 x 2, uint8; 0 to 255",
        "  events  what happened",
        "  - made up",
    ):
        assert line in text.splitlines()


def test_files_of_a_public_card(tmp_path: Path) -> None:
    (file,) = read_card(write(tmp_path, PUBLIC)).files
    assert (file.name, file.url, file.member, file.sha256) == ("a.csv", "http://x/a", None, None)


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ("title: Sales\n", "", "title", "is missing and must be text"),
        ("title: Sales", "title: 7", "title", "must be text, not 7"),
        ("kind: simulation", "kind: real", "kind", "must be one of scikit-learn, simulation, pub"),
        ("rows: 3", "rows: many", "rows", "must be a whole number, not 'many'"),
        ("rows: 3", "rows: 0", "rows", "must be at least 1, not 0"),
        ("rows: 3", "rows: true", "rows", "must be a whole number, not True"),
        ("licence:", "license:", "license", "is unknown; did you mean `licence`?"),
        ("seed: 7", "seed: x", "seed", "must be a whole number, not 'x'"),
        ("unit: euro, low: 0", "low: 1e-3", "columns.price.low", "write 1.0e-3, not 1e-3"),
        ("unit: euro", "units: euro", "columns.price.units", "did you mean `unit`?"),
        ("description: the price, ", "", "columns.price.description", "is missing"),
        ("[a, b]", "a", "columns.shop.values", "must be a list or a mapping"),
        ("[a, b]", "[]", "columns.shop.values", "must be a list or a mapping"),
        ("missing: 1", "missing: -1", "columns.price.missing", "must be at least 0, not -1"),
        ("  shop:", "  yes:", "columns", "the name True must be text, so put it in quotes"),
        ("  shop: {description: which shop, values: [a, b]}", "  shop:", "columns.shop", "mapping"),
        ("shape: [3, 2]", "shape: [3, x]", "arrays.photo.shape", "list of whole numbers"),
        ('"made up"', "7", "known_problems", "must be a list of sentences (quote them), not 7"),
        ("events: what happened", "events: 3", "truth.events", "must be text, not 3"),
        ("seed: 7", "files: []", "files", "only a card of kind public"),
    ],
)
def test_a_faulty_key_is_named(tmp_path: Path, old: str, new: str, key: str, said: str) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(DataError) as caught:
        read_card(path)
    message = str(caught.value)
    assert message.startswith(f"{path}, key `{key}`: ")
    assert said in message


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ("files:\n  - {name: a.csv, url: 'http://x/a'}\n", "", "files", "is missing"),
        ("\n  - {name: a.csv, url: 'http://x/a'}", " []", "files", "at least one file"),
        ("name: a.csv, ", "", "files[0].name", "is missing"),
        ("name: a.csv", "name: a.csv, sha256: abc", "files[0].sha256", "64 hexadecimal digits"),
        ("{name: a.csv, url: 'http://x/a'}", "a.csv", "files[0]", "must be a mapping"),
    ],
)
def test_a_faulty_file_entry(tmp_path: Path, old: str, new: str, key: str, said: str) -> None:
    assert old in PUBLIC
    with pytest.raises(DataError) as caught:
        read_card(write(tmp_path, PUBLIC.replace(old, new)))
    assert f"key `{key}`: " in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Sales\n", "must begin with YAML between two lines"),
        ("", "must begin with YAML"),
        ("---\na: [\n---\n", "is not valid YAML"),
        ("---\njust text\n---\n", "must be a mapping"),
    ],
)
def test_no_front_matter(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(DataError, match=said) as caught:
        read_card(path)
    assert str(path) in str(caught.value)


def test_a_card_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_card(tmp_path / "none" / "README.md")
