"""What a result was made from: data, code, environment and commit, each in a form to compare."""

import ast
import hashlib
import inspect
import os
import platform
import subprocess
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["Commit", "code_hash", "commit", "data_hash", "environment", "git", "missing"]

INGREDIENTS = ("code", "data", "params", "seed", "environment")
"""What a record needs so that somebody else can make the result again."""

_SETTINGS = (
    "user.name=lab",
    "user.email=lab@localhost",
    "commit.gpgsign=false",
    "core.hooksPath=",
    "core.autocrlf=false",
    "diff.noprefix=false",
    "init.defaultBranch=main",
)


def data_hash(frame: pd.DataFrame) -> str:
    """Return the sha256 of a table: names, types and order of columns, values and order of rows.

    Every row counts. The index does not: pandas numbers rows, it does not describe them.

    Parameters
    ----------
    frame : DataFrame of any shape
        Numbers, booleans, times and text; a missing value is a value like another.

    Examples
    --------
    >>> one = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    >>> data_hash(one) == data_hash(one.set_index([[7, 8]]))
    True
    >>> data_hash(one) == data_hash(one[::-1])
    False
    """
    total = hashlib.sha256()
    for name in frame.columns:
        column = frame[name]
        total.update(f"{name!r} {column.dtype} {len(column)}\n".encode())
        total.update(np.asarray(pd.util.hash_pandas_object(column, index=False)).tobytes())
    return total.hexdigest()


def code_hash(*code: Callable[..., object] | str) -> str:
    """Return the sha256 of what functions say, not of how they are laid out.

    Python compares programs by their syntax tree: comments, blank lines and quotes are not in it,
    constants and names are. What a function calls is not in it either; give that as well.

    Parameters
    ----------
    *code : functions or str
        A text is a module's source.

    Raises
    ------
    OSError
        If a function's source cannot be found; SyntaxError for a text that is no Python.

    Examples
    --------
    >>> code_hash("depth = 3  # as last year") == code_hash("depth=3")
    True
    >>> code_hash("depth = 3") == code_hash("depth = 4")
    False
    """
    total = hashlib.sha256()
    for one in code:
        source = one if isinstance(one, str) else textwrap.dedent(inspect.getsource(one))
        total.update(ast.dump(ast.parse(source)).encode())
    return total.hexdigest()


def environment(packages: Iterable[str]) -> dict[str, str]:
    """Return the versions of Python and of packages, and the kind of machine.

    Raises
    ------
    importlib.metadata.PackageNotFoundError
        For a package that is not installed.
    """
    versions = {name: metadata.version(name) for name in packages}
    return {"python": platform.python_version(), "machine": platform.machine(), **versions}


@dataclass(frozen=True)
class Commit:
    """Where a folder stands in git.

    Attributes
    ----------
    sha : str
        The last commit, 40 hex digits.
    dirty : bool
        Whether any file differs from it, new ones that git does not ignore included.
    diff : str
        What turns the commit into the files git knows; ``git apply`` reads it. New files are not
        in it.
    """

    sha: str
    dirty: bool
    diff: str


def commit(folder: str | Path) -> Commit:
    """Ask git which commit a folder is at, and what has changed since.

    Raises
    ------
    FileNotFoundError
        If git is not installed; ValueError, with git's words, if the folder is in no repository
        or has no commit yet.
    """
    sha = git(folder, "rev-parse", "HEAD").strip()
    status = git(folder, "status", "--porcelain", "--untracked-files=normal")
    return Commit(
        sha, bool(status.strip()), git(folder, "diff", "--no-ext-diff", "--binary", "HEAD")
    )


def git(folder: str | Path, *words: str) -> str:
    """Run a git command in a folder, the same on every machine; give what it prints.

    Commits are signed by nobody and made by "lab", no hook runs, and of git's variables in the
    environment none counts: the repository is the folder's.

    Raises
    ------
    FileNotFoundError
        If git is not installed, or there is no such folder; ValueError, with git's words, if it
        fails.
    """
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    fixed = [word for setting in _SETTINGS for word in ("-c", setting)]
    done = subprocess.run(
        ["git", *fixed, *words], cwd=folder, env=plain, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ValueError(f"git {words[0]} in {folder}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def missing(record: dict[str, object]) -> list[str]:
    """Return the ingredients that a record lacks, of code, data, params, seed and environment.

    A value of None or an empty one is missing; the seed 0 is not, nor are the params of a model
    that has none, if the record says so with an empty mapping.

    Examples
    --------
    >>> missing({"code": "ab", "data": "", "params": {}, "seed": 0})
    ['data', 'environment']
    """
    return [
        name
        for name in INGREDIENTS
        if record.get(name) is None or (name != "params" and record[name] in ("", {}))
    ]
