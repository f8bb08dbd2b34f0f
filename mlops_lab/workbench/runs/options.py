"""Options that several commands share."""

from pathlib import Path

import click

__all__ = ["COURSE", "CWD", "JOBS", "JSON", "MEMORY", "TIMEOUT"]

COURSE = click.option(
    "--course",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The course folder; found by itself in a checkout or an installed package.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead.")
JOBS = click.option(
    "-j",
    "--jobs",
    "workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many to run at once, sharing the cores; one more than there are by default.",
)
TIMEOUT = click.option(
    "--timeout",
    type=click.IntRange(min=1),
    metavar="SECONDS",
    help="Stop a cell that takes longer; no limit by default.",
)
MEMORY = click.option(
    "--memory",
    type=click.FloatRange(min=0.1),
    metavar="GB",
    help="Stop a run that takes more; no limit by default.",
)
CWD = click.option(
    "--cwd",
    metavar="notebook|here|DIR",
    default="here",
    show_default=True,
    help="Where the kernels start: in each notebook's own folder, in this one, or in another.",
)
