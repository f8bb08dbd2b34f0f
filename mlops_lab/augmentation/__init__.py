"""Augmentation: change training images and texts, at equal training, and see what it buys."""

from mlops_lab.augmentation.checks import Images
from mlops_lab.augmentation.geometry import flip, half_turn, rotate, scale, shear, shift, warp
from mlops_lab.augmentation.nets import Net, accuracy, class_accuracy
from mlops_lab.augmentation.pixels import blur, contrast, erase, light, noise
from mlops_lab.augmentation.policy import TRANSFORMS, Policy, augment, augmenter, random_policy
from mlops_lab.augmentation.text import (
    SYNONYMS,
    borrow_words,
    delete_words,
    replace_words,
    swap_letters,
    swap_words,
)
from mlops_lab.augmentation.training import Augment, fit, fit_many

__all__ = [
    "SYNONYMS",
    "TRANSFORMS",
    "Augment",
    "Images",
    "Net",
    "Policy",
    "accuracy",
    "augment",
    "augmenter",
    "blur",
    "borrow_words",
    "class_accuracy",
    "contrast",
    "delete_words",
    "erase",
    "fit",
    "fit_many",
    "flip",
    "half_turn",
    "light",
    "noise",
    "random_policy",
    "replace_words",
    "rotate",
    "scale",
    "shear",
    "shift",
    "swap_letters",
    "swap_words",
    "warp",
]
