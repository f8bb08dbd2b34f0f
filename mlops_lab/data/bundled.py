"""The real data that scikit-learn ships."""

from collections.abc import Callable
from importlib import import_module
from types import ModuleType

import numpy as np
import pandas as pd

from mlops_lab.data.cards import Card
from mlops_lab.data.dataset import Dataset
from mlops_lab.data.errors import DataError

__all__ = ["BUNDLED"]


def _sklearn() -> ModuleType:
    """Import scikit-learn's data sets: most of a second, so only when they are needed."""
    return import_module("sklearn.datasets")


def _breast_cancer(card: Card) -> Dataset:
    return Dataset(card, _sklearn().load_breast_cancer(as_frame=True).frame)


def _diabetes(card: Card) -> Dataset:
    return Dataset(card, _sklearn().load_diabetes(as_frame=True, scaled=False).frame)


def _digits(card: Card) -> Dataset:
    digits = _sklearn().load_digits()
    frame = pd.DataFrame({"label": digits.target.astype("int64")})
    return Dataset(card, frame, {"images": digits.images.astype(np.uint8)})


def _photographs(card: Card) -> Dataset:
    names = list(card.arrays)
    try:
        images = {name: np.array(_sklearn().load_sample_image(f"{name}.jpg")) for name in names}
    except ImportError as error:
        raise DataError(
            "The photographs need Pillow to be read; install it with `pip install pillow`."
        ) from error
    return Dataset(card, pd.DataFrame({"label": names}), images)


def _wine(card: Card) -> Dataset:
    return Dataset(card, _sklearn().load_wine(as_frame=True).frame)


BUNDLED: dict[str, Callable[[Card], Dataset]] = {
    "breast_cancer": _breast_cancer,
    "diabetes": _diabetes,
    "digits": _digits,
    "photographs": _photographs,
    "wine": _wine,
}
"""The reader of each data set of kind scikit-learn."""
