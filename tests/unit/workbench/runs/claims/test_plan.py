"""What a lesson's claims rest on, read from the file beside it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mlops_lab.workbench.runs.claims.plan import Plan, Trial, read_plan
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.notebook import read_notebook
from mlops_lab.workbench.runs.parameters import declared

Make = Callable[..., Path]


def plan(notebook: Path, text: str) -> Plan:
    notebook.with_suffix(".claims.yaml").write_text(text, encoding="utf-8")
    return read_plan(notebook, declared(read_notebook(notebook)))


def test_each_value_is_moved_by_itself_on_each_seed_and_data_set(make_notebook: Make) -> None:
    found = plan(make_notebook(), "parameters:\n  shift: [0.25, 0.5, 1]\n")
    assert found.parameters == {"shift": (0.25, 0.5, 1.0)}
    assert found.seeds == (0, 1, 2)
    assert [(t.data, t.parameter, t.value, t.point) for t in found.trials()] == [
        (data, name, value, {"dataset": data, "seed": seed, **moved})
        for data in ("made", "real")
        for name, value, moved in (
            ("", "", {}), ("shift", "0.25", {"shift": 0.25}), ("shift", "1", {"shift": 1.0}),
        )
        for seed in (0, 1, 2)
    ]  # fmt: skip


def test_seeds_and_data_can_be_named(make_notebook: Make) -> None:
    parameters = ('seed: int = 0\na: str = "x"  # one; one of x, y, z\n'
                  'b: str = "u"  # other; one of u, v\nn: int = 2  # size; 1 to 9',)  # fmt: skip
    text = "parameters: {n: [1, 2, 4]}\ndata: [a, b]\nseeds: [7]"
    found = plan(make_notebook(parameters=parameters), text)
    assert found.data == ({"a": "x", "b": "u"}, {"a": "y", "b": "v"}, {"a": "z", "b": "u"})
    assert found.trials()[0] == Trial("x + u", "", "", {"a": "x", "b": "u", "seed": 7})
    assert len(found.trials()) == 3 * 3


def test_a_notebook_without_data_and_seed_is_run_once_a_value(make_notebook: Make) -> None:
    parameters = ("shift: float = 0.5  # how far; 0 to 2",)
    found = plan(make_notebook(parameters=parameters), "parameters: {shift: [0, 0.5, 2]}")
    assert [t.point for t in found.trials()] == [{}, {"shift": 0.0}, {"shift": 2.0}]


def test_a_parameter_of_two_values_takes_both(make_notebook: Make) -> None:
    parameters = ('warm: bool = True  # start warm\na: str = "x"  # one; one of x, y',)
    notebook = make_notebook(parameters=parameters)
    found = plan(notebook, "parameters: {warm: [true, false], a: [x, y]}")
    assert found.parameters == {"warm": (True, False), "a": ("x", "y")}
    with pytest.raises(RefusedError, match="warm takes a list of 2 to 5 values"):
        plan(notebook, "parameters: {warm: [true]}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names no `parameters:`"),
        ("[1]", "holds a list"),
        ("parameters: [shift]", "names no `parameters:`"),
        (
            "parameters: {shift: [0.25, 0.5, 1]}\nmore: 1",
            "'more'; it takes parameters, data, seeds",
        ),
        ("parameters: {shfit: [0.25, 0.5, 1]}", "no parameter shfit. Did you mean shift?"),
        ("parameters: {shift: [0.25, 0.5]}", "shift takes a list of 3 to 5 values"),
        ("parameters: {shift: 0.5}", "shift takes a list of 3 to 5 values"),
        ("parameters: {shift: [0.25, 0.5, 3]}", "shift: .*3"),
        ("parameters: {shift: [0.25, 0.75, 1]}", "the default of shift, 0.5, is not among them"),
        ("parameters: {shift: [0.5, 0.25, 0.5]}", "shift has a value twice"),
        ("parameters: {seed: [0, 1, 2]}", "seed is run at all its values already"),
        ("parameters: {dataset: [made, real, made]}", "dataset is run at all its values already"),
        ("parameters: {shift: [0.25, 0.5, 1]}\ndata: shift", "data takes a list of parameters"),
        ("parameters: {shift: [0.25, 0.5, 1]}\ndata: [nope]", "data takes a list of parameters"),
        ("parameters: {shift: [0.25, 0.5, 1]}\ndata: [sizes]", "sizes has no list of choices"),
        ("parameters: {shift: [0.25, 0.5, 1]}\nseeds: []", "seeds takes a list"),
        ("parameters: {shift: [0.25, 0.5, 1]}\nseeds: [a]", "seeds: "),
        ("parameters: {shift: [0.25, 0.5, 1]}\nseeds: 3", "seeds takes a list"),
    ],
)
def test_a_plan_that_cannot_be_run_is_refused(make_notebook: Make, text: str, said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        plan(make_notebook(), text)


def test_a_notebook_without_a_plan_is_told_how_to_write_one(make_notebook: Make) -> None:
    notebook = make_notebook()
    with pytest.raises(RefusedError, match=r"has no tiny\.claims\.yaml beside it"):
        read_plan(notebook, declared(read_notebook(notebook)))
