import doctest
import importlib

import pytest
from bs4 import BeautifulSoup
from ipywidgets import HTML, Button, VBox

from mlops_lab.kit import control, panel


def test_controls_stand_in_their_order_and_the_style_is_not_seen() -> None:
    one, other = Button(), Button()
    box = panel.panel([one, other])
    assert isinstance(box, VBox)
    *controls, style = box.children
    assert controls == [one, other]
    assert isinstance(style, HTML)
    assert style.layout.display == "none"
    assert style.value.startswith("<style>")
    (name,) = box._dom_classes
    assert f".{name} " in style.value, "the rules are for this panel and no other widget"
    assert f".{name} " in panel.NAMING
    assert "PANEL" not in panel.NAMING


@pytest.mark.parametrize("mark", ["", "Right."])
def test_what_is_announced_is_text(mark: str) -> None:
    found = BeautifulSoup(panel.announced(mark, "<script>x</script> & so on"), "html.parser")
    alert = found.find(role="alert")
    assert alert is not None
    assert alert.get_text() == f"{mark} <script>x</script> & so on".strip()
    assert found.find("script") is None
    assert [one.get_text() for one in found.find_all("b")] == [mark] * bool(mark)


@pytest.mark.parametrize("name", [panel.__name__, control.__name__])
def test_the_examples_are_true(name: str) -> None:
    done = doctest.testmod(importlib.import_module(name))
    assert (done.attempted > 0, done.failed) == (True, 0)
