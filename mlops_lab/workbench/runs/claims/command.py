"""The command `mlops-lab claims`: try where the claims of lessons hold."""

import sys
from pathlib import Path

import click

from mlops_lab.workbench.runs.commands import told
from mlops_lab.workbench.runs.sweeps.ask import How, followed, how_to_sweep

__all__ = ["claims"]

_EXAMPLES = """\b
Examples:
  mlops-lab claims 4.5
  mlops-lab claims '*'

Beside a notebook NN_topic.ipynb stands NN_topic.claims.yaml, with three to five values for each
parameter that its claims rest on:

\b
  parameters:
    label_delay: [0, 125, 250, 500]

Each value is run by itself, with the seeds 0, 1 and 2 and on each data set. NN_topic.claims.csv
then says of each finding in how many runs it held, and what was measured. A claim that turns is no
failure; a run that fails at the notebook's own values is."""


@click.command("claims", epilog=_EXAMPLES)
@click.argument("lessons", nargs=-1, required=True, metavar="LESSON...")
@click.option(
    "-o", "--out", metavar="DIR", type=click.Path(path_type=Path), default=Path("build/claims"),
    show_default=True, help="Folder of the sweeps, a folder a lesson; they are continued there.",
)  # fmt: skip
@how_to_sweep
def claims(lessons: tuple[str, ...], out: Path, how: How) -> None:
    """Run LESSONs over the ranges that their claims rest on, and write where each claim holds.

    LESSON is an id, a name, a pattern such as "4.*", or the path of any notebook.
    """
    from mlops_lab.workbench.runs.claims.files import plan_file
    from mlops_lab.workbench.runs.course import find_notebooks

    course = how.limits["course"]
    with told():
        notebooks = find_notebooks(lessons, course)
        planned = [path for path in notebooks if plan_file(path).is_file()]
        # Only a pattern may name lessons whose claims nobody has planned.
        for path in notebooks if len(lessons) == 1 == len(notebooks) else planned:
            _make(path, out, how)
    for path in notebooks:
        if path not in planned:
            click.echo(f"{path.name} has no {plan_file(path).name}: its claims rest on nothing yet")
    sys.exit(0 if planned else 1)


def _make(notebook: Path, out: Path, how: How) -> None:
    from mlops_lab.workbench.runs.claims.files import table_file
    from mlops_lab.workbench.runs.claims.make import make_claims
    from mlops_lab.workbench.runs.claims.report import report
    from mlops_lab.workbench.runs.notebook import read_notebook
    from mlops_lab.workbench.runs.run import copy_name

    folder = out / copy_name(notebook, read_notebook(notebook), how.limits["course"])
    coming = make_claims(
        notebook, folder,
        force=how.force, runner=how.runner(), workers=how.workers, **how.limits,
    )  # fmt: skip
    followed(coming, notebook.stem)
    click.echo(report(table_file(notebook)))
