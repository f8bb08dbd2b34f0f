"""A library of an extra that is not installed: the error says what to install."""

import doctest
import importlib
import sys

import pytest

from mlops_lab.kit import extra


def test_a_missing_library_says_what_to_install() -> None:
    with (
        pytest.raises(ModuleNotFoundError, match=r"pip install 'mlops-lab\[label\]'$") as caught,
        extra("label"),
    ):
        import no_such_library  # type: ignore[import-not-found]  # noqa: F401
    assert caught.value.name == "no_such_library"
    assert caught.value.__suppress_context__, "one error is enough to read"


def test_what_is_there_is_imported_and_other_errors_come_through() -> None:
    with extra("label"):
        import json
    assert json.loads("1") == 1
    with pytest.raises(ZeroDivisionError), extra("label"):
        1 / 0  # noqa: B018  the error is the point


@pytest.mark.parametrize(
    ("module", "call", "name"),
    [
        ("river", "from mlops_lab.drift import error_detector as f; f('ddm')", "drift"),
        ("ai_edge_litert", "from mlops_lab.compression import open_model as f; f(b'')", "compress"),
    ],
)
def test_topics_say_it_too(
    module: str, call: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in [one for one in sys.modules if one.split(".")[0] == module]:
        monkeypatch.delitem(sys.modules, one)
    monkeypatch.setitem(sys.modules, module, None)  # as if it were not installed
    with pytest.raises(ModuleNotFoundError, match=rf"pip install 'mlops-lab\[{name}\]'"):
        exec(call, {})


def test_the_example_is_true() -> None:
    done = doctest.testmod(importlib.import_module("mlops_lab.kit.extras"))
    assert (done.attempted > 0, done.failed) == (True, 0)
