"""Import libraries in a template as if it were in a kernel: what they settle then has to fit there.

pandas asks whether it is in a terminal, ipywidgets registers with the kernel, loggers take hold of
the standard streams. A template has neither shell nor kernel, so while it imports stand-ins answer
for both, and who has kept a stream gets the kernel's in each fork.
"""

import builtins
import gc
import io
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import FunctionType, SimpleNamespace
from typing import TYPE_CHECKING, Any

from mlops_lab.workbench.kernels.hidden import Hidden
from mlops_lab.workbench.kernels.modules import import_each
from mlops_lab.workbench.kernels.record import recorded
from mlops_lab.workbench.kernels.unread import AS_A_KERNEL

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

__all__ = ["Imported", "import_all"]

# In the environment while libraries are imported; a kernel has its own.
_MEANWHILE = AS_A_KERNEL | {
    # With more threads than one, OpenBLAS would start a pool here; a kernel sets its own number.
    "OPENBLAS_NUM_THREADS": "1",
    # All of TensorFlow's start-up lines; each kernel shows what its own level lets through.
    "TF_CPP_MIN_LOG_LEVEL": "0",
}
_STREAMS = {"stdout": 1, "stderr": 2}


@dataclass
class Imported:
    """What a template has imported for its kernels.

    Attributes
    ----------
    problems : dict of str to str
        Modules that could not be imported, with the error.
    hidden : Hidden
        The others, with what they need.
    holders : dict of str to list
        For ``stdout`` and ``stderr``, who has kept them: containers with a key, functions with a
        place among their defaults.
    variables : dict of str to str
        What the imports that every kernel has made have put into the environment.
    blas : ThreadpoolController
        Of the OpenBLAS libraries among them, which take a while to find.
    """

    problems: dict[str, str]
    hidden: Hidden
    holders: dict[str, list[tuple[Any, Any]]]
    variables: dict[str, str]
    blas: "ThreadpoolController"

    def hand_over_streams(self) -> None:
        """Give who has kept a stream the one that there is now."""
        for name, holders in self.holders.items():
            for holder, key in holders:
                _put(holder, key, getattr(sys, name))


def import_all(modules: Sequence[str], base: Sequence[str] = ()) -> Imported:
    """Import modules as a kernel would.

    Parameters
    ----------
    modules : sequence of str
        They are hidden afterwards.
    base : sequence of str
        What every kernel has imported when its first cell runs.
    """
    before = dict(os.environ)
    problems = import_each(base)
    variables = dict(os.environ.items() - before.items())
    own = [name for name in sys.modules if name.partition(".")[0] == "mlops_lab"]
    for name in own:  # the template's; a kernel has none of it before it asks for it
        del sys.modules[name]
    known = set(sys.modules)
    with ExitStack() as meanwhile:
        files = meanwhile.enter_context(_kept_apart())
        meanwhile.enter_context(_environment(_MEANWHILE))
        streams = meanwhile.enter_context(_in_kernel())
        with recorded(files) as record:
            problems |= import_each(modules)
            from threadpoolctl import ThreadpoolController
    blas = ThreadpoolController().select(internal_api="openblas")
    # None stands for a module that somebody will not have imported.
    new = [name for name, one in sys.modules.items() if name not in known and one is not None]
    hidden = Hidden(new, record)
    holders = {name: _holders(one) for name, one in streams}
    return Imported(problems, hidden, holders, variables, blas)


@contextmanager
def _kept_apart() -> Iterator[dict[int, int]]:
    """Write what goes to the standard streams into files, whose descriptors are given."""
    with ExitStack() as files:
        apart = {}
        for number in _STREAMS.values():
            apart[number] = files.enter_context(tempfile.TemporaryFile()).fileno()
            usual = os.dup(number)
            files.callback(os.close, usual)
            os.dup2(apart[number], number)
            files.callback(os.dup2, usual, number)
        yield apart


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    yield
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


class _Stream(io.TextIOWrapper):
    """Stands in for a kernel's stream, which is no terminal."""

    def isatty(self) -> bool:
        return False


@contextmanager
def _in_kernel() -> Iterator[list[tuple[str, _Stream]]]:
    """Have a shell that has a kernel, and a kernel's streams, which are given with their names."""
    package, getipython = sys.modules["IPython"], sys.modules["IPython.core.getipython"]
    shell = SimpleNamespace(kernel=SimpleNamespace(), config={"IPKernelApp": {}})

    def get_ipython() -> SimpleNamespace:
        return shell

    streams = [
        (name, _Stream(io.FileIO(number, "w", closefd=False), write_through=True))
        for name, number in _STREAMS.items()
    ]
    places: list[tuple[Any, str, Any]] = [
        (package, "get_ipython", get_ipython),
        (getipython, "get_ipython", get_ipython),
        (builtins, "get_ipython", get_ipython),
        (builtins, "__IPYTHON__", True),
        (sys, "ps1", "In : "),
        (sys, "ps2", "...: "),
        *((sys, name, stream) for name, stream in streams),
    ]
    before = [vars(place).get(name) for place, name, _ in places]
    for place, name, value in places:
        setattr(place, name, value)
    yield streams
    for (place, name, _), value in zip(places, before, strict=True):
        if value is None:
            delattr(place, name)
        else:
            setattr(place, name, value)
    for holder, key in _holders(get_ipython):  # who has it by name
        _put(holder, key, getipython.get_ipython)


def _holders(value: object) -> list[tuple[Any, Any]]:
    """Find who holds a value: containers with its key, functions with its place in the defaults."""
    return [place for one in gc.get_referrers(value) for place in _places(one, value)]


def _places(holder: Any, value: object) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401
    if isinstance(holder, tuple):
        for user in gc.get_referrers(holder):
            if isinstance(user, FunctionType) and user.__defaults__ is holder:
                yield from ((user, place) for place, one in enumerate(holder) if one is value)
    elif isinstance(holder, list):
        yield from ((holder, place) for place, one in enumerate(holder) if one is value)
    else:
        held = holder if isinstance(holder, dict) else _attributes(holder)
        if isinstance(held, dict):
            yield from ((held, key) for key, one in list(held.items()) if one is value)


def _attributes(holder: object) -> object:
    """Return the dictionary of an object without asking the object, which may import when asked."""
    try:
        return object.__getattribute__(holder, "__dict__")
    except AttributeError:
        return None


def _put(holder: Any, key: Any, value: object) -> None:  # noqa: ANN401
    if isinstance(holder, FunctionType):
        defaults = list(holder.__defaults__ or ())
        defaults[key] = value
        holder.__defaults__ = tuple(defaults)
    else:
        holder[key] = value
