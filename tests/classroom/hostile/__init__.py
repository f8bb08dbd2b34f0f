"""Hostile submissions: none earns what it does not deserve, and none harms a neighbour."""
