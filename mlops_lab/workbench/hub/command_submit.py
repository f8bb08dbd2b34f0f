"""The command `mlops-lab submit`: hand an assignment in on a hub."""

import click

from mlops_lab.workbench.classroom.command_check import find_assignment
from mlops_lab.workbench.classroom.command_parts import say
from mlops_lab.workbench.runs.commands import example, print_json, told
from mlops_lab.workbench.runs.options import JSON

__all__ = ["submit_command"]


@click.command("submit", epilog=example("mlops-lab submit 2.6"))
@click.argument("notebook", required=False, metavar="[FILE]")
@JSON
def submit_command(notebook: str | None, as_json: bool) -> None:
    """Submit FILE, your copy of an assignment, to the desk of your class on a JupyterHub.

    FILE is a path, or an assignment's id. Without it the only assignment in this folder, or in a
    folder in it, is meant. It goes as it was last saved. The receipt is kept beside it, in
    receipts/. Submit as often as you like: the last one counts, and the same file twice is one.

    MLOPS_LAB_DESK and JUPYTERHUB_API_TOKEN name the desk and who you are; the hub sets them.
    """
    from mlops_lab.workbench.hub.submit import assignment_of, submit

    with told():
        path = find_assignment(notebook)
        receipt = submit(path, assignment_of(path))
    if as_json:
        print_json(receipt)
        return
    late = f" It is late: it was due {receipt['due']}." if receipt["late"] else ""
    say(
        f"{receipt['assignment']} of {receipt['student']} was received {receipt['time']}.{late}\n"
        f"sha256 {receipt['sha256']}"
    )
