"""The cells of a table: text that no spreadsheet takes for a formula, and the parts of a name."""

import csv
import io
from collections.abc import Iterable, Sequence

from mlops_lab.workbench.classroom.formulas import guarded

__all__ = ["as_csv", "first_and_last", "guarded"]


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    """Write rows as CSV: commas, quotes where they are needed, lines that end as on Unix."""
    out = io.StringIO()
    # Python 3.11 puts no quotes around a lone \r, and every reader would begin a row there.
    plain = ([cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row] for row in rows)
    csv.writer(out, lineterminator="\n").writerows(plain)
    return out.getvalue()


def first_and_last(name: str) -> tuple[str, str]:
    """Divide a name: at its comma, else before its last word.

    Examples
    --------
    >>> [first_and_last(name) for name in ("Lovelace, Ada", "Ada King Lovelace", "Plato")]
    [('Ada', 'Lovelace'), ('Ada King', 'Lovelace'), ('', 'Plato')]
    """
    last, comma, first = name.partition(",")
    if not comma:
        first, _, last = name.strip().rpartition(" ")
    return first.strip(), last.strip()
