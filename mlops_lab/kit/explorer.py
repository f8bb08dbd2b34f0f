"""A control panel on one function that draws."""

import asyncio
import base64
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from mlops_lab.kit.control import controls_of, shown
from mlops_lab.kit.output import show_data, show_objects
from mlops_lab.kit.panel import NAMING, panel
from mlops_lab.kit.stills import Still, remember, still_values

if TYPE_CHECKING:
    from ipywidgets import Widget
    from matplotlib.figure import Figure

__all__ = ["Explorer", "explore"]

_SIDES: tuple[Literal["left", "center", "right"], ...] = ("left", "center", "right")


class Explorer:
    """A drawn function and the controls on it. Make one with `explore`.

    Attributes
    ----------
    controls : dict of ipywidgets by parameter name
        Setting a control's `value` is what a reader's hand does.
    seconds : float
        How long the last picture took.
    drawn : int
        How many pictures have been drawn.
    first : dict of values by parameter name
        The values with which it opened.
    still : dict of lists by parameter name
        The values of the controls that are drawn for pages without a kernel; empty without any.
    panel : ipywidget
        The controls as they are shown.
    """

    def __init__(
        self,
        draw: "Callable[..., Figure]",
        controls: "dict[str, Widget]",
        alt: str,
        wait: float,
        still: dict[str, list[object]] | None = None,
    ) -> None:
        self.controls = controls
        self.seconds = 0.0
        self.drawn = 0
        self.first = {name: one.value for name, one in controls.items()}
        self.still = still or {}
        self.panel = panel(list(controls.values()))
        self._draw, self._alt, self._wait = draw, alt, wait
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._handle: Any = None  # IPython's display handles have no types

    def _ipython_display_(self) -> None:
        """Show nothing as a cell's last value: it is on the page already."""

    def open(self) -> None:
        """Show the controls and the first picture, then follow the controls."""
        data, metadata = self._picture()
        show_objects(self.panel)
        self._handle = show_data(data, metadata, updatable=True)
        with suppress(RuntimeError):  # no loop, as in a plain script: nothing else is waiting
            self._loop = asyncio.get_running_loop()
        for control in self.controls.values():
            control.observe(self._changed, names="value")
        if self.still:
            remember(self)

    def state(self, values: Mapping[str, object]) -> tuple[bytes, str]:
        """Draw one state without showing it.

        Parameters
        ----------
        values : mapping by parameter name
            The controls that are not named stand where they stood at first.

        Returns
        -------
        bytes, str
            A PNG and its alt text.
        """
        data, metadata = self._drawn({**self.first, **values})
        return base64.b64decode(str(data["image/png"])), str(metadata["image/png"]["alt"])

    def redraw(self) -> None:
        """Draw once more with the controls as they stand; an error takes the picture's place."""
        self._timer = None
        metadata: dict[str, object] = {}
        try:
            data, metadata = self._picture()
        except Exception:  # noqa: BLE001  nobody above would show it to the reader
            data = {"text/plain": traceback.format_exc(limit=-3)}
        if self._handle is not None:  # None outside of a notebook
            self._handle.update(data, metadata=metadata, raw=True)

    def _picture(self) -> tuple[dict[str, object], dict[str, Any]]:
        begin = time.perf_counter()
        data, metadata = self._drawn({name: one.value for name, one in self.controls.items()})
        self.seconds = time.perf_counter() - begin
        self.drawn += 1
        return {**data, "text/html": f"{data['text/html']}{NAMING}"}, metadata

    def _drawn(self, values: dict[str, object]) -> tuple[dict[str, object], dict[str, Any]]:
        import matplotlib.pyplot as plt

        from mlops_lab.kit.style import as_png

        open_before = set(plt.get_fignums())
        try:
            figure = self._draw(**values)
            data, metadata = as_png(figure, self._told(figure, values))
            plt.close(figure)
        finally:  # what an error left half-drawn would be shown under the next cell
            for number in set(plt.get_fignums()) - open_before:
                plt.close(number)
        return data, metadata

    def _told(self, figure: "Figure", values: Mapping[str, object]) -> str:
        """Say what the picture shows now: whoever moves a control unseen hears what came of it."""
        if len(self._alt.split()) < 3 or not hasattr(figure, "axes"):
            return self._alt  # refused where pictures are made
        titles = [
            figure.get_suptitle(),
            *(ax.get_title(loc) for ax in figure.axes for loc in _SIDES),
        ]
        states = [
            f"{name.replace('_', ' ')} {shown(self.controls[name], value)}"
            for name, value in values.items()
        ]
        parts = [self._alt, *filter(None, titles), f"Now: {', '.join(states)}"]
        return " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in parts)

    def _changed(self, _: object) -> None:
        # JupyterLab hands changes over in a thread of their own. Drawing waits for the cells'
        # thread: pyplot holds one list of figures for all, and a cell's end shows what is in it.
        if self._loop is None:
            self.redraw()
        else:
            self._loop.call_soon_threadsafe(self._rest, self._loop)

    def _rest(self, loop: asyncio.AbstractEventLoop) -> None:
        # A dragged slider sends dozens of values: only the one it rests on is drawn.
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_later(self._wait, self.redraw)


def explore(
    draw: "Callable[..., Figure]",
    /,
    *,
    alt: str,
    wait: float = 0.05,
    still: Still | None = None,
    **controls: object,
) -> Explorer:
    """Show controls on a function that draws; its first picture is there without a browser.

    Parameters
    ----------
    draw : callable with keyword parameters -> matplotlib Figure
        Its defaults are the first state. Aim at 200 ms a picture: prepare what does not depend on
        the controls outside.
    alt : str
        What the picture shows, for readers who cannot see it. The titles in the picture and the
        values of the controls are told after it.
    wait : float, 0 or more
        Seconds of rest after a change before it is drawn.
    still : mapping of str to int, list or None, optional
        The controls, one or two, that move on pages without a kernel, and of each how many values,
        or which ones: ``{"size": 12, "detector": None}`` draws 12 sizes by all detectors, at most
        200 pictures together. Nothing is drawn for it unless the course site asks for that.
    **controls
        For each parameter of `draw` a widget, or ipywidgets' short form: `(low, high, step)` for a
        slider, a list for a menu, True or False for a box.

    Returns
    -------
    Explorer

    Raises
    ------
    ValueError
        For a control that is no parameter of `draw`, a parameter without control or default, a
        short form that makes no widget, or one in which the parameter's default does not occur;
        for a `still` that is not as said above; for a parameter of `draw` that has a name of ours.
    """
    made = controls_of(draw, controls)
    explorer = Explorer(draw, made, alt, wait, still_values(still, made) if still else None)
    explorer.open()
    return explorer
