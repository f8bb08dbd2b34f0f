"""What earlier runs took is remembered, and never in the way."""

import json
from pathlib import Path

import pytest

from mlops_lab.workbench.runs import past
from mlops_lab.workbench.runs.live import Running
from mlops_lab.workbench.runs.many import Job, longest_first


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(past, "_file", lambda: tmp_path / "runs" / "seconds.json")
    return tmp_path / "runs" / "seconds.json"


def new(folder: Path, name: str = "x.ipynb") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).touch()
    return folder / name


def took(notebook: Path) -> float:
    return past.seconds([notebook])[notebook]


def test_it_remembers_by_path(tmp_path: Path) -> None:
    first, second = new(tmp_path / "a"), new(tmp_path / "b")
    assert took(first) == float("inf")
    past.remember({first: 3.14159})
    past.remember({second: 2.0})
    past.remember({first: 4.0})
    assert past.seconds([first, second]) == {first: 4.0, second: 2.0}
    assert took(tmp_path / "a" / ".." / "a" / "x.ipynb") == 4.0


@pytest.mark.parametrize("text", ["", "{", "[]", '{"x": "y"}', "\xff"])
def test_a_damaged_record_is_begun_again(cache: Path, tmp_path: Path, text: str) -> None:
    cache.parent.mkdir()
    cache.write_text(text, encoding="latin-1")
    notebook = new(tmp_path)
    assert took(notebook) == float("inf")
    past.remember({notebook: 1.0})
    assert took(notebook) == 1.0


def test_a_folder_that_cannot_be_written_costs_nothing(cache: Path, tmp_path: Path) -> None:
    cache.parent.write_text("a file stands where the folder should be")
    past.remember({new(tmp_path): 1.0})
    assert took(tmp_path / "x.ipynb") == float("inf")


def test_a_write_that_fails_leaves_the_record_and_nothing_beside_it(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = new(tmp_path)
    past.remember({notebook: 1.0})

    def full(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "replace", full)
    past.remember({notebook: 2.0})
    assert took(notebook) == 1.0
    assert [one.name for one in cache.parent.iterdir()] == [cache.name]


def test_notebooks_that_are_gone_are_forgotten(cache: Path, tmp_path: Path) -> None:
    kept, gone = new(tmp_path, "kept.ipynb"), new(tmp_path, "gone.ipynb")
    past.remember({kept: 1.0, gone: 2.0})
    gone.unlink()
    past.remember({kept: 1.5})
    assert list(json.loads(cache.read_text())) == [str(kept)]
    past.remember({gone: 3.0})  # moved away while it ran
    assert list(json.loads(cache.read_text())) == [str(kept)]


def test_what_ran_last_is_kept_of_more_than_fit(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "MOST", 3)
    first, *others = (new(tmp_path, f"{i}.ipynb") for i in range(4))
    for one in (first, *others[:2], first, others[2]):
        past.remember({one: 1.0})
    names = [Path(path).name for path in json.loads(cache.read_text())]
    assert names == ["2.ipynb", "0.ipynb", "3.ipynb"]


def test_the_record_is_read_once_for_all_jobs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short, long = new(tmp_path, "short.ipynb"), new(tmp_path, "long.ipynb")
    past.remember({short: 1.0, long: 9.0})
    really, reads = past._read, list[None]()

    def counted() -> dict[str, float]:
        reads.append(None)
        return really()

    monkeypatch.setattr(past, "_read", counted)
    jobs = [Job(short, {"seed": i}) for i in range(5_000)] + [Job(long)]
    assert longest_first(jobs)[0] == Job(long)
    assert len(reads) == 1
    running = Running(jobs, at_once=2)
    assert running.text(0.0) == running.text(0.0) == "short 0 of about 1 s, short 0 of about 1 s"
    assert len(reads) == 2
