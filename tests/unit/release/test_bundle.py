"""Fingerprints: equal for equal parts, another for any other part."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_lab.release import fingerprint

PROBE = np.array([[1.0, 2.0], [3.0, 5.0]])
FLOATS = st.lists(st.integers(-900, 900).map(lambda one: one / 100), min_size=1, max_size=6)


def half(table: np.ndarray) -> np.ndarray:
    return table / 2


@given(FLOATS, st.integers(0, 5), st.sampled_from([1e-4, -0.5, 3.0]))
def test_each_weight_counts(values: list[float], at: int, more: float) -> None:
    other = np.array(values)
    other[at % len(values)] += more
    assert fingerprint(half, PROBE, values) == fingerprint(half, PROBE, np.array(values))
    assert fingerprint(half, PROBE, values) != fingerprint(half, PROBE, other)


def test_every_part_counts_and_last_bits_do_not() -> None:
    weights = np.arange(6.0)
    versions = {
        fingerprint(half, PROBE, weights),
        fingerprint(lambda table: table / 3, PROBE, weights),
        fingerprint(lambda table: half(table)[:, ::-1], PROBE, weights),
        fingerprint(half, PROBE, weights.reshape(2, 3)),
        fingerprint(half, PROBE, weights[:3], weights[3:]),
        fingerprint(half, PROBE),
    }
    assert len(versions) == 6
    assert fingerprint(lambda table: 0.5 * table, PROBE, weights + 1e-12) in versions
    assert fingerprint(half, PROBE, [-0.0]) == fingerprint(half, PROBE, [0.0])


def test_what_the_code_reads_from_elsewhere_counts() -> None:
    scale = [2.0]

    def scaled(table: np.ndarray) -> np.ndarray:
        return table / scale[0]

    before = fingerprint(scaled, PROBE)
    scale[0] = 4.0
    assert fingerprint(scaled, PROBE) != before


def test_wrong_input_is_named() -> None:
    with pytest.raises(ValueError, match="got 0 of"):
        fingerprint(half, PROBE, [])
    with pytest.raises(ValueError, match="must hold numbers"):
        fingerprint(half, PROBE, np.array(["x"]))
