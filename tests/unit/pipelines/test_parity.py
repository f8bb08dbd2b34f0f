"""Parity: fields that differ, missing values, and the row to look at."""

import numpy as np
import pandas as pd
import pytest

from mlops_lab import pipelines

ONE = pd.DataFrame({"a": [1.0, 2, np.nan, 4], "b": [0.0, 0, 0, np.inf]}, index=list("pqrs"))


def test_equal_tables_have_no_mismatch() -> None:
    assert pipelines.mismatches(ONE, ONE.copy()).empty
    assert pipelines.mismatches(ONE, ONE + 1e-9).empty


def test_a_difference_is_told_with_its_share_and_worst_row() -> None:
    other = ONE.assign(a=[1.0, 2.5, np.nan, 5])
    found = pipelines.mismatches(ONE, other)
    assert found.to_dict("index") == {"a": {"share": 0.5, "worst": "s"}}
    assert pipelines.mismatches(ONE, other, tolerance=0.7).loc["a", "share"] == 0.25


def test_a_missing_value_differs_from_a_number_most() -> None:
    other = ONE.assign(a=[1.0, 900, 0.0, 4])
    assert pipelines.mismatches(ONE, other).loc["a", "worst"] == "r"


def test_other_tables_are_refused() -> None:
    with pytest.raises(ValueError, match="4 and 3 rows"):
        pipelines.mismatches(ONE, ONE[:3])
    with pytest.raises(ValueError, match=r"\['a', 'b'\] and \['b', 'a'\]"):
        pipelines.mismatches(ONE, ONE[["b", "a"]])
