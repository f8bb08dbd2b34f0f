"""Names of pages: each notebook has its own, on every file system and in every address."""

import os
import re
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import PurePath

__all__ = ["page_names"]

# One that looks as if it had a mark gets one, so that it cannot be another's.
_PLAIN = re.compile(r"(?!.*-[0-9a-f]{8}\Z)[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_LONGEST = 80  # of a name that gets a mark
_TAKEN = "index"


def page_names(places: Sequence[PurePath]) -> list[str]:
    """Name the page of each notebook, without an ending.

    Parameters
    ----------
    places : sequence of PurePath
        Where each lies in the folder of the run; no two are equal.

    Returns
    -------
    list of str
        Letters, digits, ``_``, ``.`` and ``-`` of ASCII only, at most 100; no two are equal where
        capitals do not count. A name that would not be so, and one that two notebooks would have,
        ends in digits that depend on its place alone.

    Examples
    --------
    >>> page_names([PurePath("4.5_drift.ipynb"), PurePath("a/b.ipynb")])
    ['4.5_drift', 'a_b']
    >>> page_names([PurePath("50% #1.ipynb")])
    ['50-1-f2d09af9']
    """
    names = ["_".join(place.with_suffix("").parts) for place in places]
    counted = Counter(name.lower() for name in names)
    counted[_TAKEN] += 1
    return [
        name if _PLAIN.fullmatch(name) and counted[name.lower()] == 1 else _marked(name, place)
        for name, place in zip(names, places, strict=True)
    ]


def _marked(name: str, place: PurePath) -> str:
    digits = sha256(os.fsencode(place)).hexdigest()[:8]
    words = re.sub(r"[^A-Za-z0-9_.-]+", "-", name)[:_LONGEST].strip(".-")
    return f"{words}-{digits}" if words else digits
