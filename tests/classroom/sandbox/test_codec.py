"""Values cross as what they are; what cannot cross is named, with its place."""

import json
from collections import Counter, OrderedDict, namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlops_lab.workbench.classroom.sandbox import (
    Bounds,
    Handle,
    ProtocolError,
    SerializationError,
    unpack,
)
from mlops_lab.workbench.classroom.sandbox.pack import Packer
from mlops_lab.workbench.classroom.sandbox.unpack import Unpacker

Point = namedtuple("Point", "x y")


def cross(value: Any, bounds: Bounds | None = None) -> Any:
    used = bounds or Bounds()
    packer = Packer(used, lambda _: None)
    node = json.loads(json.dumps(packer.node(value)))
    return Unpacker(b"".join(packer.buffers), used, Handle).whole(node)


PLAIN = [
    None, True, 0, -5, 2**53, 2**70, -(2**70), 0.1, -0.0, float("inf"), float("nan"), 1 + 2j, "",
    "ä\ud800", "x" * 1000, b"\0a", [], [1, 2.0, "a", None], list(range(100)), [0.5] * 100,
    [True] * 50, ["a"] * 50, (1, (2,)), {1: 2, "a": (1, 2), (1, 2): None, None: 1.5}, {1, 2},
    frozenset([1]), range(1, 9, 2), np.float64(3), np.int8(-3), np.bool_(True), np.str_("ab"),
    np.datetime64("2020-01-01"), np.timedelta64(5, "s"), np.arange(6).reshape(2, 3), np.array(5),
    np.zeros((0, 3)), np.array(["a", "bb"]), np.array([1, "a", None], dtype=object),
    np.array([True, False]), np.array([1 + 1j], dtype="c8"), np.arange(4)[::-1],
    np.array(["", ""]), pd.Timestamp("2020-01-01 12:00", tz="Europe/Berlin"), pd.NaT, pd.NA,
    pd.Timestamp("2020-01-01"), pd.Timedelta("1D"),
]  # fmt: skip


@pytest.mark.parametrize("value", PLAIN, ids=repr)
def test_a_plain_value_comes_back(value: Any) -> None:
    found = cross(value)
    assert type(found) is type(value)
    assert repr(found) == repr(value)


def series(*args: Any, **kwargs: Any) -> Callable[[], Any]:
    return lambda: pd.Series(*args, **kwargs)


PAIRS = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["x", "y"])
FRAMES: list[Callable[[], Any]] = [
    series([1, 2.5], index=["a", "b"], name="n"),
    series(["a", None]),
    series(["a", None, 3], dtype=object),
    series(["a", "b"], dtype=object),
    series([1, None], dtype="Int64"),
    series(pd.Categorical(["a", "b", "a", None], ordered=True)),
    series(pd.date_range("2020", periods=3, tz="UTC")),
    series(pd.date_range("2020", periods=3)),
    series([1.0, 2.0], index=PAIRS),
    series([], dtype=float),
    series([[1, 2], {"a": 1}], index=[3, 3]),
    lambda: pd.DataFrame({"a": [1, 2], "b": ["x", None], 3: [1.5, np.nan]}, index=[5, 6]),
    lambda: pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"], index=[7, 7]),
    lambda: pd.DataFrame({("a", 1): [1], ("b", 2): [2]}),
    lambda: pd.DataFrame(),
    lambda: pd.DataFrame(index=[1, 2]),
]


@pytest.mark.parametrize("make", FRAMES)
def test_a_frame_comes_back(make: Callable[[], Any]) -> None:
    value = make()
    found = cross(value)
    if isinstance(value, pd.Series):
        pd.testing.assert_series_equal(found, value, check_freq=False)
    else:
        pd.testing.assert_frame_equal(found, value)


@pytest.mark.parametrize("index", [pd.RangeIndex(3, name="r"), pd.Index(["a", "b"]), PAIRS])
def test_an_index_comes_back(index: Any) -> None:
    pd.testing.assert_index_equal(cross(index), index)


def test_a_named_tuple_keeps_its_names() -> None:
    found = cross(Point(1, [2]))
    assert (found.x, found.y, type(found).__name__) == (1, [2], "Point")
    assert found == (1, [2])


@pytest.mark.parametrize("value", [Counter("aab"), OrderedDict(a=2, b=1)])
def test_a_subclass_is_its_content(value: Any) -> None:
    assert type(cross(value)) is dict
    assert cross(value) == dict(value)


@pytest.mark.parametrize("make", [iter, lambda one: (x for x in one), lambda one: map(int, one)])
def test_an_iterator_becomes_a_list(make: Callable[[list[int]], Any]) -> None:
    assert cross(make([1, 2, 3])) == [1, 2, 3]


class LyingFloat(float):
    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __float__(self) -> float:
        return 42.0

    def __repr__(self) -> str:
        return "42.0"


class LyingList(list[int]):
    def __len__(self) -> int:
        return 99

    def __eq__(self, other: object) -> bool:
        return True

    def __iter__(self) -> Any:
        return iter([42])

    def __getitem__(self, key: Any) -> Any:
        return 42


class LyingStr(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "right"

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


class LyingArray(np.ndarray):
    def __eq__(self, other: object) -> Any:
        return np.ones(self.shape, dtype=bool)

    def __array__(self, *_: Any, **__: Any) -> Any:
        return np.full(self.shape, 42.0)

    def tobytes(self, *_: Any, **__: Any) -> bytes:
        return np.full(self.shape, 42.0).tobytes()


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        (LyingFloat(1.5), 1.5),
        (LyingList([1, 2]), [1, 2]),
        (LyingStr("wrong"), "wrong"),
        (np.arange(3.0).view(LyingArray), [0.0, 1.0, 2.0]),
    ],
    ids=["float", "list", "str", "array"],
)
def test_a_lying_value_is_taken_for_what_it_holds(value: Any, truth: Any) -> None:
    found = cross(value)
    assert type(found) in (float, list, str, np.ndarray)
    assert found.tolist() == truth if isinstance(found, np.ndarray) else found == truth


class Fake:
    __class__ = float  # type: ignore[assignment]  # the lie that is tested

    def __float__(self) -> float:
        return 42.0

    def __array__(self) -> Any:
        return np.array(42.0)

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


@dataclass
class Foo:
    x: int = 1


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (Fake(), "a value of type Fake cannot be handed in; use a list, number, array or frame"),
        ([0, 1, 2, {"scores": Foo()}], "[3]['scores']: a value of type Foo cannot be handed in"),
        ({"a": (1, object())}, "['a'][1]: a value of type object"),
        (np.array([1, Foo()], dtype=object), "[1]: a value of type Foo"),
        (pd.DataFrame({"a": [1], "b": [Foo()]}), "['b'][0]: a value of type Foo"),
        (np.ma.masked_array([1.0]), "a masked array cannot be handed in"),
        (np.zeros(1, dtype=[("a", int)]), "an array of dtype [('a', '<i8')] cannot"),
        (pd.Series(pd.period_range("2020", periods=1, freq="M")), "a column of dtype period[M]"),
        (1 << 50_000, "an integer of 50001 bits is too long"),
        (ValueError("x"), "a value of type ValueError"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_cannot_cross_is_named(value: Any, message: str) -> None:
    with pytest.raises(SerializationError) as caught:
        cross(value)
    assert str(caught.value).startswith(message)


def test_depth_size_and_number_are_bounded() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(SerializationError, match="nested deeper than 64 levels"):
        cross(loop)
    with pytest.raises(SerializationError, match="more than 10 values in all are too many"):
        cross([[1]] * 9, Bounds(nodes=10))
    with pytest.raises(SerializationError, match="more than 1 MB in all are too many"):
        cross(np.zeros(2**18), Bounds(size=2**20))


def test_an_endless_iterator_ends() -> None:
    from itertools import count

    with pytest.raises(SerializationError, match="too many"):
        cross((n for n in count()), Bounds(nodes=1000))


def test_no_array_shares_memory_with_the_message() -> None:
    found = cross(np.zeros(3))
    found[0] = 1  # it is the receiver's own, to write to
    assert found.base is None or found.flags.owndata or found.flags.writeable


@pytest.mark.parametrize("node", [["x"], ["x", ["l"]], ["nope"], [], [["l"]], {"a": 1}, ["i", "z"]])
def test_a_malformed_node_is_refused(node: Any) -> None:
    with pytest.raises(ProtocolError):
        Unpacker(b"", Bounds(), Handle).whole(node)


def colliding(bits: int, first: int) -> list[int]:
    """Return numbers of which the last ones each meet a chain of all before, in a hash table."""
    size = 2**bits
    chain = [1]
    while len(chain) < first:
        chain.append((5 * chain[-1] + 1) % size)  # where Python looks when a place is taken
    rank = np.full(size, size)
    rank[chain] = np.arange(first)
    numbers = np.random.default_rng(0).integers(size, 2**60, 10**6)
    place, rest, meets = numbers % size, numbers.copy(), np.ones(len(numbers), dtype=bool)
    for _ in range(13):
        meets &= rank[place] < size
        rest >>= 5
        place = (5 * place + rest + 1) % size
    meets &= rank[place] < first // 4
    return [*chain, *(int(number) for number in numbers[meets])]


def test_keys_that_collide_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "_MOST_SECONDS", 0.1)
    nodes = [part for key in colliding(18, 172_000) for part in (key, 0)]
    with pytest.raises(ProtocolError, match="keys that collide"):
        Unpacker(b"", Bounds(), Handle).whole(["d", *nodes])


def test_as_many_keys_that_do_not_collide_are_taken() -> None:
    nodes = [part for key in range(172_000) for part in (key, 0)]
    assert len(Unpacker(b"", Bounds(), Handle).whole(["d", *nodes])) == 172_000
