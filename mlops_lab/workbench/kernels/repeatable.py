"""Cells that can be run twice: nothing outside of their kernel could tell."""

import ast

__all__ = ["is_repeatable"]

_DECORATORS = {"abstractmethod", "cache", "classmethod", "dataclass", "lru_cache", "property",
               "setter", "staticmethod", "wraps"}  # fmt: skip
# Functions and methods by name: they compute at once, or set what a fresh kernel has not set yet.
_CALLS = {
    "abs", "append", "arange", "array", "basicConfig", "bool", "cpu_count", "default_rng", "dict",
    "enumerate", "extend", "filterwarnings", "float", "format", "get", "get_logger", "get_option",
    "getLogger", "getattr", "getcwd", "getenv", "hasattr", "int", "isinstance", "items", "join",
    "keys", "len", "linspace", "list", "load_dotenv", "lower", "manual_seed", "max", "min", "parse",
    "Path", "pop", "print", "putenv", "range", "rc", "repr", "reset_option", "round", "seed", "set",
    "setLevel", "set_option", "set_printoptions", "set_random_seed", "set_seed", "set_style",
    "set_theme", "set_verbosity", "setdefault", "simplefilter", "sorted", "split", "str", "strip",
    "sum", "tuple", "type", "unsetenv", "update", "upper", "use", "values", "zeros", "zip",
    "RandomState", "ones", *_DECORATORS,
}  # fmt: skip
_MAGICS = {"autoreload", "config", "env", "load_ext", "matplotlib", "precision", "set_env"}
_STATEMENTS = (
    ast.AnnAssign, ast.Assert, ast.Assign, ast.AugAssign, ast.ClassDef, ast.Delete, ast.Expr,
    ast.FunctionDef, ast.If, ast.Import, ast.ImportFrom, ast.Pass, ast.Try, ast.With,
)  # fmt: skip
_NOT = (ast.Await, ast.Yield, ast.YieldFrom)


def is_repeatable(code: str) -> bool:
    """Say whether a cell only imports, defines, and sets what the kernel alone can see.

    Parameters
    ----------
    code : str
        A cell as plain Python, its magics transformed by IPython.

    Returns
    -------
    bool
        False too for what cannot be told: any loop, any call of a function that is not known.
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return True  # nothing of it has run
    return all(map(_repeatable, tree.body))


def _repeatable(node: ast.AST) -> bool:
    if isinstance(node, ast.FunctionDef):  # its body does not run here
        return all(map(_decorates, node.decorator_list)) and _repeatable(node.args)
    if isinstance(node, ast.ClassDef) and not all(map(_decorates, node.decorator_list)):
        return False
    if isinstance(node, ast.Lambda):
        return True
    if isinstance(node, ast.Call) and not _known(node):
        return False
    if isinstance(node, _NOT) or (isinstance(node, ast.stmt) and not isinstance(node, _STATEMENTS)):
        return False
    return all(map(_repeatable, ast.iter_child_nodes(node)))


def _decorates(node: ast.expr) -> bool:
    match node.func if isinstance(node, ast.Call) else node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in _DECORATORS
    return False


def _known(call: ast.Call) -> bool:
    match call:
        case ast.Call(
            func=ast.Attribute(attr="run_line_magic"), args=[ast.Constant(value=magic), *_]
        ):
            return magic in _MAGICS
        case ast.Call(func=ast.Call(func=ast.Name(id="get_ipython"))):
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in _CALLS or name == "get_ipython"
    return False
