"""Edits of texts: counted words, and draws that happen as often as they should."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from mlops_lab.augmentation import (
    SYNONYMS,
    borrow_words,
    delete_words,
    replace_words,
    swap_letters,
    swap_words,
)

Edit = Callable[[str, float, int], str]
EDITS: dict[str, Edit] = {
    "delete": delete_words,
    "swap": swap_words,
    "letters": swap_letters,
    "replace": replace_words,
    "borrow": lambda text, share, seed: borrow_words(text, share, seed, ["x"]),
}
EVERY = pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
LONG = " ".join(f"w{i}" for i in range(2000))


@EVERY
def test_share_0_changes_nothing_but_blanks(edit: Edit) -> None:
    assert edit("  great   video!\n", 0.0, 1) == "great video!"


@EVERY
@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_no_words_stay_no_words(edit: Edit, text: str) -> None:
    assert edit(text, 1.0, 1) == ""


@EVERY
def test_a_seed_repeats(edit: Edit) -> None:
    assert edit(LONG, 0.3, 5) == edit(LONG, 0.3, 5)


@EVERY
@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_shares_out_of_range_are_refused(edit: Edit, share: float) -> None:
    with pytest.raises(ValueError, match="share must be 0 to 1; got"):
        edit("some words", share, 1)


@EVERY
@pytest.mark.parametrize("text", [None, float("nan"), 3])
def test_what_is_no_text_is_refused(edit: Edit, text: str) -> None:
    with pytest.raises(ValueError, match=r"a text is needed; got .*drop or fill"):
        edit(text, 0.5, 1)


def test_deleting_keeps_the_order_and_a_share() -> None:
    kept = delete_words(LONG, 0.3, 2).split()
    assert len(kept) == pytest.approx(1400, abs=4 * (2000 * 0.3 * 0.7) ** 0.5)
    places = [int(word[1:]) for word in kept]
    assert places == sorted(places)
    lasts = {delete_words("a b c", 1.0, seed) for seed in range(40)}
    assert lasts == {"a", "b", "c"}


def test_swapping_keeps_every_word() -> None:
    swapped = swap_words(LONG, 0.2, 2).split()
    assert Counter(swapped) == Counter(LONG.split())
    assert swapped != LONG.split()
    assert swap_words("a b", 1.0, 0) == "b a"
    assert swap_words("alone", 1.0, 0) == "alone"


def test_swapped_letters_are_neighbours_of_the_same_word() -> None:
    words = swap_letters("channel a subscribe", 1.0, 4).split()
    assert words[1] == "a"
    for word, original in ((words[0], "channel"), (words[2], "subscribe")):
        differ = [i for i in range(len(word)) if word[i] != original[i]]
        assert sorted(word) == sorted(original)
        if differ:  # "nn" swapped is "nn"
            assert differ[1] == differ[0] + 1
            assert len(differ) == 2


def test_synonyms_keep_punctuation_and_leave_other_words() -> None:
    text = "Subscribe!! zebra (video)"
    seen = {replace_words(text, 1.0, seed) for seed in range(60)}
    words = {f"{a}!! zebra ({b})" for a in SYNONYMS["subscribe"] for b in SYNONYMS["video"]}
    assert seen == words
    assert replace_words("a b a", 1.0, 0, {"a": ["c"]}) == "c b c"


def test_the_dictionary_is_in_small_letters_and_never_gives_a_word_itself() -> None:
    for word, others in SYNONYMS.items():
        assert word == word.lower()
        assert others
        assert word not in others


def test_borrowed_words_come_from_the_source() -> None:
    words = borrow_words(LONG, 0.5, 3, ["x", "y"]).split()
    borrowed = [word for word in words if word in ("x", "y")]
    assert len(words) == 2000
    assert len(borrowed) == pytest.approx(1000, abs=4 * 500**0.5)
    assert np.mean([word == "x" for word in borrowed]) == pytest.approx(0.5, abs=0.07)
    with pytest.raises(ValueError, match="at least one word to borrow"):
        borrow_words("a", 0.5, 0, [])
