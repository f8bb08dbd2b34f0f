"""Worksheets as files: round trips, and every kind of bad one."""

from itertools import pairwise
from pathlib import Path

import pytest

import mlops_lab.scoping
from mlops_lab.scoping import (
    WorksheetError,
    examples,
    parse_worksheet,
    read_worksheet,
    write_worksheet,
)

GOOD = Path(mlops_lab.scoping.__file__).with_name("examples.yaml").read_text(encoding="utf-8")


def test_what_is_written_is_read_back_the_same(tmp_path: Path) -> None:
    path = write_worksheet(examples(), tmp_path / "mine.yaml")
    assert read_worksheet(path) == examples()
    assert [one.name for one in tmp_path.iterdir()] == ["mine.yaml"]


def test_a_single_number_is_a_known_quantity() -> None:
    known = examples().projects["appointments"].inputs["labels"]
    assert (known.low, known.high) == (0, 0)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("recall:", "recal:", "unknown key 'recal'; did you mean 'recall'"),
        ("title:", "zzz:", "unknown key 'zzz'; allowed: title"),
        ("    title: Find scratched covers on a phone line\n", "", "lacks the key 'title'"),
        ("approved: true", "approved: 1", "inspection.approved must be true or false; got 1"),
        ("[0.70, 0.86, 0.93]", "[0.93, 0.86, 0.70]", "inspection.inputs.recall .* must rise"),
        ("[0.70, 0.86, 0.93]", "[0.70, 0.86, 93]", "from 0 to 1, since it is a share"),
        ("[0.70, 0.86, 0.93]", "[0.70, 0.93]", r"\[low, likely, high\]"),
        ("[0.70, 0.86, 0.93]", "high", "got 'high'"),
        ("[0.70, 0.86, 0.93]", "true", "got True"),
        ("[1_600_000, 2_000_000, 2_200_000]", "1" + "0" * 400, "not written plainly"),
        ("[0.70, 0.86, 0.93]", "[0.7, 0.8, .nan]", "must rise"),
        ("[0.70, 0.86, 0.93]", "", "got None"),
        ("[1_600_000, 2_000_000, 2_200_000]", "[-5, 0, 2]", "inspection.inputs.volume"),
        ("[1_600_000, 2_000_000, 2_200_000]", "[1, 2, .inf]", r"from 0 to 1e\+15"),
        ("title: Find scratched covers on a phone line", "title: ''", "not empty"),
        ("currency: euro", "currency: 5", "currency must be a text"),
        ("currency: euro", "currency: euro\ncurrency: yen", "'currency' is given twice"),
        ("  fraud:", "  inspection:", "'inspection' is given twice"),
        ("currency: euro", "currency: [", "not YAML in line"),
        ("currency: euro", "currency: !!python/object:os.system x", "not YAML"),
        ("currency: euro", "currency: \x07", "not YAML"),
        ("[0.70, 0.86, 0.93]", "8e-1", "YAML reads this as text"),
        ("[0.70, 0.86, 0.93]", "'" + "x" * 90_000 + "'", r"x\.\.\.x"),
        ("[1_600_000, 2_000_000, 2_200_000]", "0777", "'0777' in line 11 is not written plainly"),
        ("[1_600_000, 2_000_000, 2_200_000]", "1:30", "'1:30' in line 11"),
        ("[1_600_000, 2_000_000, 2_200_000]", "9" * 5000, "not written plainly"),
        ("[1_600_000, 2_000_000, 2_200_000]", "1.0e+16", r"from 0 to 1e\+15"),
        ("  fraud:", "  no:", "name of a project must be a text that is not empty; got False"),
    ],
)  # fmt: skip
def test_a_bad_worksheet_says_where_and_what(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(WorksheetError, match=said):
        parse_worksheet(GOOD.replace(old, new, 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the worksheet must be a mapping"),
        ("- a\n- b", "must be a mapping"),
        ("just words", "must be a mapping"),
        ("currency: euro\nprojects: {}", "at least one"),
        ("currency: euro\nprojects: [a]", "at least one"),
        ("currency: euro\nprojects: {a: 5}", "a must be a mapping with title"),
        ("currency: euro", "lacks the key 'projects'"),
        ("[" * 3000, "nested too deeply"),
        ("currency: euro\nprojects: &all\n  a: *all", "a has an unknown key 'a'"),
    ],
)
def test_what_is_no_worksheet_at_all(text: str, said: str) -> None:
    with pytest.raises(WorksheetError, match=said):
        parse_worksheet(text)


def test_the_message_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("currency: euro", encoding="utf-8")
    with pytest.raises(WorksheetError, match=r"mine\.yaml: .*projects"):
        read_worksheet(path)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WorksheetError, match="UTF-8"):
        read_worksheet(path)


def test_a_file_or_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_worksheet(tmp_path / "none.yaml")
    with pytest.raises(FileNotFoundError, match="make it first"):
        write_worksheet(examples(), tmp_path / "none" / "mine.yaml")


def test_a_message_stays_short_though_the_value_grows_without_end() -> None:
    bomb = ["  z: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    bomb += [f"  y{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in pairwise("abcdefghi")]
    text = GOOD.replace("currency: euro", "currency:\n" + "\n".join(bomb))
    with pytest.raises(WorksheetError, match="currency must be a text") as caught:
        parse_worksheet(text)
    assert len(str(caught.value)) < 500


def test_whole_numbers_may_have_signs_and_underscores() -> None:
    text = GOOD.replace("[1_600_000, 2_000_000, 2_200_000]", "+1_600_000", 1)
    assert parse_worksheet(text).projects["inspection"].inputs["volume"].likely == 1_600_000
