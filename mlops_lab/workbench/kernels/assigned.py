"""Which environment variables a cell may set, read off its code before it runs."""

import ast
import json
import sys
import sysconfig
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

__all__ = ["ANY", "Reader"]

ANY = "*"
"""Stands for a name that cannot be told from the code."""

_SETTING = {"__delitem__", "__setitem__", "clear", "pop", "popitem", "setdefault", "update"}
_ENV_MAGICS = {"env", "set_env"}
_FUNCTIONS = {"putenv", "setenv", "set_key", "unset_key", "unsetenv"}
_ONLY_READING = {"copy", "deepcopy", "dict", "len", "list", "print", "pprint", "repr", "sorted",
                 "str", "Series"}  # fmt: skip
_PATCH = ("dict", ast.Attribute)  # as in unittest.mock.patch.dict
_LARGEST = 1 << 18  # bytes of a module that is looked into


class Reader:
    """Reads cells one after another; what a name stands for is kept.

    Parameters
    ----------
    folder : Path
        Where modules of the user's own are looked for, beside `sys.path`.
    transform : callable
        Makes plain Python of a cell with magics, as IPython does.
    known : collection of str
        Packages that are not looked into.
    """

    def __init__(
        self, folder: Path, transform: Callable[[str], str], known: Collection[str] = ()
    ) -> None:
        self._folder, self._transform, self._known = folder, transform, known
        self._environ = {"environ", "environb"}
        self._functions = set(_FUNCTIONS)
        self._seen: set[Path] = set()

    def variables(self, code: str) -> set[str]:
        """Name the variables that a cell may set, by itself or by a file that it runs or imports.

        Parameters
        ----------
        code : str
            A cell, with magics or as plain Python.

        Returns
        -------
        set of str
            `ANY` among them for one that the code does not name.
        """
        try:
            tree = ast.parse(self._transform(code))
        except (SyntaxError, ValueError):
            return set()  # then nothing of it runs
        return {name for node in ast.walk(tree) for name in self._of(node)}

    def _of(self, node: ast.AST) -> Iterable[str]:
        match node:
            case ast.ImportFrom(module=str(name), names=names, level=0):
                self._rename(names)
                return self._in_module(name)
            case ast.Import(names=names):
                return {one for alias in names for one in self._in_module(alias.name)}
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if self._is_environ(value):
                self._environ.add(name)
            case ast.AugAssign(target=target, value=value) if self._is_environ(target):
                return _keys(value)
            case ast.Subscript(value=value, slice=key, ctx=ast.Store() | ast.Del()):
                return [_constant(key)] if self._is_environ(value) else ()
            case ast.Call():
                return self._called(node)
        return ()

    def _rename(self, names: list[ast.alias]) -> None:
        for alias in names:
            if alias.asname and alias.name in self._environ:
                self._environ.add(alias.asname)
            if alias.asname and alias.name in self._functions:
                self._functions.add(alias.asname)

    def _is_environ(self, node: ast.expr) -> bool:
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                return name in self._environ
        return False

    def _called(self, node: ast.Call) -> Iterable[str]:
        match node.func:
            case ast.Attribute(value=value, attr=name) if self._is_environ(value):
                if name == "update":
                    named = [word.arg or ANY for word in node.keywords]
                    return [*named, *(key for one in node.args for key in _keys(one))]
                return [_first(node)] if name in _SETTING else ()
            case ast.Attribute(attr="run_line_magic" | "run_cell_magic"):
                return self._magic(*[_constant(one) for one in node.args])
            case ast.Name(id=name) | ast.Attribute(attr=name):
                if name in self._functions:
                    return [_first(node)]
                if name == "load_dotenv":
                    return [ANY]
                # Whatever is given the environment may set something there.
                given = any(map(self._is_environ, node.args))
                reading = name in _ONLY_READING and (name, type(node.func)) != _PATCH
                return [ANY] if given and not reading else ()
        return ()

    def _magic(self, name: str, line: str = "", body: str = "") -> Iterable[str]:
        if name in _ENV_MAGICS:
            words = line.replace("=", " ", 1).split(maxsplit=1)
            return [words[0] if "$" not in words[0] else ANY] if len(words) > 1 else ()
        if name == "dotenv":
            return [ANY]
        if name == "run":
            words = [word for word in line.split() if not word.startswith("-")]
            return self._in_file(self._folder / words[0]) if words else ()
        return self.variables(body) if body and body != ANY else ()

    def _in_module(self, name: str) -> Iterable[str]:
        """Look into a module of the user's own; those that are installed are not looked into."""
        top = name.partition(".")[0]
        if top in sys.modules or top in self._known or top in sys.stdlib_module_names:
            return ()
        installed = {sysconfig.get_path(which) for which in ("purelib", "platlib", "stdlib")}
        places = [self._folder, *(Path(one) for one in sys.path if one not in installed)]
        part = name.replace(".", "/")
        found = [
            self._in_file(place / file)
            for place in places
            for file in (f"{top}/__init__.py", f"{part}.py", f"{part}/__init__.py")
            if (place / file).is_file()
        ]
        return {one for names in found for one in names}

    def _in_file(self, path: Path) -> Iterable[str]:
        if path in self._seen:
            return ()
        self._seen.add(path)
        try:
            if path.stat().st_size > _LARGEST:
                return ()
            text = path.read_text(encoding="utf-8")
            if path.suffix == ".ipynb":
                cells = json.loads(text)["cells"]
                text = "\n".join(
                    "".join(one["source"]) for one in cells if one["cell_type"] == "code"
                )
        except (OSError, ValueError, KeyError, TypeError):
            return ()
        return self.variables(text)


def _first(call: ast.Call) -> str:
    return _constant(call.args[0]) if call.args else ANY


def _constant(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Constant(value=bytes(text)):
            return text.decode(errors="replace")
    return ANY


def _keys(node: ast.expr) -> list[str]:
    match node:
        case ast.Dict(keys=keys):
            return [ANY if key is None else _constant(key) for key in keys]
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=words):
            return [word.arg or ANY for word in words]
    return [ANY]
