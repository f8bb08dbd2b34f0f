"""What a page sends from the parts of a panel comes in one order."""

from typing import Any

from ipykernel.comm.comm import BaseComm
from ipywidgets import Button, Checkbox, Text, VBox

from mlops_lab.kit.output import show_objects

LAST, PAGE = "the subshell that spoke last", "the subshell that the page names"


def spoken(widget: Text | Button | Checkbox) -> Any:
    """Return the comm of a widget of which a thread has spoken last that is not the page's."""
    comm: Any = BaseComm(target_name="jupyter.widget")  # type: ignore[no-untyped-call]  # ipykernel's
    widget.comm = comm
    comm._reply_subshell_id = LAST
    assert comm._reply_subshell_for({}, PAGE) == LAST
    return comm


def test_all_parts_of_a_panel_are_answered_where_the_page_says() -> None:
    text, button, late = Text(), Button(), Checkbox()
    comms = [spoken(one) for one in (text, button, late)]
    box = VBox([VBox([text]), button])
    show_objects(box)
    show_objects(box)  # a cell runs again
    box.children = [*box.children, late]
    assert [comm._reply_subshell_for({}, PAGE) for comm in comms] == [PAGE] * 3


def test_what_is_no_widget_is_shown_as_it_is() -> None:
    show_objects("a text")
