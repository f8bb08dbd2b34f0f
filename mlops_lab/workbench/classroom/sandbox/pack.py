"""The sender's half of the codec: plain data out of whatever value there is, by its exact type.

What a type says of itself (`__class__`, `__len__`, `__array__`, `__eq__`) is not asked: a subclass
is taken for its real content, with the methods of the type it is built on.
"""

import array
import collections
import keyword
import sys
import types
from collections.abc import Callable, Iterable

from mlops_lab.workbench.classroom.sandbox import pack_arrays
from mlops_lab.workbench.classroom.sandbox.bounds import Bounds, Handle, SerializationError, Value

__all__ = ["Packer"]

_HINT = "use a list, number, array or frame"
_SHORT = 200  # characters of a text that goes into the header
_MANY = 16  # from here on, a list of numbers only goes as one array
_SAFE = 2**53
_MOST_FIELDS, _LONGEST_WORD = 64, 100  # of a named tuple
_EXACT = {"fractions": "Fraction", "decimal": "Decimal"}  # handed over as the nearest float
_ITERATORS = {
    types.GeneratorType, map, filter, zip, enumerate, reversed, collections.deque,
    type({}.keys()), type({}.values()), type({}.items()), type(iter([])),
}  # fmt: skip


class Packer:
    """Turn values into JSON nodes and buffers.

    Parameters
    ----------
    bounds : Bounds
        What is too much to send.
    offer : callable
        Gives the node for what stays here and can be called from the other side; None for what
        cannot.

    Attributes
    ----------
    buffers : list of bytes
        In the order in which the nodes name them.
    """

    def __init__(self, bounds: Bounds, offer: Callable[[Value], list[Value] | None]) -> None:
        self.bounds = bounds
        self.offer = offer
        self.buffers: list[bytes] = []
        self.size = 0
        self.nodes = 0
        self.depth = 0

    def node(self, value: Value) -> Value:
        """Return the node of a value; raises SerializationError where there is none."""
        self.nodes += 1
        if self.nodes > self.bounds.nodes:
            raise SerializationError(f"more than {self.bounds.nodes} values in all are too many")
        kind = type(value)
        if value is None or kind is bool or kind is float:
            return value
        if self.depth >= self.bounds.depth:
            raise SerializationError(f"nested deeper than {self.bounds.depth} levels")
        self.depth += 1
        try:
            return self._of(value, kind)
        finally:
            self.depth -= 1

    def buffer(self, data: bytes) -> int:
        """Add a buffer; give its size."""
        self.size += len(data)
        if self.size > self.bounds.size:
            raise SerializationError(
                f"more than {self.bounds.size // 2**20} MB in all are too many"
            )
        self.buffers.append(data)
        return len(data)

    def each(self, values: Iterable[Value]) -> list[Value]:
        """Return the nodes of the parts of a container."""
        nodes: list[Value] = []
        try:
            for value in values:
                nodes.append(self.node(value))  # noqa: PERF401  the count tells where it failed
        except SerializationError as error:
            raise error.at(str(len(nodes))) from None
        return nodes

    def _of(self, value: Value, kind: type) -> Value:
        if kind in _BY_TYPE:
            return _BY_TYPE[kind](self, value)
        for library, pack in pack_arrays.LIBRARIES.items():
            if library in sys.modules and (node := pack(self, value)) is not None:
                return node  # before the bases: a numpy float is a Python float, and more
        for base in kind.__mro__:
            if base in _BY_TYPE:
                return _BY_TYPE[base](self, value)
            if base in _ITERATORS:
                return ["l", *self.each(value)]
        for library, name in _EXACT.items():
            exact = getattr(sys.modules.get(library), name, None)
            if exact in kind.__mro__:
                return float(exact.__float__(value))
        offered = self.offer(value)
        if offered is None:
            raise SerializationError(
                f"a value of type {kind.__name__} cannot be handed in; {_HINT}"
            )
        return offered


def _int(_: Packer, value: Value) -> Value:
    number = int.__index__(value)
    return number if -_SAFE < number < _SAFE else ["i", _hex(_, number)]


def _hex(packer: Packer, number: int) -> str:
    if number.bit_length() > 4 * packer.bounds.digits:
        raise SerializationError(f"an integer of {number.bit_length()} bits is too long")
    return f"{number:x}"


def _str(packer: Packer, value: Value) -> Value:
    text = str.__str__(value)
    if len(text) <= _SHORT:
        return text
    return ["u", packer.buffer(text.encode("utf-8", "surrogatepass"))]


def _bytes(packer: Packer, value: Value) -> Value:
    return ["b", packer.buffer(bytes(memoryview(value)))]


def _list(packer: Packer, value: Value) -> Value:
    plain = list.__getitem__(value, slice(None))
    kinds = set(map(type, plain)) if len(plain) >= _MANY else set()
    if kinds == {float}:
        return ["lf", packer.buffer(array.array("d", plain).tobytes())]
    if kinds == {int} and all(-_SAFE < one < _SAFE for one in plain):
        return ["lq", packer.buffer(array.array("q", plain).tobytes())]
    return ["l", *packer.each(plain)]


def _tuple(packer: Packer, value: Value) -> Value:
    plain = tuple.__getitem__(value, slice(None))
    names = getattr(type(value), "_fields", None)
    if type(names) is tuple and len(names) == len(plain) <= _MOST_FIELDS:
        fields = [str.__str__(one) for one in names]
        called = type(value).__name__.lstrip("_")
        if all(map(_is_word, fields)):
            called = called if _is_word(called) else "Record"
            return ["n", called, fields, *packer.each(plain)]
    return ["t", *packer.each(plain)]


def _bases(value: Value) -> tuple[type, ...]:
    found: tuple[type, ...] = type.__dict__["__mro__"].__get__(type(value))
    return found


def _is_word(text: str) -> bool:
    """Say whether the other side takes it for the name of a field."""
    good = text.isidentifier() and not keyword.iskeyword(text) and text[0] != "_"
    return good and len(text) <= _LONGEST_WORD


def _dict(packer: Packer, value: Value) -> Value:
    # Bunch of sklearn and OptimizeResult of scipy are read by attributes too.
    fields = type(value) is not dict and any("__getattr__" in vars(one) for one in _bases(value))
    nodes = ["f" if fields else "d"]
    for key, one in dict.items(value):
        try:
            nodes += [packer.node(key), packer.node(one)]
        except SerializationError as error:
            raise error.at(repr(key)[:60] if type(key) in (str, int) else "a key") from None
    return nodes


def _complex(_: Packer, value: Value) -> Value:
    return ["c", complex.__complex__(value).real, complex.__complex__(value).imag]


def _range(packer: Packer, value: Value) -> Value:
    return ["r", *packer.each((value.start, value.stop, value.step))]


_BY_TYPE: dict[type, Callable[[Packer, Value], Value]] = {
    bool: lambda _, value: value,
    int: _int,
    float: lambda _, value: float.__float__(value),
    complex: _complex,
    str: _str,
    bytes: _bytes,
    bytearray: _bytes,
    list: _list,
    tuple: _tuple,
    dict: _dict,
    set: lambda packer, value: ["s", *packer.each(set.__iter__(value))],
    frozenset: lambda packer, value: ["z", *packer.each(frozenset.__iter__(value))],
    range: _range,
    Handle: lambda _, value: ["h", object.__getattribute__(value, "number"), ""],
}
