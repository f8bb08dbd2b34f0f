"""Applying functions: the same votes in the same order, however the rows are asked."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlops_lab import weak_supervision as ws

Rule = Callable[[str], int]
INDEXES = {
    "counted": range(40),
    "unsorted": [*range(39, 19, -1), *range(20)],
    "repeated": [7] * 40,
    "text": [f"row {i * 7 % 40}" for i in range(40)],
}


def texts(kind: str = "counted") -> "pd.Series[Any]":
    words = ["http://a.b", "love this", "win http now", "", "so sad"]
    return pd.Series([f"{words[i % 5]} {i}" for i in range(40)], index=list(INDEXES[kind]))


def rules() -> dict[str, Rule]:
    """Define functions as a notebook does: no other process can import them."""
    pattern = re.compile(r"\d\d$")
    return {
        "link": lambda text: 1 if "http" in text else -1,
        "love": lambda text: 0 if text.startswith("love") else -1,
        "digits": lambda text: 1 if pattern.search(text) else 0,
    }


def columns() -> dict[str, Callable[["pd.Series[Any]"], Any]]:
    return {
        "link": lambda some: np.where(some.str.contains("http"), 1, -1),
        "love": lambda some: np.where(some.str.startswith("love"), 0, -1),
        "digits": lambda some: some.str.contains(r"\d\d$").astype(int),
    }


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    from distributed import LocalCluster

    made = LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
        host="127.0.0.1", memory_limit="500MB",
    )  # fmt: skip
    with made as running:
        yield str(running.scheduler_address)


def by_hand() -> list[list[int]]:
    return [[rule(text) for rule in rules().values()] for text in texts()]


@pytest.mark.parametrize("kind", INDEXES)
def test_columns_rows_and_threads_give_the_same_votes(kind: str) -> None:
    assert ws.apply_columns(columns(), texts(kind)).tolist() == by_hand()
    for workers in ("serial", "threads"):
        assert ws.apply_rows(rules(), texts(kind), workers, parts=7).tolist() == by_hand()


def test_other_processes_give_the_same_votes() -> None:
    found = ws.apply_rows(rules(), texts("unsorted"), "processes", parts=3)
    assert found.tolist() == by_hand()


@pytest.mark.parametrize("kind", INDEXES)
def test_a_cluster_gives_the_same_votes(cluster: str, kind: str) -> None:
    assert ws.apply_rows(rules(), texts(kind), cluster, parts=5).tolist() == by_hand()


def test_an_error_names_function_and_row_wherever_it_happens(cluster: str) -> None:
    def fragile(text: str) -> int:
        return 1 // (0 if text.endswith(" 23") else 1)

    for workers in ("serial", "threads", "processes", cluster):
        with pytest.raises(ws.VoteError, match=r"'fragile' failed in row 'row 1': ZeroDivision"):
            ws.apply_rows({"fragile": fragile}, texts("text"), workers, parts=4)
    with pytest.raises(ws.VoteError, match="'fragile' failed: KeyError"):
        ws.apply_columns({"fragile": lambda some: some["nowhere"]}, texts())


@pytest.mark.parametrize("vote", [None, 0.5, "spam", True, -2, float("nan")])
def test_what_is_no_vote_is_refused(vote: object) -> None:
    with pytest.raises(ws.VoteError, match=r"'odd' must vote -1 or a class from 0 on; in row 0"):
        ws.apply_rows({"odd": lambda _: vote}, texts())  # type: ignore[dict-item, return-value]
    with pytest.raises(ws.VoteError, match="'odd' must vote"):
        ws.apply_columns({"odd": lambda some: np.array([vote] * len(some))}, texts())


def test_no_rows_no_functions_and_wrong_settings() -> None:
    none = texts()[:0]
    assert ws.apply_columns(columns(), none).shape == (0, 3)
    for workers in ("serial", "threads", "processes"):
        assert ws.apply_rows(rules(), none, workers).shape == (0, 3)
    assert ws.apply_rows(rules(), texts()[:2], "threads", parts=50).tolist() == by_hand()[:2]
    with pytest.raises(ValueError, match="no labeling functions"):
        ws.apply_rows({}, texts())
    with pytest.raises(ValueError, match="no labeling functions"):
        ws.apply_columns({}, texts())
    with pytest.raises(ValueError, match="got 'proceses'"):
        ws.apply_rows(rules(), texts(), "proceses")
    with pytest.raises(ValueError, match="parts must be 1"):
        ws.apply_rows(rules(), texts(), parts=0)
    with pytest.raises(ws.VoteError, match="must give 40 votes"):
        ws.apply_columns({"short": lambda some: np.ones(len(some) - 1)}, texts())


def test_votes_sorted_by_their_index_are_refused() -> None:
    with pytest.raises(ws.VoteError, match="the index differs"):
        ws.apply_columns({"sorted": lambda some: some.sort_index().str.len()}, texts("unsorted"))


def test_a_function_that_changes_its_texts_spoils_no_other() -> None:
    def spoil(some: "pd.Series[Any]") -> "pd.Series[int]":
        some[:] = "gone"
        return some.str.len()

    values = texts()
    votes = ws.apply_columns({"spoil": spoil, "length": lambda some: some.str.len()}, values)
    assert votes[:, 1].tolist() == values.str.len().tolist()


@pytest.mark.parametrize("vote", [2**63, 10**30, True, [1]])
def test_a_vote_that_no_class_can_be(vote: object) -> None:
    with pytest.raises(ws.VoteError, match="must vote"):
        ws.apply_rows({"odd": lambda _: vote}, texts())  # type: ignore[dict-item, return-value]  # on purpose
    column = np.array([1, *[vote] * 39], dtype=object)
    with pytest.raises(ws.VoteError, match="must vote"):
        ws.apply_columns({"odd": lambda _: column}, texts())
