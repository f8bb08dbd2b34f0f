"""How a server is set up, checked before anything starts."""

import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

__all__ = ["Settings"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a server works by.

    Attributes
    ----------
    folder : Path
        Model folder: ``<name>/<version>/model.tflite`` or ``model.keras``.
    batch_size : int
        Most instances in one call of the model; 1 turns micro-batching off.
    batch_window : float
        Seconds that the first instance of a batch waits for others; 0 to 10.
    queue_size : int
        Most instances that wait, over all models; more is answered 503.
    timeout : float
        Seconds from a request's arrival to its answer; later is answered 504.
    read_timeout : float
        Seconds in which headers, and after them the body, must have come; later is answered 408.
    max_bytes : int
        Most bytes of a body; more is answered 413. A body of the bulk endpoint may have 16 times
        as many.
    threads : int
        Threads inside one call of a model.
    slowdown : float
        Seconds added to each call of a model, to stand in for a larger one; 0 to 10.
    poll : float
        Seconds between two looks into the model folder.
    grace : float
        Seconds that a stop waits for the requests under way.
    log : str
        File for one JSON line a request; none when empty.
    """

    folder: Path
    batch_size: int = 32
    batch_window: float = 0.002
    queue_size: int = 256
    timeout: float = 2.0
    read_timeout: float = 10.0
    max_bytes: int = 4 * 2**20
    threads: int = 1
    slowdown: float = 0.0
    poll: float = 1.0
    grace: float = 10.0
    log: str = ""

    def __post_init__(self) -> None:
        if not self.folder.is_dir():
            raise ValueError(
                f"The model folder {str(self.folder)!r} is not a folder; it holds "
                "<name>/<version>/model.tflite or model.keras."
            )
        for name, low, high in _WHOLE:
            _whole(name, getattr(self, name), low, high)
        for name, least, most in _SECONDS:
            _seconds(name, getattr(self, name), least, most)
        if self.queue_size < self.batch_size:
            raise ValueError(
                f"queue_size is {self.queue_size}, less than batch_size {self.batch_size}: "
                "no batch could ever be full."
            )

    def document(self) -> dict[str, Any]:
        """Return the settings as plain values, which `Settings.of` reads."""
        return asdict(self) | {"folder": str(self.folder)}

    @staticmethod
    def of(document: dict[str, Any]) -> "Settings":
        """Read what `document` gave."""
        return Settings(**document | {"folder": Path(document["folder"])})


_WHOLE = [
    ("batch_size", 1, 4096),
    ("queue_size", 1, 1_000_000),
    ("max_bytes", 1, 2**30),
    ("threads", 1, 256),
]
_SECONDS = [
    ("batch_window", 0.0, 10.0),
    ("timeout", 0.001, 3600.0),
    ("read_timeout", 0.05, 3600.0),
    ("slowdown", 0.0, 10.0),
    ("poll", 0.01, 3600.0),
    ("grace", 0.0, 3600.0),
]


def _whole(name: str, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} is {value!r}; a whole number from {low} to {high} is allowed.")


def _seconds(name: str, value: object, low: float, high: float) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not low <= value <= high:  # type: ignore[arg-type, operator]  # a number by then
        raise ValueError(f"{name} is {value!r}; {low:g} to {high:g} seconds are allowed.")
