"""What a comparison leaves in a folder: a figure a value, and its table in three forms."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from mlops_lab.core import write_whole
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.sweeps.figures import saved
from mlops_lab.workbench.runs.sweeps.show import Comparison
from mlops_lab.workbench.runs.sweeps.tables import as_latex, as_markdown

__all__ = ["figure_names", "write_comparison"]

_INDEX = "comparison.json"
_LONGEST = 60


def write_comparison(comparison: Comparison, folder: Path) -> Iterator[str]:
    """Write the figures and tables of a comparison into a folder, each file whole.

    What an earlier comparison left there, and this one does not make, is removed; other files of
    the folder are left alone.

    Parameters
    ----------
    comparison : Comparison
    folder : Path
        Made when it is not there. It gets ``table.csv``, ``table.md``, ``table.tex`` and, where a
        parameter varied, each value as PNG, SVG and PDF.

    Yields
    ------
    str
        The name of each value whose figure is written.

    Raises
    ------
    RefusedError
        When the folder cannot be written.
    """
    made = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        before = _known(folder)
        tables = {
            "table.csv": comparison.table.to_csv(index=False),
            "table.md": as_markdown(comparison),
            "table.tex": as_latex(comparison),
        }
        made += _put(folder, {name: text.encode() for name, text in tables.items()})
        for name, stem in figure_names(comparison).items():
            drawn = saved(comparison, name)
            made += _put(folder, {f"{stem}.{form}": one for form, one in drawn.items()})
            yield name
        _put(folder, {_INDEX: json.dumps(made, indent=1).encode()})
        for old in set(before) - set(made):
            (folder / old).unlink(missing_ok=True)
    except OSError as error:
        raise RefusedError(
            f"{folder} cannot be written: {error.strerror}. Name another folder with -o."
        ) from error


def figure_names(comparison: Comparison) -> dict[str, str]:
    """Return each value the name of its figure's files, without their ending.

    Examples
    --------
    >>> import pandas as pd
    >>> figure_names(Comparison("x", None, ("delay, s", "Delay s!"), pd.DataFrame(), 0, ()))
    {'delay, s': 'delay_s', 'Delay s!': 'Delay_s_2'}
    """
    found, used = {}, set[str]()
    for name in comparison.compared if comparison.x else ():
        plain = re.sub(r"\W+", "_", name).strip("_")[:_LONGEST] or "value"
        stem, number = plain, 1
        while stem.casefold() in used:  # a disk may take upper and lower case for the same
            number += 1
            stem = f"{plain}_{number}"
        used.add(stem.casefold())
        found[name] = stem
    return found


def _known(folder: Path) -> list[str]:
    try:
        names = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # the first comparison here
        return []
    return [name for name in names if isinstance(name, str) and Path(name).name == name]


def _put(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    for name, content in files.items():
        write_whole(folder / name, content)
    return list(files)
