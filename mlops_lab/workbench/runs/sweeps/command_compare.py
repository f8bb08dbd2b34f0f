"""The commands `mlops-lab sweep show` and `sweep compare`: sweeps as tables and as figures."""

import functools
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from mlops_lab.workbench.runs.sweeps.show import Comparison

__all__ = ["compare_command", "show_command"]

_SHOW = """\b
Examples:
  mlops-lab sweep show out/
  mlops-lab sweep show out/ --value "delay" --x shift --by detector --against ks
  mlops-lab sweep show out/ --format latex > table.tex

A picture has the means on its left; a point whose finding does not hold in some run counts, and is
hollow. On its right are differences between runs that are alike in all but one parameter, the
lines' or else the axis', with the same seed. Each is written as PNG, SVG and PDF, and the table as
CSV, Markdown and LaTeX."""
_COMPARE = """\b
Examples:
  mlops-lab sweep compare before/ after/
  mlops-lab sweep compare small/ large/ --value "accuracy" -o figures/"""
_VALUE = "What to compare; by default every number that the parameters have moved."
_AGAINST = "What the others are compared with; by default the least number, or the first text."


def _comparing(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command the options of every comparison."""
    options = (
        click.option("--value", "values", multiple=True, help=_VALUE),
        click.option("--x", help="The parameter along the axis; that with most values by default."),
        click.option("--against", metavar="VALUE", help=_AGAINST),
        click.option(
            "--level", type=float, default=0.95, show_default=True, metavar="SHARE",
            help="Coverage of the intervals.",
        ),
        click.option(
            "--format", "form", type=click.Choice(["text", "markdown", "latex"]), default="text",
            show_default=True, help="How the table is printed.",
        ),
    )  # fmt: skip
    return functools.reduce(lambda made, option: option(made), reversed(options), command)


@click.command("show", epilog=_SHOW)
@click.argument("folder", type=click.Path(path_type=Path))
@_comparing
@click.option("--by", help="The parameter that makes the lines; the next one by default.")
@click.option(
    "-o", "--out", metavar="DIR", type=click.Path(path_type=Path),
    help="Folder of the figures and the tables; FOLDER/comparison by default.",
)  # fmt: skip
def show_command(
    folder: Path,
    values: tuple[str, ...],
    x: str | None,
    against: str | None,
    level: float,
    form: str,
    by: str | None,
    out: Path | None,
) -> None:
    """Compare the points of the sweep in FOLDER, over its seeds.

    Prints means and paired differences with their intervals, and draws a figure for each value
    that the parameters have moved.
    """
    from mlops_lab.workbench.runs.sweeps.show import compare
    from mlops_lab.workbench.runs.sweeps.table import results

    found = compare(results(folder), values, x=x, by=by, against=against, level=level)
    _print(found, form)
    _write(found, out or folder / "comparison")


@click.command("compare", epilog=_COMPARE)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@_comparing
@click.option(
    "-o", "--out", metavar="DIR", type=click.Path(path_type=Path), default=Path("comparison"),
    show_default=True, help="Folder of the figures and the tables.",
)  # fmt: skip
def compare_command(
    folders: tuple[Path, ...],
    values: tuple[str, ...],
    x: str | None,
    against: str | None,
    level: float,
    form: str,
    out: Path,
) -> None:
    """Compare sweeps, each in a folder of FOLDERS, at the points that they have in common.

    The first is what the others are compared with, unless --against names another. Only values
    that are not the same in all of them are shown.
    """
    from mlops_lab.workbench.runs.sweeps.several import joined
    from mlops_lab.workbench.runs.sweeps.show import compare
    from mlops_lab.workbench.runs.sweeps.table import results

    if len(folders) < 2:
        raise RefusedError("One sweep is compared with another: name two folders or more.")
    whole = joined({name: results(folder) for name, folder in _named(folders).items()})
    found = compare(
        whole.table, values, x=x, of=whole.column, against=against, level=level, aside=whole.aside
    )
    found = replace(found, remarks=whole.notes)
    if not found.compared:
        click.echo(f"All {len(found.unmoved)} values are the same at the points in common.")
        return
    _print(found, form)
    _write(found, out)


def _named(folders: Sequence[Path]) -> dict[str, Path]:
    names = [folder.resolve().name for folder in folders]
    short = len(set(names)) == len(names)
    if not short and len({folder.resolve() for folder in folders}) < len(folders):
        raise RefusedError("A sweep is compared with itself: name each folder once.")
    return dict(zip(names if short else map(str, folders), folders, strict=True))


def _print(found: "Comparison", form: str) -> None:
    from mlops_lab.workbench.runs.sweeps.tables import as_latex, as_markdown, as_text

    made = {"text": as_text, "markdown": as_markdown, "latex": as_latex}[form]
    click.echo(made(found).rstrip("\n"))


def _write(found: "Comparison", out: Path) -> None:
    from mlops_lab.workbench.runs.sweeps.written import write_comparison

    drawing = write_comparison(found, out)
    number = len(found.compared) if found.x else 0
    with click.progressbar(drawing, length=number, label="drawing", file=sys.stderr) as bar:
        drawn = list(bar)
    if found.x is None:
        click.echo("Only the seed varied, so there is no parameter to draw along, and no picture.")
    click.echo(f"{len(drawn)} figures and the table are in {out}", err=True)
