"""Who decides: against arithmetic in the open and every cut tried one by one."""

import numpy as np
import pytest

from mlops_lab.deployment import decide, mistakes, share_curve


def test_the_threshold_is_the_ratio_of_prices() -> None:
    chance = np.linspace(0, 1, 1001)
    flagged, expected = decide(chance, missed=40, false_alarm=6)
    threshold = 6 / 46
    np.testing.assert_array_equal(flagged, chance > threshold)
    np.testing.assert_allclose(expected.max(), 40 * 6 / 46, rtol=1e-2)
    assert expected[0] == expected[-1] == 0


def test_expected_is_what_mistakes_come_to_where_chances_are_true() -> None:
    rng = np.random.default_rng(1)
    chance = rng.random(200_000)
    defect = rng.random(200_000) < chance
    flagged, expected = decide(chance, missed=20, false_alarm=5)
    paid = mistakes(flagged, defect, missed=20, false_alarm=5)
    assert paid.mean() == pytest.approx(expected.mean(), rel=0.02)


def test_the_curve_and_its_cut_are_those_of_a_plain_search() -> None:
    rng = np.random.default_rng(2)
    doubt = rng.integers(0, 12, 60).astype(float)  # with many ties
    model, people = rng.random(60) * doubt, rng.random(60) * 4
    found = share_curve(doubt, model, people)
    cuts = [np.inf, *np.unique(doubt), -np.inf]
    costs = [np.where(doubt > cut, people, model).mean() for cut in cuts]
    reached = np.where(doubt > found.cut, people, model).mean()
    assert reached == pytest.approx(min(costs))
    assert found.cost[0] == pytest.approx(model.mean())
    assert found.cost[-1] == pytest.approx(people.mean())
    np.testing.assert_allclose(found.share, np.arange(61) / 60)
    top = np.argsort(-doubt, kind="stable")[:17]
    some = np.isin(np.arange(60), top)
    assert found.cost[17] == pytest.approx(np.where(some, people, model).mean())


@pytest.mark.parametrize(
    ("model", "people", "cut"),
    [([0.0, 0.0], [9.0, 9.0], np.inf), ([9.0, 9.0], [0.0, 0.0], -np.inf)],
)
def test_one_side_may_decide_all(model: list[float], people: list[float], cut: float) -> None:
    assert share_curve([1.0, 2.0], model, people).cut == cut


def test_errors_say_what_is_allowed() -> None:
    with pytest.raises(ValueError, match=r"from 0 to 1; got 0\.5 to 1\.5"):
        decide([0.5, 1.5], missed=1, false_alarm=1)
    with pytest.raises(ValueError, match="above 0; got missed 0"):
        decide([0.5], missed=0, false_alarm=1)
    with pytest.raises(ValueError, match="one row of finite numbers"):
        decide([[0.5]], missed=1, false_alarm=1)
    with pytest.raises(ValueError, match="got 2 and 1"):
        mistakes([0, 1], [1], missed=1, false_alarm=1)
    with pytest.raises(ValueError, match="defect must be 0 or 1"):
        mistakes([0, 1], [1, 2], missed=1, false_alarm=1)
    with pytest.raises(ValueError, match="three rows of one length"):
        share_curve([1.0], [1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="at least 1"):
        share_curve([], [], [])
