"""Tables of tags by arithmetic in the open, and gains that add up."""

import numpy as np
import pandas as pd
import pytest

from mlops_lab.baselines import split_gain, tag_table


def test_a_table_by_hand() -> None:
    """Ten clips, six of them quiet; the model misses one quiet and two loud ones."""
    tags = ["quiet"] * 6 + ["loud"] * 4
    right = [1, 1, 1, 1, 1, 0, 1, 1, 0, 0]
    table = tag_table(right, tags, 0.9)
    assert table.index.tolist() == ["quiet", "loud"]
    assert table["share"].tolist() == [0.6, 0.4]
    assert table["errors"].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert table["accuracy"].tolist() == pytest.approx([5 / 6, 0.5])
    assert table["room"].tolist() == pytest.approx([0.6 * (0.9 - 5 / 6), 0.4 * 0.4])


def test_tags_may_overlap_and_be_missing() -> None:
    tags = pd.DataFrame({"a": [True, True, False, False], "b": [False, True, True, False]})
    person = [True, True, False, True]
    table = tag_table([True, False, False, True], tags, person)
    assert table["share"].tolist() == [0.5, 0.5]
    assert table["errors"].tolist() == [0.5, 1.0]
    assert table["level"].tolist() == [1.0, 0.5]
    assert table["room"].tolist() == [0.25, 0.25]


def test_rooms_of_tags_that_part_the_clips_add_up_to_the_gap() -> None:
    rng = np.random.default_rng(0)
    right, person = rng.random(500) < 0.8, rng.random(500) < 0.95
    table = tag_table(right, rng.choice(["x", "y", "z"], 500), person)
    assert table["room"].sum() == pytest.approx(person.mean() - right.mean())
    assert table["errors"].sum() == pytest.approx(1)


def test_no_error_is_no_share_of_errors() -> None:
    assert tag_table([True, True], ["a", "b"], 1.0)["errors"].tolist() == [0, 0]


def test_gains_add_up_to_the_change() -> None:
    rng = np.random.default_rng(1)
    before, after, member = rng.random((3, 300)) < [[0.6], [0.7], [0.2]]
    own, others = split_gain(before, after, member)
    assert own + others == pytest.approx(after.mean() - before.mean())
    assert own == pytest.approx((after[member].sum() - before[member].sum()) / 300)


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="a row of tags an example"):
        tag_table([True], ["a", "b"], 1.0)
    with pytest.raises(ValueError, match=r"level must be from 0 to 1; got 1\.5"):
        tag_table([True, False], ["a", "b"], 1.5)
    with pytest.raises(ValueError, match="three rows alike"):
        split_gain([True], [True, False], [True, True])
