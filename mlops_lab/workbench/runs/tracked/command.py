"""The option `--mlflow`, and what `mlops-lab run` and `mlops-lab sweep` do with it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from mlops_lab.workbench.runs.many import Job, Lost
    from mlops_lab.workbench.runs.run import Run
    from mlops_lab.workbench.runs.sweeps.table import Done

__all__ = ["MLFLOW", "RunLog", "SweepLog"]

MLFLOW = click.option(
    "--mlflow", metavar="URI",
    help="Log each result to an MLflow tracking server, too, as in http://127.0.0.1:5000, or to a "
    "file, as in sqlite:///runs.db.",
)  # fmt: skip


def _say(sentence: str) -> None:
    click.echo(f"\n{sentence}", err=True)


class RunLog:
    """Logs what `mlops-lab run` gives; nothing where no address is given.

    Parameters
    ----------
    uri : str or None
    jobs : sequence of Job
    out : Path or None
        The folder of the copies. What is not logged yet waits in its folder ``unlogged``.
    course : Path or None

    Raises
    ------
    RefusedError
        When `connect` refuses it, or there is no folder to keep what it does not get.
    """

    def __init__(
        self, uri: str | None, jobs: "Sequence[Job]", out: Path | None, course: Path | None
    ) -> None:
        self.log = None
        if uri is None:
            return
        if out is None:
            raise RefusedError(
                "--mlflow logs the executed notebooks, and keeps them until they are logged: name "
                "a folder with -o."
            )
        from mlops_lab.workbench.runs.tracked.log import Log
        from mlops_lab.workbench.runs.tracked.outbox import Outbox
        from mlops_lab.workbench.runs.tracked.source import describe
        from mlops_lab.workbench.runs.tracked.store import connect

        self.sources = {job.notebook: describe(job.notebook, course) for job in jobs}
        names = dict.fromkeys(source.experiment for source in self.sources.values())
        store = connect(uri, names)
        self.outbox = Outbox(out / "unlogged")
        self.log = Log(store, _say, self.outbox.remove)
        for entry in self.outbox.entries():
            self.log.take(entry)

    def take(self, result: "Run | Lost") -> None:
        """Log a result, or keep it for later."""
        if self.log is None:
            return
        from mlops_lab.workbench.runs.many import Lost
        from mlops_lab.workbench.runs.sweeps.ended import done_of
        from mlops_lab.workbench.runs.sweeps.key import point_key, surroundings

        job = result.job if isinstance(result, Lost) else result
        source = self.sources[job.notebook]
        key = point_key(source.code, job.parameters, surroundings())
        done = done_of(result, job.parameters)
        copy = None if isinstance(result, Lost) else result.output
        entry = source.entry(source.experiment, key, done, copy)
        self.log.take(self.outbox.put(entry))

    def finish(self) -> bool:
        """Say whether all is logged."""
        return self.log is None or self.log.finish()


class SweepLog:
    """Logs what a sweep gives; nothing where no address is given.

    Parameters
    ----------
    uri : str or None
    notebook : Path
    out : Path
        The folder of the sweep, whose name is the sweep's.
    course : Path or None

    Raises
    ------
    RefusedError
        When `connect` refuses it.
    """

    def __init__(self, uri: str | None, notebook: Path, out: Path, course: Path | None) -> None:
        self.out, self.log = out, None
        if uri is None:
            return
        from mlops_lab.workbench.runs.tracked.log import Log
        from mlops_lab.workbench.runs.tracked.source import describe
        from mlops_lab.workbench.runs.tracked.store import connect

        self.source = describe(notebook, course, out.resolve().name)
        self.log = Log(connect(uri, [self.source.experiment]), _say)

    def take(self, number: int, key: str, done: "Done") -> None:
        """Log what came of a point; what is not logged stays in the folder of the sweep."""
        if self.log is None:
            return
        copy = self.out / "notebooks" / str(number) / f"{self.source.copy}.ipynb"
        kept = copy if _is_of(copy, done) else None
        self.log.take(self.source.entry(f"point {number}", key, done, kept))

    def finish(self) -> bool:
        """Say whether all is logged."""
        return self.log is None or self.log.finish()


def _is_of(copy: Path, done: "Done") -> bool:
    """Say whether a copy is of this result, and not of an earlier one of the same point."""
    from mlops_lab.workbench.runs.notebook import read_notebook

    if not copy.is_file():
        return False
    about = read_notebook(copy).metadata.get("mlops_lab", {}).get("run", {})
    return (about.get("state"), about.get("seconds")) == (done.state, done.seconds)
