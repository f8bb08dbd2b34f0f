"""The made-up language against counting, and its best guess against Bayes' rule by brute force."""

from typing import Any

import numpy as np
import pytest

from mlops_lab.distillation import chances, draw_sentences, vocabulary

WORDS = vocabulary()


def numbers(text: str) -> list[int]:
    return [WORDS.index(word) for word in text.split()]


def test_words_are_different_and_the_first_hides() -> None:
    assert WORDS[0] == "[mask]"
    assert len(set(WORDS)) == len(WORDS)
    assert {"sailors", "moors", "fries", "carries", "pianist"} <= set(WORDS)


def test_shapes_and_what_is_hidden() -> None:
    drawn = draw_sentences(2, 50, seed=0, hidden=3)
    assert drawn.tokens.shape == (2, 50, 9)
    assert drawn.places.shape == drawn.answers.shape == (2, 50, 3)
    assert (np.diff(drawn.places, axis=-1) > 0).all()
    assert ((drawn.tokens == 0).sum(axis=-1) == 3).all()
    assert not np.take_along_axis(drawn.tokens, drawn.places, axis=-1).any()
    assert drawn.answers.min() > 0


def test_the_seed_decides_and_members_differ() -> None:
    first, again, other = (draw_sentences(2, 20, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.tokens, again.tokens)
    assert not np.array_equal(first.tokens, other.tokens)
    assert not np.array_equal(first.tokens[0], first.tokens[1])


def test_a_sentence_that_leaves_two_words_possible() -> None:
    tokens = np.array([numbers("this wet sailor moors the boat near the [mask]")])
    found = chances(tokens, np.array([[8]]))[0, 0]
    # places of the harbour: quay before pier at 1 : 0.6, and 3 % of words go astray
    assert found[WORDS.index("quay")] == pytest.approx(0.97 / 1.6, abs=0.002)
    assert found[WORDS.index("pier")] == pytest.approx(0.97 * 0.6 / 1.6, abs=0.002)
    assert found.sum() == pytest.approx(1)


def test_the_verb_follows_the_number() -> None:
    texts = (
        "these wet sailors [mask] the boat near the quay",
        "near the quay this wet sailor [mask] the boat",
    )
    tokens = np.array([numbers(text) for text in texts])
    found = chances(tokens, np.array([[3], [6]])).argmax(-1)[:, 0]
    assert [WORDS[i] for i in found] == ["moor", "moors"]


def test_chances_are_those_of_many_draws() -> None:
    drawn = draw_sentences(1, 20_000, seed=3)
    told = chances(drawn.tokens, drawn.places)
    assert np.allclose(told.sum(axis=-1), 1)
    given, hit = told.max(axis=-1).ravel(), (told.argmax(axis=-1) == drawn.answers).ravel()
    for part in np.array_split(np.argsort(given), 5):  # of 100 guesses said to hold, so many do
        assert hit[part].mean() == pytest.approx(given[part].mean(), abs=0.025)


def test_nobody_names_all_and_one_who_looks_at_the_place_alone_names_few() -> None:
    drawn = draw_sentences(1, 20_000, seed=4)
    best = chances(drawn.tokens, drawn.places).max(axis=-1).mean()
    blind = chances(np.zeros_like(drawn.tokens), drawn.places).max(axis=-1).mean()
    assert blind < 0.35 < 0.55 < best < 0.7


@pytest.mark.parametrize("bad", [(0, 5, 2), (2, 0, 2), (2, 5, 0), (2, 5, 10)])
def test_bad_counts(bad: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="hidden 1 to 9"):
        draw_sentences(bad[0], bad[1], seed=0, hidden=bad[2])


@pytest.mark.parametrize(
    ("tokens", "places", "says"),
    [
        (np.zeros((0, 9), int), np.zeros((0, 2), int), "need tokens"),
        (np.zeros((3, 8), int), np.zeros((3, 2), int), "need tokens"),
        (np.zeros((3, 9), int), np.zeros((2, 2), int), "need tokens"),
        (np.full((3, 9), 999), np.zeros((3, 2), int), "tokens must lie between"),
        (np.zeros((3, 9), int), np.full((3, 2), 9), "places must lie between 0 and 8; got 9"),
        (np.ones((3, 9), int), np.zeros((3, 2), int), "word is hidden"),
    ],
)
def test_bad_sentences(tokens: Any, places: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        chances(tokens, places)
