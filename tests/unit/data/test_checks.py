"""Data held against its card."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from mlops_lab.data.cards import Array, Card, Column
from mlops_lab.data.checks import check_dataset
from mlops_lab.data.dataset import Dataset
from mlops_lab.data.errors import DamageError


def dataset(values: object, column: Column, array: Array | None = None) -> Dataset:
    frame = pd.DataFrame({"x": values})
    arrays = {} if array is None else {"a": np.arange(4, dtype=np.uint8).reshape(2, 2)}
    card = Card(
        name="sales",
        title="",
        kind="simulation",
        origin="",
        licence="",
        rows=len(frame),
        columns={"x": column},
        known_problems=(),
        arrays={} if array is None else {"a": array},
    )
    return Dataset(card, frame, arrays)


DAYS = pd.to_datetime(["2024-01-01 00:00", "2024-01-02 23:30"])


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ([0, 1], Column("", low=0, high=1, mean=0.5)),
        ([0.0, None], Column("", low=0, missing=1)),
        ([None, None], Column("", low=0, high=1, missing=2)),
        (["a", "b"], Column("", allowed={"a": "", "b": ""})),
        ([True, False], Column("", allowed={True: "", False: ""})),
        (DAYS, Column("", low=dt.date(2024, 1, 1), high=dt.date(2024, 1, 2))),
        (["anything", "goes"], Column("")),
    ],
)
def test_good_columns(values: object, column: Column) -> None:
    check_dataset(dataset(values, column), "sales")


@pytest.mark.parametrize(
    ("values", "column", "said"),
    [
        ([0, 2], Column("", high=1), "holds 2 in column 'x', row 1, allowed is at most 1"),
        ([0, 2], Column("", low=1), "holds 0 in column 'x', row 0, allowed is at least 1"),
        ([0.0, None], Column("", low=0), "has 1 missing values in 'x', allowed are 0"),
        (["a", "c"], Column("", allowed={"a": ""}), "holds c in column 'x', row 1, allowed is one"),
        (["a", "b"], Column("", low=0), "holds text, not numbers, in 'x', for example 'a'"),
        ([0, 1], Column("", mean=0.4), "has 0.5 as the mean of 'x', its card says 0.4"),
        (DAYS, Column("", high=dt.date(2024, 1, 1)), "holds 2024-01-02 23:30:00 in column 'x'"),
        ([1, 2], Column("", high=dt.date(2024, 1, 1)), "holds no dates in 'x', for example '1'"),
    ],
)
def test_bad_columns(values: object, column: Column, said: str) -> None:
    with pytest.raises(DamageError) as caught:
        check_dataset(dataset(values, column), "sales.csv")
    assert str(caught.value).startswith(f"sales.csv {said}")


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (Array("", (2, 3), "uint8"), "has the shape (2, 2) for 'a', its card says (2, 3)"),
        (Array("", (2, 2), "float64"), "has uint8 for 'a', its card says float64"),
        (Array("", (2, 2), "uint8", high=2), "holds 3 in 'a', allowed is at most 2"),
        (Array("", (2, 2), "uint8", low=1), "holds 0 in 'a', allowed is at least 1"),
    ],
)
def test_bad_arrays(array: Array, said: str) -> None:
    check_dataset(dataset([1], Column(""), Array("", (2, 2), "uint8", low=0, high=3)), "sales")
    with pytest.raises(DamageError) as caught:
        check_dataset(dataset([1], Column(""), array), "sales")
    assert str(caught.value) == f"sales {said}"
