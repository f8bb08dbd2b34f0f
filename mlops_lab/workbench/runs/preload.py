"""What a template has to import for these notebooks: the heavy libraries only where they are used.

Each of them takes seconds to import, and makes every fork slower. A wrong guess costs time and
nothing else: what the template has not imported, a kernel imports itself.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from mlops_lab.workbench.kernels import PRELOAD
from mlops_lab.workbench.runs.notebook import read_notebook

__all__ = ["preload"]

_HEAVY = {"tensorflow": r"\b(tensorflow|keras)\b", "torch": r"\b(torch|snorkel)\b"}
_PACKAGE = Path(__file__).resolve().parents[2]


def preload(notebooks: Iterable[Path]) -> tuple[str, ...]:
    """Choose what a template imports for some notebooks.

    Parameters
    ----------
    notebooks : iterable of Path
        Their code is searched for the names of heavy libraries, and so are the parts of this
        package that they name.

    Returns
    -------
    tuple of str
        Modules, in the order of import.
    """
    code = "\n".join({_code(path) for path in notebooks})
    code += "".join(_source(part) for part in _PACKAGE.iterdir() if _named(part, code))
    unused = {name for name, pattern in _HEAVY.items() if not re.search(pattern, code)}
    return tuple(name for name in PRELOAD if name not in unused)


def _code(path: Path) -> str:
    return "\n".join(cell.source for cell in read_notebook(path).cells if cell.cell_type == "code")


def _named(part: Path, code: str) -> bool:
    # data and kit are in every lesson and use the heavy libraries only where a lesson does
    usable = part.is_dir() and part.name not in ("data", "kit", "workbench", "__pycache__")
    return usable and re.search(rf"\b{part.name}\b", code) is not None


def _source(part: Path) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(part.rglob("*.py")))
