"""Lineage in OpenLineage's format: one event a run of a job, appended to a file of JSON lines."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = ["Column", "column_edges", "emit", "read_events", "table_edges"]

Column = tuple[str, str]
"""A table's name and a column of it."""
_NAMESPACE = "mlops-lab"
_PRODUCER = "https://openlineage.io/spec"


def emit(
    path: str | Path,
    job: str,
    output: str,
    columns: Mapping[str, Iterable[Column]],
    *,
    opened: Iterable[str] = (),
    versions: Mapping[str, str] | None = None,
) -> None:
    """Append an event to a file: a job has run, and what it read to make its output.

    It is OpenLineage's run event of type COMPLETE, with a facet for the lineage of columns and,
    where one is given, a facet for the version of an input.

    Parameters
    ----------
    path : file that exists or will, in a folder that exists
    job : str
    output : str
        The dataset that was made: a table or a model.
    columns : mapping of the output's columns to the columns that each was made from
    opened : names of tables that were opened beyond these
    versions : mapping of input tables to their versions, optional
        A version may be a number of a log or an address of the content.

    Raises
    ------
    ValueError
        When a name is empty, the output has no columns, or a version is of a table not read.
    """
    read = {column: sorted(set(sources)) for column, sources in columns.items()}
    tables = sorted({table for sources in read.values() for table, _ in sources} | set(opened))
    if not job or not output or not read:
        raise ValueError(f"an event needs a job, an output and columns; got {job!r}, {output!r}")
    if unread := sorted(set(versions or {}) - set(tables)):
        raise ValueError(f"versions are of tables that were read, {tables}; got {unread}")
    _client(path).emit(
        _event(job, output, read, {name: (versions or {}).get(name) for name in tables})
    )


def _client(path: str | Path) -> Any:  # noqa: ANN401  openlineage has no types to import early
    from openlineage.client import OpenLineageClient
    from openlineage.client.transport.file import FileConfig, FileTransport

    config = FileConfig(log_file_path=str(path), append=True)
    return OpenLineageClient(transport=FileTransport(config))


def _event(
    job: str, output: str, read: dict[str, list[Column]], versions: dict[str, str | None]
) -> Any:  # noqa: ANN401
    from openlineage.client import event_v2 as event
    from openlineage.client.facet_v2 import column_lineage_dataset as lineage
    from openlineage.client.facet_v2 import dataset_version_dataset as version
    from openlineage.client.uuid import generate_new_uuid

    fields = {
        column: lineage.Fields([lineage.InputField(_NAMESPACE, *one) for one in sources])
        for column, sources in read.items()
    }
    return event.RunEvent(
        eventType=event.RunState.COMPLETE,
        eventTime=datetime.now(UTC).isoformat(),
        producer=_PRODUCER,
        run=event.Run(runId=str(generate_new_uuid())),
        job=event.Job(namespace=_NAMESPACE, name=job),
        inputs=[
            event.InputDataset(
                namespace=_NAMESPACE,
                name=name,
                facets={"version": version.DatasetVersionDatasetFacet(given)} if given else {},
            )
            for name, given in versions.items()
        ],
        outputs=[
            event.OutputDataset(
                namespace=_NAMESPACE,
                name=output,
                facets={"columnLineage": lineage.ColumnLineageDatasetFacet(fields=fields)},
            )
        ],
    )


def read_events(path: str | Path) -> list[dict[str, Any]]:
    """Read events from a file of JSON lines, in their order.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    json.JSONDecodeError
        For a line that is no JSON.
    """
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


def column_edges(events: Iterable[Mapping[str, Any]]) -> set[tuple[Column, Column]]:
    """Return the edges from column to column, from the facets for the lineage of columns.

    Parameters
    ----------
    events : OpenLineage run events as dicts

    Returns
    -------
    set of pairs ((table, column) that was read, (table, column) that was made)
    """
    return {
        ((source["name"], source["field"]), (made["name"], column))
        for event in events
        for made in event.get("outputs", [])
        for column, field in _fields(made).items()
        for source in field["inputFields"]
    }


def _fields(made: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = made.get("facets", {}).get("columnLineage", {}).get("fields", {})
    return found


def table_edges(events: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """Return the edges from table to table: what a job opened, and what it made.

    Parameters
    ----------
    events : OpenLineage run events as dicts

    Returns
    -------
    set of pairs (name of an input, name of an output)
    """
    return {
        (source["name"], made["name"])
        for event in events
        for source in event.get("inputs", [])
        for made in event.get("outputs", [])
    }
