"""An MLflow tracking server, or a file of its kind; the one module that knows MLflow."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from mlops_lab.core import LabError
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.tracked.entry import RESULT, Entry, files_of, measured_of, times_of
from mlops_lab.workbench.runs.tracked.names import distinct, text
from mlops_lab.workbench.runs.tracked.settings import settings

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from nbformat import NotebookNode

__all__ = ["Store", "StoreError", "connect"]

_SCHEMES = ("http", "https", "sqlite", "file", "postgresql", "mysql", "mssql")
_PARAM, _TAG = 6000, 5000  # characters; what is longer is cut
_AT_ONCE = 100  # params or tags, and metrics of one call


class StoreError(LabError, RuntimeError):
    """The server does not answer, or refuses what it is sent; with its words."""


def connect(uri: str, experiments: Iterable[str] = ()) -> "Store":
    """Connect to a tracking server, and hear it answer.

    Parameters
    ----------
    uri : str
        As MLflow takes it: ``http://127.0.0.1:5000``, ``sqlite:///runs.db``, ``file:///a/folder``.
    experiments : iterable of str
        Names of experiments that results will go to; made where they are not there.

    Raises
    ------
    RefusedError
        When it is no such address, no MLflow answers there, it does not take these experiments, or
        MLflow is not installed.
    """
    shown = _without_password(uri)
    if urlsplit(uri).scheme.partition("+")[0] not in _SCHEMES:
        raise RefusedError(
            f"--mlflow {shown}: an address begins with one of {', '.join(_SCHEMES)}, as in "
            "http://127.0.0.1:5000 or sqlite:///runs.db."
        )
    from mlops_lab.kit.extras import extra

    try:
        with settings(), extra("track"):
            from mlflow import MlflowClient
    except ModuleNotFoundError as error:
        raise RefusedError(f"--mlflow: {error}") from error
    try:
        with settings():
            client = MlflowClient(tracking_uri=uri)
        store = Store(client, uri, shown)
        store.ask()
    except _errors() as error:
        raise RefusedError(
            f"--mlflow {shown}: no MLflow tracking server answers there, and nothing was run. "
            "Start one, as with `mlflow server --port 5000`, or name a file instead, as in "
            f"--mlflow sqlite:///runs.db. What came back: {_first_line(error, uri, shown)}"
        ) from error
    try:
        for name in experiments:
            store.open(name)
    except StoreError as error:
        raise RefusedError(f"--mlflow {shown}: {error}. Nothing was run.") from error
    return store


class Store:
    """A tracking server that answers. `connect` makes it.

    Parameters
    ----------
    client : MlflowClient
    uri : str
    shown : str
        The address without its password.

    Attributes
    ----------
    shown : str
    """

    def __init__(self, client: "MlflowClient", uri: str, shown: str) -> None:
        self.client, self.uri, self.shown = client, uri, shown
        self._experiments: dict[str, str] = {}
        self._known: dict[str, dict[str, tuple[str, bool]]] = {}

    def ask(self) -> None:
        """Return when it answers; StoreError otherwise."""
        with self._told():
            self.client.search_experiments(max_results=1)

    def has(self, entry: Entry) -> bool:
        """Say whether a result is logged, whole; also one whose MLflow run was deleted there."""
        return self.open(entry.experiment).get(entry.result, ("", False))[1]

    def write(self, entry: Entry) -> None:
        """Log a result; a part of it that is there already is completed.

        Raises
        ------
        StoreError
            When that does not come to its end; it can be tried again.
        """
        known = self.open(entry.experiment)
        nb = _read(entry)
        start, end = times_of(entry.done, nb)
        rows = measured_of(entry.done, nb)
        try:
            with self._told():
                run = known[entry.result][0] if entry.result in known else self._begin(entry, start)
                self._log(run, entry, rows, end)
                with tempfile.TemporaryDirectory(prefix="mlops-lab-") as folder:
                    for path, content in files_of(entry, rows, nb):
                        file = Path(folder, path)
                        file.parent.mkdir(parents=True, exist_ok=True)
                        file.write_bytes(content)
                    self.client.log_artifacts(run, folder)
                self.client.set_terminated(run, entry.status, end)
        except StoreError:
            del self._known[entry.experiment]  # what it has got of this is not known here
            raise
        known[entry.result] = (run, True)

    def _begin(self, entry: Entry, start: int) -> str:
        tags = {RESULT: entry.result}  # at once, so that a part is found again
        experiment = self._experiments[entry.experiment]
        return str(self.client.create_run(experiment, start, tags, entry.name).info.run_id)

    def _log(self, run: str, entry: Entry, rows: list[dict[str, Any]], end: int) -> None:
        from mlflow.entities import Metric, Param, RunTag

        numbers = {
            "seconds": entry.done.seconds,
            "memory": float(entry.done.memory),
            **{str(row["metric"]): float(row["value"]) for row in rows if row["metric"]},
            **{
                str(row["holds_metric"]): float(row["holds"] is True)
                for row in rows
                if row["holds_metric"]
            },
        }
        # The time of the result, so that what is sent twice is there once.
        metrics = [Metric(name, value, end, 0) for name, value in numbers.items()]
        names = distinct(entry.done.parameters, taken=())
        params = [
            Param(names[name], text(value, _PARAM)) for name, value in entry.done.parameters.items()
        ]
        bounds = {f"bound.{row['metric']}": row["bound"] for row in rows if row["bound"]}
        tags = [RunTag(name, text(value, _TAG)) for name, value in {**entry.tags, **bounds}.items()]
        for at in range(0, max(len(metrics), len(params), len(tags)), _AT_ONCE):
            part = slice(at, at + _AT_ONCE)
            self.client.log_batch(run, metrics[part], params[part], tags[part])

    def open(self, experiment: str) -> dict[str, tuple[str, bool]]:
        """Return results that an experiment has: the MLflow run of each, and whether it ended."""
        if experiment not in self._known:
            with self._told():
                number = self._experiments[experiment] = self._experiment(experiment)
                self._known[experiment] = self._results(number)
        return self._known[experiment]

    def _experiment(self, name: str) -> str:
        found = self.client.get_experiment_by_name(name)
        if found is None:
            return str(self.client.create_experiment(name, self._artifacts()))
        if found.lifecycle_stage != "active":
            raise StoreError(
                f"its experiment {name!r} was deleted; restore it there, as with `mlflow "
                f"experiments restore -x {found.experiment_id}`"
            )
        return str(found.experiment_id)

    def _artifacts(self) -> str | None:
        """Say where files go: beside a database file, not into the current folder."""
        parts = urlsplit(self.uri)
        if not parts.scheme.startswith("sqlite"):
            return None  # a server or a folder knows itself
        return (Path(parts.path[1:]).absolute().parent / "mlartifacts").as_uri()

    def _results(self, experiment: str) -> dict[str, tuple[str, bool]]:
        from mlflow.entities import ViewType

        found: dict[str, tuple[str, bool]] = {}
        token: str | None = None
        while True:
            page = self.client.search_runs(
                [experiment], "", ViewType.ALL, max_results=1000, page_token=token
            )
            for run in page:
                result = run.data.tags.get(RESULT)
                deleted = run.info.lifecycle_stage != "active"
                ended = deleted or run.info.status != "RUNNING"
                if result and not found.get(result, ("", False))[1]:
                    found[result] = (run.info.run_id, ended)
            token = page.token
            if not token:
                return found

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            with settings():
                yield
        except _errors() as error:
            raise StoreError(_first_line(error, self.uri, self.shown)) from error


def _errors() -> tuple[type[Exception], ...]:
    from mlflow.exceptions import MlflowException

    return (MlflowException, StoreError, OSError)  # those of requests are of the last kind


def _read(entry: Entry) -> "NotebookNode | None":
    if entry.copy is None:
        return None
    from mlops_lab.workbench.runs.notebook import read_notebook

    return read_notebook(entry.copy)


def _first_line(error: Exception, uri: str, shown: str) -> str:
    lines = str(error).replace(uri, shown).splitlines() or [type(error).__name__]
    return lines[0] if len(lines[0]) <= 200 else f"{lines[0][:200]}…"


def _without_password(uri: str) -> str:
    parts = urlsplit(uri)
    if "@" not in parts.netloc:
        return uri
    return urlunsplit(parts._replace(netloc=f"…@{parts.netloc.rpartition('@')[2]}"))
