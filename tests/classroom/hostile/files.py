"""Notebooks and archives that were tampered with."""

import json
import os
import pickle
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

from .case import RIGHT, WRONG, Attack, Members, Notebook

__all__ = ["FILES"]

_KILL = "import os\nos._exit(0)"
_UNREADABLE = dict.fromkeys(RIGHT, "unreadable")  # the manual one too


def _facts(cell: Notebook) -> Notebook:
    found: Notebook = cell["metadata"].get("nbgrader", {})
    return found


def _answers(nb: Notebook) -> dict[str, Notebook]:
    return {_facts(c)["grade_id"]: c for c in nb["cells"] if _facts(c).get("solution")}


def _tests(nb: Notebook) -> list[Notebook]:
    return [c for c in nb["cells"] if _facts(c).get("grade") and not _facts(c)["solution"]]


def _code(source: str, **metadata: object) -> Notebook:
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": [],
            "execution_count": None, "id": f"x{len(source)}"}  # fmt: skip


def _edited_tests(nb: Notebook) -> None:
    for cell in _tests(nb):
        cell["source"] = "assert True\n7.0"
        _facts(cell)["locked"] = False


def _skipped_tests(nb: Notebook) -> None:
    for cell in nb["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "parameters"]


def _deleted_tests(nb: Notebook) -> None:
    nb["cells"] = [c for c in nb["cells"] if c not in _tests(nb)]


def _points(nb: Notebook) -> None:
    for cell in nb["cells"]:
        if _facts(cell):
            _facts(cell).update(points=1000, max_points=1000, grade=True, score=1000)
    nb["metadata"]["mlops_lab"] |= {"points": 1000, "tasks": {"best": 1000}}


def _test_ids(nb: Notebook) -> None:
    for name, cell in _answers(nb).items():
        if name in ("mean", "why"):
            _facts(cell)["grade_id"] = f"{name}-test"


def _swapped_ids(nb: Notebook) -> None:
    """A test cell calls itself the answer, and the answer is gone."""
    for cell in _tests(nb):
        if _facts(cell)["grade_id"] == "best-test":
            cell["metadata"]["nbgrader"] = dict(_facts(_answers(nb)["best"]))
            cell["source"] = "best = 0.5\nbest_test = None"
    nb["cells"].remove(_answers_before(nb, "best"))


def _answers_before(nb: Notebook, name: str) -> Notebook:
    return next(c for c in nb["cells"] if _facts(c).get("grade_id") == name)


def _duplicates(nb: Notebook) -> None:
    """A right one first, a wrong one last, and one that kills between them."""
    for name in ("mean", "best"):
        at = nb["cells"].index(_answers(nb)[name])
        copies = [json.loads(json.dumps(nb["cells"][at])) for _ in range(2)]
        copies[0]["source"], copies[1]["source"] = _KILL, WRONG[name]
        nb["cells"][at + 1 : at + 1] = copies


def _many_duplicates(nb: Notebook) -> None:
    cell = _answers(nb)["best"]
    nb["cells"] += [json.loads(json.dumps(cell)) for _ in range(1500)]


def _no_ids(nb: Notebook) -> None:
    for cell in nb["cells"]:
        cell["metadata"], cell["id"] = {}, "same"
    nb["cells"] = [c for c in nb["cells"] if not c["source"].startswith("## Task")]


def _strange_ids(nb: Notebook) -> None:
    for cell in _answers(nb).values():
        if cell["cell_type"] == "code":
            cell["id"] = "../../frozen/3.9/1/master"
            _facts(cell)["grade_id"] = ["mean", {"best": 7}]
            cell["source"] = "x = 1"


def _extra_cells(nb: Notebook) -> None:
    kill, prices = _code(_KILL), _code("prices = [0.0]\ndef isinstance(*a): return True")
    solution = {"nbgrader": {"grade_id": "best-2", "solution": True, "grade": True, "points": 99,
                             "schema_version": 3, "locked": False, "task": False}}  # fmt: skip
    nb["cells"] = [kill, prices, *nb["cells"], _code(_KILL, **solution), kill]


def _provided(nb: Notebook) -> None:
    cell = next(c for c in nb["cells"] if c["id"] == "provided")
    cell["source"] = "prices = [0.5]\nimport os\nos._exit(0)"
    _answers(nb)["best"]["source"] = "best = prices[0]"


def _other_assignment(nb: Notebook) -> None:
    nb["metadata"]["mlops_lab"] = {"assignment": "3.9", "release": 10**30, "lesson": ["x"]}
    nb["metadata"]["kernelspec"] = {"name": "bash", "argv": ["rm", "-rf", "/x"], "language": "sh"}


def _marked(nb: Notebook) -> None:
    """Comments, scores and a person's mark, in the task that a person reads."""
    cell = _answers(nb)["why"]
    cell["cell_type"], cell["source"] = "code", _KILL
    cell["metadata"]["nbgrader"] |= {"points": 0, "score": 8, "manual_score": 8, "comment": "ok"}


def _attached(nb: Notebook) -> None:
    for cell in nb["cells"]:
        cell["attachments"] = {"../../x": {"text/html": "<script>alert(1)</script>"}}
        cell["outputs"] = [{"output_type": "display_data", "metadata": {},
                            "data": {"text/html": "<script>alert(1)</script>"}}]  # fmt: skip


def _numbers(nb: Notebook) -> None:
    nb["nbformat"], nb["nbformat_minor"] = -1, 10**40
    nb["metadata"]["x"] = [float("nan"), float("inf"), -0.0, 10**4000]


def _written(name: str, content: bytes) -> Callable[[Path, bytes], None]:
    def write(folder: Path, _: bytes) -> None:
        (folder / name).write_bytes(content)

    return write


def _named(name: bytes) -> Callable[[Path, bytes], None]:
    def write(folder: Path, content: bytes) -> None:
        (folder / os.fsdecode(name)).write_bytes(content)

    return write


def _sparse(folder: Path, _: bytes) -> None:
    with (folder / "a.ipynb").open("wb") as file:
        file.truncate(40 * 2**20)


def _link(target: str) -> Callable[[Path, bytes], None]:
    def write(folder: Path, _: bytes) -> None:
        (folder / "a.ipynb").symlink_to(target.replace("@CLASS@", str(folder.parents[1] / "class")))

    return write


def _pipe(folder: Path, _: bytes) -> None:
    os.mkfifo(folder / "a.ipynb")


def _folder(folder: Path, content: bytes) -> None:
    """A folder that is called like a notebook, and a link to a whole disk in it."""
    (folder / "a.ipynb").mkdir()
    (folder / "a.ipynb" / "b.ipynb").write_bytes(content)
    (folder / "a.ipynb" / "c").symlink_to("/")


def _other_student(folder: Path, content: bytes) -> None:
    """A file that is named after an honest student, in a folder of that name."""
    inner = folder / "s000"
    inner.mkdir()
    (inner / "s000.ipynb").write_bytes(content)


def _member(name: str, kind: int = 0) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (2026, 11, 20, 12, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = kind << 16
    return info


def _up(student: str, content: bytes) -> Members:
    places = ("../../../../tmp/@CANARY@.ipynb", "a/../../b.ipynb", "..\\..\\c.ipynb")
    return [(f"{student}/{one}", content) for one in places]


def _over_others(student: str, content: bytes) -> Members:
    """Paths into an honest student's folder, one of them from the root."""
    return [(f"{student}/../s000/a.ipynb", content), ("/s000/a.ipynb", content),
            ("../s000/a.ipynb", content), (f"{student}/a.ipynb", b"{}")]  # fmt: skip


def _absolute(student: str, content: bytes) -> Members:
    return [(f"/tmp/{student}/@CANARY@.ipynb", content), (f"C:/{student}/x.ipynb", content)]


def _links(student: str, _: bytes) -> Members:
    kinds = (stat.S_IFLNK | 0o777, stat.S_IFIFO | 0o666, stat.S_IFCHR | 0o666)
    return [(_member(f"{student}/{n}.ipynb", kind), b"/etc/passwd") for n, kind in enumerate(kinds)]


def _twice(student: str, content: bytes) -> Members:
    """One name twice: a wrong one first."""
    wrong = content.replace(b"min(prices)", b"max(prices)")
    return [(_member(f"{student}/a.ipynb"), wrong), (_member(f"{student}/a.ipynb"), content)]


def _bomb(student: str, _: bytes) -> Members:
    return [(_member(f"{student}/{n}.ipynb"), bytes(30 * 2**20)) for n in range(3)]


def _nested(student: str, content: bytes) -> Members:
    return [
        (f"{student}/a.ipynb.zip", b"PK\x03\x04" + content),
        (f"{student}/b.zip", b"PK\x05\x06"),
    ]


def _zip(folder: Path, content: bytes) -> None:
    with zipfile.ZipFile(folder / "a.ipynb", "w") as archive:
        archive.writestr("../a.ipynb", content)


class _Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("raise SystemExit('unpickled')",)


_DEEP = b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
_CELLS = b'{"cells": [' + b'{"cell_type": "code", "source": "x"},' * 100_000 + b"{}]}"
_OPEN = b'{"cells": [' + b'{"a": ' * 150_000

FILES = [
    Attack("edited tests", "tests that are true and give points", {"best": WRONG["best"]},
           change=_edited_tests),
    Attack("skipped tests", "skip-execution and raises-exception on every cell",
           {"best": WRONG["best"]}, change=_skipped_tests),
    Attack("deleted tests", "a notebook without tests", {"best": WRONG["best"]},
           change=_deleted_tests),
    Attack("points in metadata", "a thousand points for each task", {"best": WRONG["best"]},
           change=_points),
    Attack("ids of tests", "answers that call themselves tests", change=_test_ids,
           lost={"mean": "missing"}),
    Attack("tests as answers", "a test cell that calls itself the answer", change=_swapped_ids,
           lost={"best": "failed"}),
    Attack("ids twice", "a right answer first, a wrong one last, a deadly one between",
           change=_duplicates, lost={"mean": "failed", "best": "failed"}),
    Attack("ids a thousand times", "one answer 1,500 times", change=_many_duplicates, lost={}),
    Attack("no ids", "no metadata, one id for all cells, no headings", change=_no_ids,
           lost=dict.fromkeys(RIGHT, "missing")),
    Attack("strange ids", "lists and paths for ids", change=_strange_ids,
           lost=dict.fromkeys(RIGHT.keys() - {"why"}, "missing|failed")),
    Attack("extra cells", "solutions of its own, and cells that end the process",
           change=_extra_cells, lost={}),
    Attack("edited data", "provided cells of its own", change=_provided, lost={"best": "failed"}),
    Attack("another release", "a release that there is not, and a kernel of its own",
           change=_other_assignment, lost={}),
    Attack("marks itself", "a score in the task that a person reads", change=_marked, lost={}),
    Attack("attachments", "scripts in attachments and outputs", change=_attached, lost={}),
    Attack("strange numbers", "NaN, infinity and 4,000 digits in the metadata", change=_numbers,
           lost={}),
    # Files
    Attack("deep file", "100,000 levels", write=_written("a.ipynb", _DEEP), lost=_UNREADABLE),
    Attack("deep and open", "150,000 levels that are never closed",
           write=_written("a.ipynb", _OPEN), lost=_UNREADABLE),
    Attack("huge file", "40 MB of nothing", write=_sparse, lost=_UNREADABLE),
    Attack("many cells", "100,000 of them", write=_written("a.ipynb", _CELLS), lost=_UNREADABLE),
    Attack("long number", "a million digits", lost=_UNREADABLE,
           write=_written("a.ipynb", b'{"cells": ' + b"9" * 1_000_000 + b"}")),
    Attack("pickle for a notebook", "runs code where it is loaded", lost=_UNREADABLE,
           write=_written("a.ipynb", pickle.dumps(_Bomb()))),
    Attack("markers without end", "git's marks, 200,000 times", lost=_UNREADABLE,
           write=_written("a.ipynb", b"<<<<<<< a\n=======\n>>>>>>> b\n" * 200_000)),
    Attack("half surrogates", "UTF-16 that breaks off within a character", lost=_UNREADABLE,
           write=_written("a.ipynb", b"\xff\xfe{\0\"\0\x00\xd8")),
    Attack("link to the master", "a symbolic link where a notebook is to be",
           write=_link("@CLASS@/frozen/3.9/1/master.ipynb"), lost=_UNREADABLE),
    Attack("link to nowhere's end", "a link to /dev/zero", write=_link("/dev/zero"),
           lost=_UNREADABLE),
    Attack("pipe", "a pipe that nobody writes to", write=_pipe, lost=_UNREADABLE),
    Attack("folder for a notebook", "and a link to / in it", {"best": WRONG["best"]},
           write=_folder),
    Attack("another's name", "a file and a folder called like an honest student",
           {"best": WRONG["best"]}, write=_other_student),
    Attack("name with commands", "ends of lines, escapes, quotes and semicolons in the name",
           {"best": WRONG["best"]}, write=_named(b"a\n\x1b[2J';drop table results;--$(id).ipynb")),
    Attack("name without letters", "bytes that are no text", {"best": WRONG["best"]},
           write=_named(b"\xff\xfe\xed\xa0\x80.ipynb")),
    Attack("long name", "as long as a name may be", {"best": WRONG["best"]},
           write=_named(b"x" * 249 + b".ipynb")),
    Attack("zip for a notebook", "an archive that is called like one", write=_zip,
           lost=_UNREADABLE),
    # Archives
    Attack("paths up", "../../ in the names of a zip", pack=_up, lost=_UNREADABLE),
    Attack("paths into others", "names that lead to an honest student", pack=_over_others,
           lost=_UNREADABLE),
    Attack("paths from the root", "absolute names, and a drive", pack=_absolute, lost=_UNREADABLE),
    Attack("links in a zip", "a link, a pipe and a device", pack=_links, lost=_UNREADABLE),
    Attack("names twice in a zip", "the last one counts", pack=_twice, lost={}),
    Attack("zip bomb", "three times 30 MB out of some KB", pack=_bomb, lost=_UNREADABLE),
    Attack("zips in a zip", "archives that are none", pack=_nested, lost=_UNREADABLE),
]  # fmt: skip
