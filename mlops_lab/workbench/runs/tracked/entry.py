"""What an MLflow run is to hold of one result."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_lab.workbench.runs.sweeps.table import COMPLETE, Done
from mlops_lab.workbench.runs.tracked.names import distinct

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["RESULT", "Entry", "files_of", "measured_of", "times_of"]

RESULT = "mlops_lab.result"
"""The tag by which a result is found again: a digest of it."""

_PICTURE = "image/png"


@dataclass(frozen=True)
class Entry:
    """One result, ready to be logged.

    Attributes
    ----------
    experiment : str
        Name of the experiment that it goes to.
    name : str
        Name of the MLflow run.
    done : Done
        What came of the point.
    tags : mapping
        Where it comes from; `RESULT` among them.
    copy : Path or None
        The executed notebook; None where there is none, as of a point whose process was killed.
    """

    experiment: str
    name: str
    done: Done
    tags: Mapping[str, str] = field(default_factory=dict)
    copy: Path | None = None

    @property
    def result(self) -> str:
        """The digest by which it is found again."""
        return self.tags[RESULT]

    @property
    def status(self) -> str:
        """MLflow's word for how it ended: a finding that does not hold is a result."""
        return "FINISHED" if self.done.state in COMPLETE else "FAILED"


def measured_of(done: Done, nb: "NotebookNode | None") -> list[dict[str, Any]]:
    """Return the records and findings of a result, in order.

    Parameters
    ----------
    done : Done
    nb : NotebookNode or None
        The executed notebook, which alone knows the bounds.

    Returns
    -------
    list of dict
        ``name``, ``value``, ``holds`` and ``bound``, the last two None for a record; ``metric``
        is the name of the metric that has the value, and ``holds_metric`` of that with 1 where it
        holds and 0 where not. Both are None for what is no number.
    """
    from mlops_lab.kit.records import records_of

    rows = [] if nb is None else records_of(nb)
    bounds = {str(row["name"]): row["bound"] for row in rows if row["kind"] == "finding"}
    verdicts = {f"{name} holds" for name in done.findings}
    values = {name: one for name, one in done.measured.items() if name not in verdicts}
    # All at once: MLflow takes fewer names than a lesson, and two must not become one.
    metric = distinct([*values, *verdicts], taken=())
    return [
        {
            "name": name,
            "value": value,
            "holds": done.measured.get(f"{name} holds") if name in done.findings else None,
            "bound": bounds.get(name),
            "metric": metric[name] if _is_number(value) else None,
            "holds_metric": metric[f"{name} holds"] if name in done.findings else None,
        }
        for name, value in values.items()
    ]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def times_of(done: Done, nb: "NotebookNode | None") -> tuple[int, int]:
    """Return when a run began and ended, in milliseconds since 1970, as MLflow counts.

    Without its notebook it is taken to have ended just now.
    """
    began = {} if nb is None else nb.metadata.get("mlops_lab", {}).get("run", {})
    took = round(1000 * done.seconds)
    try:
        when = datetime.fromisoformat(str(began.get("start_time")))
    except ValueError:
        end = round(1000 * datetime.now(UTC).timestamp())
        return end - took, end
    start = round(1000 * (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())
    return start, start + took


def files_of(
    entry: Entry, rows: list[dict[str, Any]], nb: "NotebookNode | None"
) -> Iterator[tuple[str, bytes]]:
    """Yield the artifacts of a result: its numbers as a table, its notebook, its pictures.

    Yields
    ------
    (path, content)
        ``measured.json``, ``notebook/<name>.ipynb`` and ``pictures/<number>_<cell>.png``.
    """
    table = json.dumps(rows, indent=1, ensure_ascii=False, default=repr)
    yield "measured.json", table.encode()
    if nb is None or entry.copy is None:
        return
    yield f"notebook/{entry.copy.name}", entry.copy.read_bytes()
    number = 0
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            if _PICTURE in (data := output.get("data", {})):
                number += 1
                place = re.sub(r"[^\w-]", "_", str(cell.get("id", "cell")))
                content = base64.b64decode("".join(data[_PICTURE]))
                yield f"pictures/{number:02d}_{place}.png", content
