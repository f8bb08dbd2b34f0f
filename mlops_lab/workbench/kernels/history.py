"""What has run in a forked kernel, as long as it could run again in a fresh one."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from mlops_lab.workbench.kernels.assigned import ANY, Reader
from mlops_lab.workbench.kernels.hidden import Hidden
from mlops_lab.workbench.kernels.repeatable import is_repeatable
from mlops_lab.workbench.kernels.unread import Unread

__all__ = ["History"]


class History:
    """The cells of a kernel, and whether the next one has to run in a fresh kernel.

    Parameters
    ----------
    hidden : Hidden
        What no cell has imported yet.
    unread : Unread
        The environment.
    transform : callable
        Makes plain Python of a cell with magics, as IPython does.

    Attributes
    ----------
    messages : list of list of bytes
        The requests to run them.
    open : bool
        Whether all of them could be run again.
    """

    def __init__(self, hidden: Hidden, unread: Unread, transform: Callable[[str], str]) -> None:
        self.messages: list[list[bytes]] = []
        self.open = True
        self._hidden, self._unread, self._transform = hidden, unread, transform
        # Packages of the template are read by what they did when they were imported.
        known = {name.partition(".")[0] for name in hidden.modules}
        self._reader = Reader(Path.cwd(), transform, known | {"mlops_lab"})

    def needs_fresh(self, session: Any, frames: Sequence[Any]) -> bool:  # noqa: ANN401  Jupyter's
        """Take a message of the shell channel down; True where a fork would answer otherwise.

        That is a cell that sets a variable, or comes after one that has set it, which code reads
        when it is imported, and nothing has imported that yet.
        """
        if not self.open or len(frames) == 1:
            return False
        try:
            idents, parts = session.feed_identities(frames, copy=False)
            message = session.deserialize(parts, content=False, copy=False)
        except (ValueError, TypeError):
            return False  # it is no message of a client's, as ipykernel will say
        if message["msg_type"].startswith("comm_"):
            self.open = False
        if message["msg_type"] != "execute_request":
            return False
        message["content"] = content = session.unpack(message["content"])
        code = content["code"]
        if any(map(self._counts, self._reader.variables(code) | self._unread.changed())):
            return True
        self.open = self._could_run_again(code)
        content["stop_on_error"] = False  # it has had its say
        self.messages.append(session.serialize(message, ident=idents))
        return False

    def _could_run_again(self, code: str) -> bool:
        try:
            return is_repeatable(self._transform(code))
        except SyntaxError:
            return True  # nothing of it runs

    def _counts(self, name: str) -> bool:
        return bool(self._hidden.modules) if name == ANY else self._unread.counts(name)
