"""What a sweep leaves: one file a point, and one table of all."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_lab.core import replacing, write_whole
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.run import REFUTED

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "COMPLETE",
    "FIXED",
    "STALE",
    "Done",
    "findings_of",
    "keep",
    "kept",
    "parameters_of",
    "read_point",
    "results",
    "write_table",
    "write_text",
]

FIXED = ("point", "state", "seconds", "memory", "error")
"""Columns that every table has, before those of the notebook."""
STALE = "stale"
"""The column of a table that has points from before the notebook or what it rests on changed."""
COMPLETE = ("passed", REFUTED)
"""States of a point whose every cell ran."""
_FINAL = (*COMPLETE, "failed")  # what a second run of the same point would end with, too
_VALUE = " (value)"
_TABLE = "results.parquet"


@dataclass(frozen=True)
class Done:
    """What came of one point.

    Attributes
    ----------
    state : str
        As `Run.state`, or ``lost`` when there was no result at all.
    seconds : float
        From the start of the kernel to its end.
    memory : int
        Bytes, as `Run.memory`.
    error : str or None
        Why it did not pass.
    parameters : dict
        Every parameter with its value.
    measured : dict
        Records and findings by name, as plain JSON values; of two with one name the last. A
        finding ``x`` also has ``x holds``.
    findings : tuple of str
        Which of these are findings.
    """

    state: str
    seconds: float
    memory: int
    error: str | None
    parameters: Mapping[str, object]
    measured: Mapping[str, object] = field(default_factory=dict)
    findings: Sequence[str] = ()


def keep(folder: Path, key: str, done: Done) -> None:
    """Write what came of a point: the whole file or none."""
    write_text(_file(folder, key), json.dumps(vars(done), ensure_ascii=False, default=repr))


def kept(folder: Path, key: str) -> Done | None:
    """Return what came of a point earlier.

    Returns
    -------
    Done or None
        None when it never ran, or ended in a way that may be otherwise next time: timed out, out
        of memory, died, lost.
    """
    done = read_point(folder, key)
    return done if done and done.state in _FINAL else None


def read_point(folder: Path, key: str) -> Done | None:
    """Return what came of a point earlier, whatever it was; None when it never ran."""
    try:
        return Done(**json.loads(_file(folder, key).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None  # not there, or not ours: then it runs again


def _file(folder: Path, key: str) -> Path:
    return folder / "points" / f"{key}.json"


def write_table(folder: Path, rows: Iterable[tuple[int, Done, bool]]) -> None:
    """Write ``results.parquet`` and ``results.csv`` anew, each whole.

    Parameters
    ----------
    folder : Path
    rows : iterable of (number, Done, stale)
        The point's place in the sweep, from 1, what came of it, and whether that is from before
        the notebook or what it rests on changed; in this order.
    """
    import pandas as pd

    ended = list(rows)
    parameters = list(dict.fromkeys(name for _, done, _ in ended for name in done.parameters))
    written = [_row(number, done, parameters) for number, done, _ in ended]
    table = pd.DataFrame([dict.fromkeys(_names(written)) | row for row in written])
    if any(stale for _, _, stale in ended):
        table[STALE] = [stale for _, _, stale in ended]
    table["error"] = table["error"].astype("str")  # also when there is none at all
    table.attrs["parameters"] = [_of_parameter(name) for name in parameters]
    claimed = dict.fromkeys(name for _, done, _ in ended for name in done.findings)
    table.attrs["findings"] = {_column(name, parameters): f"{name} holds" for name in claimed}
    for name in table.columns:
        if pd.api.types.is_object_dtype(table[name]):
            table[name] = _one_type(list(table[name]))
    with replacing(folder / _TABLE) as part:
        table.to_parquet(part, index=False)
    write_text(folder / "results.csv", table.to_csv(index=False))


def _row(number: int, done: Done, parameters: Sequence[str]) -> dict[str, object]:
    fixed = zip(FIXED, (number, done.state, done.seconds, done.memory, done.error), strict=True)
    given = {_of_parameter(name): done.parameters.get(name) for name in parameters}
    return {
        **dict(fixed),
        **given,
        **{_column(name, parameters): one for name, one in done.measured.items()},
    }


def _names(rows: Sequence[Mapping[str, object]]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _of_parameter(name: str) -> str:
    # A parameter may be called as a column is that every table has.
    return f"{name} (parameter)" if name in (*FIXED, STALE) else name


def _column(measured: str, parameters: Iterable[str]) -> str:
    # A record may be called as a parameter is: then it says that it is the value.
    plain = measured
    while plain.endswith(_VALUE):
        plain = plain.removesuffix(_VALUE)
    return measured + _VALUE if plain in {*FIXED, STALE, *parameters} else measured


def _one_type(values: Sequence[Any]) -> list[Any]:
    present = [value for value in values if value is not None]
    if all(isinstance(value, bool) for value in present):
        return list(values)
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in present):
        return [None if value is None else float(value) for value in values]
    return [
        None if v is None else v if isinstance(v, str) else json.dumps(v, default=repr)
        for v in values
    ]


def parameters_of(table: "pd.DataFrame") -> list[str]:
    """Name the columns of `results` that are parameters; empty for any other frame."""
    return [str(name) for name in table.attrs.get("parameters", ())]


def findings_of(table: "pd.DataFrame") -> dict[str, str]:
    """Name the columns of `results` that are findings, each with the one that says if it holds."""
    return dict(table.attrs.get("findings", {}))


def write_text(path: Path, text: str) -> None:
    """Write a file, whole or not at all; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text)


def results(folder: str | Path) -> "pd.DataFrame":
    """Read the table of a sweep, also while the sweep goes on.

    Parameters
    ----------
    folder : path
        What ``mlops-lab sweep -o`` named.

    Returns
    -------
    DataFrame
        A row for each point that has ended, in the order of the points. Columns ``point``,
        ``state``, ``seconds``, ``memory`` (bytes) and ``error``; then the notebook's parameters,
        and its records and findings by name: of a finding ``x`` also ``x holds``. A parameter
        ``state`` is called ``state (parameter)``, a record of that name ``state (value)``, and so
        with the others of these names. Where some points are from before the notebook, the
        packages or the data changed, ``stale`` says which.

    Raises
    ------
    RefusedError
        When there is no such table, or it cannot be read.
    """
    import pandas as pd

    path = Path(folder) / _TABLE
    if not path.is_file():
        raise RefusedError(f"{folder} holds no {_TABLE}; `mlops-lab sweep ... -o` writes one.")
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise RefusedError(f"{path} cannot be read: {str(error).splitlines()[0]}") from error
