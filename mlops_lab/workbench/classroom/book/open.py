"""Open a grade book: SQLite by default, PostgreSQL by its URL."""

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_lab.workbench.classroom.names import private_mode
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

__all__ = ["open_book", "reading", "writing"]

_LOCK = 7_302_115  # any number that is ours


@contextmanager
def open_book(url: str) -> "Iterator[Engine]":
    """Open the grade book, make its tables the first time, close it at the end.

    Parameters
    ----------
    url : str
        ``sqlite:///FILE`` or ``postgresql+psycopg://USER@HOST/DATABASE``.

    Yields
    ------
    Engine
        For the functions of this package. SQLite writes through a log (WAL) and waits for the
        disk at each transaction (synchronous FULL).

    Raises
    ------
    RefusedError
        When SQLAlchemy or the driver is not installed, or the database cannot be opened.
    """
    engine = _engine(url)
    try:
        _prepare(engine)
        yield engine
    finally:
        engine.dispose()


def _engine(url: str) -> "Engine":
    try:
        from sqlalchemy import create_engine, event
        from sqlalchemy.exc import ArgumentError
    except ImportError as error:
        raise RefusedError(
            "The grade book needs SQLAlchemy: pip install 'mlops-lab[classroom]'."
        ) from error
    try:
        engine = create_engine(url, hide_parameters=True)
    except (ArgumentError, ImportError) as error:
        raise RefusedError(f"The grade book cannot be opened: {error}.") from error
    if engine.dialect.name == "sqlite":
        _keep_private(engine.url.database)
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", _begin)
    return engine


def _keep_private(database: str | None) -> None:
    """Make a new book, private as `write_whole` does; SQLite gives its log the same permissions."""
    if database and database != ":memory:":
        with contextlib.suppress(OSError):  # there already, or SQLite tells what stands in its way
            file = os.open(database, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            os.fchmod(file, private_mode(Path(database).parent))
            os.close(file)


def _set_up(connection: Any, _: object) -> None:  # noqa: ANN401  sqlite3's connection
    connection.isolation_level = None  # sqlite3 begins no transactions of its own; _begin does
    for pragma in ("busy_timeout=60000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: "Connection") -> None:
    # One that reads first and writes later would be refused if another wrote between.
    only_reads = connection.get_execution_options().get("only_reads")
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


def _prepare(engine: "Engine") -> None:
    from sqlalchemy.exc import DBAPIError

    from mlops_lab.workbench.classroom.book.tables import create

    try:
        with writing(engine) as connection:
            create(connection)
    except DBAPIError as error:
        where = engine.url.render_as_string(hide_password=True)
        raise RefusedError(f"The grade book {where} cannot be opened: {error.orig}.") from error


@contextmanager
def writing(engine: "Engine") -> "Iterator[Connection]":
    """Yield a connection in a transaction: all that is done with it is kept, or none.

    One writes at a time, in PostgreSQL as in SQLite: what is read as old is still so when the
    history is written.
    """
    from sqlalchemy import text

    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
        yield connection


@contextmanager
def reading(engine: "Engine") -> "Iterator[Connection]":
    """Yield a connection that sees one state of the book and keeps nobody from writing."""
    with engine.connect().execution_options(only_reads=True) as connection:
        yield connection
