"""What is left of a piece of Python when comments, layout and the names of locals do not count.

Runs as a program of its own, with the standard library alone: Python's parser can be crashed, or
kept busy, by a text that was made for it. Reads a JSON document a line, writes one for each.
Nothing of the text is ever run.
"""

import ast
import hashlib
import json
import resource
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress

__all__ = ["main", "normal_form"]

SECONDS = 2.0  # of processor time for one text
MEMORY = 2**30
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BODIES = (ast.Module, *_SCOPES)


def normal_form(source: str, keep: Iterable[str] = ()) -> tuple[str, int]:
    r"""Return a text that is the same for two pieces of code that differ in nothing that counts.

    Comments, docstrings, annotations and layout go. Names bound inside a function or class become
    v0, v1, ... in the order they appear, and so do names bound at the top; methods keep theirs.

    Parameters
    ----------
    source : str
        Python; lines that begin with ``%`` or ``!`` are left out where it cannot be read
        otherwise.
    keep : iterable of str
        Names bound at the top that stay, as those that a task asks for.

    Returns
    -------
    tuple of str and int
        The form, and the number of its syntax nodes.

    Raises
    ------
    SyntaxError, ValueError, RecursionError, MemoryError
        For what Python cannot read.

    Examples
    --------
    >>> one = normal_form("def f(a):\n    total = a + 1  # more\n    return total", ["f"])
    >>> one == normal_form("def f(x):\n    'Doc.'\n    y = (x + 1)\n    return y", ["f"])
    True
    """
    tree = _parsed(source)
    _undress(tree)
    kept = set(keep)
    outer = _numbered(tree, set(_bound(tree.body, deep=False)) - kept, "g")
    for node in tree.body:
        inner = set(_bound([node], deep=True)) if isinstance(node, _SCOPES) else set()
        if isinstance(node, _SCOPES):
            inner -= {node.name} | _members(node)
        names = outer | _numbered(node, inner, "v")
        for each in ast.walk(node):
            _rename(each, names)
    size = sum(not isinstance(each, ast.expr_context) for each in ast.walk(tree))
    return ast.dump(tree, annotate_fields=False), size


def _parsed(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError:
        lines = source.splitlines()
        return ast.parse("\n".join("" if one.lstrip()[:1] in ("%", "!") else one for one in lines))


def _undress(tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, _BODIES):
            plain: list[ast.stmt] = [one for one in node.body if not _is_text(one)]
            node.body = plain or [ast.Pass()]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None


def _is_text(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _bound(nodes: Iterable[ast.AST], *, deep: bool) -> Iterator[str]:
    """Yield the names that are bound; without `deep`, not those inside functions and classes."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield from (name for name, binds in _names(node) if binds)
        if deep or not isinstance(node, _SCOPES):
            waiting.extend(ast.iter_child_nodes(node))


def _members(node: ast.AST) -> set[str]:
    """Name what classes define directly: others use it by that name."""
    bodies = [one.body for one in ast.walk(node) if isinstance(one, ast.ClassDef)]
    return {name for body in bodies for name in _bound(body, deep=False)}


def _names(node: ast.AST) -> list[tuple[str, bool]]:
    """Return the names that stand in a node, and whether it binds them."""
    if isinstance(node, ast.Name):
        return [(node.id, not isinstance(node.ctx, ast.Load))]
    if isinstance(node, ast.arg):
        return [(node.arg, True)]
    if isinstance(node, _SCOPES):
        return [(node.name, True)]
    if isinstance(node, ast.alias):
        return [(node.asname or node.name.partition(".")[0], True)]
    if isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
        return [(node.name, True)]
    if isinstance(node, ast.Global | ast.Nonlocal):
        return [(name, False) for name in node.names]
    return []


def _numbered(tree: ast.AST, names: set[str], letter: str) -> dict[str, str]:
    seen = (name for node in ast.walk(tree) for name, _ in _names(node) if name in names)
    return {name: f"<{letter}{i}>" for i, name in enumerate(dict.fromkeys(seen))}


def _rename(node: ast.AST, names: dict[str, str]) -> None:
    if isinstance(node, ast.Name):
        node.id = names.get(node.id, node.id)
    elif isinstance(node, ast.arg):
        node.arg = names.get(node.arg, node.arg)
    elif isinstance(node, ast.alias):
        own = node.asname or node.name.partition(".")[0]
        node.asname = names.get(own, own)
    elif isinstance(node, ast.Global | ast.Nonlocal):
        node.names = [names.get(one, one) for one in node.names]
    elif isinstance(node, (*_SCOPES, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
        node.name = names.get(node.name, node.name)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
        for word in node.keywords:  # of a function of the student's own: its names do not count
            word.arg = word.arg and "<k>"


def main() -> None:
    """Answer each line of standard input: ``{"source": ..., "keep": [...]}``."""
    with suppress(ValueError, OSError):  # macOS knows the limit and refuses it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        # Its own ending is to end the process: the parser looks at no signal of Python's.
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        told = json.loads(line)
        try:
            form, size = normal_form(told["source"], told["keep"])
            said = {"form": hashlib.sha256(form.encode()).hexdigest(), "size": size}
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            said = {"form": None, "size": 0}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
