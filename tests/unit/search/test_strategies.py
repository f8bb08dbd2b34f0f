"""Strategies: they keep the budget, learn where something can be learned, refuse bad settings."""

import itertools
from typing import Any

import numpy as np
import pytest
from scipy import stats

from mlops_lab.search import (
    STRATEGIES,
    Space,
    Table,
    Trainings,
    bayesian,
    controller,
    evolution,
    grid,
    hill_climb,
    judge,
    random_search,
    repeat,
)


def trained(strategy: Any, table: Table, budget: int, seed: int = 0, **settings: Any) -> list[int]:
    train = Trainings(table, 0)
    strategy(train, table.space, budget, np.random.default_rng(seed), **settings)
    return [net for _, net in train.log]


@pytest.mark.parametrize("name", STRATEGIES)
@pytest.mark.parametrize("budget", [1, 5, 13, 36])
def test_the_budget_is_kept(name: str, budget: int, lucky: Table) -> None:
    nets = trained(STRATEGIES[name], lucky, budget)
    assert len(nets) <= budget
    if name != "grid":
        assert len(nets) == budget
    assert nets == trained(STRATEGIES[name], lucky, budget)


@pytest.mark.parametrize("strategy", [random_search, bayesian])
def test_some_never_train_a_net_twice(strategy: Any, lucky: Table) -> None:
    assert sorted(trained(strategy, lucky, 36)) == list(range(36))


@pytest.mark.parametrize("seed", range(4))
def test_a_grid_is_complete_in_what_it_varies(seed: int, lucky: Table) -> None:
    codes = lucky.space.codes[trained(grid, lucky, 13, seed)]
    options = [sorted(set(column.tolist())) for column in codes.T]
    assert sorted(map(tuple, codes.tolist())) == list(itertools.product(*options))
    assert all(
        len(each) in (1, size) for each, size in zip(options, lucky.space.sizes, strict=True)
    )
    assert 13 / 2 < len(codes) <= 13


def test_a_climb_goes_on_from_the_best_so_far(certain: Table) -> None:
    nets = trained(hill_climb, certain, 30)
    at = nets[0]
    for child in nets[1:]:
        assert child in certain.space.neighbours(at)
        if certain.final[child, 0] >= certain.final[at, 0]:
            at = child


def test_a_child_of_evolution_has_a_parent_that_lives(certain: Table) -> None:
    nets = trained(evolution, certain, 30, alive=4, rivals=4)
    for born, child in enumerate(nets[4:], start=4):
        living = nets[born - 4 : born]
        best = max(certain.final[one, 0] for one in living)
        parents = [one for one in living if certain.final[one, 0] == best]
        assert any(child in certain.space.neighbours(one) for one in parents)


@pytest.mark.parametrize("strategy", [hill_climb, evolution, controller, bayesian])
def test_where_choices_add_up_learning_pays(strategy: Any, certain: Table) -> None:
    chance, learned = (
        judge(repeat(one, certain, 15, 0, range(300))).regret for one in (random_search, strategy)
    )
    assert stats.ttest_rel(chance, learned).statistic > 2


def test_a_controller_learns_to_draw_the_best_options(certain: Table) -> None:
    best = certain.space.codes[certain.test.mean(axis=1).argmax()]
    many = Table(certain.space, certain.valid, certain.test, certain.steps)
    codes = many.space.codes[
        [net for seed in range(40) for net in trained(controller, many, 36, seed)[-6:]]
    ]
    assert ((codes == best).mean(axis=0) > 1 / np.array(many.space.sizes)).all()


def test_a_hasty_controller_draws_the_same_net_again_and_again(certain: Table) -> None:
    calm = len(set(trained(controller, certain, 36, rate=0.01)))
    assert len(set(trained(controller, certain, 36, rate=1000))) < calm / 2


def test_the_process_is_that_of_the_textbook(lucky: Table) -> None:
    """Rasmussen and Williams (2006), equations 2.25 and 2.26; expected improvement by sums."""
    seen = trained(bayesian, lucky, 14, first=6, length=2.0, noise=0.1)
    scores = lucky.final[seen, 0]
    kernel = np.exp(-lucky.space.apart / 2.0)
    z = (scores - scores[:6].mean()) / scores[:6].std()
    for n in range(6, 14):
        known = seen[:n]
        solved = np.linalg.inv(kernel[np.ix_(known, known)] + 0.1 * np.eye(n))
        mean = kernel[:, known] @ solved @ z[:n]
        var = 1 - np.einsum("ij,jk,ik->i", kernel[:, known], solved, kernel[:, known])
        draws = mean[:, None] + np.sqrt(var)[:, None] * stats.norm.ppf(
            (np.arange(4000) + 0.5) / 4000
        )
        gain = np.maximum(draws - z[:n].max(), 0).mean(axis=1)
        gain[known] = -1
        assert gain[seen[n]] == pytest.approx(gain.max(), rel=0.01)


@pytest.mark.parametrize(
    ("strategy", "settings", "says"),
    [
        (evolution, {"alive": 3, "rivals": 4}, "rivals must be from 1 to alive = 3; got 4"),
        (evolution, {"rivals": 0}, "got 0"),
        (controller, {"rate": 0.0}, "need rate above 0"),
        (controller, {"memory": 1.0}, "memory from 0 to below 1"),
        (bayesian, {"first": 1}, "need first of 2 or more"),
        (bayesian, {"length": 0.0}, "length and noise above 0"),
        (bayesian, {"noise": 0.0}, "length and noise above 0"),
    ],
)
def test_bad_settings(strategy: Any, settings: dict[str, Any], says: str, lucky: Table) -> None:
    with pytest.raises(ValueError, match=says):
        trained(strategy, lucky, 12, **settings)


@pytest.mark.parametrize("name", STRATEGIES)
@pytest.mark.parametrize("budget", [0, 37])
def test_bad_budgets(name: str, budget: int, lucky: Table, space: Space) -> None:
    with pytest.raises(
        ValueError, match=f"from 1 to the {len(space)} nets there are; got {budget}"
    ):
        trained(STRATEGIES[name], lucky, budget)
