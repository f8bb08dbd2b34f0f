"""Pictures, sounds and films that controls of ipywidgets hold."""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

__all__ = ["as_media", "stored_bytes"]

State = Mapping[str, Any]


def stored_bytes(buffers: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, bytes]]:
    """Yield values that are bytes, with their names, as a notebook stores them: in base64."""
    for each in buffers:
        path = each.get("path") or []
        if len(path) == 1 and each.get("encoding") == "base64":
            try:
                yield str(path[0]), base64.b64decode(each.get("data", ""))
            except (binascii.Error, TypeError):
                yield str(path[0]), b""


def as_media(tag: str, kind: str) -> Callable[[State], str]:
    """Return what shows the value of a state as an element of HTML, in the page itself.

    Parameters
    ----------
    tag : str
        ``img``, ``audio`` or ``video``.
    kind : str
        The first part of its media type: ``image``.
    """

    def shown(state: State) -> str:
        content = state.get("value")
        if not isinstance(content, bytes) or not content:
            return ""
        form = str(state.get("format") or "")
        if form == "url":
            source = content.decode("utf-8", "replace")
        else:
            subtype = {"svg": "svg+xml", "jpg": "jpeg"}.get(form, form)
            source = f"data:{kind}/{subtype};base64,{base64.b64encode(content).decode()}"
        size = "".join(
            f' {name}="{escape(str(state[name]))}"'
            for name in ("width", "height")
            if state.get(name)
        )
        words = escape(str(state.get("tooltip") or kind))
        if tag == "img":
            return f'<img src="{escape(source)}" alt="{words}"{size}>'
        return f'<{tag} controls src="{escape(source)}" aria-label="{words}"{size}></{tag}>'

    return shown
