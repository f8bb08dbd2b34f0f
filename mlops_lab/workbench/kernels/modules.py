"""Import what a template is to have, as far as it can be imported."""

import importlib
from collections.abc import Iterable

__all__ = ["import_each"]


def import_each(modules: Iterable[str]) -> dict[str, str]:
    """Import modules one by one; give those that cannot be, with the reason of each."""
    problems = {}
    for name in modules:
        try:
            importlib.import_module(name)
        except Exception as error:  # noqa: BLE001  a broken library must not cost the others
            problems[name] = f"{type(error).__name__}: {error}"
    return problems
