"""All hostile submissions: name, what it tries, what it hands in, and what it deserves."""

from .case import Attack
from .files import FILES
from .lies import LIES
from .protocol import PROTOCOL
from .spies import SPIES
from .stops import STOPS

__all__ = ["ATTACKS"]

ATTACKS: list[Attack] = [*FILES, *LIES, *SPIES, *PROTOCOL, *STOPS]
