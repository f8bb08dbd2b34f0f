"""Names that MLflow takes, by its own judgement."""

import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from mlops_lab.workbench.runs.tracked.names import distinct, text
from mlops_lab.workbench.runs.tracked.settings import settings


@given(st.lists(st.text(min_size=1, max_size=300), max_size=8))
@tries(deadline=None)  # the first one imports MLflow
def test_mlflow_takes_every_name_and_no_two_become_one(names: list[str]) -> None:
    with settings():
        from mlflow.utils import validation
    made = distinct(names, taken=["seconds"])
    assert list(made) == list(dict.fromkeys(names))
    assert len(set(made.values())) == len(made)
    assert "seconds" not in made.values()
    for name in made.values():
        validation._validate_metric_name(name)  # type: ignore[no-untyped-call]
        validation._validate_param_name(name)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("name", ["accuracy", "the gap holds", "a.b", "x-1", "größe"])
def test_a_name_that_mlflow_takes_stays(name: str) -> None:
    assert distinct([name], taken=())[name] == name


def test_a_text_is_cut_where_it_is_too_long() -> None:
    assert text("x" * 10, 5) == "xxxx…"
    assert text({"a": [1, None]}, 50) == '{"a": [1, null]}'
