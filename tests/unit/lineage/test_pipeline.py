"""A platform of jobs: what they compute, who is harmed, and graphs that say so beforehand."""

from pathlib import Path

import numpy as np
import pytest

from mlops_lab.lineage import (
    Job,
    Pipeline,
    Step,
    column_edges,
    emit_all,
    poison,
    precision_recall,
    read_events,
    run,
    simulate_pipeline,
    table_edges,
)

SOURCES = {("s", "a"): np.linspace(-1, 1, 5), ("s", "b"): np.arange(5.0)}


def small(how: str, *reads: str) -> Pipeline:
    derived = Job("t", ("s",), (Step("f", tuple(("s", one) for one in reads), how),))
    model = Job("m", ("t",), (Step("prediction", (("t", "f"),), "model", (0.5,)),))
    return Pipeline(SOURCES, (derived, model))


@pytest.mark.parametrize(
    ("how", "reads", "expected"),
    [
        ("sum", "ab", [-1, 0.5, 2, 3.5, 5]),
        ("maximum", "a", [0, 0, 0, 0.5, 1]),
        ("mask", "ab", [0, 0, 0, 3, 4]),
    ],
)
def test_steps_by_hand(how: str, reads: str, expected: list[float]) -> None:
    found = run(small(how, *reads))["m", "prediction"]
    np.testing.assert_allclose(found, np.tanh(0.5 * np.array(expected)))


def test_a_poisoned_column_is_in_the_wrong_unit_and_the_source_stays() -> None:
    found = run(small("sum", "a"), ("s", "a"))["m", "prediction"]
    np.testing.assert_allclose(found, np.tanh(0.5 * (100 * np.linspace(-1, 1, 5) + 7)))
    assert SOURCES["s", "a"][0] == -1
    assert dict(poison(small("sum", "a"))) == {("s", "a"): {"m"}, ("s", "b"): set()}


def test_a_platform_has_the_sizes_said_and_reads_only_what_is_earlier() -> None:
    platform = simulate_pipeline(seed=1, columns=3)
    assert len(platform.sources) == 8 * 3
    assert len(platform.jobs) == 10 + 15
    assert platform.models == {f"model{i}" for i in range(15)}
    there = set(platform.sources)
    for job in platform.jobs:
        assert {one for step in job.steps for one in step.reads} <= there
        assert {table for step in job.steps for table, _ in step.reads} <= set(job.opens)
        there |= {(job.output, step.column) for step in job.steps}
    with pytest.raises(ValueError, match="got 0"):
        simulate_pipeline(seed=1, columns=0)
    with pytest.raises(KeyError):
        run(platform, ("source0", "c3"))


@pytest.mark.parametrize("seed", range(3))
def test_networkx_finds_whoever_is_harmed(seed: int, tmp_path: Path) -> None:
    pytest.importorskip("openlineage.client", reason="the extra lineage is not installed")
    networkx = pytest.importorskip("networkx", reason="no networkx, the oracle, is installed")
    platform = simulate_pipeline(seed=seed)
    emit_all(tmp_path / "events.jsonl", platform)
    events = read_events(tmp_path / "events.jsonl")
    assert len(events) == len(platform.jobs)
    columns, tables = networkx.DiGraph(column_edges(events)), networkx.DiGraph(table_edges(events))
    for (table, column), harmed in poison(platform):
        after = (
            networkx.descendants(columns, (table, column)) if (table, column) in columns else set()
        )
        assert harmed <= {name for name, _ in after}
        assert {name for name, _ in after} <= (
            networkx.descendants(tables, table) if table in tables else set()
        )


def test_precision_and_recall_count_all_columns_together() -> None:
    one, other = ("s", "a"), ("s", "b")
    told, truth = {one: {"x", "y"}, other: {"z"}}, {one: {"x"}, other: {"x", "z"}}
    assert precision_recall(told, truth) == (2 / 3, 2 / 3)
    assert precision_recall({one: set()}, {one: set()}) == (1, 1)
    assert precision_recall({one: {"x"}}, {one: {"y"}}) == (0, 0)
    with pytest.raises(ValueError, match="'b'"):
        precision_recall({one: set()}, truth)
