"""Rates by group: as another library counts them, and as arithmetic does."""

import numpy as np
import pytest
from sklearn.metrics import precision_score, recall_score

from mlops_lab.baselines import wilson
from mlops_lab.fairness import MEASURES, gap, measure, reweigh

Columns = tuple[list[int], list[int], list[str]]


def drawn(rows: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    y, yes = rng.integers(2, size=(2, rows))
    return y, yes, rng.choice(["A", "B"], rows)


def test_measures_are_those_of_another_library() -> None:
    y, yes, group = drawn()
    table = measure(y, yes, group)
    for name in ("A", "B"):
        mine = group == name
        found = table["share"].xs(name, level="group")
        assert found["TPR"] == recall_score(y[mine], yes[mine])
        assert found["FPR"] == pytest.approx(1 - recall_score(y[mine], yes[mine], pos_label=0))
        assert found["PPV"] == precision_score(y[mine], yes[mine])
        assert found["base rate"] == y[mine].mean()
        assert found["selection rate"] == yes[mine].mean()
    assert list(table.index.get_level_values("measure").unique()) == list(MEASURES)


def test_fairlearn_counts_the_same_rates() -> None:
    metrics = pytest.importorskip("fairlearn.metrics")
    y, yes, group = drawn()
    frame = metrics.MetricFrame(
        metrics={"TPR": metrics.true_positive_rate, "FPR": metrics.false_positive_rate},
        y_true=y,
        y_pred=yes,
        sensitive_features=group,
    )
    table = measure(y, yes, group).to_dict("index")
    for which in ("TPR", "FPR"):
        found = [table[which, name]["share"] for name in "AB"]
        assert found == pytest.approx(frame.by_group[which].tolist())
        assert abs(gap(y, yes, group, which)) == pytest.approx(frame.difference()[which])


def test_intervals_are_wilsons_of_the_rows_that_count() -> None:
    table = measure([1] * 10 + [0] * 5, [1] * 8 + [0] * 7, ["A"] * 15)
    row = table.to_dict("index")["TPR", "A"]
    assert row["n"] == 10
    assert [row["low"], row["high"]] == pytest.approx([float(end) for end in wilson(8, 10)])


def test_a_group_without_such_rows_has_no_rate() -> None:
    table = measure([1, 0, 1], [0, 0, 1], ["B", "B", "A"]).to_dict("index")
    assert np.isnan(table["PPV", "B"]["share"])
    assert np.isnan(table["FPR", "A"]["high"])
    assert np.isnan(gap([1, 0, 1], [0, 0, 1], ["B", "B", "A"], "PPV"))


def test_chances_give_the_expected_rate() -> None:
    # A: (0.8 * 1) / (0.8 + 0.2) = 0.8; B: 0.5 / (0.5 + 0.5) = 0.5
    found = gap([0.8, 0.2, 0.5, 0.5], [1, 0, 1, 0], ["A", "A", "B", "B"])
    assert found == pytest.approx(0.3)


def test_the_identity_of_the_four_rates_holds() -> None:
    """FPR = p / (1 - p) (1 - PPV) / PPV TPR, p the base rate: Chouldechova, 2017."""
    table = measure(*drawn()).to_dict("index")
    for name in "AB":
        p, tpr, ppv = (table[which, name]["share"] for which in ("base rate", "TPR", "PPV"))
        expected = p / (1 - p) * (1 - ppv) / ppv * tpr
        assert table["FPR", name]["share"] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (([1, 0], [1], ["A", "B"]), r"\(2,\), \(1,\)"),
        (([], [], []), r"\(0,\)"),
        (([0, 2], [1, 0], ["A", "B"]), "0.0 to 2.0"),
        (([0, 1], [3, 0], ["A", "B"]), "0.0 to 3.0"),
    ],
)
def test_bad_columns_are_refused(
    columns: tuple[list[int], list[int], list[str]], said: str
) -> None:
    for function in (measure, gap):
        with pytest.raises(ValueError, match=said):
            function(*columns)


def test_a_gap_needs_two_groups_and_a_known_measure() -> None:
    with pytest.raises(ValueError, match="'AUC'"):
        gap([0, 1], [0, 1], ["A", "B"], "AUC")
    with pytest.raises(ValueError, match="two groups"):
        gap([0, 1, 1], [0, 1, 1], ["A", "B", "C"])


def test_a_chance_is_no_outcome() -> None:
    with pytest.raises(ValueError, match="y must be 0 or 1"):
        measure([0.5, 1], [0, 1], ["A", "B"])


def test_by_weight_the_label_is_independent_of_the_group() -> None:
    y, _, group = drawn()
    y = np.where(group == "B", y * (np.arange(len(y)) % 3 > 0), y)  # fewer positive ones in B
    weights = reweigh(y, group)
    shares = [np.average(y[group == name], weights=weights[group == name]) for name in "AB"]
    assert shares == pytest.approx([y.mean()] * 2)
    assert weights.sum() == pytest.approx(len(y))


def test_weights_need_a_label_and_a_group_a_row() -> None:
    with pytest.raises(ValueError, match=r"\(2,\), \(1,\)"):
        reweigh([0, 1], ["A"])
    assert reweigh([1, 1, 0], ["A", "A", "B"]).tolist() == pytest.approx([2 / 3, 2 / 3, 1 / 3])
