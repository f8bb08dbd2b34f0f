"""The encoder against a plain numpy one, place by place; copying; and bad input."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mlops_lab.distillation import (
    Encoder,
    encode,
    encoder_parameters,
    every_other_layer,
    side_by_side,
    start_encoder,
)

SIZES: dict[str, Any] = {"members": 2, "layers": 3, "width": 4, "words": 7, "length": 5, "seed": 0}
RNG = np.random.default_rng(0)
TOKENS = RNG.integers(7, size=(2, 3, 5))
PLACES = RNG.integers(5, size=(2, 3, 2))


def scaled(vector: NDArray[Any]) -> NDArray[Any]:
    return np.asarray((vector - vector.mean()) / np.sqrt(vector.var() + 1e-5))


def plainly(one: Encoder, tokens: NDArray[Any], places: NDArray[Any], layers: int) -> Any:
    """One sentence of one member, in loops over its places (Vaswani and others 2017)."""
    x = [one["word"][token] + one["place"][i] for i, token in enumerate(tokens)]
    for layer in range(layers):
        parts = [np.split(scaled(v) @ one[f"look{layer}"], 3) for v in x]
        added = []
        for query, _, _ in parts:
            fit = np.array([query @ key for _, key, _ in parts]) / np.sqrt(len(query))
            share = np.exp(fit) / np.exp(fit).sum()
            added.append(sum(s * value for s, (_, _, value) in zip(share, parts, strict=True)))
        x = [v + a @ one[f"mix{layer}"] for v, a in zip(x, added, strict=True)]
        x = [v + np.maximum(scaled(v) @ one[f"up{layer}"], 0) @ one[f"down{layer}"] for v in x]
    states = np.array([scaled(v) for v in x])
    return states[places] @ one["word"].T + one["bias"][0], states


def test_it_is_the_plain_encoder() -> None:
    encoder = start_encoder(**SIZES)
    encoder["bias"] += RNG.normal(size=encoder["bias"].shape).astype(np.float32)
    logits, states = encode(encoder, TOKENS, PLACES)
    assert logits.shape == (2, 3, 2, 7)
    assert states.shape == (2, 3, 5, 4)
    for m, row in np.ndindex(2, 3):
        one = {name: array[m] for name, array in encoder.items()}
        z, h = plainly(one, TOKENS[m, row], PLACES[m, row], 3)
        np.testing.assert_allclose(logits[m, row], z, atol=1e-4)
        np.testing.assert_allclose(states[m, row], h, atol=1e-4)


def test_first_weights_have_the_deviation_that_was_promised() -> None:
    encoder = start_encoder(**{**SIZES, "width": 32, "words": 200})
    assert encoder["word"].std() == pytest.approx(32**-0.5, rel=0.05)
    assert encoder["down1"].std() == pytest.approx(64**-0.5, rel=0.05)
    assert not encoder["bias"].any()
    again = start_encoder(**{**SIZES, "width": 32, "words": 200})
    np.testing.assert_array_equal(encoder["look0"], again["look0"])
    assert not np.array_equal(encoder["look0"][0], encoder["look0"][1])


def test_parameters_are_counted_by_hand() -> None:
    one_layer = 4 * 12 + 4 * 4 + 4 * 8 + 8 * 4
    assert encoder_parameters(start_encoder(**SIZES)) == 7 * 4 + 5 * 4 + 7 + 3 * one_layer


@pytest.mark.parametrize(("layers", "kept"), [(2, [0]), (3, [0, 2]), (4, [0, 2]), (5, [0, 2, 4])])
def test_every_other_layer_is_copied_exactly(layers: int, kept: list[int]) -> None:
    encoder = start_encoder(**{**SIZES, "layers": layers})
    copied = every_other_layer(encoder)
    assert len(copied) == 3 + 4 * len(kept)
    for name in ("word", "place", "bias"):
        np.testing.assert_array_equal(copied[name], encoder[name])
    for place, layer in enumerate(kept):
        for name in ("look", "mix", "up", "down"):
            np.testing.assert_array_equal(copied[f"{name}{place}"], encoder[f"{name}{layer}"])
    copied["look0"][:] = 0
    assert encoder["look0"].any()


def test_a_copy_of_layers_that_do_nothing_left_out_is_the_teacher() -> None:
    encoder = start_encoder(**{**SIZES, "layers": 4})
    for name in ("mix1", "down1", "mix3", "down3"):
        encoder[name][:] = 0
    copied = encode(every_other_layer(encoder), TOKENS, PLACES)
    for ours, theirs in zip(copied, encode(encoder, TOKENS, PLACES), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_side_by_side_changes_nobody() -> None:
    first, second = start_encoder(**SIZES), start_encoder(**{**SIZES, "seed": 1})
    both = side_by_side([first, second])
    z, _ = encode(both, np.concatenate([TOKENS] * 2), np.concatenate([PLACES] * 2))
    np.testing.assert_allclose(z[:2], encode(first, TOKENS, PLACES)[0], atol=1e-5)
    np.testing.assert_allclose(z[2:], encode(second, TOKENS, PLACES)[0], atol=1e-5)


@pytest.mark.parametrize("name", ["members", "layers", "width", "words", "length"])
def test_sizes_below_one(name: str) -> None:
    with pytest.raises(ValueError, match="must be 1 or more"):
        start_encoder(**{**SIZES, name: 0})


def test_nothing_to_leave_out_or_to_put_side_by_side() -> None:
    small = start_encoder(**{**SIZES, "layers": 1})
    with pytest.raises(ValueError, match=r"two layers or more .* got 1"):
        every_other_layer(small)
    with pytest.raises(ValueError, match="got 0"):
        side_by_side([])
    with pytest.raises(ValueError, match="all of one shape"):
        side_by_side([small, start_encoder(**SIZES)])


@pytest.mark.parametrize(
    ("tokens", "places", "says"),
    [
        (TOKENS[:1], PLACES[:1], r"tokens must be \(2, rows, 5\)"),
        (TOKENS[:, :0], PLACES[:, :0], r"tokens must be \(2, rows, 5\)"),
        (TOKENS[:, :, :4], PLACES, r"tokens must be \(2, rows, 5\)"),
        (TOKENS, PLACES[:, :1], "places must be"),
        (TOKENS + 7, PLACES, "tokens must lie between 0 and 6"),
        (TOKENS, PLACES - 5, "places must lie between 0 and 4"),
    ],
)
def test_bad_sentences(tokens: Any, places: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        encode(start_encoder(**SIZES), tokens, places)
