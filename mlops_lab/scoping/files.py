"""Worksheets as files: read from YAML, and written back."""

import re
import reprlib
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias

from mlops_lab.core import LabError, did_you_mean
from mlops_lab.scoping.report import replace_text
from mlops_lab.scoping.worksheet import INPUTS, Project, Quantity, Worksheet

__all__ = [
    "WorksheetError",
    "examples",
    "parse_worksheet",
    "read_worksheet",
    "write_worksheet",
]

Place: TypeAlias = str | PathLike[str]
_WORDS = ("title", "decision", "harm")
_PLAIN = re.compile(r"[-+]?(?:0|[1-9][0-9_]{0,300})$")  # a whole number as everybody reads it
_AS_TEXT = "; YAML reads this as text, so leave quotes and signs out and write 1_000_000 for 1e6"


class WorksheetError(LabError, ValueError):
    """A worksheet cannot be read; the message is one sentence with the place and the fix."""


def examples() -> Worksheet:
    """Return the three bundled projects: `inspection`, `appointments` and `fraud`."""
    return read_worksheet(Path(__file__).with_name("examples.yaml"))


def read_worksheet(path: Place) -> Worksheet:
    """Read a worksheet from a YAML file.

    Parameters
    ----------
    path : path
        A mapping with `currency` and `projects`; each project has `title`, `decision`, `harm`,
        `approved` (true or false) and `inputs`, one for each name in `INPUTS`: a number, or
        ``[low, likely, high]``.

    Raises
    ------
    FileNotFoundError
        Where there is no such file.
    WorksheetError
        Where the file is no YAML, or a key or value is missing, unknown or out of range; the
        message gives file, key, value, what is allowed, and the closest match of a misspelt key.
    """
    try:
        return parse_worksheet(Path(path).read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise WorksheetError(f"{path} is not text in UTF-8: {error}") from error
    except WorksheetError as error:
        raise WorksheetError(f"{path}: {error}") from error


def parse_worksheet(text: str) -> Worksheet:
    """Read a worksheet from YAML text; see `read_worksheet` for its form and errors."""
    import yaml

    try:
        raw = yaml.load(text, Loader=_loader())
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise WorksheetError(f"this is not YAML{line}: {error.problem}") from error
    except yaml.YAMLError as error:
        raise WorksheetError(f"this is not YAML: {error}") from error
    except RecursionError as error:
        raise WorksheetError("the lists or mappings are nested too deeply; three do") from error
    return _worksheet(raw)


def _loader() -> Any:  # noqa: ANN401  the class is made where yaml is imported
    """Make a safe loader that refuses what YAML takes in silently.

    That is a key given twice, and whole numbers that are not what they look like: to YAML 0777 is
    511, and 1:30 is 90.
    """
    import yaml

    class Loader(yaml.SafeLoader):
        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
            seen = set()
            for key, _ in node.value:
                name = str(key.value)
                if name in seen:
                    line = node.start_mark.line + 1
                    raise WorksheetError(f"the key {name!r} is given twice (from line {line} on)")
                seen.add(name)
            return super().construct_mapping(node, deep)

        def construct_yaml_int(self, node: yaml.ScalarNode) -> int:
            if not _PLAIN.match(node.value):
                line = node.start_mark.line + 1
                raise WorksheetError(
                    f"the number {_shown(node.value)} in line {line} is not written plainly; "
                    "write digits, without a leading 0 or a colon, such as 90 or 2_000_000"
                )
            return int(super().construct_yaml_int(node))

    Loader.add_constructor("tag:yaml.org,2002:int", Loader.construct_yaml_int)
    return Loader


def _shown(raw: object) -> str:
    """Show a value in a message, cut short: it may be huge, or hold itself."""
    short = reprlib.Repr()
    short.maxlevel, short.maxstring = 2, 60
    return short.repr(raw)


def _worksheet(raw: object) -> Worksheet:
    top = _keys(raw, "the worksheet", ["currency", "projects"])
    projects = top["projects"]
    if not isinstance(projects, dict) or not projects:
        raise WorksheetError(f"projects must be a mapping of at least one; got {_shown(projects)}")
    for name in projects:
        _text(name, "the name of a project")
    return Worksheet(
        _text(top["currency"], "currency"),
        {name: _project(name, one) for name, one in projects.items()},
    )


def _project(name: str, raw: object) -> Project:
    given = _keys(raw, name, [*_WORDS, "approved", "inputs"])
    title, decision, harm = (_text(given[word], f"{name}.{word}") for word in _WORDS)
    if not isinstance(given["approved"], bool):
        got = _shown(given["approved"])
        raise WorksheetError(f"{name}.approved must be true or false; got {got}")
    inputs = _keys(given["inputs"], f"{name}.inputs", list(INPUTS))
    ranges = {one: _quantity(inputs[one], f"{name}.inputs.{one}", one) for one in INPUTS}
    return Project(name, title, decision, harm, given["approved"], ranges)


def _keys(raw: object, where: str, allowed: list[str]) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise WorksheetError(
            f"{where} must be a mapping with {', '.join(allowed)}; got {_shown(raw)}"
        )
    for key in raw:
        if key not in allowed:
            close = did_you_mean(key, allowed, "; did you mean {!r}?")
            hint = close or f"; allowed: {', '.join(allowed)}."
            raise WorksheetError(f"{where} has an unknown key {_shown(key)}{hint}")
    lacking = [key for key in allowed if key not in raw]
    if lacking:
        raise WorksheetError(f"{where} lacks the key {lacking[0]!r}; add it")
    return raw


def _text(raw: object, where: str) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise WorksheetError(f"{where} must be a text that is not empty; got {_shown(raw)}")
    return raw


def _quantity(raw: object, where: str, name: str) -> Quantity:
    values = raw if isinstance(raw, list) else [raw, raw, raw]
    what, most = INPUTS[name]
    if len(values) != 3 or not all(map(_is_number, values)):
        hint = _AS_TEXT if any(isinstance(value, str) for value in values) else ""
        raise WorksheetError(
            f"{where} must be a number or [low, likely, high]; got {_shown(raw)}{hint}"
        )
    low, likely, high = map(float, values)
    if not 0 <= low <= likely <= high <= most:
        top = "1, since it is a share" if most == 1 else f"{most:g}"
        raise WorksheetError(
            f"{where} ({what}) must rise from low over likely to high, from 0 to {top}; "
            f"got {_shown(raw)}"
        )
    return Quantity(low, likely, high)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def write_worksheet(worksheet: Worksheet, path: Place) -> Path:
    """Write a worksheet as YAML that `read_worksheet` reads back as the same; give the path.

    A known number is written as one number. The folder must exist. The file is replaced at once,
    so that a reader never sees half of it.
    """
    import yaml

    projects = {name: _plain(one) for name, one in worksheet.projects.items()}
    content = {"currency": worksheet.currency, "projects": projects}
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
    return replace_text(path, text)


def _plain(project: Project) -> dict[str, object]:
    inputs = {
        name: one.low if one.low == one.high else [one.low, one.likely, one.high]
        for name, one in project.inputs.items()
    }
    words = {word: getattr(project, word) for word in _WORDS}
    return {**words, "approved": project.approved, "inputs": inputs}
