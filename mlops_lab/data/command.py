"""The command `mlops-lab data`: list the data sets, show a card, download."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import click

from mlops_lab.data.errors import DataError, UnknownNameError
from mlops_lab.data.folders import cache_folder

if TYPE_CHECKING:
    from mlops_lab.data.cards import Card

__all__ = ["data"]

T = TypeVar("T")

_HEADS = ["name", "kind", "rows", "licence", "state"]
_LIST = """\b
Example:
  mlops-lab data list
  mlops-lab data list --json | jq '.[].name'"""
_SHOW = """\b
Example:
  mlops-lab data show electricity"""
_GET = """\b
Examples:
  mlops-lab data get mnist electricity
  MLOPS_LAB_DATA=/srv/course mlops-lab data get --all
  MLOPS_LAB_MIRROR=http://mirror.school.example/data mlops-lab data get --all"""
_GROUP = """\b
Example:
  mlops-lab data list

MLOPS_LAB_DATA names the folder for downloads. MLOPS_LAB_MIRROR names a server to ask instead
of the publishers: it answers <mirror>/<data set>/<file>, as a served copy of that folder does."""


@click.group(epilog=_GROUP)
def data() -> None:
    """List the data sets of the course, read about them, download them."""


@data.command("list", epilog=_LIST)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array, for scripts.")
def list_command(as_json: bool) -> None:
    """List all data sets, and whether each is on this computer."""
    from mlops_lab.data.registry import available, state

    rows: list[list[str | int]] = [
        [found.name, found.kind, found.rows, found.licence, _told(partial(state, found))]
        for found in _cards(_told(available))
    ]
    if as_json:
        click.echo(json.dumps([dict(zip(_HEADS, row, strict=True)) for row in rows], indent=2))
    else:
        click.echo(_table([[f"{v:,}" if isinstance(v, int) else v for v in row] for row in rows]))


@data.command("show", epilog=_SHOW)
@click.argument("name")
def show_command(name: str) -> None:
    """Show the card of data set NAME: what it is, where it is from, its problems."""
    click.echo(str(_cards([name])[0]))


@data.command("get", epilog=_GET)
@click.argument("names", nargs=-1, metavar="NAME...")
@click.option("--all", "everything", is_flag=True, help="Every public data set.")
def get_command(names: tuple[str, ...], everything: bool) -> None:
    """Download data sets, so that later they load without a network.

    What is in the cache already is verified, and downloaded again if it is damaged.
    """
    from mlops_lab.data.registry import available

    if bool(names) == everything:
        raise click.UsageError("Name at least one data set, or give --all, not both.")
    cards = _cards(_told(available) if everything else names)
    wanted = [found for found in cards if found.kind == "public" or not everything]
    done = [_get_one(found) for found in wanted]  # all of them: one failure stops no other
    if not all(done):
        raise click.exceptions.Exit(1)


def _told(ask: Callable[[], T]) -> T:
    """Ask, and turn an error into click's, with its exit code."""
    try:
        return ask()
    except UnknownNameError as error:
        raise click.UsageError(str(error)) from error
    except DataError as error:
        raise click.ClickException(str(error)) from error


def _cards(names: Sequence[str]) -> list["Card"]:
    from mlops_lab.data.registry import card

    return _told(lambda: [card(name) for name in names])


def _get_one(found: "Card") -> bool:
    from mlops_lab.data.registry import get

    try:
        fetched = get(found.name)
    except DataError as error:
        click.echo(f"Error: {error}", err=True)
        return False
    if found.kind != "public":
        click.echo(f"{found.name}: is shipped with the lab, nothing to download")
    else:
        word = "downloaded to" if fetched else "is already in"
        click.echo(f"{found.name}: {word} {cache_folder() / found.name}")
    return True


def _table(rows: list[list[str]]) -> str:
    cells = [_HEADS, *rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if i == 2 else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )
