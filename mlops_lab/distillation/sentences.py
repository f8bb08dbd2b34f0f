"""Short sentences of a made-up language, with the best possible guess at a hidden word."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

__all__ = ["Sentences", "chances", "draw_sentences", "vocabulary"]

Ints = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float64]

_TOPICS = (  # subjects, verbs, objects, places, adjectives; a word may stand under two topics
    "sailor pilot diver/moor load paint/boat crate rope net/quay pier/wet salty heavy",
    "cook baker waiter/clean fry taste/fish loaf soup pan/stove shelf/hot salty fresh",
    "farmer florist beekeeper/water plant trim/rose hedge bean pear/shed pond/wet fresh green",
    "singer drummer pianist/tune play carry/harp song drum flute/stage hall/loud old famous",
    "clerk lawyer editor/sign file print/letter bill form map/desk lobby/old heavy urgent",
    "nurse doctor patient/check lift warm/bandage chart needle tray/ward door/hot urgent tidy",
)
# this wet sailor moors the boat near the quay; near the quay this wet sailor moors the boat
_ORDERS = (
    "which adjective subject verb the object where the place",
    "where the place which adjective subject verb the object",
)
_RARER = 0.6  # each word of a list is this much rarer than the one before it
_STRAY = 0.03  # share of words drawn from all the language, whatever the topic


@dataclass(frozen=True)
class Sentences:
    """Sentences with some words hidden, as numbers of words in `vocabulary`.

    Attributes
    ----------
    tokens : integers of shape (members, rows, 9), 0 where a word is hidden
    places : integers of shape (members, rows, hidden), 0 to 8: where, in order
    answers : integers of shape (members, rows, hidden): which
    """

    tokens: Ints
    places: Ints
    answers: Ints


def vocabulary() -> tuple[str, ...]:
    """Return the words; number 0 stands for a hidden one.

    Examples
    --------
    >>> vocabulary()[:3], len(vocabulary())
    (('[mask]', 'this', 'that'), 127)
    """
    return _language()[0]


def draw_sentences(members: int, rows: int, seed: int, hidden: int = 2) -> Sentences:
    """Draw sentences of nine words for each member, all independent, and hide words in them.

    A sentence has one of six topics, one of two orders and a number, all equally likely. They say
    which words may stand at each place, and nothing else binds words to each other.

    Parameters
    ----------
    members, rows : int, 1 or more
    seed : int
    hidden : int, 1 to 9
        Words hidden in each sentence, at places drawn at random.

    Raises
    ------
    ValueError
        For counts out of range.
    """
    kinds = _language()[1]
    length = kinds.shape[1]
    if min(members, rows) < 1 or not 1 <= hidden <= length:
        raise ValueError(
            f"members and rows must be 1 or more and hidden 1 to {length}; "
            f"got {members}, {rows} and {hidden}"
        )
    rng = np.random.default_rng(seed)
    kind = rng.integers(len(kinds), size=(members, rows))
    ends = kinds.cumsum(axis=-1)
    words = np.empty((members, rows, length), dtype=np.int64)
    for place in range(length):  # place by place: all at once would take a gigabyte
        below = ends[kind, place] <= rng.random((members, rows, 1))
        words[..., place] = np.minimum(below.sum(axis=-1), kinds.shape[2] - 1)
    places = np.sort(np.argsort(rng.random(words.shape), axis=-1)[..., :hidden], axis=-1)
    answers = np.take_along_axis(words, places, axis=-1)
    np.put_along_axis(words, places, 0, axis=-1)
    return Sentences(words, places, answers)


def chances(tokens: Ints, places: Ints) -> Floats:
    """Return the chance of each word at each hidden place, as one who knows the language would.

    Bayes' rule over the 24 kinds of sentence. Nobody is right more often, on average, than one who
    names the likeliest word.

    Parameters
    ----------
    tokens : integers of shape (..., 9), 0 where a word is hidden
    places : integers of shape (..., hidden), 0 to 8; each a place where a word is hidden

    Returns
    -------
    array of shape (..., hidden, words), adding up to 1 along the last axis

    Raises
    ------
    ValueError
        For a shape that does not fit, a number that is no word, or a place that is not hidden.
    """
    words, kinds = _language()
    _check(tokens, places, kinds.shape[1], len(words))
    likely = np.zeros((*tokens.shape[:-1], len(kinds)))
    for place in range(kinds.shape[1]):  # a hidden word says nothing
        seen = np.where(np.arange(len(words)) == 0, 1, kinds[:, place]).T
        likely += np.log(seen)[tokens[..., place]]
    weight = np.exp(likely - likely.max(axis=-1, keepdims=True))
    weight /= weight.sum(axis=-1, keepdims=True)
    at_every_place = np.einsum("...k,kpw->...pw", weight, kinds)
    return np.asarray(np.take_along_axis(at_every_place, places[..., None], axis=-2))


def _check(tokens: Ints, places: Ints, length: int, words: int) -> None:
    if not tokens.size or tokens.shape[-1:] != (length,) or places.shape[:-1] != tokens.shape[:-1]:
        raise ValueError(
            f"need tokens (..., {length}) and places (..., hidden) of the same rows; "
            f"got {tokens.shape} and {places.shape}"
        )
    if tokens.min() < 0 or tokens.max() >= words:
        raise ValueError(f"tokens must lie between 0 and {words - 1}; got {tokens.max()}")
    if places.min() < 0 or places.max() >= length:
        raise ValueError(f"places must lie between 0 and {length - 1}; got {places.max()}")
    if np.take_along_axis(tokens, places, axis=-1).any():
        raise ValueError("a place must be one where the word is hidden, its token 0")


@cache
def _language() -> tuple[tuple[str, ...], Floats]:
    """Words, and the chance of each at each place of each kind, of shape (kinds, places, words)."""
    kinds = [
        [slots[part] for part in order.split()]
        for topic in _TOPICS
        for slots in (_slots(topic, plural=False), _slots(topic, plural=True))
        for order in _ORDERS
    ]
    flat = [word for kind in kinds for choice in kind for word in choice]
    words = tuple(dict.fromkeys(["[mask]", "this", "that", *flat]))
    table = np.zeros((len(kinds), len(kinds[0]), len(words)))
    for k, kind in enumerate(kinds):
        for place, choice in enumerate(kind):
            share = _RARER ** np.arange(len(choice))
            table[k, place, [words.index(word) for word in choice]] = share / share.sum()
    stray = np.r_[0, np.full(len(words) - 1, 1 / (len(words) - 1))]
    return words, (1 - _STRAY) * table + _STRAY * stray


def _slots(topic: str, *, plural: bool) -> dict[str, list[str]]:
    names = ("subject", "verb", "object", "place", "adjective")
    slots = {name: part.split() for name, part in zip(names, topic.split("/"), strict=True)}
    ending = "subject" if plural else "verb"  # sailors moor, a sailor moors
    slots[ending] = [_with_s(word) for word in slots[ending]]
    which = ["these", "those", "the"] if plural else ["this", "that", "the"]
    return {**slots, "which": which, "the": ["the"], "where": ["near", "behind"]}


def _with_s(word: str) -> str:
    return word[:-1] + "ies" if word.endswith("ry") else word + "s"
