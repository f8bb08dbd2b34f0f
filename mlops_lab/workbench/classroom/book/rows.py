"""Put rows into the grade book, and remember in its history what was there before."""

import getpass
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mlops_lab.core import did_you_mean
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

__all__ = ["iso", "no_student", "put", "remember", "require", "row", "user"]


def iso(time: datetime | None = None) -> str:
    """Write a time as the book does, which sorts as text; now by default.

    Examples
    --------
    >>> iso(datetime(2026, 11, 30, 23, 59, tzinfo=UTC))
    '2026-11-30T23:59:00.000000+00:00'
    """
    return (time or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="microseconds")


def require(connection: "Connection", submission: int) -> None:
    """Refuse a submission that the book does not have."""
    from mlops_lab.workbench.classroom.book.tables import SUBMISSIONS

    if row(connection, SUBMISSIONS, id=submission) is None:
        raise RefusedError(f"The grade book has no submission {submission}.")


def no_student(name: str, known: Iterable[str]) -> RefusedError:
    """Return refusal of a name that is no student's, with the id of the roster nearest to it."""
    hint = did_you_mean(name, known)
    return RefusedError(f"There is no student {name!r} on the roster.{hint}")


def put(
    connection: "Connection",
    table: "Table",
    keys: Sequence[str],
    values: Mapping[str, Any],
    *,
    by: str,
    silent: str = "",
) -> bool:
    """Insert or update a row and remember it; False when nothing but `silent` would change."""
    from sqlalchemy import insert, update

    old = row(connection, table, **{key: values[key] for key in keys})
    if old is not None and all(old[k] == v for k, v in values.items() if k != silent):
        return False
    if old is None:
        connection.execute(insert(table).values(**values))
    else:
        matches = [table.c[key] == values[key] for key in keys]
        connection.execute(update(table).where(*matches).values(**values))
    remember(connection, table, "/".join(str(values[key]) for key in keys), old, values, by=by)
    return True


def row(connection: "Connection", table: "Table", **keys: object) -> dict[str, Any] | None:
    """Return the row with these keys; None when there is none."""
    from sqlalchemy import select

    matches = [table.c[key] == value for key, value in keys.items()]
    found = connection.execute(select(table).where(*matches)).mappings().first()
    return dict(found) if found else None


def remember(
    connection: "Connection",
    table: "Table",
    key: str,
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any],
    *,
    by: str,
) -> None:
    """Add a line to the history."""
    from sqlalchemy import insert

    from mlops_lab.workbench.classroom.book.tables import HISTORY

    was = None if old is None else json.dumps(dict(old), sort_keys=True)
    connection.execute(
        insert(HISTORY).values(
            time=iso(), by=by, what=table.name, key=key, old=was,
            new=json.dumps(dict(new), sort_keys=True),
        )
    )  # fmt: skip


def user() -> str:
    """Name whoever runs this program; ``"unknown"`` where the system has no name for them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a number without a name, as in some containers
        return "unknown"
