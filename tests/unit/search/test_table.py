"""The table: trainings are looked up and logged, winners judged by seeds that did not choose."""

import numpy as np
import pytest
from scipy import stats

from mlops_lab.kit import interval
from mlops_lab.search import (
    Space,
    Table,
    Trainings,
    judge,
    judge_trainings,
    load_table,
    random_search,
    repeat,
)


def test_a_training_is_a_look_up_of_one_seed(lucky: Table) -> None:
    train = Trainings(lucky, 1)
    values = [train(net) for net in (5, 3, 5)]
    assert values == lucky.valid[[5, 3, 5], 1, -1].tolist()
    assert train.log == list(zip(values, [5, 3, 5], strict=True))
    with pytest.raises(ValueError, match="training seeds 0 to 2; got 3"):
        Trainings(lucky, 3)


def test_the_winner_is_the_highest_of_the_first_few(lucky: Table) -> None:
    train = Trainings(lucky, 0)
    for net in range(36):
        train(net)
    assert train.winner() == max(train.log)
    assert train.winner(4) == max(train.log[:4])
    with pytest.raises(ValueError, match="nothing is trained yet"):
        Trainings(lucky, 0).winner()


def test_a_net_is_judged_by_the_next_seed(lucky: Table) -> None:
    found = judge_trainings(lucky, [(0.7, 3, 1), (0.6, 20, 2)])
    np.testing.assert_array_equal(found.test, [lucky.test[3, 2], lucky.test[20, 0]])
    np.testing.assert_allclose(found.regret, lucky.test.mean(axis=1).max() - found.test)
    np.testing.assert_allclose(found.valid, [lucky.final[3, 2], lucky.final[20, 0]])
    assert found.net.tolist() == [3, 20]


def test_luck_is_beyond_the_other_trainings(lucky: Table) -> None:
    others = [np.delete(lucky.final, seed, axis=1).mean(axis=1) for seed in range(3)]
    np.testing.assert_allclose(lucky.luck, lucky.final - np.transpose(others))


def test_intervals_over_seeds_cover_the_truth_as_often_as_they_say(lucky: Table) -> None:
    """A search that always chooses one net: its regret is known to the luck of three trainings."""
    rng, hits = np.random.default_rng(0), 0
    for _ in range(400):
        test = 0.5 + 0.03 * rng.standard_normal(lucky.test.shape)
        table = Table(lucky.space, lucky.valid, test, lucky.steps)
        one = interval([judge_trainings(table, [(0.7, 3, seed)]).test[0] for seed in range(3)])
        hits += one.low <= 0.5 <= one.high
    assert stats.binomtest(hits, 400, 0.95).pvalue > 1e-3


def test_without_luck_nobody_is_flattered(certain: Table) -> None:
    found = judge(repeat(random_search, certain, 36, 0, range(3)))
    np.testing.assert_allclose(found.score, found.valid, atol=1e-12)
    np.testing.assert_allclose(found.regret, 0, atol=1e-12)


def test_luck_flatters_the_winner(lucky: Table) -> None:
    found = [judge(repeat(random_search, lucky, 36, seed, range(9))) for seed in range(3)]
    assert np.mean([one.score - one.valid for one in found]) > 0.01


def test_repeats_are_repeatable_and_the_first_few_are_those_of_a_short_search(
    lucky: Table,
) -> None:
    one, two = (judge(repeat(random_search, lucky, 12, 1, range(5))) for _ in range(2))
    np.testing.assert_array_equal(one.score, two.score)
    short = judge(repeat(random_search, lucky, 36, 1, range(5)), after=12)
    np.testing.assert_array_equal(one.score, short.score)


def test_fewer_training_seeds(lucky: Table) -> None:
    part = lucky.only([0, 2])
    np.testing.assert_array_equal(part.test, lucky.test[:, [0, 2]])
    np.testing.assert_array_equal(part.valid, lucky.valid[:, [0, 2]])
    with pytest.raises(ValueError, match="two training seeds, one to choose by; got 1"):
        lucky.only([1])


def test_arrays_that_do_not_fit(space: Space, lucky: Table) -> None:
    with pytest.raises(ValueError, match=r"test needs \(36, 3\), got \(36, 2\)"):
        Table(space, lucky.valid, lucky.test[:, :2], lucky.steps)
    with pytest.raises(ValueError, match="3 numbers of steps"):
        Table(space, lucky.valid, lucky.test, lucky.steps[:3])


def test_the_shipped_table() -> None:
    table = load_table()
    assert table.steps.tolist() == list(range(20, 241, 20))
    assert table.valid.shape == (432, 5, 12)
    assert 0.5 < np.median(table.test) < table.best < 1
