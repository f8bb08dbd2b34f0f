"""Functions as text: what goes along, and what is refused before a worker starts."""

import functools
import os
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mlops_lab.distributed.parcel import pack, unpack
from mlops_lab.kit import interval as an_interval

LEVEL = 3


def twice(number: float) -> float:
    return 2 * number


def job(number: float) -> Any:
    return [OrderedDict(a=twice(one)) for one in np.full(2, number)], os.path.sep


def again(number: int) -> int:
    return again(number - 1) + 1 if number else 0


def of_another_module(values: list[float]) -> float:
    return an_interval(values).mean


def uses_a_variable() -> int:
    return sum(LEVEL for _ in range(2))


def uses_nothing_there() -> int:
    return nowhere  # type: ignore[name-defined,no-any-return]  # noqa: F821


def as_default(level: int = LEVEL) -> int:
    return level


@functools.cache
def decorated() -> int:
    return 1


other_name = twice


def by_another_name() -> float:
    return other_name(1)


def hinted(rows: "nowhere") -> "nowhere":  # type: ignore[name-defined]  # noqa: F821
    return rows


def test_a_function_comes_with_what_it_uses() -> None:
    parcel = pack(job)
    assert set(parcel.sources) == {"job", "twice"}
    assert parcel.modules == {"np": "numpy", "os": "os"}
    assert parcel.imports == {"OrderedDict": ("collections", "OrderedDict")}
    assert unpack(parcel)(4) == job(4)


@pytest.mark.parametrize(
    ("function", "given"), [(again, 3), (of_another_module, [1.0, 3.0]), (hinted, 5)]
)
def test_it_gives_what_it_gives_here(function: Callable[..., Any], given: object) -> None:
    assert unpack(pack(function))(given) == function(given)


def test_it_sees_nothing_else() -> None:
    assert "LEVEL" not in unpack(pack(twice)).__globals__


def test_a_traceback_shows_its_line() -> None:
    import traceback

    try:
        unpack(pack(again))("x")
    except TypeError:
        assert "return again(number - 1) + 1 if number else 0" in traceback.format_exc()
    else:
        pytest.fail("a text minus one is no number")


def test_what_cannot_be_sent_is_named() -> None:
    outer = 1

    def closing() -> int:
        return outer

    refused: list[tuple[Any, type[Exception], str]] = [
        (uses_a_variable, TypeError, "uses the variable 'LEVEL'.*pass it as an argument"),
        (as_default, TypeError, "uses the variable 'LEVEL'"),
        (uses_nothing_there, NameError, "'nowhere', which is not defined"),
        (decorated, TypeError, "a function written with def"),
        (by_another_name, TypeError, "calls twice by another name, 'other_name'"),
        (closing, TypeError, "closing uses outer of the function around it"),
        (lambda: 1, TypeError, "a function written with def"),
        (len, TypeError, "a function written with def"),
    ]
    for function, kind, told in refused:
        with pytest.raises(kind, match=told):
            pack(function)
