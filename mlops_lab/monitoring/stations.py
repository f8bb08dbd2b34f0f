"""Metrics of a voice search, station by station: microphone, VAD, recognizer, user."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlops_lab.monitoring.exporter import Exporter
from mlops_lab.speech import BANDS, FLOOR, energy

if TYPE_CHECKING:
    from mlops_lab.speech import Clips, Cut, Heard

__all__ = ["FLOW", "METRICS", "Metric", "count", "measure", "windows"]

Floats = NDArray[np.float64]

FLOW = ("microphone", "vad", "recognizer", "user")
"""The stations, in the order in which a clip passes them."""
_REPEATS = 0.03  # of users who got the right answer
_TYPES = (0.25, 0.01)  # of those who did not, and of those who did


@dataclass(frozen=True)
class Metric:
    """A quotient of two counts, over a window of clips or of time.

    Attributes
    ----------
    name, station, unit : str
        The unit as a reader sees it; "%" for a share.
    top, bottom : str
        The counts, as Prometheus names them.
    """

    name: str
    station: str
    unit: str
    top: str
    bottom: str

    @property
    def alert(self) -> str:
        """The name of its alert, such as ``VadFirstFrame``."""
        return "".join(word.capitalize() for word in f"{self.station} {self.name}".split())

    def expr(self, window: str = "5m") -> str:
        """Return the PromQL expression for its value over the last `window`."""
        return f"sum(rate({self.top}[{window}])) / sum(rate({self.bottom}[{window}]))"


def _mean(name: str, station: str, unit: str, series: str) -> Metric:
    return Metric(name, station, unit, f"{series}_sum", f"{series}_count")


METRICS = (
    _mean("level", "microphone", "dB over silence", "microphone_level_db"),
    _mean("noise floor", "microphone", "dB over silence", "microphone_floor_db"),
    _mean("pitch", "microphone", "band", "microphone_pitch_band"),
    Metric("sent", "vad", "%", 'vad_clips_total{sent="yes"}', "vad_clips_total"),
    Metric("frames kept", "vad", "%", "vad_frames_kept_total", "vad_frames_heard_total"),
    _mean("first frame", "vad", "dB over the room", "vad_first_frame_db"),
    _mean("length", "vad", "frames", "vad_length_frames"),
    _mean("confidence", "recognizer", "", "recognizer_confidence"),
    Metric("null", "recognizer", "%", 'recognizer_answers_total{null="yes"}',
           "recognizer_answers_total"),
    Metric("repeats", "user", "%", "user_repeats_total", "vad_clips_total"),
    Metric("types", "user", "%", "user_types_total", "vad_clips_total"),
)  # fmt: skip
"""The lesson's metrics, in flow order."""


def measure(
    clips: "Clips", cut: "Cut", heard: "Heard", rng: Generator, repeats: float = 0.6
) -> tuple[Floats, Floats]:
    """Say what each clip adds to the two counts of each metric.

    Parameters
    ----------
    clips : Clips
    cut, heard : Cut, Heard
        What the VAD sent of each, and what the recognizer made of it.
    rng : Generator
        What users do: of those who got the wrong answer or none, 25 % type; of the others 1 %, and
        3 % say it once more. Chosen by hand.
    repeats : float, 0 to 1
        Share of those who got the wrong answer or none that say it once more.

    Returns
    -------
    top, bottom : arrays of shape (clips, metrics)
        In the order of `METRICS`. Powers count in dB over `speech.FLOOR`, as counts only grow.
    """
    n, loud = len(clips), energy(clips) - FLOOR
    power = np.exp(clips.power * np.float32(np.log(10) / 10))
    pitch = (power.sum(axis=1) @ np.arange(BANDS)) / power.sum(axis=(1, 2))
    sent, length = cut.sent.astype(float), (cut.end - cut.start).astype(float)
    failed = heard.word != clips.word
    again = rng.random(n) < np.where(failed, repeats, _REPEATS)
    types = rng.random(n) < np.where(failed, *_TYPES)
    one, frames = np.ones(n), np.full(n, float(clips.power.shape[1]))
    room = np.quantile(loud, 0.1, axis=1)
    first = np.maximum(loud[np.arange(n), cut.start] - room, 0) * sent
    columns = [
        (loud.max(axis=1), one), (room, one), (pitch, one),
        (sent, one), (length, frames), (first, sent), (length, sent),
        (heard.chance * sent, sent), ((heard.word < 0) * sent, sent), (again, one), (types, one),
    ]  # fmt: skip
    top, bottom = (np.column_stack(side).astype(float) for side in zip(*columns, strict=True))
    return top, bottom


def windows(top: Floats, bottom: Floats, size: int = 100) -> Floats:
    """Return the metrics of each window of `size` clips.

    Parameters
    ----------
    top, bottom : arrays of shape (clips, metrics)
        From `measure`; clips after the last full window are left out.
    size : int

    Returns
    -------
    array of shape (windows, metrics)

    Raises
    ------
    ValueError
        If there is not one full window.

    Examples
    --------
    >>> windows(np.array([[1.0], [0.0], [1.0], [1.0]]), np.ones((4, 1)), size=2).tolist()
    [[0.5], [1.0]]
    """
    full = len(top) // size
    if full < 1:
        raise ValueError(f"a window has {size} clips; got {len(top)} in all")
    above, below = (
        side[: full * size].reshape(full, size, -1).sum(axis=1) for side in (top, bottom)
    )
    return np.asarray(above / np.maximum(below, 1e-9))


def count(exporter: Exporter, top: Floats, bottom: Floats) -> None:
    """Add clips to the counts of an exporter; no clips make the counts known, at 0.

    Parameters
    ----------
    exporter : Exporter
    top, bottom : arrays of shape (clips, metrics)
        From `measure`.
    """
    for place, metric in enumerate(METRICS):
        above, below = float(top[:, place].sum()), float(bottom[:, place].sum())
        if metric.station == "user":
            exporter.add(metric.top, above)  # below the line stand the clips of the VAD
            continue
        name, _, label = metric.top.partition("{")
        if label:  # all that is left has the other label
            key = label.partition("=")[0]
            exporter.add(name, above, **{key: "yes"})
            exporter.add(name, below - above, **{key: "no"})
        else:
            exporter.add(metric.top, above)
            exporter.add(metric.bottom, below)
