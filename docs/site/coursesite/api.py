"""A page for each public module, from its docstrings."""

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator

from sphinx.errors import PycodeError
from sphinx.pycode import ModuleAnalyzer

import mlops_lab
import mlops_lab.workbench

__all__ = ["module_page", "names_of", "public_modules", "summary"]

_SHORT = 60
"""Letters of a value that are still worth showing."""


def public_modules() -> list[str]:
    """Return package, its rooms and topics, and the parts of the workbench, where they export."""
    parts = [mlops_lab, mlops_lab.workbench]
    below = [
        f"{part.__name__}.{one.name}"
        for part in parts
        for one in pkgutil.iter_modules(part.__path__)
        if not one.name.startswith("_")
    ]
    return [name for name in sorted(["mlops_lab", *below]) if names_of(name)]


def names_of(module: str) -> list[str]:
    """Return the public names of a module, by the alphabet."""
    return sorted(importlib.import_module(module).__all__, key=str.casefold)


def summary(module: str) -> str:
    """Return the first line of a module's docstring."""
    return _first(inspect.getdoc(sys.modules[module]) or "")


def module_page(module: str) -> str:
    """Write the page of a module: its docstring, a table of its names, then each of them.

    Each name has a directive of its own: some modules fetch theirs on first use, and then the
    module as a whole does not list them.

    Parameters
    ----------
    module : str
        Such as ``"mlops_lab.drift"``.

    Returns
    -------
    str
        reStructuredText.
    """
    names = names_of(module)
    docs = {name: _doc(module, name) for name in names}
    rows = "\n".join(f"   * - :py:obj:`{name}`\n     - {_first(docs[name])}" for name in names)
    parts = [
        f"{module}\n{'=' * len(module)}",
        f".. automodule:: {module}\n   :no-members:",
        f".. currentmodule:: {module}",
        f".. list-table::\n   :header-rows: 1\n\n   * - Name\n     - What it is\n{rows}",
        *(_entry(module, name, docs[name]) for name in names),
    ]
    return "\n\n".join(parts) + "\n"


def _entry(module: str, name: str, doc: str) -> str:
    thing = getattr(importlib.import_module(module), name)
    if not _is_ours(thing):
        value = repr(thing)
        shown = f"\n   :value: {value}" if len(value) <= _SHORT and "<" not in value else ""
        body = "".join(f"\n   {line}".rstrip(" ") for line in doc.splitlines())
        return f".. py:data:: {name}{shown}\n{body}"
    if inspect.isclass(thing):
        return f".. autoclass:: {module}.{name}\n   :members:"
    return f".. autofunction:: {module}.{name}"


def _doc(module: str, name: str) -> str:
    thing = getattr(importlib.import_module(module), name)
    if _is_ours(thing):
        return inspect.getdoc(thing) or ""
    told = next((docs[name] for docs in _attribute_docs(module) if name in docs), "")
    return told or str(getattr(thing, "help", None) or "")  # a command's own text


def _is_ours(thing: object) -> bool:
    """Tell functions and classes of this package from constants and names for types of others."""
    home = getattr(thing, "__module__", "") or ""
    return callable(thing) and home.split(".")[0] == "mlops_lab" and hasattr(thing, "__name__")


def _attribute_docs(module: str) -> Iterator[dict[str, str]]:
    """Yield what is written below the constants of a module and of those inside it."""
    known = importlib.import_module(module)
    inside = [one.name for one in pkgutil.iter_modules(getattr(known, "__path__", []))]
    for name in (module, *(f"{module}.{one}" for one in inside)):
        try:
            found = ModuleAnalyzer.for_module(name).find_attr_docs()
        except PycodeError as error:
            raise ImportError(f"{name} has no source to read: {error}") from error
        yield {key: "\n".join(lines).strip() for (scope, key), lines in found.items() if not scope}


def _first(doc: str) -> str:
    """Return the first sentence of a docstring; roles and doubled backticks stay as they are."""
    paragraph = " ".join(re.split(r"\n\s*\n", doc.strip(), maxsplit=1)[0].split())
    return re.split(r"(?<=\.)\s+(?=[A-Z])", paragraph, maxsplit=1)[0]
