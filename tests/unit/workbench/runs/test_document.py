import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from mlops_lab.workbench.runs.document import as_json


@dataclass(frozen=True)
class Thing:
    place: Path
    values: tuple[object, ...]


def refuse(word: str) -> None:
    raise AssertionError(f"{word} is no JSON")


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (float("nan"), "nan"),
        ([float("inf"), -float("inf")], ["inf", "-inf"]),
        ({(1, 2): 3, None: 4}, {"(1, 2)": 3, "None": 4}),
        ({3, 1}, [1, 3]),
        (b"x", "b'x'"),
        (..., "Ellipsis"),
        (Thing(Path("a"), (1, 2j)), {"place": "a", "values": [1, "2j"]}),
        ([True, None, "\ud800"], [True, None, "\ud800"]),
    ],
)
def test_everything_becomes_strict_json(value: object, kept: object) -> None:
    assert json.loads(as_json(value), parse_constant=refuse) == kept
