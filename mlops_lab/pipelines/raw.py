"""Orders as a source system hands them over: repeated, in other units, with holes."""

from collections.abc import Hashable

import numpy as np
import pandas as pd

__all__ = ["DIRT", "dirty"]

DIRT = {"cents": 0.03, "comma": 0.03, "missing": 0.03, "words": 0.02, "impossible": 0.01}
"""Kinds of dirt, and the share of rows that has each; a row has one at most."""


def dirty(
    frame: pd.DataFrame, rng: np.random.Generator, *, repeats: float = 0.04
) -> tuple[list[dict[Hashable, object]], dict[str, int]]:
    """Make raw rows of clean orders, and say what was planted.

    ``cents``: the amount times 100, with the unit "cent". ``comma``: the amount as text with a
    decimal comma. ``missing``: `days_since_last` is None. ``words``: `mobile` is "yes" or "no".
    ``impossible``: `discount` is -1. Repeats follow the row that they repeat.

    Parameters
    ----------
    frame : DataFrame
        Orders with the columns `amount`, `discount`, `days_since_last` and `mobile`.
    rng : Generator
    repeats : float, 0 to 1
        Share of rows that are sent twice.

    Returns
    -------
    list of dict, and dict of kind -> rows
        Rows have an `order_id`, from 0 in the order of the frame, and a `unit`. The second counts
        each kind, and the ``repeats``, which are counted as repeats only.

    Raises
    ------
    ValueError
        For columns that are not there, or a share out of range.
    """
    absent = {"amount", "discount", "days_since_last", "mobile"} - set(frame)
    if absent:
        raise ValueError(f"orders need the columns {sorted(absent)}; got {list(frame)}")
    if not 0 <= repeats <= 1:
        raise ValueError(f"repeats is {repeats}; a share from 0 to 1 is allowed")
    kinds = ["", *DIRT]
    drawn = rng.choice(kinds, len(frame), p=[1 - sum(DIRT.values()), *DIRT.values()])
    twice = rng.random(len(frame)) < repeats
    rows: list[dict[Hashable, object]] = []
    for number, (clean, kind) in enumerate(zip(frame.to_dict("records"), drawn, strict=True)):
        row = {"order_id": number, **clean, "unit": "EUR"}
        if kind == "cents":
            row |= {"amount": round(clean["amount"] * 100), "unit": "cent"}
        elif kind == "comma":
            row["amount"] = f"{clean['amount']:.2f}".replace(".", ",")
        elif kind == "missing":
            row["days_since_last"] = None
        elif kind == "words":
            row["mobile"] = "yes" if clean["mobile"] else "no"
        elif kind == "impossible":
            row["discount"] = -1
        rows += [row, dict(row)] if twice[number] else [row]
    planted = {kind: int((drawn == kind).sum()) for kind in DIRT}
    return rows, planted | {"repeats": int(twice.sum())}
