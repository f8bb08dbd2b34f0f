"""Read what ``class.yaml`` says, and tell line, key, value and what is allowed where it is wrong.

The file is read node by node with every scalar as text, so that ``4.10: ...`` stays assignment
4.10 and each complaint knows its line.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from mlops_lab.core import did_you_mean
from mlops_lab.workbench.classroom.late import LatePolicy
from mlops_lab.workbench.classroom.names import is_safe_name
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from yaml.nodes import Node

__all__ = ["Settings", "parse_time", "read_settings"]

_KEYS = ("name", "course", "gradebook", "timezone", "due", "late", "markers", "groups")
_LATE = ("grace_minutes", "percent_a_day", "at_most_percent", "accept_days")
_URL = re.compile(r"sqlite:///[^/?].*|sqlite:////.+|postgresql(\+psycopg)?://.+")


@dataclass(frozen=True)
class Settings:
    """The values of a ``class.yaml``, checked; paths are still as written."""

    name: str
    course: str
    gradebook: str
    timezone: str
    due: Mapping[str, datetime] = field(default_factory=dict)
    late: LatePolicy = field(default_factory=LatePolicy)
    markers: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Line:
    file: Path
    number: int
    key: str
    text: str

    def wrong(self, allowed: str) -> RefusedError:
        value = re.sub(r"//([^:@/]*):[^@]*@", r"//\1:...@", self.text)  # no password in a message
        return RefusedError(
            f"{self.file}, line {self.number}: {self.key} is {value!r}; allowed is {allowed}."
        )


def read_settings(text: str, file: Path) -> Settings:
    """Read the text of a ``class.yaml``.

    Parameters
    ----------
    text : str
        YAML: one mapping.
    file : Path
        What the complaints name; it is not opened.

    Raises
    ------
    RefusedError
        At the first thing that is wrong.
    """
    root = _compose(text, file)
    nodes = _mapping(root, file, "", _KEYS)
    lines = {key: _scalar(*each, file, key) for key, each in nodes.items() if key in _KEYS[:4]}
    if "name" not in lines or not lines["name"].text.strip():
        raise RefusedError(f"{file} has no name: add a line such as `name: Spring 2027`.")
    zone = _zone(lines.get("timezone"))
    late = _late(nodes["late"][1], file) if "late" in nodes else {}
    return Settings(
        name=lines["name"].text.strip(),
        course=lines["course"].text if "course" in lines else "",
        gradebook=_url(lines.get("gradebook")),
        timezone=lines["timezone"].text if "timezone" in lines else "UTC",
        due=_due(nodes["due"][1], file, zone) if "due" in nodes else {},
        late=LatePolicy(**late),
        markers=_markers(nodes["markers"][1], file) if "markers" in nodes else {},
        groups=_groups(nodes["groups"][1], file) if "groups" in nodes else {},
    )


def _compose(text: str, file: Path) -> "Node":
    import yaml

    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        where = " ".join(str(error).split())
        raise RefusedError(f"{file} is not valid YAML: {where}.") from error
    if root is None:
        raise RefusedError(f"{file} is empty; it takes lines such as `name: Spring 2027`.")
    return root


def _mapping(
    node: "Node", file: Path, above: str, known: tuple[str, ...] | None = None
) -> dict[str, tuple[int, "Node"]]:
    """Return each key's line and value; nothing written means no keys."""
    import yaml

    if isinstance(node, yaml.ScalarNode) and not node.value:
        return {}
    if not isinstance(node, yaml.MappingNode):
        where = f"{file}, line {node.start_mark.line + 1}"
        raise RefusedError(f"{where}: {above or 'the file'} takes one `key: value` a line.")
    found: dict[str, tuple[int, Node]] = {}
    for key, value in node.value:
        name, line = str(key.value), key.start_mark.line + 1
        if known and name not in known:
            hint = did_you_mean(name, known) or f" Allowed are {', '.join(known)}."
            raise RefusedError(f"{file}, line {line}: there is no key {above}{name!r}.{hint}")
        if name in found:
            raise RefusedError(f"{file}, line {line}: {above}{name!r} is there twice.")
        found[name] = (line, value)
    return found


def _scalar(number: int, node: "Node", file: Path, key: str) -> _Line:
    import yaml

    if not isinstance(node, yaml.ScalarNode):
        raise RefusedError(f"{file}, line {number}: {key} takes one value, not a list or mapping.")
    return _Line(file, number, key, node.value)


def _url(line: _Line | None) -> str:
    if line is None:
        return "sqlite:///gradebook.db"
    if not _URL.fullmatch(line.text):
        raise line.wrong("sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE")
    return re.sub(r"^postgresql:", "postgresql+psycopg:", line.text)


def _zone(line: _Line | None) -> tzinfo:
    if line is None or line.text == "UTC":
        return UTC
    known = available_timezones()
    if line.text in known:
        return ZoneInfo(line.text)
    raise line.wrong(
        f"a zone such as Europe/Berlin or UTC{did_you_mean(line.text, known).rstrip('?')}"
    )


def _due(node: "Node", file: Path, zone: tzinfo) -> dict[str, datetime]:
    found = {}
    for key, (number, value) in _mapping(node, file, "due: ").items():
        line = _scalar(number, value, file, f"due: {key}")
        if not is_safe_name(key):
            raise line.wrong("an assignment id such as 4.5 as the key")
        time = parse_time(line.text, zone)
        if time is None:
            raise line.wrong("a time such as 2026-11-30 23:59, with an offset or without")
        found[key] = time
    return found


def parse_time(text: str, zone: tzinfo) -> datetime | None:
    """Read a time in ISO format; None when it is none.

    Parameters
    ----------
    text : str
        A date alone means its last minute.
    zone : tzinfo
        The zone of a time without an offset.

    Examples
    --------
    >>> parse_time("2026-11-30 23:59+02:00", UTC).isoformat()
    '2026-11-30T21:59:00+00:00'
    >>> parse_time("2026-11-30", UTC).isoformat()
    '2026-11-30T23:59:00+00:00'
    """
    full = f"{text} 23:59" if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text
    try:
        time = datetime.fromisoformat(full)
        return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _markers(node: "Node", file: Path) -> dict[str, str]:
    found = {}
    for key, (number, value) in _mapping(node, file, "markers: ").items():
        line = _scalar(number, value, file, f"markers: {key}")
        if not line.text.strip():
            raise line.wrong("the name that students are to read")
        found[key] = line.text.strip()
    return found


def _groups(node: "Node", file: Path) -> dict[str, tuple[str, ...]]:
    """Read groups of students: ids in a list, or in a line with commas or blanks between."""
    import yaml

    found = {}
    for key, (number, value) in _mapping(node, file, "groups: ").items():
        items = value.value if isinstance(value, yaml.SequenceNode) else [value]
        lines = [_scalar(number, one, file, f"groups: {key}") for one in items]
        found[key] = tuple(id_ for line in lines for id_ in re.split(r"[\s,;]+", line.text) if id_)
        if not found[key]:
            raise _Line(file, number, f"groups: {key}", "").wrong("ids such as [s01, s02]")
    return found


def _late(node: "Node", file: Path) -> dict[str, float]:
    limits: Mapping[str, tuple[float, str]] = {
        "grace_minutes": (math.inf, "a number of minutes, 0 or more"),
        "percent_a_day": (100, "a number from 0 to 100"),
        "at_most_percent": (100, "a number from 0 to 100"),
        "accept_days": (math.inf, "a number of days, 0 or more"),
    }
    found = {}
    for key, (number, value) in _mapping(node, file, "late: ", _LATE).items():
        line = _scalar(number, value, file, f"late: {key}")
        high, allowed = limits[key]
        found[key] = _number(line, high, allowed)
    return found


def _number(line: _Line, high: float, allowed: str) -> float:
    try:
        number = float(line.text)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and 0 <= number <= high):
        raise line.wrong(allowed)
    return number
