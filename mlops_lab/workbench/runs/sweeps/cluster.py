"""The jobs of a sweep on a Dask cluster: its scheduler queues, retries and moves them."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.many import Job, Limits, Lost
from mlops_lab.workbench.runs.run import Run, run
from mlops_lab.workbench.runs.sweeps.key import installed

if TYPE_CHECKING:
    from distributed import Client

    from mlops_lab.workbench.runs.sweeps.sweep import Runner

__all__ = ["on_cluster"]


def on_cluster(address: str, **limits: Unpack[Limits]) -> "Runner":
    """Return what runs jobs on a Dask cluster instead of this machine's own processes.

    The notebook's text is sent, so workers need no common file system; downloaded data they need.
    A job whose worker dies is run again on another.

    Parameters
    ----------
    address : str
        Of the scheduler, as in ``tcp://host:8786``.
    **limits
        As in `run_many`. A course folder is of this machine and is not sent. ``cwd`` is a folder
        that every worker has; a notebook that is sent lies in none.

    Returns
    -------
    callable
        Takes jobs, gives results in any order. It raises RefusedError when no scheduler answers,
        it has no workers, or a worker has other packages than this machine.

    Raises
    ------
    RefusedError
        When kernels are to start in the notebook's own folder.
    """
    if limits.get("cwd") == "notebook":
        raise RefusedError(
            "--cwd notebook: a cluster gets the notebook's text and not its folder. Name a folder "
            "that every worker has."
        )
    limits.pop("course", None)
    limits["keep_going"] = True  # as every point of a sweep does

    def run_jobs(jobs: Sequence[Job]) -> Iterator[Run | Lost]:
        client = _client(address)
        try:
            _require_same(client)
            yield from _results(client, jobs, limits)
        finally:
            client.close()  # what has not begun yet is forgotten by the scheduler then

    return run_jobs


def _client(address: str) -> "Client":
    try:
        from distributed import Client
    except ImportError as error:
        raise RefusedError(
            "A cluster needs dask: install mlops-lab with the extra `scale`."
        ) from error
    try:
        return Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError) as error:  # a time-out is an OSError
        raise RefusedError(f"No Dask scheduler answers at {address!r}: {error}.") from error


def _require_same(client: "Client") -> None:
    here, there = installed(), client.run(installed)
    if not there:
        raise RefusedError("The cluster has no workers; start some with `dask worker`.")
    if others := [name for name, digest in there.items() if digest != here]:
        raise RefusedError(
            f"{len(others)} of {len(there)} workers have another Python, other packages or another "
            f"mlops_lab than this machine, {others[0]} for one. Set them up from the same lock."
        )


def _results(client: "Client", jobs: Sequence[Job], limits: Limits) -> Iterator[Run | Lost]:
    from distributed import as_completed

    texts = {job.notebook: job.text or job.notebook.read_text(encoding="utf-8") for job in jobs}
    waiting = {
        client.submit(
            _run_text, job.notebook.name, texts[job.notebook], dict(job.parameters),
            job.out is not None, limits, pure=False,
        ): job
        for job in jobs
    }  # fmt: skip
    for future in as_completed(list(waiting), loop=client.loop):
        job = waiting.pop(future)
        if error := future.exception():
            yield Lost(job, str(error))
            continue
        done, copy = future.result()
        output = None
        if job.out is not None and done.output is not None:
            output = job.out / done.output.name
            output.parent.mkdir(parents=True, exist_ok=True)
            output.write_text(copy, encoding="utf-8")
        yield replace(done, notebook=job.notebook, output=output)


def _run_text(
    name: str, text: str, parameters: Mapping[str, object], keep: bool, limits: Limits
) -> tuple[Run, str]:
    """Run a notebook sent as text; on a worker."""
    with tempfile.TemporaryDirectory(prefix="mlops-lab-") as folder:
        out = Path(folder) / "out" if keep else None
        done = run(Path(folder) / name, parameters, out=out, text=text, **limits)
        return done, done.output.read_text(encoding="utf-8") if done.output else ""
