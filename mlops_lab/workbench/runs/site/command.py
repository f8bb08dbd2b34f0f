"""The command `mlops-lab report`: a static site of what runs and sweeps have kept."""

from pathlib import Path

import click

from mlops_lab.workbench.runs.commands import told

__all__ = ["report"]

_EXAMPLE = """\b
Examples:
  mlops-lab run '*' -o out/ && mlops-lab report out/
  mlops-lab sweep 4.5 -p slack 0.05:0.2:0.05 --seeds 5 -o sweep/ && mlops-lab report sweep/

The pages open from disk with no network. What plain papermill has executed is shown too. A sweep
gets a page with its figures, its comparison and its points."""


@click.command(epilog=_EXAMPLE)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "-o", "--out", "site", type=click.Path(path_type=Path), metavar="DIR",
    help="Where the site goes; FOLDER/site by default.",
)  # fmt: skip
def report(folder: Path, site: Path | None) -> None:
    """Make a static site of the executed notebooks and the sweeps in FOLDER."""
    from mlops_lab.workbench.runs.site.build import build_site

    with told():
        index = build_site(folder, site)
    click.echo(f"open {index}")
