"""Imports are recorded, hidden, and come back as a fresh import would bring them."""

import importlib
import importlib.util
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlops_lab.workbench.kernels.hidden import Hidden
from mlops_lab.workbench.kernels.record import Record, recorded

FILES = {
    "pack/__init__.py": "from pack import inner\nVERSION = '1'",
    "pack/inner.py": "import pack.deep\nfrom other import value",
    "pack/deep.py": "from os import environ as e\ne['SET_BY_DEEP'] = e.get('READ_BY_DEEP', 'no')",
    "pack/later.py": """import third, warnings
warnings.filterwarnings('ignore', 'of later')
warnings.filterwarnings('ignore', 'at the end', append=True)""",
    "other.py": "value = 3",
    "third.py": "import os, other\nos.write(1, b'said by third')",
}
NAMES = ("pack", "pack.inner", "pack.deep", "pack.later", "other", "third")


@pytest.fixture
def hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hidden]:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delenv("READ_BY_DEEP", raising=False)
    with tempfile.TemporaryFile() as said, warnings.catch_warnings():
        usual = os.dup(1)
        os.dup2(said.fileno(), 1)
        try:
            with recorded({1: said.fileno()}) as record:
                importlib.import_module("pack")
                importlib.import_module("pack.later")
        finally:
            os.dup2(usual, 1)
            os.close(usual)
    del os.environ["SET_BY_DEEP"]
    made = Hidden(NAMES, record)
    monkeypatch.setattr(sys, "meta_path", [made, *sys.meta_path])
    yield made
    for name in NAMES:
        sys.modules.pop(name, None)
    os.environ.pop("SET_BY_DEEP", None)


def there() -> set[str]:
    return set(NAMES) & set(sys.modules)


def test_an_import_brings_what_it_needs_and_no_more(hidden: Hidden) -> None:
    assert there() == set()
    pack = importlib.import_module("pack")
    assert there() == {"pack", "pack.inner", "pack.deep", "other"}
    assert pack.inner.value == 3
    assert pack.inner.pack is pack
    assert not hasattr(pack, "later")
    assert importlib.import_module("pack.later") is pack.later
    assert there() == set(NAMES)
    assert not hidden.modules


def test_an_import_does_again_what_it_did(
    hidden: Hidden, capfd: pytest.CaptureFixture[str]
) -> None:
    importlib.import_module("pack")
    assert os.environ["SET_BY_DEEP"] == "no"
    assert hidden.record.readers["READ_BY_DEEP"] == {"pack.deep"}
    assert capfd.readouterr().out == ""
    with warnings.catch_warnings():
        importlib.import_module("pack.later")
        assert warnings.filters[0][1].pattern == "of later"  # type: ignore[union-attr]  # compiled
        assert warnings.filters[-1][1].pattern == "at the end"  # type: ignore[union-attr]  # likewise
    assert capfd.readouterr().out == "said by third"


def test_a_module_is_itself_again(hidden: Hidden) -> None:
    assert importlib.util.find_spec("pack").origin.endswith("pack/__init__.py")  # type: ignore[union-attr]  # found
    assert there() == set()
    module = hidden.modules["pack"]
    before = module.__spec__
    assert importlib.import_module("pack") is module
    assert module.__spec__ is before
    assert importlib.reload(module) is module


def test_what_is_forgotten_is_imported_from_its_file(
    hidden: Hidden, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("READ_BY_DEEP", "read now")
    old = hidden.modules["pack"]
    hidden.forget([name for name in NAMES if name.startswith("pack")])
    assert importlib.import_module("pack") is not old
    assert os.environ["SET_BY_DEEP"] == "read now"
    assert "other" not in hidden.modules


def test_who_asks_before_can_have_it_imported_from_its_file(hidden: Hidden) -> None:
    old = hidden.modules["other"]
    hidden.before = lambda name: name != "other"
    assert importlib.import_module("other") is not old


def test_all_come_back(hidden: Hidden) -> None:
    pack = hidden.modules["pack"]
    hidden.show_all()
    assert there() == set(NAMES)
    assert pack.later is sys.modules["pack.later"]


@pytest.mark.parametrize(
    ("level", "shown"), [("", "w i w"), ("1", "w w"), ("2", ""), ("none", "w i w")]
)
def test_what_tensorflow_says_goes_by_its_level(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], level: str, shown: str
) -> None:
    from mlops_lab.workbench.kernels.record import Effects

    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", level)
    lines = (
        b"w: all of what follows\n"
        b"I0000 00:00:1795985417.477853   24550 cudart_stub.cc:31] i\n"
        b"2026-11-29 20:10:00.123456: W tensorflow/core.cc:3] w\n"
    )
    Effects(said={2: lines}).repeat()
    said = capfd.readouterr().err
    assert " ".join(line.replace(":", " ").replace("]", " ").split()[0 if i == 0 else -1]
                    for i, line in enumerate(said.splitlines())) == shown  # fmt: skip
    assert "1795985417" not in said
    assert "24550" not in said


def test_modules_that_need_each_other_come_together() -> None:
    record = Record(needs={"a": {"b"}, "b": {"c", "a"}, "c": {"a"}, "d.e": {"a"}})
    assert sorted(record.closure("a")) == ["a", "b", "c"]
    assert record.closure("d.e")[-1] == "d.e"
    assert sorted(record.closure("d.e")) == ["a", "b", "c", "d", "d.e"]
