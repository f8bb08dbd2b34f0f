"""The class folder: one file, ``class.yaml``, that says who teaches what until when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from mlops_lab.workbench.classroom.late import LatePolicy
from mlops_lab.workbench.classroom.settings import read_settings
from mlops_lab.workbench.runs.errors import RefusedError

__all__ = ["FILE", "ClassFolder", "find_class", "read_class", "start_class"]

FILE = "class.yaml"
_TEMPLATE = """\
# One class of MLOps Lab. `mlops-lab class` reads this file; edit it with any editor.
name: {name}
# The folder with the master notebooks, seen from this file; without it the course that is found.
{course}
# SQLite, seen from this file, or postgresql+psycopg://user@host/database. Keep the password out
# of here: PGPASSWORD and ~/.pgpass are read.
gradebook: {gradebook}
# Times without an offset are times in this zone.
timezone: {timezone}
# When each assignment is due; one that is not listed is never late.
due:
#  "4.5": 2026-11-30 23:59
late:
  grace_minutes: 0  # handed in this much later is still on time
  percent_a_day: 0  # taken off for each day that has begun; 0 to 100
#  at_most_percent: 50  # no more than this is taken off, however many days it is late
#  accept_days: 7   # what comes later than that gets no points
# Who marks, by account. Feedback names no account that is not listed here.
markers:
#  root: Ines Weber
# Groups of students, by their ids, that may get more time together.
# groups:
#   evening: [s01, s02]
"""


@dataclass(frozen=True)
class ClassFolder:
    """A class as its ``class.yaml`` describes it.

    Attributes
    ----------
    path : Path
        The folder that holds ``class.yaml``, absolute.
    name : str
        What the class is called.
    course : Path or None
        The folder of the master notebooks; None means the course that is found by itself.
    gradebook : str
        An SQLAlchemy URL.
    timezone : str
        Name of the zone in which times without an offset are read.
    due : mapping of str to datetime
        When each assignment is due, in UTC.
    late : LatePolicy
        What being late costs.
    markers : mapping of str to str
        What students read as the name of who marks, by the account.
    groups : mapping of str to tuple of str
        The students of each group that has a name.
    """

    path: Path
    name: str
    course: Path | None
    gradebook: str
    timezone: str = "UTC"
    due: Mapping[str, datetime] = field(default_factory=dict)
    late: LatePolicy = field(default_factory=LatePolicy)
    markers: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def release(self) -> Path:
        """What students get: nothing in it is secret."""
        return self.path / "release"

    @property
    def frozen(self) -> Path:
        """The released masters with solutions and hidden tests: not for students."""
        return self.path / "frozen"

    @property
    def submitted(self) -> Path:
        """What came back, byte for byte."""
        return self.path / "submitted"


def start_class(
    path: Path,
    name: str,
    *,
    course: Path | None = None,
    gradebook: str = "sqlite:///gradebook.db",
    timezone: str = "UTC",
) -> ClassFolder:
    """Make a class folder.

    Parameters
    ----------
    path : Path
        The folder; made if it is not there. What lies in it is left alone.
    name, course, gradebook, timezone
        As in `ClassFolder`; `course` is written as it is given.

    Returns
    -------
    ClassFolder
        As `read_class` reads it back.

    Raises
    ------
    RefusedError
        When there is a ``class.yaml`` already, or a value is not allowed.
    """
    import yaml

    line = f"course: {_quoted(str(course.resolve()))}" if course else "# course: ../notebooks"
    text = _TEMPLATE.format(
        name=_quoted(name), course=line, gradebook=_quoted(gradebook), timezone=_quoted(timezone)
    )
    assert yaml.safe_load(text)["name"] == name  # the quoting holds
    target = path / FILE
    made = _parse(text, target)
    path.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise RefusedError(f"{path} is a class already: edit {target} instead.") from error
    return made


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)  # a JSON string is a YAML string


def find_class(given: Path | None = None) -> ClassFolder:
    """Find the class of the current folder.

    Parameters
    ----------
    given : Path, optional
        A class folder, and no other; without it the current folder and those above are looked at.

    Raises
    ------
    RefusedError
        When there is no ``class.yaml``, or it is wrong.
    """
    places = [given] if given else [Path.cwd(), *Path.cwd().parents]
    for place in places:
        if (place / FILE).is_file():
            return read_class(place / FILE)
    looked = given or f"{Path.cwd()} and the folders above"
    raise RefusedError(
        f"No class found: {looked} has no {FILE}. Make one with `mlops-lab class init`."
    )


def read_class(file: Path) -> ClassFolder:
    """Read a ``class.yaml``.

    Raises
    ------
    RefusedError
        With the line, the key, the value and what is allowed.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedError(f"{file} cannot be read: {error}.") from error
    return _parse(text, file)


def _parse(text: str, file: Path) -> ClassFolder:
    told = read_settings(text, file)
    folder = file.absolute().parent
    return ClassFolder(
        path=folder,
        name=told.name,
        course=folder / told.course if told.course else None,
        gradebook=_placed(told.gradebook, folder),
        timezone=told.timezone,
        due=told.due,
        late=told.late,
        markers=told.markers,
        groups=told.groups,
    )


def _placed(url: str, folder: Path) -> str:
    """Read a relative SQLite file as seen from the class folder."""
    scheme, _, rest = url.partition(":///")
    return f"{scheme}:///{folder / rest}" if scheme.startswith("sqlite") else url
