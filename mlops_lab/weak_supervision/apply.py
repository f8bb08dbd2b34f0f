"""Ask labeling functions for their votes: whole columns at once, or row by row on many cores."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from mlops_lab.core import LabError
from mlops_lab.kit import extra
from mlops_lab.weak_supervision.votes import ABSTAIN

__all__ = ["VoteError", "apply_columns", "apply_rows"]

Votes = NDArray[np.int64]
RowFunction = Callable[[Any], int]
ColumnFunction = Callable[["pd.Series[Any]"], ArrayLike]


class VoteError(LabError, ValueError):
    """A labeling function failed; the message names the function and the row."""


def apply_columns(functions: Mapping[str, ColumnFunction], values: "pd.Series[Any]") -> Votes:
    """Ask each function once, for all rows together.

    Parameters
    ----------
    functions : mapping of name -> callable
        Each takes the Series and gives its votes as an array of shape (n,), -1 where it is silent.
    values : Series of length n, with any index
        0 rows give an array without rows.

    Returns
    -------
    array of shape (n, m), in the order of the rows and of the functions

    Raises
    ------
    ValueError
        Without functions.
    VoteError
        For a function that fails, or whose votes are of another shape, no whole numbers from -1,
        or a Series in another order than the rows.
    """
    _need_functions(functions)
    columns = [_column(name, function, values) for name, function in functions.items()]
    return np.stack(columns, axis=1)


def _column(name: str, function: ColumnFunction, values: "pd.Series[Any]") -> Votes:
    try:
        found = function(values.copy())  # a function that changes it must not spoil the next one's
        votes = np.asarray(found)
    except Exception as error:
        raise VoteError(f"{name!r} failed: {type(error).__name__}: {error}") from error
    if votes.shape != (len(values),):
        raise VoteError(f"{name!r} must give {len(values)} votes; got shape {votes.shape}")
    if isinstance(found, pd.Series) and not found.index.equals(values.index):
        raise VoteError(f"{name!r} must give its votes in the order of the rows; the index differs")
    for vote in votes if votes.dtype == object else pd.unique(votes):
        if not _is_vote(vote):
            raise VoteError(f"{name!r} must vote -1 or a class from 0 on; got {vote!r}")
    return votes.astype(np.int64)


def apply_rows(
    functions: Mapping[str, RowFunction],
    values: "pd.Series[Any]",
    workers: str = "serial",
    *,
    parts: int = 8,
) -> Votes:
    """Ask each function about each row, here or on many cores.

    It pays to send rows elsewhere once a row costs much more than the sending: a model's opinion,
    a parser, a look-up. Order and result are those of the serial way.

    Parameters
    ----------
    functions : mapping of name -> callable
        Each takes one value and gives its vote, -1 for silence. Functions that are defined in a
        notebook can be sent to other processes.
    values : Series of length n, with any index
        0 rows give an array without rows.
    workers : str
        `serial`, `threads` (for functions that let go of the interpreter's lock), `processes` (as
        many as cores), or the address of a Dask cluster, such as `tcp://127.0.0.1:8786`.
    parts : int, 1 or more
        Into how many runs of neighbouring rows the work is cut, where it is sent.

    Returns
    -------
    array of shape (n, m), in the order of the rows and of the functions

    Raises
    ------
    ValueError
        Without functions, and for other `workers` or `parts`.
    VoteError
        For a function that fails, or gives no vote; it names the function and the row's label.
    """
    _need_functions(functions)
    local = ("serial", "threads", "processes")
    if parts < 1:
        raise ValueError(f"parts must be 1 or more; got {parts}")
    if workers not in local and "://" not in workers:
        raise ValueError(
            f"workers must be one of {', '.join(local)}, or tcp://...; got {workers!r}"
        )
    if workers == "serial" or values.empty:
        return _rows(functions, values)
    cuts = np.linspace(0, len(values), min(parts, len(values)) + 1).astype(int)
    pieces = [values.iloc[a:b] for a, b in pairwise(cuts)]  # by position
    return np.concatenate(_sent(dict(functions), pieces, workers))


def _sent(
    functions: dict[str, RowFunction], pieces: "list[pd.Series[Any]]", workers: str
) -> list[Votes]:
    if "://" in workers:
        with extra("scale"):
            from distributed import Client

        with Client(workers, set_as_default=False) as client:
            futures = [client.submit(_rows, functions, piece, pure=False) for piece in pieces]
            return list(client.gather(futures))
    with extra("scale"):
        from dask.base import compute
        from dask.delayed import delayed

    tasks = [delayed(_rows, pure=False)(functions, piece) for piece in pieces]
    return list(compute(*tasks, scheduler=workers))  # type: ignore[no-untyped-call]


def _rows(functions: Mapping[str, RowFunction], values: "pd.Series[Any]") -> Votes:
    votes = np.full((len(values), len(functions)), ABSTAIN, dtype=np.int64)
    for i, value in enumerate(values):
        for j, (name, function) in enumerate(functions.items()):
            try:
                vote = function(value)
            except Exception as error:
                said = f"{type(error).__name__}: {error}"
                raise VoteError(f"{name!r} failed in row {_label(values, i)}: {said}") from error
            if not _is_vote(vote):
                raise VoteError(
                    f"{name!r} must vote -1 or a class from 0 on; in row {_label(values, i)} it "
                    f"gave {vote!r}"
                )
            votes[i, j] = vote
    return votes


def _label(values: "pd.Series[Any]", position: int) -> str:
    return repr(values.index[[position]].tolist()[0])  # a plain number, where it is one


def _is_vote(vote: object) -> bool:
    whole = isinstance(vote, (int, np.integer)) and not isinstance(vote, (bool, np.bool_))
    return whole and ABSTAIN <= int(vote) < 2**63  # type: ignore[call-overload]  # it is whole by now


def _need_functions(functions: Mapping[str, object]) -> None:
    if not functions:
        raise ValueError("there are no labeling functions; give one or more by name")
