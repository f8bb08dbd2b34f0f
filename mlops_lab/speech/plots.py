"""Pictures of clips: each takes an `Axes`, draws on it, and returns it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_lab.kit import PALETTE
from mlops_lab.speech.clips import BANDS, FLOOR, FRAMES, SECONDS, Clips
from mlops_lab.speech.phones import WORDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from mlops_lab.speech.ends import Cut

__all__ = ["clip"]


def clip(ax: Axes, clips: Clips, row: int, cut: Cut | None = None) -> Axes:
    """Draw the power of a clip by time and band, where its word is, and what is sent.

    Parameters
    ----------
    ax : Axes
    clips : Clips
    row : int
        Which of them.
    cut : Cut, optional
        What `vad` or `hand_cut` has made of all of them; without it, only the word is marked.
    """
    start, end = SECONDS * clips.start[row], SECONDS * clips.end[row]
    image = ax.imshow(
        clips.power[row].T,
        origin="lower",
        aspect="auto",
        cmap="Greys",
        extent=(0, SECONDS * FRAMES, -0.5, BANDS - 0.5),
        vmin=FLOOR,
        vmax=0,
    )
    ax.figure.colorbar(image, ax=ax, label="power, dB")
    title = f"“{WORDS[clips.word[row]]}” takes {end - start:.2f} s"
    for edge in (start, end):
        ax.axvline(edge, color=PALETTE["blue"], ls=":")
    ax.plot([], [], ":", color=PALETTE["blue"], label="word")
    if cut is not None:
        kept = [SECONDS * cut.start[row], SECONDS * cut.end[row]]
        title += f"; {kept[1] - kept[0]:.2f} s are sent" if cut.sent[row] else "; nothing is sent"
        if cut.sent[row]:
            ax.axvspan(*kept, color=PALETTE["orange"], alpha=0.2, label="sent")
    ax.legend(loc="upper left", bbox_to_anchor=(0, -0.18), ncols=2)
    ax.set(title=title, xlabel="time, seconds", ylabel="band, low to high")
    ax.grid(visible=False)
    return ax
