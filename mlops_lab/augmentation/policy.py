"""Policies: which changes are made to training images, and how strongly.

A policy maps names of `TRANSFORMS` to strengths. A strength of 0 changes nothing, 1 is what a
person who looked at a few images would dare, and more is more. Each image of each batch gets a
draw of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.augmentation import geometry, pixels
from mlops_lab.augmentation.checks import Images, checked
from mlops_lab.augmentation.training import Augment
from mlops_lab.core import did_you_mean

__all__ = ["TRANSFORMS", "Policy", "augment", "augmenter", "random_policy"]

Policy: TypeAlias = Mapping[str, float]
"""Names of `TRANSFORMS`, each with its strength: 0 changes nothing."""
TRANSFORMS: dict[str, str] = {
    "rotate": "turn by up to 10 degrees, either way",
    "shift": "move by up to 6 % of the side, each way",
    "scale": "enlarge or shrink by a factor of up to 1.12",
    "shear": "slant by up to 0.15 pixels for each pixel of height, either way",
    "contrast": "multiply the contrast by 1 / 1.5 to 1.5",
    "light": "light from a random side, with a gradient of up to 0.5",
    "blur": "blur with a sigma of up to 0.7 pixels",
    "noise": "add noise with a deviation of up to 0.1",
    "erase": "grey out a square of up to 30 % of the side",
    "flip": "mirror left and right, every second image",
    "half turn": "turn by 180 degrees, every second image",
}
"""Each transform, and what it does at strength 1. Names stand in the order they are applied in."""

_AFFINE = ("rotate", "shift", "scale", "shear")


def augment(images: ArrayLike, policy: Policy, seed: int | np.random.Generator) -> Images:
    """Change each image at random, as the policy says.

    Parameters
    ----------
    images : array of shape (n, height, width), floats 0 to 1
    policy : mapping of name in `TRANSFORMS` -> strength, 0 or more
        Empty, or with strengths of 0: the images come back as they are. The four that move the
        image share one interpolation. Flip and half turn happen to half the images from strength
        1 on, and to a smaller share below.
    seed : int or Generator

    Returns
    -------
    float32 array of the same shape

    Raises
    ------
    ValueError
        For an unknown transform (with the closest name), a negative or infinite strength, or
        images that are not as above.
    """
    check_policy(policy)
    rng = np.random.default_rng(seed)
    found = checked(images)
    asked = {name: float(strength) for name, strength in policy.items() if strength > 0}
    if any(name in asked for name in _AFFINE):
        found = _move(found, asked, rng)
    for name in TRANSFORMS:
        if name in asked and name not in _AFFINE:
            found = _one(name, found, asked[name], rng)
    return found


def augmenter(policy: Policy) -> Augment:
    """Return the policy as a function of a batch and a generator, which `fit` takes.

    Raises
    ------
    ValueError
        As `augment`, at once.
    """
    check_policy(policy)
    return lambda images, rng: augment(images, policy, rng)


def random_policy(
    seed: int | np.random.Generator, *, names: tuple[str, ...], strongest: float = 2.0
) -> dict[str, float]:
    """Draw a policy: each transform is in or out by the toss of a coin, its strength uniform.

    Parameters
    ----------
    seed : int or Generator
    names : names of `TRANSFORMS`, at least one
    strongest : float, above 0

    Returns
    -------
    dict, in the order of `names`; at least one transform is in.
    """
    check_policy(dict.fromkeys(names, strongest))
    if not names or not strongest > 0:
        raise ValueError(
            f"a random policy needs names and a strength above 0; got {names} and {strongest}"
        )
    rng = np.random.default_rng(seed)
    chosen = rng.random(len(names)) < 0.5
    chosen[rng.integers(len(names))] = True
    strengths = rng.uniform(0, strongest, len(names)).round(2)
    return {n: float(s) for n, s, c in zip(names, strengths, chosen, strict=True) if c}


def check_policy(policy: Policy) -> None:
    """Raise for an unknown transform or an impossible strength."""
    for name, strength in policy.items():
        if name not in TRANSFORMS:
            hint = did_you_mean(name, TRANSFORMS, "; did you mean {!r}?")
            raise ValueError(f"transforms are {', '.join(TRANSFORMS)}; got {name!r}{hint}")
        if not _possible(strength):
            raise ValueError(
                f"the strength of {name} must be a number, 0 or more and finite; got {strength!r}"
            )


def _possible(strength: object) -> bool:
    return isinstance(strength, Real) and 0 <= float(strength) < np.inf


def _move(images: Images, asked: Policy, rng: np.random.Generator) -> Images:
    """Rotate, scale, shear and shift in one go: each interpolation blurs a little."""
    n = len(images)

    def either_way(name: str, most: float, columns: int = 1) -> NDArray[np.float64]:
        return rng.uniform(-1, 1, (n, columns)) * most * asked.get(name, 0.0)

    turn = geometry.rotations(either_way("rotate", 10.0)[:, 0])
    slant = geometry.slants(either_way("shear", 0.15)[:, 0])
    factor = 1.12 ** either_way("scale", 1.0)[:, 0]
    sides = np.array(images.shape[1:], dtype=float)
    moves = either_way("shift", 0.06, 2) * sides
    return geometry.warp(images, turn @ slant / factor[:, None, None], moves)


def _one(name: str, images: Images, strength: float, rng: np.random.Generator) -> Images:
    n = len(images)
    part = rng.random(n) * strength
    if name == "contrast":
        return pixels.contrast(images, 1.5 ** rng.uniform(-strength, strength, n))
    if name == "light":
        return pixels.light(images, 0.5 * part, rng.uniform(0, 360, n))
    if name == "blur":
        return pixels.blur(images, np.minimum(0.7 * part, 3.0))
    if name == "noise":
        return pixels.noise(images, 0.1 * part, rng)
    if name == "erase":
        side = 0.3 * part * min(images.shape[1:])
        corners = rng.random((2, n)) * (np.array(images.shape[1:])[:, None] - side)
        return pixels.erase(images, side, *corners)
    mirrored = geometry.flip(images) if name == "flip" else geometry.half_turn(images)
    return np.where((rng.random(n) < 0.5 * min(strength, 1.0))[:, None, None], mirrored, images)
