"""Inference: time of calls, caches before a model, services that scale, and their manifests."""

from mlops_lab.inference.cache import (
    characteristic_hit_rate,
    latencies,
    lru_hits,
    popularity,
    ttl_shares,
)
from mlops_lab.inference.clock import processor_seconds
from mlops_lab.inference.manifests import MISTAKES, link_errors, planted, reader, schema_errors
from mlops_lab.inference.scaling import Now, Scaled, autoscale, bursts

__all__ = [
    "MISTAKES",
    "Now",
    "Scaled",
    "autoscale",
    "bursts",
    "characteristic_hit_rate",
    "latencies",
    "link_errors",
    "lru_hits",
    "planted",
    "popularity",
    "processor_seconds",
    "reader",
    "schema_errors",
    "ttl_shares",
]
