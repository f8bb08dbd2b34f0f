"""What a look at one part of this machine gives."""

from dataclasses import dataclass

__all__ = ["Check"]


@dataclass(frozen=True)
class Check:
    """One thing looked at.

    Attributes
    ----------
    name : str
        What was looked at.
    ok : bool
        Whether a lesson can run with it.
    detail : str
        What was found.
    fix : str
        What to do; empty when `ok`.
    """

    name: str
    ok: bool
    detail: str
    fix: str = ""
