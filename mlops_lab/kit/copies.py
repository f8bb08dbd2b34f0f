"""Functions that get copies of their arguments, as a test calls what it does not trust."""

import ast
import sys
from collections import deque
from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from types import CodeType, FunctionType
from typing import Any

__all__ = ["InPlace", "compiled", "copying", "function_of", "watched", "with_copies"]


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
    """Return a function that gets copies of its arguments, unless it is an `InPlace`."""
    if isinstance(function, InPlace):
        return function

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  of any type
        __tracebackhide__ = True  # IPython leaves such frames out
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
    elif isinstance(value, dict | list | set | bytearray | deque) or _is_data(value):
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


def function_of(called: Any) -> FunctionType | None:  # noqa: ANN401  of any type
    """Find the function in Python behind a method, a class, or an object that is called."""
    if isinstance(called, FunctionType):
        return getattr(called, "__wrapped__", called)
    if isinstance(called, type):
        made = vars(called).get("__init__")
        return made if isinstance(made, FunctionType) else None
    tried: list[Callable[[], Any]] = [
        lambda: called.__func__,
        lambda: called.__wrapped__,
        lambda: called.func,
        lambda: type(called).__call__,
    ]
    for one in tried:
        try:
            found = one()
        except Exception:  # noqa: BLE001  a stranger's object may raise anything
            continue
        if isinstance(found, FunctionType):
            return found
    return None


class _Calls(ast.NodeTransformer):
    """Ask, before each call, what is to be called in a function's place."""

    def __init__(self, asked: str) -> None:
        self._asked = asked

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        if not (isinstance(node.func, ast.Name) and node.func.id == "super"):  # it looks who calls
            asks = ast.parse(self._asked, mode="eval").body
            new = ast.Call(asks, [node.func], [])
            for one in (new, *ast.walk(asks)):
                ast.copy_location(one, node.func)
            node.func = new
        return node


def compiled(source: str, file: str, asked: str) -> CodeType:
    """Compile a test cell so that it asks, before each call, what to call.

    Parameters
    ----------
    source, file : str
        Python, and what tracebacks call it.
    asked : str
        The expression for the function that is asked.

    Returns
    -------
    CodeType
        A coroutine's where the cell awaits something at its top.
    """
    tree = ast.fix_missing_locations(_Calls(asked).visit(ast.parse(source)))
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    code: CodeType = compile(tree, file, "exec", flags, dont_inherit=True)
    return code


def with_copies(node: ast.Module) -> ast.Module:
    """Let a cell of a notebook that tests hand copies to what other cells define.

    A cell tests when it asserts something, and runs something at its top; one that only defines
    functions is an answer, even where those assert something.
    """
    defines = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    runs = any(not isinstance(one, defines) for one in node.body)
    if not (runs and any(isinstance(one, ast.Assert) for one in ast.walk(node))):
        return node
    asked = f"__import__({__name__!r}, fromlist=['watched']).watched"
    found: ast.Module = ast.fix_missing_locations(_Calls(asked).visit(node))
    return found


_testing: set[str] = set()  # the files of cells that test


def watched(function: Any) -> Any:  # noqa: ANN401  of any type
    """Return what a test is to call: a function of a cell that does not test gets copies."""
    _testing.add(sys._getframe(1).f_code.co_filename)
    found = function_of(function)
    here = sys.modules["__main__"].__dict__
    own = found is not None and found.__globals__ is here
    if not own or found is None or found.__code__.co_filename in _testing:
        return function
    return copying(function)
