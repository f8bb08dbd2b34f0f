"""A function packed as text, for a process that has none of this one's variables."""

from __future__ import annotations
import __future__

import builtins
import dis
import importlib
import inspect
import linecache
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import CodeType, FunctionType, ModuleType
from typing import Any

__all__ = ["Parcel", "pack", "unpack"]

_FLAGS = __future__.annotations.compiler_flag  # hints are not computed, so they need nothing


@dataclass
class Parcel:
    """A function with all that it needs by name.

    Attributes
    ----------
    name : str
        The function's own.
    sources : dict of str to str
        Source of each function that was written beside it, itself among them.
    modules : dict of str to str
        Modules that it uses, by the name that it has for them.
    imports : dict of str to (str, str)
        Functions and classes of other modules: the module, and the name there.
    """

    name: str
    sources: dict[str, str] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)


def pack(job: Callable[..., Any]) -> Parcel:
    """Pack a function with the functions and modules that it uses.

    Parameters
    ----------
    job : function
        Written with ``def`` in a cell or a module, without decorators.

    Returns
    -------
    Parcel

    Raises
    ------
    TypeError
        If it is no such function, or uses a variable, which has to be passed as an argument.
    NameError
        If it uses a name that is not defined.
    """
    parcel = Parcel(job.__name__ if inspect.isfunction(job) else "")
    _add(parcel, job)
    return parcel


def unpack(parcel: Parcel) -> Callable[..., Any]:
    """Return the function again, in a process that can import what it imports."""
    world: dict[str, Any] = {"__name__": "__worker__"}
    for name, module in parcel.modules.items():
        world[name] = importlib.import_module(module)
    for name, (module, there) in parcel.imports.items():
        world[name] = getattr(importlib.import_module(module), there)
    for name, source in parcel.sources.items():
        file = f"<{name}>"  # a traceback shows its lines
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        exec(_compiled(source, file), world)
    job: Callable[..., Any] = world[parcel.name]
    return job


def _add(parcel: Parcel, job: object) -> None:
    if not isinstance(job, FunctionType) or job.__name__ == "<lambda>":
        raise TypeError(f"a job is a function written with def; got {job!r}")
    if job.__closure__:
        names = ", ".join(job.__code__.co_freevars)
        raise TypeError(f"{job.__name__} uses {names} of the function around it; pass it on")
    source = textwrap.dedent(inspect.getsource(job))
    if source.startswith("@"):
        raise TypeError(f"{job.__name__} has a decorator, which a worker would not know")
    parcel.sources[job.__name__] = source
    for name in sorted(set(_names(_compiled(source, "<job>")))):
        if name in job.__globals__:
            _add_used(parcel, job, name, job.__globals__[name])
        elif not hasattr(builtins, name):
            raise NameError(f"{job.__name__} uses {name!r}, which is not defined", name=name)


def _add_used(parcel: Parcel, job: FunctionType, name: str, used: object) -> None:
    known = {*parcel.sources, *parcel.modules, *parcel.imports}
    home = str(getattr(used, "__module__", ""))
    if isinstance(used, ModuleType):
        parcel.modules[name] = used.__name__
    elif isinstance(used, FunctionType) and home == job.__module__:
        if used.__name__ != name:
            raise TypeError(f"{job.__name__} calls {used.__name__} by another name, {name!r}")
        if name not in known:
            _add(parcel, used)
    elif home not in ("", "__main__") and _there(home, used):
        parcel.imports[name] = (home, str(used.__name__))  # type: ignore[attr-defined]
    else:
        raise TypeError(
            f"{job.__name__} uses the variable {name!r}, and a worker has none of this process's "
            "variables: pass it as an argument"
        )


def _there(home: str, used: object) -> bool:
    name = getattr(used, "__name__", None)
    return isinstance(name, str) and getattr(sys.modules.get(home), name, None) is used


def _compiled(source: str, file: str) -> CodeType:
    code: CodeType = compile(source, file, "exec", flags=_FLAGS, dont_inherit=True)
    return code


def _names(code: CodeType) -> Iterator[str]:
    """Yield the names that are looked up outside of functions."""
    for one in dis.get_instructions(code):
        if one.opname in ("LOAD_NAME", "LOAD_GLOBAL"):
            yield one.argval
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)
