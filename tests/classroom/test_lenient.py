import json
from typing import Any

import pytest

from mlops_lab.workbench.classroom import lenient
from mlops_lab.workbench.classroom.lenient import Cell, UnreadableError, lenient_read


def notebook(*sources: str, **told: Any) -> dict[str, Any]:
    cells = [
        {
            "cell_type": "code",
            "id": f"c{n}",
            "source": source,
            "metadata": {"nbgrader": {"grade_id": f"g{n}"}},
        }
        for n, source in enumerate(sources)
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **told}


def written(*sources: str, **told: Any) -> bytes:
    return json.dumps(notebook(*sources, **told), indent=1).encode()


WANTED = (Cell("code", "x = 1", "g0", "c0"), Cell("code", "y = 'ü'", "g1", "c1"))
GOOD = json.dumps(notebook("x = 1", "y = 'ü'"), indent=1, ensure_ascii=False)


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        (GOOD.encode(), 0),
        (GOOD.replace("\n", "\r\n").encode(), 0),
        (b"\n\n" + GOOD.encode(), 0),
        (GOOD.encode("utf-8-sig"), 1),
        (GOOD.encode("utf-16"), 1),
        (GOOD.encode("cp1252"), 1),
        ((GOOD + "\n}").encode(), 1),
        (GOOD[: GOOD.index('"metadata": {},')].encode(), 1),
    ],
    ids=["plain", "crlf", "space", "bom", "utf-16", "windows", "more-after", "cut-off"],
)
def test_honest_files_are_read(content: bytes, notes: int) -> None:
    found = lenient_read(content)
    assert found.cells == WANTED
    assert len(found.notes) == notes


def test_a_file_cut_off_in_a_cell_gives_the_cells_before() -> None:
    content = GOOD[: GOOD.index("y = 'ü'")].encode()
    found = lenient_read(content)
    assert found.cells == WANTED[:1]
    assert found.notes == ("The file is cut off or damaged; the 1 whole cells before were read.",)


def test_format_3_is_read() -> None:
    cells = [{"cell_type": "code", "input": ["a = 1\n", "b = 2"], "language": "python"}]
    old = {"nbformat": 3, "metadata": {}, "worksheets": [{"cells": cells}]}
    assert lenient_read(json.dumps(old).encode()).cells == (Cell("code", "a = 1\nb = 2"),)


def test_one_side_of_a_merge_is_read_and_told() -> None:
    lines = GOOD.splitlines()
    at = next(n for n, line in enumerate(lines) if "x = 1" in line)
    conflict = ["<<<<<<< HEAD", lines[at], "=======", lines[at].replace("1", "2"), ">>>>>>> topic"]
    found = lenient_read("\n".join([*lines[:at], *conflict, *lines[at + 1 :]]).encode())
    assert found.cells == WANTED
    assert found.notes == ("The file holds git's merge markers; the first side was read.",)


def test_metadata_says_which_release() -> None:
    told = {"metadata": {"mlops_lab": {"lesson": "4.5", "assignment": "ps1", "release": 2}}}
    found = lenient_read(written("x", **told))
    assert (found.assignment, found.release) == ("ps1", 2)


@pytest.mark.parametrize("ours", [[], "x", {"release": "2"}, {"release": True}, {"lesson": 4.5}])
def test_metadata_of_other_shapes_says_nothing(ours: object) -> None:
    found = lenient_read(written("x", metadata={"mlops_lab": ours}))
    assert (found.assignment, found.release) == ("", None)


def test_odd_cells_are_read_as_far_as_they_go() -> None:
    cells: list[object] = [
        1,
        None,
        [],
        {},
        {"source": 5, "cell_type": []},
        {"source": ["a", 1, "\ud800"]},
    ]
    found = lenient_read(json.dumps({"cells": cells}).encode())
    assert found.cells == (Cell("", ""), Cell("", ""), Cell("", "a?"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"PK\x03\x04" + b"x" * 50, "zip archive"),
        (b"<html></html>", "not JSON"),
        (b"\x00\xff\x00\xfe" * 9, "not JSON"),
        (GOOD[:20].encode(), "not JSON"),
        (b"[1, 2]", "no notebook"),
        (b'{"a": 1}', "no cells"),
        (b'{"cells": []}', "no cells"),
        (b'{"cells": {"a": 1}}', "no cells"),
        (b'{"cells": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", "60 levels"),
        (b'{"cells": [{"source": ' + b"[" * 90 + b"]" * 90 + b"}]}", "60 levels"),
        (b'{"a":' * 3_000 + b"1" + b"}" * 3_000, "60 levels"),
        (b"[" * 500_000, "small pieces"),
        (b'{"cells": [' + b"1," * 5_000_000 + b"1]}", "small pieces"),
        (b'{"cells": [' + b"{}," * 2_100 + b"{}]}", "2,101 cells"),
        (b'{"n": ' + b"1" * 10_000 + b"}", "not JSON"),
        (b"<<<<<<< a\n=======\n>>>>>>> b\n", "neither side"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told(content: bytes, told: str) -> None:
    with pytest.raises(UnreadableError, match=told):
        lenient_read(content)


def test_a_large_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lenient, "MOST_BYTES", 2**20)
    with pytest.raises(UnreadableError, match="larger than 1 MB"):
        lenient_read(b" " * 2**20 + b"{}")


@pytest.mark.parametrize("line", [b"<<<<<<< a\n", b'"cells" ', b'"cells":[', b"\\ud800"])
def test_hostile_repetition_ends(line: bytes) -> None:
    """What takes the square of its length would take hours here."""
    with pytest.raises(UnreadableError):
        lenient_read(line * (2**23 // len(line)))
