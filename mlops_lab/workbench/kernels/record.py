"""Record what imports do: which modules each module needs, and what it does beside."""

import builtins
import importlib
import os
import re
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.machinery import ExtensionFileLoader, ModuleSpec
from types import ModuleType
from typing import Any

__all__ = ["Effects", "Record", "recorded"]

_bootstrap: Any = importlib._bootstrap
_LEVELS = "IWEF"
_LEVEL = "TF_CPP_MIN_LOG_LEVEL"
# TensorFlow's lines begin with a time, or with a level, a time and a thread.
_TIMED = re.compile(rb"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}(?=: ([IWEF]) )", re.MULTILINE)
_THREAD = re.compile(rb"^([IWEF])\d{4} [\d:]+\.\d+\s+\d+(?= )", re.MULTILINE)


@dataclass
class Effects:
    """What the code of a module did beside, when it was imported.

    Attributes
    ----------
    variables : dict of str to str
        Variables that it set.
    filters : list of tuple
        Warning filters that it put in front, in that order.
    appended : list of tuple
        Warning filters that it put at the end.
    dropped : list of tuple
        Warning filters that it took away.
    said : dict of int to bytes
        What it wrote, by descriptor.
    """

    variables: dict[str, str] = field(default_factory=dict)
    filters: list[Any] = field(default_factory=list)
    appended: list[Any] = field(default_factory=list)
    dropped: list[Any] = field(default_factory=list)
    said: dict[int, bytes] = field(default_factory=dict)

    def repeat(self) -> None:
        """Do it all in this process."""
        for name, value in self.variables.items():
            os.environ.setdefault(name, value)
        kept: list[Any] = warnings.filters  # type: ignore[assignment]  # a list, whatever its type
        for one in (*self.dropped, *self.filters, *self.appended):
            if one in kept:
                kept.remove(one)
        kept[:] = [*reversed(self.filters), *kept, *self.appended]
        if self.filters or self.dropped or self.appended:
            warnings._filters_mutated()  # type: ignore[attr-defined]
        for descriptor, text in self.said.items():
            if lines := _lines_now(text):
                os.write(descriptor, lines)


def _added(before: list[Any], after: list[Any]) -> tuple[list[Any], list[Any]]:
    """Return what was added in front of what was there, and what was added behind it."""
    last = max((place for place, one in enumerate(after) if one in before), default=len(after))
    new = [(place, one) for place, one in enumerate(after) if one not in before]
    return [one for place, one in new if place < last], [one for place, one in new if place > last]


def _lines_now(text: bytes) -> bytes:
    """Return the lines that TensorFlow's level lets through, as written now by this process."""
    least = int(level) if (level := os.environ.get(_LEVEL, "")).isdecimal() else 0
    heads = [*_TIMED.finditer(text), *_THREAD.finditer(text)]
    # What comes before the first of them comes with it.
    lines, through = [], not heads or any(_level(head) >= least for head in heads)
    for line in text.splitlines(keepends=True):
        if match := _TIMED.match(line) or _THREAD.match(line):
            through = _level(match) >= least
            now = time.time()
            stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now))
            line = _TIMED.sub(f"{stamp}.{int(now % 1 * 1e6):06}".encode(), line)
            line = _THREAD.sub(rf"\g<1>0000 00:00:{now:.6f} {os.getpid():7}".encode(), line)
        if through:
            lines.append(line)
    return b"".join(lines)


def _level(head: re.Match[bytes]) -> int:
    return _LEVELS.index(head[1].decode())


@dataclass
class Record:
    """What was recorded.

    Attributes
    ----------
    needs : dict of str to set of str
        The modules that were imported while a module's code ran, new ones and others.
    effects : dict of str to Effects
        Of those modules that had any.
    readers : dict of str to set of str
        The modules whose code has read a variable, set or not.
    """

    needs: dict[str, set[str]] = field(default_factory=dict)
    effects: dict[str, Effects] = field(default_factory=dict)
    readers: dict[str, set[str]] = field(default_factory=dict)

    def closure(self, name: str) -> list[str]:
        """List what comes with a module, each after what it needs, the module itself last."""
        found: dict[str, None] = {}
        seen, stack = set[str](), [(name, False)]
        while stack:
            one, complete = stack.pop()
            if complete:
                found[one] = None
            elif one not in seen:
                seen.add(one)
                parent = one.rpartition(".")[0]
                needed = self.needs.get(one, set()) | ({parent} if parent else set())
                stack += [(one, True), *((other, False) for other in sorted(needed))]
        return list(found)


@contextmanager
def recorded(said: dict[int, int]) -> Iterator[Record]:
    """Record imports until the end of the block.

    Parameters
    ----------
    said : dict of int to int
        Descriptors of files that hold what is written, by the descriptor that it is written to.

    Yields
    ------
    Record
        Complete at the end of the block.
    """
    recorder = _Recorder(said)
    places = (
        (_bootstrap, "_find_and_load", recorder.find_and_load),
        (_bootstrap, "_load_unlocked", recorder.load_unlocked),
        (builtins, "__import__", recorder.import_),
        (type(os.environ), "__getitem__", lambda all_, name: recorder.read(all_, name)),
    )
    usual = [(place, name, getattr(place, name)) for place, name, _ in places]
    for place, name, ours in places:
        setattr(place, name, ours)
    try:
        yield recorder.record
    finally:
        for place, name, theirs in usual:
            setattr(place, name, theirs)


class _Recorder:
    """Stands in for the functions of the import system that every import goes through."""

    def __init__(self, said: dict[int, int]) -> None:
        self.record = Record()
        self.running: list[str] = []
        self.find, self.load = _bootstrap._find_and_load, _bootstrap._load_unlocked
        self.statement, self.variable = builtins.__import__, type(os.environ).__getitem__
        self.said = said
        self.seen = self.state()
        self.known = set(sys.modules)

    def find_and_load(self, name: str, import_: object) -> object:
        module = self.find(name, import_)
        self.need(name)
        return module

    def load_unlocked(self, spec: ModuleSpec) -> ModuleType:
        self.settle()
        self.running.append(spec.name)
        self.known.add(spec.name)
        try:
            module: ModuleType = self.load(spec)
            if isinstance(spec.loader, ExtensionFileLoader):
                self.need_all(module)
            return module
        finally:
            self.settle()
            self.running.pop()

    def import_(
        self,
        name: str,
        globals: Any = None,  # noqa: ANN401  as it is called
        locals: Any = None,  # noqa: ANN401  likewise
        fromlist: Any = (),  # noqa: ANN401  likewise
        level: int = 0,
    ) -> Any:  # noqa: ANN401  a module
        module = self.statement(name, globals, locals, fromlist, level)
        if level:
            package = _bootstrap._calc___package__(globals)
            name = _bootstrap._resolve_name(name, package, level)
        self.need(name)
        for part in fromlist or ():
            self.need(f"{name}.{part}")
        return module

    def read(self, variables: Any, name: Any) -> Any:  # noqa: ANN401  of text or of bytes
        if self.running:
            self.record.readers.setdefault(os.fsdecode(name), set()).add(self.running[-1])
        return self.variable(variables, name)

    def need(self, name: str) -> None:
        if self.running and name != self.running[-1] and name in sys.modules:
            self.record.needs.setdefault(self.running[-1], set()).add(name)

    def need_all(self, module: ModuleType) -> None:
        """Note what a compiled module has in hand: it imports without a statement."""
        for value in list(vars(module).values()):
            name = value.__name__ if isinstance(value, ModuleType) else None
            name = name or getattr(value, "__module__", None)
            if isinstance(name, str):
                self.need(name)

    def state(self) -> tuple[dict[bytes, bytes], list[Any], dict[int, int]]:
        sizes = {number: os.fstat(file).st_size for number, file in self.said.items()}
        return dict(vars(os.environ)["_data"]), list(warnings.filters), sizes  # not read one by one

    def settle(self) -> None:
        """Put what has changed since the last time to the account of the code that ran."""
        for name in reversed(sys.modules):  # some put modules there themselves
            if self.running and name == self.running[-1]:
                continue  # put last by the import system, after what it has put there itself
            if name in self.known:
                break
            self.known.add(name)
            self.need(name)
        before, self.seen = self.seen, self.state()
        if before == self.seen or not self.running:
            return
        effects = self.record.effects.setdefault(self.running[-1], Effects())
        variables, filters, sizes = self.seen
        for variable, value in variables.items() - before[0].items():
            effects.variables[os.fsdecode(variable)] = os.fsdecode(value)
        effects.dropped += [one for one in before[1] if one not in filters]
        front, back = _added(before[1], filters)
        effects.filters += reversed(front)
        effects.appended += back
        for number, file in self.said.items():
            said = os.pread(file, sizes[number] - before[2][number], before[2][number])
            if said:
                effects.said[number] = effects.said.get(number, b"") + said
