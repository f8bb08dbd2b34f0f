"""Distillation: soft targets, their loss and gradient, small nets trained side by side."""

from mlops_lab.distillation.bias import bias_for_share
from mlops_lab.distillation.losses import (
    cross_entropy,
    kl_divergence,
    loss,
    loss_gradient,
    soft_loss,
    soft_loss_gradient,
    softmax,
)
from mlops_lab.distillation.nets import Nets, fit, logits, parameters

__all__ = [
    "Nets",
    "bias_for_share",
    "cross_entropy",
    "fit",
    "kl_divergence",
    "logits",
    "loss",
    "loss_gradient",
    "parameters",
    "soft_loss",
    "soft_loss_gradient",
    "softmax",
]
