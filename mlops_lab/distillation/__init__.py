"""Distillation: soft targets, their loss and gradient, small nets, DistilBERT in miniature."""

from mlops_lab.distillation.bias import bias_for_share
from mlops_lab.distillation.encoder import (
    Encoder,
    encode,
    encoder_parameters,
    every_other_layer,
    forward,
    side_by_side,
    start_encoder,
)
from mlops_lab.distillation.losses import (
    cross_entropy,
    kl_divergence,
    loss,
    soft_loss,
    soft_loss_gradient,
    softmax,
)
from mlops_lab.distillation.nets import Nets, fit, logits, parameters
from mlops_lab.distillation.recipe import three_losses, train_encoder
from mlops_lab.distillation.sentences import Sentences, chances, draw_sentences, vocabulary

__all__ = [
    "Encoder",
    "Nets",
    "Sentences",
    "bias_for_share",
    "chances",
    "cross_entropy",
    "draw_sentences",
    "encode",
    "encoder_parameters",
    "every_other_layer",
    "fit",
    "forward",
    "kl_divergence",
    "logits",
    "loss",
    "parameters",
    "side_by_side",
    "soft_loss",
    "soft_loss_gradient",
    "softmax",
    "start_encoder",
    "three_losses",
    "train_encoder",
    "vocabulary",
]
