"""The command `mlops-lab class report`: one page on how an assignment went."""

import os
from pathlib import Path

import click

from mlops_lab.workbench.classroom.command_parts import CLASS, opened, say

__all__ = ["report_command"]


@click.command("report", epilog="\b\nExample:\n  mlops-lab class report 2.6")
@click.argument("assignment")
@CLASS
def report_command(assignment: str, given: Path | None) -> None:
    """Write a page on how ASSIGNMENT went: totals, tasks, errors, equal answers, times.

    It goes to reports/ and needs no network. It is for you alone: it tells of hidden tests and
    names students whose answers are equal. Grade first; what is not graded yet is counted.
    """
    from mlops_lab.workbench.classroom.report import write_report

    with opened(given) as (folder, book):
        path = write_report(folder, book, assignment)
    say(f"wrote {os.path.relpath(path)}")
