"""Ranking, tornado and flip points against tables and roots worked by hand."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from mlops_lab.scoping import (
    advantage,
    draw,
    examples,
    flip_point,
    ranking,
    tornado,
)

FRAUD = examples().projects["fraud"]


def by_recall(inputs: Mapping[str, Any]) -> float:
    return 100 * float(inputs["recall"]) - float(inputs["upkeep"]) / 1000


def test_a_ranking_by_hand() -> None:
    worth = pd.DataFrame({"a": [1.0, 5, -3, 1], "b": [2.0, 4, 6, 1]})
    found = ranking(worth)
    assert found.index.tolist() == ["b", "a"]
    assert found["mean"].tolist() == [3.25, 1.0]
    assert found["p_loss"].tolist() == [0.0, 0.25]
    assert found["p_best"].tolist() == [0.625, 0.375]  # the last draw is a tie, half each
    assert found.loc["a", "p95"] == pytest.approx(worth["a"].quantile(0.95))


def test_chances_to_be_best_add_up() -> None:
    worth = pd.DataFrame({name: draw(FRAUD, 100, s)["recall"] for s, name in enumerate("abc")})
    assert ranking(worth)["p_best"].sum() == pytest.approx(1)


@pytest.mark.parametrize("bad", [pd.DataFrame(), pd.DataFrame({"a": [1.0, None]})])
def test_no_ranking_of_nothing(bad: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="at least one draw"):
        ranking(bad)


def test_a_tornado_by_hand() -> None:
    found = tornado(FRAUD, by_recall, base="likely")
    assert found.index[:2].tolist() == ["upkeep", "recall"]
    assert found.loc["upkeep", :].to_numpy().tolist() == pytest.approx([70 - 50, 70 - 110, 60])
    assert found.loc["recall", :].to_numpy().tolist() == pytest.approx([50 - 60, 80 - 60, 30])
    assert found["swing"].iloc[2:].max() == 0


def test_a_tornado_leaves_out_what_is_known() -> None:
    assert "rule_cost" not in tornado(FRAUD, by_recall).index


def test_a_flip_point_by_hand() -> None:
    assert flip_point(FRAUD, "recall", by_recall, base="likely") == pytest.approx(0.6)
    assert flip_point(FRAUD, "recall", by_recall, level=15, base="likely") == pytest.approx(0.75)
    assert flip_point(FRAUD, "recall", by_recall, level=500) is None
    assert flip_point(FRAUD, "rule_cost", by_recall) is None  # a known number never turns


def test_a_flip_at_the_end_of_the_range_is_found() -> None:
    assert flip_point(FRAUD, "recall", by_recall, level=-10, base="likely") == pytest.approx(0.5)


def test_the_lowest_of_two_flips_is_given() -> None:
    def hill(inputs: Mapping[str, Any]) -> float:
        return float(0.01 - (inputs["recall"] - 0.65) ** 2)

    assert flip_point(FRAUD, "recall", hill) == pytest.approx(0.55)


def test_at_the_flip_the_measure_is_the_level() -> None:
    at = flip_point(FRAUD, "base_rate", advantage)
    assert float(advantage({**FRAUD.at(), "base_rate": at})) == pytest.approx(0, abs=1)
