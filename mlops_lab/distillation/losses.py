"""Temperature, KL divergence and the loss of distillation, each with its gradient."""

import numpy as np
import numpy.typing as npt

__all__ = [
    "cross_entropy",
    "kl_divergence",
    "loss",
    "soft_loss",
    "soft_loss_gradient",
    "softmax",
]

Array = npt.NDArray[np.floating]


def softmax(logits: npt.ArrayLike, temperature: float = 1.0) -> Array:
    """Turn logits into probabilities, softer at a higher temperature.

    Parameters
    ----------
    logits : array of shape (..., classes), finite, two classes or more
    temperature : float, above 0
        The logits are divided by it first (Hinton, Vinyals and Dean 2015).

    Returns
    -------
    array of the same shape, each row adding up to 1

    Raises
    ------
    ValueError
        For no rows, fewer than two classes, values that are not finite, or a temperature that is
        not a positive number.

    Examples
    --------
    >>> softmax([0.0, 2.0]).round(3), softmax([0.0, 2.0], temperature=4).round(3)
    (array([0.119, 0.881]), array([0.378, 0.622]))
    """
    return np.asarray(np.exp(_log_softmax(_logits(logits, "logits"), _positive(temperature))))


def kl_divergence(p: npt.ArrayLike, q: npt.ArrayLike) -> Array:
    """Return KL divergence of q from p: the log likelihood that q loses on draws from p, in nats.

    Parameters
    ----------
    p, q : arrays of shape (..., classes)
        Probabilities: none negative, each row adding up to 1. Where p is 0 the term is 0; where q
        is 0 and p is not, the divergence is infinite.

    Returns
    -------
    array of shape (...): 0 where both agree, otherwise above 0 (Kullback and Leibler 1951)

    Raises
    ------
    ValueError
        For different shapes, no rows, or rows that are no probabilities.

    Examples
    --------
    >>> kl_divergence([[0.5, 0.5]], [[0.25, 0.75]]).round(4)
    array([0.1438])
    """
    first, second = _probabilities(p, "p"), _probabilities(q, "q")
    _same_shape(first, second, "p", "q")
    with np.errstate(divide="ignore"):
        ratio = np.log(np.where(first > 0, first, 1)) - np.log(np.where(first > 0, second, 1))
    return np.asarray((first * ratio).sum(axis=-1))


def cross_entropy(labels: npt.ArrayLike, logits: npt.ArrayLike) -> float:
    """Return the mean of -log of the probability that each row's label got, in nats.

    Parameters
    ----------
    labels : integers of shape (rows,), each a class
    logits : array of shape (rows, classes), finite

    Raises
    ------
    ValueError
        For labels that are no classes of these logits, and as `softmax` does.
    """
    z = _logits(logits, "logits")
    y = _labels(labels, z)
    return float(-_log_softmax(z, 1.0)[np.arange(len(y)), y].mean())


def soft_loss(teacher: npt.ArrayLike, student: npt.ArrayLike, temperature: float) -> float:
    """Return T squared times the mean KL divergence of student from teacher at temperature T.

    T squared undoes what the temperature does to the gradient, which falls with 1 / T squared
    (Hinton, Vinyals and Dean 2015, section 2.1).

    Parameters
    ----------
    teacher, student : logits of shape (rows, classes), finite
    temperature : float, above 0

    Raises
    ------
    ValueError
        For logits of different shapes, and as `softmax` does.

    Examples
    --------
    >>> soft_loss([[1.0, 3.0]], [[1.0, 3.0]], temperature=4.0)
    0.0
    """
    v, z, t = _pair(teacher, student, temperature)
    log_p, log_q = _log_softmax(v, t), _log_softmax(z, t)
    return float(t * t * (np.exp(log_p) * (log_p - log_q)).sum(axis=-1).mean())


def soft_loss_gradient(teacher: npt.ArrayLike, student: npt.ArrayLike, temperature: float) -> Array:
    """Return the gradient of `soft_loss` by the student's logits: T (q - p) / rows.

    Parameters and Raises are those of `soft_loss`; the result has the shape of the logits.
    """
    v, z, t = _pair(teacher, student, temperature)
    return np.asarray(t * (softmax(z, t) - softmax(v, t)) / len(z))


def loss(
    labels: npt.ArrayLike,
    teacher: npt.ArrayLike,
    student: npt.ArrayLike,
    *,
    temperature: float,
    weight: float,
) -> float:
    """Return (1 - weight) cross entropy of the labels plus weight times `soft_loss`.

    Parameters
    ----------
    labels : integers of shape (rows,)
    teacher, student : logits of shape (rows, classes), finite
    temperature : float, above 0
    weight : float, 0 (labels alone) to 1 (teacher alone)

    Raises
    ------
    ValueError
        For a weight outside 0 to 1, and as `cross_entropy` and `soft_loss` do.
    """
    w = _weight(weight)
    hard = cross_entropy(labels, student)
    return (1 - w) * hard + w * soft_loss(teacher, student, temperature)


def _log_softmax(z: Array, temperature: float) -> Array:
    scaled = z / temperature
    scaled = scaled - scaled.max(axis=-1, keepdims=True)  # exp of a large logit would overflow
    return np.asarray(scaled - np.log(np.exp(scaled).sum(axis=-1, keepdims=True)))


def _pair(
    teacher: npt.ArrayLike, student: npt.ArrayLike, temperature: float
) -> tuple[Array, Array, float]:
    v, z = _logits(teacher, "teacher"), _logits(student, "student")
    _same_shape(v, z, "teacher", "student")
    if v.ndim != 2:
        raise ValueError(f"logits must have the shape (rows, classes); got {v.shape}")
    return v, z, _positive(temperature)


def _logits(values: npt.ArrayLike, name: str) -> Array:
    z = np.asarray(values, dtype=float)
    if z.ndim < 1 or not z.size or z.shape[-1] < 2:
        raise ValueError(f"{name} must hold rows of two classes or more; got shape {z.shape}")
    if not np.isfinite(z).all():
        bad = z[~np.isfinite(z)][0]
        raise ValueError(f"{name} must be finite; it holds {bad}: look at how the net was trained")
    return z


def _probabilities(values: npt.ArrayLike, name: str) -> Array:
    p = _logits(values, name)
    if (p < 0).any() or not np.allclose(p.sum(axis=-1), 1, atol=1e-6):
        raise ValueError(f"{name} must hold probabilities that add up to 1; use softmax on logits")
    return p


def _same_shape(a: Array, b: Array, first: str, second: str) -> None:
    if a.shape != b.shape:
        raise ValueError(f"{first} and {second} need one shape; got {a.shape} and {b.shape}")


def _labels(labels: npt.ArrayLike, z: Array) -> npt.NDArray[np.intp]:
    y = np.asarray(labels)
    if z.ndim != 2 or y.shape != z.shape[:1]:
        raise ValueError(f"need one label a row; got labels {y.shape} for logits {z.shape}")
    if y.dtype.kind not in "iu" or y.min() < 0 or y.max() >= z.shape[1]:
        raise ValueError(f"labels must be integers from 0 to {z.shape[1] - 1}; got {y[:5]}")
    return y.astype(np.intp)


def _positive(temperature: float) -> float:
    if not (np.isfinite(temperature) and temperature > 0):
        raise ValueError(f"temperature must be a number above 0; got {temperature}")
    return float(temperature)


def _weight(weight: float) -> float:
    if not 0 <= weight <= 1:
        raise ValueError(f"weight must lie between 0 and 1; got {weight}")
    return float(weight)
