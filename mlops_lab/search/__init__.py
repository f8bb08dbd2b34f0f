"""Architecture search: a space whose every net is trained already, strategies, and their scores."""

from mlops_lab.search.halving import Halved, halving
from mlops_lab.search.morphism import distinct_units, wider
from mlops_lab.search.space import Space, space_of
from mlops_lab.search.strategies import (
    STRATEGIES,
    Strategy,
    Train,
    bayesian,
    controller,
    evolution,
    grid,
    hill_climb,
    random_search,
)
from mlops_lab.search.table import (
    Searches,
    Table,
    Trainings,
    judge,
    judge_trainings,
    load_table,
    repeat,
)

__all__ = [
    "STRATEGIES",
    "Halved",
    "Searches",
    "Space",
    "Strategy",
    "Table",
    "Train",
    "Trainings",
    "bayesian",
    "controller",
    "distinct_units",
    "evolution",
    "grid",
    "halving",
    "hill_climb",
    "judge",
    "judge_trainings",
    "load_table",
    "random_search",
    "repeat",
    "space_of",
    "wider",
]
