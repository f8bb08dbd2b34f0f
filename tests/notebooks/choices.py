"""The data sets that a lesson offers, and which of them can be run here."""

import os
from pathlib import Path

from rules.parameters import parameters
from rules.reading import read

from mlops_lab import data

__all__ = ["best_there", "datasets", "is_public", "real_data", "tried"]

REPOSITORY = Path(__file__).parents[2]


def datasets(path: Path) -> list[dict[str, str]]:
    """Return the choices of data that try everything a lesson offers, [{}] where it offers none.

    A lesson on images and texts offers two lists: they are tried side by side.
    """
    known = set(data.available())
    offered = {
        one.name: one.choices
        for one in parameters(read(path))
        if one.choices and (one.name == "dataset" or known.issuperset(one.choices))
    }
    longest = max(map(len, offered.values()), default=1)
    return [
        {name: str(choices[i % len(choices)]) for name, choices in offered.items()}
        for i in range(longest)
    ]


def best_there(path: Path) -> dict[str, str]:
    """Return the last choice of data that can be run here."""
    usable = real_data().is_dir()
    return [one for one in datasets(path) if usable or not any(map(is_public, one.values()))][-1]


def tried(path: Path) -> dict[str, int | str]:
    """Return the other parameters with which the tests run a lesson."""
    return {"seed": 1, **best_there(path)}


def real_data() -> Path:
    """Name the folder with the copies of the public data; it may not exist."""
    beside = REPOSITORY.parent / "shared" / "data"
    return Path(os.environ.get("MLOPS_LAB_TEST_DATA") or beside)


def is_public(name: str) -> bool:
    """Say whether this is a public data set, which has to be there to run a lesson on it."""
    return name in data.available() and data.card(name).kind == "public"
