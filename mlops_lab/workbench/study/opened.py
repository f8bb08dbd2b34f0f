"""From a workspace to an open JupyterLab: fill it, write its start page, serve it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from mlops_lab.workbench.study.course_files import NO_ASSIGNMENTS, CourseFile, course_files
from mlops_lab.workbench.study.lock import BusyError, hold
from mlops_lab.workbench.study.page import look_at_machine, start
from mlops_lab.workbench.study.serve import JUPYTERLAB, launched, warm
from mlops_lab.workbench.study.servers import Server, page_address, running, show_page
from mlops_lab.workbench.study.settings import configured
from mlops_lab.workbench.study.startpage import PAGE, write_page
from mlops_lab.workbench.study.sync import Outcome, changed, fill
from mlops_lab.workbench.study.workspace import VERSION, Workspace

__all__ = ["open_lab"]

_STARTING = 60.0  # seconds in which another lab, just begun, shows where it is


def open_lab(
    space: Workspace,
    course: Path,
    *,
    say: Callable[[str], None],
    port: int | None = None,
    browser: bool = True,
    program: Sequence[str] = (),
) -> int:
    """Open a workspace in JupyterLab, and stay until that ends.

    Parameters
    ----------
    space : Workspace
    course : Path
        The folder from `find_course`.
    say : callable
        Tells the learner a sentence.
    port : int, optional
        Where to begin to look for a free one.
    browser : bool
        Whether to open one.
    program : sequence of str
        How JupyterLab is called; this Python's own by default.

    Returns
    -------
    int
        0, or JupyterLab's exit code when it ended by itself with another. A server that shows
        this workspace already is named and opened, and nothing is started.

    Raises
    ------
    BusyError
        When another command is at work in the workspace.
    KernelError
        When JupyterLab does not start.
    """
    space = replace(space, course=str(course.resolve()))
    if server := running(space.root):
        return _again(server, say, browser)
    try:
        with hold(space.hidden, "lab") as stale:
            say(stale)
            return _serve(space, course, say, port, browser, program or JUPYTERLAB)
    except BusyError as error:
        if error.doing != "lab" or not (server := _waited_for(space.root)):
            raise
        return _again(server, say, browser)


def _again(server: Server, say: Callable[[str], None], browser: bool) -> int:
    say(f"The lab is open already: {page_address(server, PAGE)}")
    if browser:
        show_page(server)
    return 0


def _waited_for(root: Path) -> Server | None:
    until = time.monotonic() + _STARTING
    while time.monotonic() < until:
        if server := running(root):
            return server
        time.sleep(0.2)
    return None


def _prepared(space: Workspace, course: Path) -> list[str]:
    known, was = course_files(course), space.version
    said = [] if any(one.assignment for one in known) else [NO_ASSIGNMENTS]
    said += _told_filled(space, fill(space, known))
    others = changed(space, known)
    if others:
        said.append(_told_changed(others, was))
    return said


def _told_filled(space: Workspace, done: Sequence[Outcome]) -> list[str]:
    new = sum(one.state == "new" for one in done)
    back = [one.title for one in done if one.state == "back"]
    said = [f"{new} notebooks were put into {space.root}: they are yours."] if new else []
    return said + ([f"Missing, and given afresh: {', '.join(back)}."] if back else [])


def _told_changed(others: Sequence[CourseFile], was: str) -> str:
    older = f"The workspace is from version {was}, this is {VERSION}. "
    if not was:
        older = "The workspace is from before its notebooks were kept track of. "
    listed = ", ".join(one.title for one in others[:4]) + (", ..." if len(others) > 4 else "")
    return (
        f"{older if was != VERSION else ''}{_count(len(others))} changed ({listed}): "
        "`mlops-lab update` brings the new text and keeps what is yours."
    )


def _count(notebooks: int) -> str:
    return "1 notebook has" if notebooks == 1 else f"{notebooks} notebooks have"


def _serve(
    space: Workspace,
    course: Path,
    say: Callable[[str], None],
    port: int | None,
    browser: bool,
    program: Sequence[str],
) -> int:
    start_lab = launched(space.root, PAGE, space.log, port=port, program=program)
    # In this order: the template compares its environment with that of the kernels.
    with configured(space.hidden), warm(), start_lab as lab:
        # While both of them start, which takes some seconds; the page is there when it is opened.
        for sentence in _prepared(space, course):
            say(sentence)
        look_at_machine(space.root, course)
        say(write_page(space, start(space.root, course)))
        server = lab.server()

        def show() -> None:
            say(f"The lab is open: {page_address(server, PAGE)}\nCtrl-C closes it.")
            if browser:
                show_page(server)

        return lab.wait(say, show)
