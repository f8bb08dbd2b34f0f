"""Privacy: a town, a model that its owner attacks, and training whose privacy is counted."""

from mlops_lab.privacy.accountant import epsilon
from mlops_lab.privacy.attack import losses, tpr_at
from mlops_lab.privacy.private import clipped_gradient, random_features, train
from mlops_lab.privacy.simulate import town

__all__ = [
    "clipped_gradient",
    "epsilon",
    "losses",
    "random_features",
    "town",
    "tpr_at",
    "train",
]
