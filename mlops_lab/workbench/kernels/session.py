"""The session of a forked kernel: its own, until a cell needs a fresh kernel."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mlops_lab.workbench.kernels.hidden import Hidden
from mlops_lab.workbench.kernels.history import History
from mlops_lab.workbench.kernels.relay import Relay
from mlops_lab.workbench.kernels.unread import Unread

if TYPE_CHECKING:
    from ipykernel.kernelapp import IPKernelApp

__all__ = ["Session", "attend"]


class Session:
    """Who answers a forked kernel's clients.

    Attributes
    ----------
    relay : Relay or None
        To the fresh kernel that answers, None where the fork does.
    """

    def __init__(
        self, app: "IPKernelApp", request: Mapping[str, Any], hidden: Hidden, unread: Unread
    ) -> None:
        self.relay: Relay | None = None
        self._app, self._request = app, request
        transform = app.kernel.shell.input_transformer_manager.transform_cell
        self._history = History(hidden, unread, transform)
        self._usual = app.kernel.dispatch_shell

    async def dispatch(
        self, frames: Sequence[Any], /, subshell_id: str | None = None, *, concurrent: bool = False
    ) -> None:
        """Answer a message of the shell channel, or pass it on."""
        if (
            self.relay is None
            and subshell_id is None
            and self._history.needs_fresh(self._app.session, frames)
        ):
            self.relay = self._begin_afresh()
        if self.relay is not None:
            self.relay.send(frames)
        else:
            await self._usual(frames, subshell_id=subshell_id, concurrent=concurrent)

    def _begin_afresh(self) -> Relay:
        own = self._request
        return Relay(self._app, own["argv"], own["env"], own["cwd"], self._history.messages)


def attend(
    app: "IPKernelApp", request: Mapping[str, Any], hidden: Hidden, unread: Unread
) -> Session:
    """Have the messages of an initialized kernel answered by a session.

    Parameters
    ----------
    app : IPKernelApp
    request : mapping
        ``argv``, ``env`` and ``cwd``, as a fresh kernel would have them.
    hidden : Hidden
        What no cell has imported yet.
    unread : Unread
        The environment.
    """
    session = Session(app, request, hidden, unread)
    app.kernel.dispatch_shell = session.dispatch
    return session
