"""Which of the modules that a template imports some code has use for.

The heavy libraries take seconds to import, and make every fork slower. A wrong guess costs time and
nothing else: what the template has not imported, a kernel imports itself.
"""

import re
from pathlib import Path

from mlops_lab.workbench.kernels.owner import PRELOAD

__all__ = ["is_heavy", "modules_for"]

_HEAVY = {"tensorflow": r"\b(tensorflow|keras)\b", "torch": r"\b(torch|snorkel)\b"}
_PACKAGE = Path(__file__).resolve().parents[2]


def modules_for(code: str) -> tuple[str, ...]:
    """Choose what a template imports for some code.

    Parameters
    ----------
    code : str
        It is searched for the names of heavy libraries, and so are the parts of this package that
        it names.

    Returns
    -------
    tuple of str
        Modules, in the order of import.
    """
    code += "".join(_source(part) for part in _PACKAGE.iterdir() if _named(part, code))
    unused = {name for name, pattern in _HEAVY.items() if not re.search(pattern, code)}
    return tuple(name for name in PRELOAD if name not in unused)


def is_heavy(code: str) -> bool:
    """Say whether some code has use for a library that takes long to import."""
    return not _HEAVY.keys().isdisjoint(modules_for(code))


def _named(part: Path, code: str) -> bool:
    # data and kit are in every lesson and use the heavy libraries only where a lesson does
    rooms = ("data", "kit", "threads", "workbench", "__pycache__")
    usable = part.is_dir() and part.name not in rooms
    return usable and re.search(rf"\b{part.name}\b", code) is not None


def _source(part: Path) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(part.rglob("*.py")))
