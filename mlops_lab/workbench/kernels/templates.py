"""Which template this process asks for kernels: one it was told of, or one of its own."""

import atexit
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from mlops_lab.workbench.kernels.conditions import supported
from mlops_lab.workbench.kernels.forked import ForkUnavailableError
from mlops_lab.workbench.kernels.owner import PRELOAD, Template, alive
from mlops_lab.workbench.kernels.protocol import SOCKET

__all__ = [
    "ADDRESS",
    "LONGEST",
    "PATIENCE",
    "PROVISIONER",
    "SWITCH",
    "importing",
    "renew",
    "running",
    "warmed",
]

ADDRESS = "MLOPS_LAB_TEMPLATE"
"""The environment variable that names the folder of a running template."""
PATIENCE = "MLOPS_LAB_PATIENCE"
"""The environment variable with the seconds that a kernel waits for a template that imports."""
LONGEST = 600.0
"""Seconds that a kernel waits for a template that lives: only one that hangs takes as long."""
PROVISIONER = "mlops-lab-warm"
"""The name under which Jupyter finds the provisioner of warm kernels."""
SWITCH = "MLOPS_LAB_WARM"
"""The environment variable that turns warm kernels off, with the value ``off``."""

_LOG = logging.getLogger(__name__)
_own: dict[int, Template] = {}  # by process id: a fork of this process does not own its template
_asked: dict[int, int] = {}


def running() -> Path:
    """Name the folder of a template that can be asked now.

    A process that was told of none starts its own with its second kernel, which does not wait for
    it: most processes that start a kernel start only one, and a template would come too late.

    Returns
    -------
    Path

    Raises
    ------
    ForkUnavailableError
        There is none, or none yet; the message says why.
    """
    if reason := _off():
        raise ForkUnavailableError(reason)
    me = os.getpid()
    if me not in _own and (told := os.environ.get(ADDRESS)):
        return Path(told)
    _asked[me] = _asked.get(me, 0) + 1
    if me not in _own:
        if _asked[me] < 2:
            raise ForkUnavailableError(
                "the first kernel of a process; a template would come too late"
            )
        _start(PRELOAD)
    try:
        if _own[me].ready():
            return _own[me].folder
    except ForkUnavailableError:
        _own.pop(me).close()
        raise
    raise ForkUnavailableError("the template is still importing")


def importing() -> bool:
    """Say whether a template that this process can ask is still importing, and alive."""
    if _off():
        return False
    if own := _own.get(os.getpid()):
        try:
            return not own.ready()
        except ForkUnavailableError:
            return False
    if not (told := os.environ.get(ADDRESS)):
        return False
    return not (Path(told) / SOCKET).exists() and alive(Path(told))


def renew() -> None:
    """Replace the template by one that imports what is installed now, if it can be started."""
    # The old one ends by itself with the last of its kernels.
    with suppress(ForkUnavailableError):
        _start(PRELOAD)


@contextmanager
def warmed(
    modules: Sequence[str] = PRELOAD, *, patience: float = LONGEST
) -> Iterator[Template | None]:
    """Have a template for this process and those it starts, until the end of the block.

    It imports while the block runs, and kernels that are asked for meanwhile wait for it: on a
    busy machine even more than on a quiet one, that is sooner than to import the same beside it.

    Parameters
    ----------
    modules : sequence of str
        What it imports.
    patience : float
        Seconds that kernels wait for it, as long as it lives, before they start cold.

    Yields
    ------
    Template or None
        None where kernels cannot be forked, are not to be, or no template can be started.
    """
    if _off() or os.environ.get(ADDRESS):
        yield None
        return
    try:
        template = _start(modules)
    except ForkUnavailableError as error:
        _LOG.warning("Kernels start afresh: %s", error)
        yield None
        return
    os.environ |= {ADDRESS: str(template.folder), PATIENCE: str(patience)}
    try:
        yield template
    finally:
        os.environ.pop(ADDRESS, None)
        os.environ.pop(PATIENCE, None)
        _own.pop(os.getpid(), None)
        template.close()


def _off() -> str | None:
    if os.environ.get(SWITCH) == "off":
        return f"{SWITCH} is off"
    return supported()


def _start(modules: Sequence[str]) -> Template:
    try:
        template = Template(modules)
    except OSError as error:
        raise ForkUnavailableError(f"no template can be started ({error})") from error
    _own[os.getpid()] = template
    atexit.register(_close, os.getpid(), template)
    return template


def _close(process: int, template: Template) -> None:
    if process == os.getpid():  # registered again in a fork, it is not the fork's to close
        template.close()
