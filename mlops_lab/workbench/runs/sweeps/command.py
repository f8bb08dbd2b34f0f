"""The command `mlops-lab sweep`: run a notebook at many points, show what came of it."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlops_lab.workbench.runs.commands import told
from mlops_lab.workbench.runs.sweeps.ask import How, followed, how_to_sweep
from mlops_lab.workbench.runs.sweeps.command_compare import compare_command, show_command
from mlops_lab.workbench.runs.tracked.command import MLFLOW, SweepLog

if TYPE_CHECKING:
    from mlops_lab.workbench.runs.parameters import Parameter
    from mlops_lab.workbench.runs.sweeps.points import Point

__all__ = ["sweep"]

_RUN = """\b
Examples:
  mlops-lab sweep 4.5 -p shift 0:1:0.25 -p detector ks,psi,adwin --seeds 5 -o out/
  mlops-lab sweep 4.5 -p shift 0:1 --random 50 -o out/
  mlops-lab sweep mine.ipynb --points points.csv -o out/
  mlops-lab sweep show out/

The folder gets results.parquet and results.csv. A finding that does not hold is recorded with its
value, and its point goes on; only a point that failed makes the exit code 1. Points that are there
already are not run again as long as the notebook's code, mlops_lab, the data and the installed
packages are as they were, and other points are added to them. One folder is one sweep of one
notebook, and one command at a time works in it. --mlflow implies --keep; the MLflow experiment is
called after the lesson and the folder, and what a server did not get is logged when the sweep is
continued."""


class _RunsByDefault(click.Group):
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help"):
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  what click returns
        with told():
            return super().invoke(ctx)


@click.group(cls=_RunsByDefault, epilog=_RUN)
def sweep() -> None:
    """Run a notebook at many points, in one table.

    `mlops-lab sweep LESSON ...` is short for `mlops-lab sweep run LESSON ...`.
    """


@sweep.command("run", epilog=_RUN)
@click.argument("lesson")
@click.option(
    "-p", "--parameter", "words", nargs=2, multiple=True, metavar="NAME VALUES",
    help="A value, a list a,b,c or a range low:high:step; every combination is a point.",
)  # fmt: skip
@click.option(
    "--seeds", metavar="N",
    help="Run each point with the seeds 0 to N-1, or with those listed: 1,2,7 or 1:5.",
)  # fmt: skip
@click.option(
    "--random", "number", type=click.IntRange(min=1), metavar="N",
    help="Draw N points instead of all combinations: low:high is uniform, low:high:log in the "
    "logarithm.",
)  # fmt: skip
@click.option("--random-seed", type=int, default=0, show_default=True, help="Seed of that draw.")
@click.option(
    "--points", "file", type=click.Path(path_type=Path), metavar="CSV",
    help="Read points from a file, a column a parameter; with -p, each of them at each point.",
)  # fmt: skip
@click.option(
    "-o", "--out", metavar="DIR", type=click.Path(path_type=Path), required=True,
    help="Folder of the table, one sweep of one notebook; the same folder continues it.",
)  # fmt: skip
@click.option("--keep", is_flag=True, help="Keep every executed notebook too.")
@MLFLOW
@how_to_sweep
def run_command(
    lesson: str,
    words: tuple[tuple[str, str], ...],
    seeds: str | None,
    number: int | None,
    random_seed: int,
    file: Path | None,
    out: Path,
    keep: bool,
    mlflow: str | None,
    how: How,
) -> None:
    """Run LESSON, an id, a name or the path of any notebook with parameters, at many points."""
    from mlops_lab.workbench.runs.course import find_notebook
    from mlops_lab.workbench.runs.notebook import read_notebook
    from mlops_lab.workbench.runs.parameters import declared
    from mlops_lab.workbench.runs.sweeps.sweep import sweep as run_sweep

    notebook = find_notebook(lesson, how.limits["course"])
    known = declared(read_notebook(notebook))
    points = _points(known, words, file, number, random_seed, seeds)
    log = SweepLog(mlflow, notebook, out, how.limits["course"])
    coming = run_sweep(
        notebook, points, out, force=how.force, keep_copies=keep or mlflow is not None,
        log=log.take, runner=how.runner(), workers=how.workers, **how.limits,
    )  # fmt: skip
    last = followed(coming, notebook.stem)
    click.echo(
        f"{last.total:,} points, {last.known:,} known from before, {last.refuted:,} with a finding "
        f"that does not hold, {last.failed:,} failed: {out / 'results.csv'}"
    )
    if last.stale:
        click.echo(
            f"{last.stale:,} more points are in the table as they were before the notebook's code, "
            "mlops_lab, the data or the packages changed; the column stale says which. They are "
            "run again when they are asked for."
        )
    sys.exit(0 if log.finish() and not last.failed else 1)


def _points(
    known: "dict[str, Parameter]",
    words: Sequence[tuple[str, str]],
    file: Path | None,
    number: int | None,
    random_seed: int,
    seeds: str | None,
) -> "list[Point]":
    from mlops_lab.workbench.runs.sweeps.points import combined, grid, random_points
    from mlops_lab.workbench.runs.sweeps.points_file import read_points

    parts = {"rows of the file": read_points(known, file)} if file else {}
    if number:
        parts["random points"] = random_points(known, words, number, random_seed)
    elif words:
        parts["combinations"] = grid(known, words)
    if seeds:
        parts["seeds"] = grid(known, [("seed", _seeds(seeds))])
    return combined(parts)


def _seeds(text: str) -> str:
    if not text.isdecimal():
        return text
    if int(text) < 1:
        raise click.UsageError(f"--seeds {text} are none; give how many, or a list such as 1,2,7.")
    return f"0:{int(text) - 1}"


sweep.add_command(show_command)
sweep.add_command(compare_command)
