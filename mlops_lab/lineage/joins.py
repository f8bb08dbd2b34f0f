"""Three ways to give a row of the past its features, and the store that says which was right."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

__all__ = ["as_of", "latest", "replay"]


def latest(rows: pd.DataFrame, table: pd.DataFrame, *, key: str) -> pd.DataFrame:
    """Return each row the newest value of its key, whenever that was known.

    Parameters
    ----------
    rows : DataFrame with the column `key`
    table : DataFrame with `key`, ``event``, ``written`` and one column of values

    Returns
    -------
    DataFrame
        The rows in their order, with the column of values; NaN where the key has none.

    Raises
    ------
    ValueError
        When a column is missing, or there is not exactly one of values.
    """
    value = _value(rows, table, key)
    newest = table.sort_values("event", kind="stable").groupby(key)[value].last()
    return rows.assign(**{value: rows[key].map(newest)})


def as_of(
    rows: pd.DataFrame,
    table: pd.DataFrame,
    *,
    key: str,
    clock: str = "written",
    asked: str = "asked",
) -> pd.DataFrame:
    """Return each row the last value of its key on or before the moment at which it was asked.

    This is the point-in-time join of feature stores; databases call it ASOF join. Of values of one
    moment that with the later ``event`` counts.

    Parameters
    ----------
    rows : DataFrame with the columns `key` and `asked`
    table : DataFrame with `key`, ``event``, ``written`` and one column of values
    clock : column of `table` to compare with `asked`
        By ``written`` the join gives what could be known; by ``event`` it may not.

    Returns
    -------
    DataFrame
        The rows in their order, with the column of values; NaN where there was none yet.

    Raises
    ------
    ValueError
        When a column is missing, or there is not exactly one of values.

    Examples
    --------
    >>> rows = pd.DataFrame({"courier": [7, 7], "asked": [1.05, 1.5]})
    >>> table = pd.DataFrame({"courier": [7], "event": [0.0], "written": [1.1], "rate": [0.4]})
    >>> as_of(rows, table, key="courier")["rate"].tolist()
    [nan, 0.4]
    """
    value = _value(rows, table, key, asked)
    if clock not in table:
        raise ValueError(f"the table has no column {clock!r}; it has {list(table)}")
    past = table.sort_values([clock, "event"], kind="stable")
    past = past[[key, clock, value]].rename(columns={clock: "_clock"})
    place = np.arange(len(rows))
    left = rows[[key, asked]].assign(_place=place).sort_values(asked, kind="stable")
    found = pd.merge_asof(left, past, left_on=asked, right_on="_clock", by=key)
    return rows.assign(**{value: found.set_index("_place")[value].reindex(place).to_numpy()})


def replay(
    rows: pd.DataFrame, tables: Sequence[tuple[str, pd.DataFrame]], *, asked: str = "asked"
) -> pd.DataFrame:
    """Return each row what an online store held at the moment at which it was asked.

    The store is a dict in which the last write wins. It goes through writes and questions in the
    order of time, a write before a question of the same moment.

    Parameters
    ----------
    rows : DataFrame with the column `asked` and the keys
    tables : pairs of a key and a table
        Each table with its key, ``event``, ``written`` and one column of values.

    Returns
    -------
    DataFrame
        The rows in their order, with a column of values a table; NaN where there was none yet.

    Raises
    ------
    ValueError
        When a column is missing, or a table has not exactly one of values.
    """
    if asked not in rows:
        raise ValueError(f"the rows have no column {[asked]}; they have {list(rows)}")
    served = rows
    order = np.argsort(rows[asked].to_numpy(), kind="stable")
    for key, table in tables:
        value = _value(rows, table, key, asked)
        past = table.sort_values(["written", "event"], kind="stable")
        writes = list(zip(past["written"], past[key], past[value], strict=True))
        times, keys = rows[asked].to_numpy(), rows[key].to_numpy()
        answers, store, done = np.full(len(rows), np.nan), {}, 0
        for place in order:
            while done < len(writes) and writes[done][0] <= times[place]:
                store[writes[done][1]] = writes[done][2]
                done += 1
            answers[place] = store.get(keys[place], np.nan)
        served = served.assign(**{value: answers})
    return served


def _value(rows: pd.DataFrame, table: pd.DataFrame, key: str, asked: str | None = None) -> str:
    """Name the column of values, after a look at the others."""
    missing = {key, *([asked] if asked else [])} - set(rows)
    if missing:
        raise ValueError(f"the rows have no column {sorted(missing)}; they have {list(rows)}")
    missing = {key, "event", "written"} - set(table)
    if missing:
        raise ValueError(f"the table has no column {sorted(missing)}; it has {list(table)}")
    values = [name for name in table if name not in (key, "event", "written")]
    if len(values) != 1:
        raise ValueError(f"the table must have one column of values; it has {values}")
    return str(values[0])
