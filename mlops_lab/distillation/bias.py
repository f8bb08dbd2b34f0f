"""Correct the bias of one class, from how often it should be named."""

import numpy as np
import numpy.typing as npt

__all__ = ["bias_for_share"]


def bias_for_share(logits: npt.ArrayLike, label: int, share: float) -> float:
    """Return what to add to one class's logit so that it wins in this share of the rows.

    Needs no labels, only how common the class is. Hinton, Vinyals and Dean (2015) raise the bias
    of the digit that the student never saw.

    Parameters
    ----------
    logits : array of shape (rows, classes), finite
    label : int, the class to correct
    share : float, above 0 and below 1

    Returns
    -------
    float
        With it the class wins in the share, to within half a row where no margins are equal.

    Raises
    ------
    ValueError
        For no rows, logits that are not finite, an unknown class or a share out of range.

    Examples
    --------
    >>> bias_for_share([[0.0, 1.0], [0.0, 3.0]], label=0, share=0.5)
    2.0
    """
    z = np.asarray(logits, dtype=float)
    if z.ndim != 2 or not z.size or z.shape[1] < 2 or not np.isfinite(z).all():
        raise ValueError(f"logits must be finite, of shape (rows, classes); got shape {z.shape}")
    if not 0 <= label < z.shape[1]:
        raise ValueError(f"label must lie between 0 and {z.shape[1] - 1}; got {label}")
    if not 0 < share < 1:
        raise ValueError(f"share must lie above 0 and below 1; got {share}")
    others = np.delete(z, label, axis=1).max(axis=1)
    return float(np.quantile(others - z[:, label], share, method="hazen"))
