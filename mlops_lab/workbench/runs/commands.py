"""What all commands do alike: tell an error, print JSON, end when something stops them."""

import importlib
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

from mlops_lab.workbench.runs.ending import Ended, ending
from mlops_lab.workbench.runs.errors import KernelError, RefusedError, UnfinishedError
from mlops_lab.workbench.runs.terminal import clean_lines

__all__ = ["Commands", "example", "print_json", "told"]

_INTERRUPTED = 130
_WIDEST = 10_000  # characters of a line: what is refused is told whole


def example(line: str) -> str:
    """Return an epilog that shows one call of a command."""
    # The backspace keeps click from wrapping the lines after it.
    return f"\b\nExample:\n  {line}"


@contextmanager
def told() -> Iterator[None]:
    """Tell what is refused as wrong use, and what could not be done as an error."""
    try:
        yield
    except RefusedError as error:
        raise click.UsageError(clean_lines(str(error), widest=_WIDEST)) from error
    except (KernelError, UnfinishedError) as error:
        raise click.ClickException(clean_lines(str(error), widest=_WIDEST)) from error


def print_json(document: object) -> None:
    """Print plain data, for `--json`."""
    from mlops_lab.workbench.runs.document import as_json

    click.echo(as_json(document))


class Commands(click.Group):
    """A group of commands whose interruptions and lost outputs are told in one place.

    Parameters
    ----------
    elsewhere : mapping of str to (str, str)
        Commands that a module of their own holds: where, as ``"package.module:name"``, and what
        the list of all commands says of it. The module is imported for the command itself only.
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  what click takes
        elsewhere: Mapping[str, tuple[str, str]] | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        self.elsewhere = dict(elsewhere or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all commands, those elsewhere too."""
        return sorted({*super().list_commands(ctx), *self.elsewhere})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported if it is elsewhere."""
        if cmd_name in self.elsewhere:
            module, _, name = self.elsewhere[cmd_name][0].partition(":")
            command: click.Command = getattr(importlib.import_module(module), name)
            return command
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List all commands, without importing any."""
        lines = {name: said for name, (_, said) in self.elsewhere.items()}
        lines |= {name: one.get_short_help_str(limit=70) for name, one in self.commands.items()}
        with formatter.section("Commands"):
            formatter.write_dl([(name, lines[name]) for name in self.list_commands(ctx)])

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  what click takes and returns
        """Run the group; what the system refuses is one sentence and exit code 1."""
        try:
            return super().main(*args, **kwargs)
        except OSError as error:  # a full disk; `| head` is click's own to end quietly
            _drop_output()
            click.echo(f"Error: {_told_as(error)}", err=True)
            sys.exit(1)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  what click returns
        """Run a command; Ctrl-C ends it with 130, SIGTERM with 143, SIGHUP with 129."""
        if sys.stdout is None:
            raise click.ClickException("Standard output is closed; send it to /dev/null instead.")
        try:
            with ending():
                return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort) as error:
            click.echo("\nStopped. No kernel runs on, and nothing is half-written.", err=True)
            ctx.exit(128 + error.number if isinstance(error, Ended) else _INTERRUPTED)


def _told_as(error: OSError) -> str:
    return f"{error.filename or 'The system says'}: {error.strerror}."


def _drop_output() -> None:
    # What could not be written would be tried again, and complained about, when Python ends.
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
