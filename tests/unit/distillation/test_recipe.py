"""The three losses against Keras and numpy, one step against differences, and bad input."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mlops_lab.distillation import (
    Encoder,
    Sentences,
    chances,
    cross_entropy,
    draw_sentences,
    encode,
    every_other_layer,
    forward,
    side_by_side,
    soft_loss,
    start_encoder,
    three_losses,
    train_encoder,
    vocabulary,
)

RNG = np.random.default_rng(0)
SIZES: dict[str, Any] = {"members": 2, "width": 4, "words": 7, "length": 5}
TEACHER = start_encoder(layers=2, seed=0, **SIZES)
STUDENT = start_encoder(layers=1, seed=1, **SIZES)
TEXT = Sentences(
    RNG.integers(7, size=(2, 1, 5)), np.array([[[0, 3]], [[1, 4]]]), RNG.integers(7, size=(2, 1, 2))
)


def some(*shape: int) -> NDArray[np.float32]:
    return RNG.normal(size=shape).astype(np.float32)


def test_each_loss_is_that_of_keras_and_of_this_package() -> None:
    import keras

    told, far, said, near = some(2, 3, 2, 7), some(2, 3, 5, 4), some(2, 3, 2, 7), some(2, 3, 5, 4)
    answers = RNG.integers(7, size=(2, 3, 2))
    found = np.asarray(three_losses((told, far), (said, near), answers, 2.0))
    assert found.shape == (2, 3)
    for m in range(2):
        soft = [keras.ops.softmax(z[m] / 2.0) for z in (told, said)]
        kl = 4 * float(keras.losses.KLDivergence()(*soft))
        hard = float(
            keras.losses.SparseCategoricalCrossentropy(from_logits=True)(answers[m], said[m])
        )
        apart = 1 + float(keras.losses.CosineSimilarity()(far[m], near[m]))
        np.testing.assert_allclose(found[m], [kl, hard, apart], rtol=1e-4)
        rows, others = said[m].reshape(-1, 7), told[m].reshape(-1, 7)
        assert found[m, 0] == pytest.approx(soft_loss(others, rows, 2.0), rel=1e-4)
        assert found[m, 1] == pytest.approx(cross_entropy(answers[m].ravel(), rows), rel=1e-4)


def test_a_student_like_its_teacher_loses_nothing_but_the_words() -> None:
    logits, states = some(1, 3, 2, 7), some(1, 3, 5, 4)
    kl, hard, apart = np.asarray(
        three_losses((logits, states), (logits, 3 * states), np.zeros((1, 3, 2), int), 2.0)
    )[0]
    assert kl == pytest.approx(0, abs=1e-6)
    assert apart == pytest.approx(0, abs=1e-6)
    assert hard > 0.1


def total(student: Encoder, weights: NDArray[Any]) -> float:
    """The loss of both members in 64 bits, so that differences can be small."""
    tokens, places = TEXT.tokens.astype(np.int32), TEXT.places.astype(np.int32)
    told = forward({name: a.astype(float) for name, a in TEACHER.items()}, tokens, places)
    made = forward({name: a.astype(float) for name, a in student.items()}, tokens, places)
    return float((weights * np.asarray(three_losses(told, made, TEXT.answers, 2.0))).sum())


@pytest.mark.parametrize("weights", [(1, 0, 0), (0, 1, 0), (0, 0, 1), (5, 2, 1)])
def test_a_first_step_goes_against_the_differences(weights: tuple[int, int, int]) -> None:
    after = train_encoder(
        STUDENT, TEXT, steps=1, seed=0, batch=1, rate=1e-2, teacher=TEACHER, weights=weights
    )
    size = 1e-2 / 20  # the rate is still rising; Adam's first step is as large for every weight
    for name, array in STUDENT.items():
        for place in [tuple(RNG.integers(array.shape)) for _ in range(4)]:
            ends = []
            for sign in (1, -1):
                moved = {key: a.astype(float) for key, a in STUDENT.items()}
                moved[name][place] += sign * 1e-5
                ends.append(total(moved, np.array(weights)))
            slope = (ends[0] - ends[1]) / 2e-5
            step = after[name][place] - array[place]
            if abs(slope) > 1e-4:
                assert step == pytest.approx(-size * np.sign(slope), rel=0.01)


def test_it_learns_and_is_repeatable() -> None:
    text = draw_sentences(1, 2000, seed=0)
    words = len(vocabulary())
    start = start_encoder(members=1, layers=1, width=16, words=words, length=9, seed=0)
    first, again = (train_encoder(start, text, steps=150, seed=1, rate=0.01) for _ in range(2))
    held = draw_sentences(1, 500, seed=1)
    truth = chances(held.tokens, held.places)
    scores = []
    for encoder in (start, first):
        guess = encode(encoder, held.tokens, held.places)[0].argmax(-1)
        scores.append(np.take_along_axis(truth, guess[..., None], -1).mean())
    assert scores[0] < 0.1 < 0.2 < scores[1] < truth.max(-1).mean()
    np.testing.assert_array_equal(first["look0"], again["look0"])
    other = train_encoder(start, text, steps=150, seed=2, rate=0.01)
    assert not np.array_equal(first["look0"], other["look0"])


def test_arms_side_by_side_are_the_arms_alone() -> None:
    both = side_by_side([STUDENT, every_other_layer(TEACHER)])
    weights = np.repeat([(5, 2, 1), (0, 1, 0)], 2, axis=0)
    more: dict[str, Any] = {"steps": 5, "seed": 0, "batch": 4, "teacher": TEACHER}
    trained = train_encoder(both, TEXT, weights=weights, **more)
    alone = train_encoder(STUDENT, TEXT, weights=(5, 2, 1), **more)
    labels = train_encoder(every_other_layer(TEACHER), TEXT, steps=5, seed=0, batch=4)
    for name, array in trained.items():
        np.testing.assert_allclose(array[:2], alone[name], atol=1e-5)
        np.testing.assert_allclose(array[2:], labels[name], atol=1e-5)


def test_what_is_given_is_left_as_it_is() -> None:
    before = {name: array.copy() for name, array in STUDENT.items()}
    train_encoder(STUDENT, TEXT, steps=2, seed=0, teacher=TEACHER, weights=(5, 2, 1))
    for name, array in before.items():
        np.testing.assert_array_equal(STUDENT[name], array)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"steps": 0}, "must be above 0"),
        ({"rate": float("nan")}, "must be above 0"),
        ({"temperature": 0.0}, "must be above 0"),
        ({"weights": (1, 2)}, "weights must be three"),
        ({"weights": (5, -2, 1)}, "none negative"),
        ({"teacher": None}, "need a teacher"),
        ({"teacher": side_by_side([TEACHER] * 2)}, "one teacher for each of 2 texts; got 4"),
        ({"teacher": start_encoder(layers=2, seed=0, **{**SIZES, "width": 6})}, "the same width"),
        ({"encoder": {name: a[:1] for name, a in STUDENT.items()}}, "cannot share 2 texts"),
        ({"sentences": Sentences(TEXT.tokens + 7, TEXT.places, TEXT.answers)}, "tokens must lie"),
        ({"sentences": Sentences(TEXT.tokens, TEXT.places, TEXT.answers[:1])}, "one answer"),
        ({"sentences": Sentences(TEXT.tokens, TEXT.places, TEXT.answers + 7)}, "answers must lie"),
    ],
)
def test_bad_input(change: dict[str, Any], says: str) -> None:
    given: dict[str, Any] = {
        "encoder": STUDENT, "sentences": TEXT, "teacher": TEACHER, "weights": (5, 2, 1), **change
    }  # fmt: skip
    settings = {"steps": 1, "seed": 0, **given}
    with pytest.raises(ValueError, match=says):
        train_encoder(settings.pop("encoder"), settings.pop("sentences"), **settings)
