"""Which distributions are installed, as a lock or an extra of this package asks for them."""

import importlib.metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.requirements import Requirement

__all__ = ["differs", "missing_extras"]

_NOT_FOR_LESSONS = {"classroom", "dev", "scale", "site"}


def differs(line: str) -> bool:
    """Say whether a line of a lock names something that is not installed in that version."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        wanted = Requirement(line.split(" #")[0].strip(" \\"))
    except InvalidRequirement:
        return False  # a comment, an option or a hash
    if wanted.marker is not None and not wanted.marker.evaluate():
        return False
    return not _installed(wanted)


def missing_extras() -> dict[str, list[str]]:
    """Return the extras that lessons use and that are not whole here, each with what it lacks.

    Examples
    --------
    >>> missing_extras()  # doctest: +SKIP
    {'label': ['snorkel', 'torch']}
    """
    from packaging.requirements import Requirement

    about = importlib.metadata.metadata("mlops-lab")
    extras = sorted({*(about.get_all("Provides-Extra") or [])} - _NOT_FOR_LESSONS)
    wanted = [Requirement(line) for line in about.get_all("Requires-Dist") or []]
    lacks = {
        extra: sorted(one.name for one in wanted if _of(one, extra) and not _installed(one))
        for extra in extras
    }
    return {extra: names for extra, names in lacks.items() if names}


def _of(wanted: "Requirement", extra: str) -> bool:
    marker = wanted.marker
    return marker is not None and marker.evaluate({"extra": extra}) and not marker.evaluate()


def _installed(wanted: "Requirement") -> bool:
    try:
        found = importlib.metadata.version(wanted.name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return wanted.specifier.contains(found, prereleases=True)
