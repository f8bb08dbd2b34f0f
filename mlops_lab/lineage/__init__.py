"""Lineage: features as they were known at the time, and what was made from what."""

from mlops_lab.lineage.joins import as_of, latest, replay
from mlops_lab.lineage.pipeline import (
    Job,
    Pipeline,
    Step,
    emit_all,
    poison,
    precision_recall,
    run,
    simulate_pipeline,
)
from mlops_lab.lineage.record import column_edges, emit, read_events, table_edges
from mlops_lab.lineage.simulate import World, simulate

__all__ = [
    "Job",
    "Pipeline",
    "Step",
    "World",
    "as_of",
    "column_edges",
    "emit",
    "emit_all",
    "latest",
    "poison",
    "precision_recall",
    "read_events",
    "replay",
    "run",
    "simulate",
    "simulate_pipeline",
    "table_edges",
]
