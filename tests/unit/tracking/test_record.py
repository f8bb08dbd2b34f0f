"""Hashes that change when, and only when, what they stand for does; commits as git has them."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sklearn

from mlops_lab import tracking

TABLE = pd.DataFrame({"n": [1, 2, 3], "x": [0.5, np.nan, 2.0], "word": ["a", "b", None]})
CHANGES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "a value": lambda t: t.assign(n=[1, 2, 4]),
    "the order of rows": lambda t: t[::-1],
    "the order of columns": lambda t: t[["x", "n", "word"]],
    "a name": lambda t: t.rename(columns={"n": "m"}),
    "a type": lambda t: t.astype({"n": "float64"}),
    "a missing value": lambda t: t.fillna({"x": 0.0}),
    "one row less": lambda t: t[:2],
    "two columns exchanged": lambda t: t.rename(columns={"n": "x", "x": "n"}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_data_hash_sees(name: str) -> None:
    assert tracking.data_hash(CHANGES[name](TABLE)) != tracking.data_hash(TABLE)


def test_data_hash_does_not_see_the_index() -> None:
    assert tracking.data_hash(TABLE.set_index(pd.Index([9, 8, 7]))) == tracking.data_hash(TABLE)


def test_data_hash_reads_the_last_row_of_a_long_table() -> None:
    long = pd.DataFrame({"n": np.arange(30_000), "m": 1.5})
    late = long.copy()
    late.loc[29_999, "m"] = 1.25
    assert tracking.data_hash(late) != tracking.data_hash(long)


def test_data_hash_is_the_same_in_another_process() -> None:
    program = (
        "import pandas as pd; from mlops_lab import tracking\n"
        "print(tracking.data_hash(pd.DataFrame({'n': [1, 2], 'w': ['a', 'b']})))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    own = tracking.data_hash(pd.DataFrame({"n": [1, 2], "w": ["a", "b"]}))
    assert done.stdout.strip() == own


def plain(x: float) -> float:
    return x * 2


def commented(x: float) -> float:
    # twice as much
    return x * 2


def test_code_hash_of_a_function_is_that_of_its_source() -> None:
    source = "def plain(x: float) -> float:\n    return x * 2"
    assert tracking.code_hash(plain) == tracking.code_hash(source)
    renamed = source.replace("plain", "commented")
    assert tracking.code_hash(commented) == tracking.code_hash(renamed)
    assert tracking.code_hash(plain, commented) != tracking.code_hash(commented, plain)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("depth=3", True),
        ("depth = 3  # as last year", True),
        ("\n\ndepth = (3)\n", True),
        ("depth = 4", False),
        ("Depth = 3", False),
        ("depth = '3'", False),
    ],
)
def test_code_hash_goes_by_the_program(text: str, *, same: bool) -> None:
    assert (tracking.code_hash(text) == tracking.code_hash("depth = 3")) is same


def test_code_that_is_none_is_refused() -> None:
    with pytest.raises(SyntaxError):
        tracking.code_hash("depth = ")


def test_environment_names_versions() -> None:
    found = tracking.environment(["scikit-learn"])
    assert found["scikit-learn"] == sklearn.__version__
    assert found["python"] == ".".join(map(str, sys.version_info[:3]))


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    (folder / "train.py").write_text("LEAF = 5\n")
    for words in (["init"], ["add", "."], ["commit", "-m", "first"]):
        tracking.git(folder, *words)
    return folder


def test_a_dirty_tree_is_told_and_its_diff_restores_it(repo: Path) -> None:
    clean = tracking.commit(repo)
    assert (clean.dirty, clean.diff, len(clean.sha)) == (False, "", 40)
    (repo / "train.py").write_text("LEAF = 20\n")
    edited = tracking.commit(repo)
    assert (edited.sha, edited.dirty) == (clean.sha, True)
    tracking.git(repo, "checkout", "train.py")
    (repo.parent / "edits.diff").write_text(edited.diff)
    tracking.git(repo, "apply", str(repo.parent / "edits.diff"))
    assert (repo / "train.py").read_text() == "LEAF = 20\n"


def test_a_new_file_is_dirty_too(repo: Path) -> None:
    (repo / "helper.py").write_text("")
    found = tracking.commit(repo)
    assert (found.dirty, found.diff) == (True, "")


def test_mlflow_tags_the_same_commit_before_and_after_an_edit(repo: Path) -> None:
    from mlflow.utils.git_utils import get_git_commit

    before = get_git_commit(str(repo / "train.py"))
    (repo / "train.py").write_text("LEAF = 20\n")
    assert get_git_commit(str(repo / "train.py")) == before == tracking.commit(repo).sha


def test_git_ignores_what_its_surroundings_say(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "somebody")
    assert tracking.git(repo, "log", "--format=%an").strip() == "lab"


def test_a_folder_without_repository_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"git rev-parse in .*not a git repository"):
        tracking.commit(tmp_path)


def test_what_a_record_lacks() -> None:
    full: dict[str, object] = {"code": "a", "data": "b", "params": {}, "seed": 0}
    full["environment"] = {"python": "3.11"}
    assert tracking.missing(full) == []
    assert tracking.missing({**full, "seed": None, "environment": {}}) == ["seed", "environment"]
    assert tracking.missing({}) == ["code", "data", "params", "seed", "environment"]
