"""The command `mlops-lab report`: a static site of what a run has kept."""

from pathlib import Path

import click

from mlops_lab.workbench.runs.commands import told

__all__ = ["report"]

_EXAMPLE = """\b
Example:
  mlops-lab run '*' -o out/ && mlops-lab report out/

The pages open from disk with no network. What plain papermill has executed is shown too."""


@click.command(epilog=_EXAMPLE)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "-o", "--out", "site", type=click.Path(path_type=Path), metavar="DIR",
    help="Where the site goes; FOLDER/site by default.",
)  # fmt: skip
def report(folder: Path, site: Path | None) -> None:
    """Make a static site of the executed notebooks in FOLDER."""
    from mlops_lab.workbench.runs.site.build import build_site

    with told():
        index = build_site(folder, site)
    click.echo(f"open {index}")
