"""Small nets with one hidden layer, many trained side by side along a leading axis."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Nets", "fit", "logits", "parameters"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.integer]


@dataclass(frozen=True)
class Nets:
    """Weights of `members` nets: inputs to a hidden layer of rectifiers to logits.

    Attributes
    ----------
    weights : four arrays
        Of shapes (members, inputs, hidden), (members, 1, hidden), (members, hidden, classes) and
        (members, 1, classes).
    """

    weights: tuple[Floats, Floats, Floats, Floats]


def parameters(nets: Nets) -> int:
    """Count the parameters of one member."""
    return sum(w[0].size for w in nets.weights)


def logits(nets: Nets, X: npt.ArrayLike) -> Floats:
    """Return the logits of every member.

    Parameters
    ----------
    nets : Nets
    X : array of shape (rows, inputs), the same for all, or (members, rows, inputs)

    Returns
    -------
    array of shape (members, rows, classes)

    Raises
    ------
    ValueError
        For inputs of another width or number of members.
    """
    x = np.asarray(X, dtype=np.float32)
    members, width, _ = nets.weights[0].shape
    if x.ndim not in (2, 3) or x.shape[-1] != width or (x.ndim == 3 and len(x) != members):
        raise ValueError(f"these are {members} nets of {width} inputs; got X of shape {x.shape}")
    return _forward(nets.weights, x)[1]


def fit(
    X: npt.ArrayLike,
    rows: Ints,
    labels: Ints,
    *,
    classes: int,
    hidden: int,
    steps: int,
    seed: int,
    teacher: npt.ArrayLike | None = None,
    temperature: npt.ArrayLike = 1.0,
    weight: npt.ArrayLike = 0.0,
    noise: float = 0.0,
    batch: int = 64,
    rate: float = 3e-3,
    start: Nets | None = None,
) -> Nets:
    """Train one net for each member, all at once, by Adam (Kingma and Ba 2015).

    A row's loss is (1 - weight) times the cross entropy of its label, where it has one, plus
    weight times T squared times the KL divergence from the teacher at temperature T.

    Parameters
    ----------
    X : array of shape (all rows, inputs), finite
    rows : integers of shape (members, n)
        Which rows of X each member learns from.
    labels : integers of shape (members, n)
        Their classes, -1 where a row has no label.
    classes, hidden, steps, batch : int, 1 or more; classes 2 or more
        Every member takes `steps` steps of `batch` rows, whatever n is.
    seed : int
        Of the first weights and of the batches.
    teacher : logits of shape (members, n, classes), needed where a weight is above 0
    temperature, weight : float, or one for each member
        Above 0; 0 to 1.
    noise : float, 0 or more
        Deviation of Gaussian noise added to the inputs of each batch: a plain augmentation.
    rate : float, above 0
        Step size at the start; it falls to 0 along half a cosine.
    start : Nets, optional
        What to train on from, left as it is; without it, first weights are drawn.

    Raises
    ------
    ValueError
        For shapes that do not fit, labels out of range, values that are not finite, or settings
        out of range.
    """
    x = np.asarray(X, dtype=np.float32)
    _check(x, rows, labels, classes, (hidden, steps, batch), (noise, rate))
    members = len(rows)
    t = _each(temperature, members, "temperature")
    w = _each(weight, members, "weight")
    soft = _soft_targets(teacher, (*rows.shape, classes), t, w)
    rng = np.random.default_rng(seed)
    weights = _start(rng, members, x.shape[1], hidden, classes)
    if start is not None:
        weights = _copied(start, weights)
    adam = _Adam(weights, rate, steps)
    which = np.arange(members)[:, None]
    eye = np.vstack([np.eye(classes, dtype=np.float32), np.zeros((1, classes), np.float32)])
    for _ in range(steps):
        pick = rng.integers(rows.shape[1], size=(members, batch))
        inputs, y = x[rows[which, pick]], labels[which, pick]
        if noise:
            inputs = inputs + noise * rng.standard_normal(inputs.shape, dtype=np.float32)
        inner, z = _forward(weights, inputs)
        slope = (1 - w) * (_soft(z) - eye[y]) * (y >= 0)[:, :, None]
        if soft is not None:
            slope += w * t * (_soft(z / t) - soft[which, pick])
        adam.step(_gradients(weights, inputs, inner, np.asarray(slope / batch, np.float32)))
    return Nets(weights)


def _forward(weights: tuple[Floats, ...], x: Floats) -> tuple[Floats, Floats]:
    inner = np.maximum(x @ weights[0] + weights[1], 0)
    return inner, inner @ weights[2] + weights[3]


def _gradients(
    weights: tuple[Floats, ...], x: Floats, inner: Floats, slope: Floats
) -> tuple[Floats, ...]:
    back = (slope @ weights[2].swapaxes(1, 2)) * (inner > 0)
    return (
        x.swapaxes(1, 2) @ back,
        back.sum(axis=1, keepdims=True),
        inner.swapaxes(1, 2) @ slope,
        slope.sum(axis=1, keepdims=True),
    )


class _Adam:
    """Holds the running moments, and moves the weights in place."""

    def __init__(self, weights: tuple[Floats, ...], rate: float, steps: int) -> None:
        self.weights, self.rate, self.steps, self.done = weights, rate, steps, 0
        self.mean = [np.zeros_like(w) for w in weights]
        self.square = [np.zeros_like(w) for w in weights]

    def step(self, gradients: tuple[Floats, ...]) -> None:
        rate = self.rate * 0.5 * (1 + np.cos(np.pi * self.done / self.steps))
        self.done += 1
        size = np.float32(rate * (1 - 0.999**self.done) ** 0.5 / (1 - 0.9**self.done))
        for w, m, s, g in zip(self.weights, self.mean, self.square, gradients, strict=True):
            m += np.float32(0.1) * (g - m)
            s += np.float32(0.001) * (g * g - s)
            w -= size * m / (np.sqrt(s) + np.float32(1e-8))


def _soft(z: Floats) -> Floats:
    """Softmax without checks: it runs in every step."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True), dtype=np.float32)


def _start(
    rng: np.random.Generator, members: int, inputs: int, hidden: int, classes: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Weights as He and others (2015) draw them, biases 0."""
    first = rng.standard_normal((members, inputs, hidden), dtype=np.float32)
    second = rng.standard_normal((members, hidden, classes), dtype=np.float32)
    return (
        first * np.float32((2 / inputs) ** 0.5),
        np.zeros((members, 1, hidden), np.float32),
        second * np.float32((1 / hidden) ** 0.5),
        np.zeros((members, 1, classes), np.float32),
    )


def _copied(
    start: Nets, drawn: tuple[Floats, Floats, Floats, Floats]
) -> tuple[Floats, Floats, Floats, Floats]:
    shapes, wanted = ([w.shape for w in each] for each in (start.weights, drawn))
    if shapes != wanted:
        raise ValueError(f"start needs weights of shapes {wanted}; got {shapes}")
    first, inner, second, outer = (np.array(w, dtype=np.float32) for w in start.weights)
    return first, inner, second, outer


def _soft_targets(
    teacher: npt.ArrayLike | None, shape: tuple[int, ...], t: Floats, w: Floats
) -> Floats | None:
    if not (t > 0).all():
        raise ValueError(f"temperature must be a number above 0; got {t.min()}")
    if not ((w >= 0) & (w <= 1)).all():
        raise ValueError(f"weight must lie between 0 and 1; got {w.ravel()[:5]}")
    if teacher is None:
        if w.any():
            raise ValueError(f"a weight of {w.max()} needs the teacher's logits; pass teacher=...")
        return None
    v = np.asarray(teacher, dtype=np.float32)
    if v.shape != shape:
        raise ValueError(f"the teacher's logits must have the shape {shape}; got {v.shape}")
    if not np.isfinite(v).all():
        raise ValueError("the teacher's logits must be finite; look at how it was trained")
    return _soft(v / t)


def _each(value: npt.ArrayLike, members: int, name: str) -> Floats:
    v = np.asarray(value, dtype=np.float32)
    if v.shape not in ((), (members,)) or not np.isfinite(v).all():
        raise ValueError(f"{name} must be one finite number, or one for each member; got {v}")
    return np.broadcast_to(v, members).reshape(members, 1, 1)


def _check(
    x: Floats,
    rows: Ints,
    labels: Ints,
    classes: int,
    counts: tuple[int, ...],
    sizes: tuple[float, float],
) -> None:
    if x.ndim != 2 or not x.size or not np.isfinite(x).all():
        raise ValueError(f"X must be a finite table of rows and inputs; got shape {x.shape}")
    if rows.ndim != 2 or not rows.size or labels.shape != rows.shape:
        raise ValueError(
            f"rows and labels need one shape (members, n); got {rows.shape}, {labels.shape}"
        )
    if rows.min() < 0 or rows.max() >= len(x):
        raise ValueError(
            f"rows must lie between 0 and {len(x) - 1}; got {rows.min()}, {rows.max()}"
        )
    if classes < 2 or labels.min() < -1 or labels.max() >= classes:
        raise ValueError(f"labels must lie between -1 and {classes - 1}; got {labels.max()}")
    if min(counts) < 1 or sizes[0] < 0 or sizes[1] <= 0:
        raise ValueError(f"hidden, steps, batch and rate must be above 0; got {counts}, {sizes}")
