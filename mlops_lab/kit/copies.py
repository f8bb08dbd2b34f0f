"""Functions that get copies of their arguments, as a test calls what it does not trust."""

import sys
from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from typing import Any

__all__ = ["InPlace", "copying"]


class InPlace:
    """A function that is called with the arguments themselves, in whichever process it is.

    Parameters
    ----------
    function : callable
        A function, or what stands for one elsewhere and has an ``__in_place__``.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  of any type
        """Call it."""
        elsewhere = getattr(type(self.function), "__in_place__", None)
        if elsewhere is None:
            return self.function(*args, **kwargs)
        return elsewhere(self.function, args, kwargs)


def copying(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function that gets copies of its arguments, unless it is an `InPlace`."""
    if isinstance(function, InPlace):
        return function

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  of any type
        both = _copied([list(args), kwargs], {})
        return function(*both[0], **both[1])

    return call


def _copied(value: Any, memo: dict[int, Any]) -> Any:  # noqa: ANN401  of any type
    """Copy data, down to its last part; functions and objects stay the same ones."""
    kind = type(value)
    if id(value) in memo:
        return memo[id(value)]
    if kind is list:
        made: Any = []
        memo[id(value)] = made
        made += [_copied(one, memo) for one in value]
    elif kind is dict:
        memo[id(value)] = made = {}
        made |= {key: _copied(one, memo) for key, one in value.items()}
    elif kind is tuple:
        made = tuple(_copied(one, memo) for one in value)
    elif kind in (set, bytearray) or _is_data(value):
        made = deepcopy(value)
    else:
        return value
    memo[id(value)] = made
    return made


def _is_data(value: Any) -> bool:  # noqa: ANN401  of any type
    """Say whether it is an array, a series or a frame; a random generator has to stay the same."""
    kinds = {"numpy": ("ndarray",), "pandas": ("DataFrame", "Series")}
    return any(
        isinstance(value, getattr(sys.modules[library], name))
        for library, names in kinds.items()
        for name in names
        if hasattr(sys.modules.get(library), name)
    )
