"""Applicants: the law that the docstring states is the one that draws them."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from mlops_lab.fairness import applicants, features


def test_a_seed_draws_the_same_again() -> None:
    assert applicants(3, 50).equals(applicants(3, 50))


def test_a_logistic_model_finds_the_effects_of_each_group_again() -> None:
    people = applicants(0, 80_000, share_b=0.5, history_b=0.5)
    for name, says in (("A", 0.12), ("B", 0.06)):
        mine = people[people["group"] == name]
        X = mine[["income", "debt"]].assign(years=mine["years"] - 12)
        model = LogisticRegression(C=1e6).fit(X, mine["repaid"])
        assert model.coef_[0] == pytest.approx([1.2, -0.9, says], abs=0.05)
        assert model.intercept_[0] == pytest.approx(1.1, abs=0.1)


def test_means_and_shares_are_those_asked_for() -> None:
    people = applicants(1, 80_000, share_b=0.3, income_gap=0.5, years_a=9, years_b=3)
    assert (people["group"] == "B").mean() == pytest.approx(0.3, abs=0.01)
    means = people.groupby("group")[["income", "years"]].mean().to_numpy()
    assert means == pytest.approx(np.array([[0, 9], [-0.5, 3]]), abs=0.1)


def test_the_district_tells_the_group_only_where_it_is_a_proxy() -> None:
    for proxy, share in ((0.0, 0.25), (3.0, 2 * np.exp(3) / (6 + 2 * np.exp(3)))):
        people = applicants(2, 40_000, proxy=proxy)
        last = (people["district"] >= 6).groupby(people["group"]).mean()
        assert last["A"] == pytest.approx(0.25, abs=0.01)
        assert last["B"] == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize(("wrong", "outcome"), [(0.3, 1), (-0.2, 0)])
def test_records_are_wrong_in_b_alone_and_in_one_direction(wrong: float, outcome: int) -> None:
    people = applicants(3, 60_000, wrong=wrong)
    changed = people["recorded"] != people["repaid"]
    hit = (people["group"] == "B") & (people["repaid"] == outcome)
    assert not changed[~hit].any()
    assert changed[hit].mean() == pytest.approx(abs(wrong), abs=0.02)


def test_wrong_records_can_follow_the_income_with_the_same_share() -> None:
    people = applicants(4, 200_000, wrong=0.3, wrong_by_income=2.0)
    b = people[people["group"] == "B"]
    changed = b["recorded"] != b["repaid"]
    poor = b["income"] < -0.35
    repaid = b["repaid"] == 1
    assert changed[poor & repaid].mean() > 0.35
    assert changed[~poor & repaid].mean() < 0.25


def test_dials_of_the_records_leave_the_people_as_they_are() -> None:
    right, bad = applicants(5, 300), applicants(5, 300, wrong=0.4)
    assert right.drop(columns="recorded").equals(bad.drop(columns="recorded"))


def test_features_are_the_columns_and_nothing_of_the_truth() -> None:
    people = applicants(6, 40)
    table = features(people, group=True)
    assert table.shape == (40, 13)
    assert table[:, 3:11].sum(axis=1).tolist() == [1.0] * 40
    assert table[:, 3:11].argmax(axis=1).tolist() == people["district"].tolist()
    in_b = people["group"].eq("B").to_numpy()
    assert table[:, 12].tolist() == np.where(in_b, people["years"], 0).tolist()
    assert features(people, district=False).tolist() == table[:, :3].tolist()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"rows": 0}, "rows 0"),
        ({"share_b": 1.2}, "share_b 1.2"),
        ({"years_b": 0.0}, "years_b 0.0"),
        ({"wrong": -0.6}, "wrong -0.6"),
    ],
)
def test_a_dial_out_of_range_is_refused(asked: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        applicants(0, **asked)  # type: ignore[arg-type]  # a row count among shares
