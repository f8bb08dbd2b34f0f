"""Make a test cell tell what it expected and what it found, when one of its asserts fails."""

import ast
import operator
import re
import sys
from collections.abc import Callable
from types import CodeType
from typing import Any

__all__ = ["VALUE", "Recorder", "compiled_test", "expected_and_found"]

NAME = "__mlops_lab_seen__"
VALUE = "__mlops_lab_value__"
_LONGEST = 500
_SEARCHED = 4_000  # a stranger's words may be in it, chosen to make the search long
_OPERATORS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
_DO: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge, "is": operator.is_, "is not": operator.is_not,
    "in": lambda a, b: a in b, "not in": lambda a, b: a not in b,
}  # fmt: skip
_CLOSE = {"isclose", "allclose", "array_equal", "array_equiv"}
_TOLD = re.compile(r"expected:? (.+?)[,;] (?:but )?(?:got|found|came):? (.+)", re.DOTALL)


class Recorder:
    """Remember the two sides of the comparison that was made last.

    Attributes
    ----------
    last : tuple or None
        Operator, left and right value.
    """

    def __init__(self) -> None:
        self.last: tuple[str, Any, Any] | None = None

    def compare(self, sign: str, left: object, right: object) -> object:
        """Compare, and remember."""
        self.last = (sign, left, right)
        return _no() if sign == "==" and _one_is_empty(left, right) else _DO[sign](left, right)

    def close(self, function: Callable[..., Any], *args: object, **kwargs: object) -> object:
        """Call a function that compares its first two arguments, and remember those."""
        self.last = ("==", *args[:2]) if len(args) > 1 else None  # type: ignore[assignment]  # two
        if len(args) > 1 and _one_is_empty(*args[:2]):
            return _no()
        return function(*args, **kwargs)

    def begin(self) -> bool:
        """Forget; an assert begins, or has passed."""
        self.last = None
        return True


def compiled_test(source: str, name: str) -> CodeType:
    """Compile a test cell.

    Parameters
    ----------
    source : str
        Python.
    name : str
        What tracebacks call it.

    Returns
    -------
    CodeType
        To be run where `NAME` is a `Recorder`. It leaves the value of a last expression, which
        may be partial credit, as `VALUE`.
    """
    tree = ast.parse(source)
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = tree.body[-1]
        stored = ast.Name(VALUE, ast.Store())
        tree.body[-1] = ast.Assign(targets=[stored], value=last.value)
        ast.copy_location(tree.body[-1], last)
    whole = ast.fix_missing_locations(_Asserts().visit(tree))
    return compile(whole, name, "exec", dont_inherit=True)


class _Asserts(ast.NodeTransformer):
    def visit_Assert(self, node: ast.Assert) -> ast.Assert:
        begin = ast.Call(ast.Attribute(ast.Name(NAME, ast.Load()), "begin", ast.Load()), [], [])
        test = ast.BoolOp(ast.And(), [begin, _watched(node.test), begin])
        new = ast.Assert(test=test, msg=node.msg)
        return ast.copy_location(new, node)


def _one_is_empty(left: object, right: object) -> bool:
    """Say whether one is an array without values: numpy finds those equal to many others."""
    return _is_empty(left) != _is_empty(right)


def _is_empty(value: object) -> bool:
    if type(value).__module__ in ("numpy", "pandas"):  # no others are asked
        return getattr(value, "size", None) == 0
    return type(value) in (list, tuple) and value in ([], ())


def _no() -> object:
    """Return what is false, and has `all` and `any` too."""
    return sys.modules["numpy"].False_ if "numpy" in sys.modules else False


def _watched(test: ast.expr) -> ast.expr:
    """Put the recorder between the sides of a comparison; other expressions stay as they are."""
    recorder = ast.Name(NAME, ast.Load())
    new: ast.expr = test
    if isinstance(test, ast.BoolOp):
        new = ast.BoolOp(test.op, [_watched(one) for one in test.values])
    elif isinstance(test, ast.Compare) and len(test.ops) == 1:
        sign = ast.Constant(_OPERATORS[type(test.ops[0])])
        sides = [sign, test.left, test.comparators[0]]
        new = ast.Call(ast.Attribute(recorder, "compare", ast.Load()), sides, [])
    elif isinstance(test, ast.Call) and _called(test.func) in _CLOSE:
        values = [test.func, *test.args]
        new = ast.Call(ast.Attribute(recorder, "close", ast.Load()), values, test.keywords)
    elif isinstance(test, ast.Call) and ast.unparse(test.func).endswith(").all"):
        assert isinstance(test.func, ast.Attribute)  # np.isclose(a, b).all(), (a == b).all()
        whole = ast.Attribute(_watched(test.func.value), "all", ast.Load())
        new = ast.Call(ast.copy_location(whole, test.func), [], test.keywords)
    return ast.copy_location(new, test)


def _called(function: ast.expr) -> str:
    return str(getattr(function, "attr", None) or getattr(function, "id", ""))


def expected_and_found(message: str, recorder: Recorder) -> tuple[str | None, str | None]:
    """Say what was expected and what was found, from the test's message or its comparison.

    Examples
    --------
    >>> expected_and_found("two rows: expected 3, got 4", Recorder())
    ('3', '4')
    >>> seen = Recorder()
    >>> seen.compare("==", 4, 3), expected_and_found("", seen)
    (False, ('3', '4'))
    """
    if told := _TOLD.search(message[:_SEARCHED]):
        return _short(told[1].strip()), _short(told[2].strip().rstrip("."))
    if recorder.last is None:
        return None, None
    sign, left, right = recorder.last
    wanted = _text(right) if sign in ("==", "is") else f"{sign} {_text(right)}"
    return _short(wanted), _short(_text(left))


def _text(value: object) -> str:
    try:
        return repr(value)
    except Exception as error:  # noqa: BLE001  any, of whatever library the value is
        return f"a {type(value).__name__} that cannot be shown ({type(error).__name__})"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 2] + " …"
