"""Routes: read with errors that name the field, sticky, uniform, and growing without moves."""

import hashlib
from typing import Any

import numpy as np
import pytest

from mlops_lab.serving.routes import (
    Canary,
    Choice,
    Route,
    Shadow,
    Single,
    choose,
    document_of,
    parse_route,
    place,
)

KEYS = [f"caller {i}" for i in range(20_000)]


@pytest.mark.parametrize(
    ("document", "route"),
    [
        ({"kind": "single", "version": 3}, Single(3)),
        ({"kind": "shadow", "version": 1, "shadow": 2}, Shadow(1, 2)),
        ({"kind": "canary", "version": 1, "canary": 2, "share": 0.1}, Canary(1, 2, 0.1)),
        ({"share": 1, "canary": 2, "version": 1, "kind": "canary"}, Canary(1, 2, 1)),
    ],
)
def test_a_route_is_read_and_written(document: dict[str, Any], route: Route) -> None:
    assert parse_route(document) == route
    assert document_of(route) == document


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (None, "a route is an object"),
        ([1], "a route is an object"),
        ({}, "kind must be one of single, shadow, canary; got None"),
        ({"kind": "green", "version": 1}, "got 'green'"),
        ({"kind": ["single"], "version": 1}, "kind must be one of"),
        ({"kind": "single"}, "version is missing"),
        ({"kind": "single", "version": 0}, "version must be a whole number from 1; got 0"),
        ({"kind": "single", "version": True}, "version must be a whole number"),
        ({"kind": "single", "version": "1"}, "version must be a whole number"),
        ({"kind": "single", "version": 1.0}, "version must be a whole number"),
        ({"kind": "single", "version": 1, "share": 0.1}, "'share' is no field of a single route"),
        ({"kind": "shadow", "version": 1, "shadow": 1}, "shadow must be another version than 1"),
        ({"kind": "canary", "version": 1, "canary": 2}, "share is missing"),
        ({"kind": "canary", "version": 1, "canary": 1, "share": 0.1}, "canary must be another"),
        ({"kind": "canary", "version": 1, "canary": 2, "share": 1.1}, "share must be a number"),
        ({"kind": "canary", "version": 1, "canary": 2, "share": float("nan")}, "share must be"),
        ({"kind": "canary", "version": 1, "canary": 2, "share": True}, "share must be"),
        ({"kind": "canary", "version": 1, "canary": 2, "share": "0.1"}, "share must be"),
    ],
)
def test_a_wrong_route_is_told_by_its_field(document: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_route(document)


def test_a_long_value_is_cut_short() -> None:
    with pytest.raises(ValueError, match="kind must be") as told:
        parse_route({"kind": "x" * 10_000})
    assert len(str(told.value)) < 200


def test_single_and_shadow_do_not_look_at_the_key() -> None:
    assert {choose(Single(4), key) for key in KEYS[:50]} == {Choice(4, None)}
    assert {choose(Shadow(1, 2), key) for key in KEYS[:50]} == {Choice(1, 2)}


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5])
def test_a_canary_gets_its_share_of_the_keys(share: float) -> None:
    got = np.mean([choose(Canary(1, 2, share), key).version == 2 for key in KEYS])
    assert abs(got - share) < 4 * (share * (1 - share) / len(KEYS)) ** 0.5


def test_the_ends_of_the_share_are_none_and_all() -> None:
    assert {choose(Canary(1, 2, 0), key).version for key in KEYS[:500]} == {1}
    assert {choose(Canary(1, 2, 1), key).version for key in KEYS[:500]} == {2}


def test_growing_the_share_keeps_who_was_in() -> None:
    def inside(share: float) -> set[str]:
        return {key for key in KEYS if choose(Canary(1, 2, share), key).version == 2}

    assert inside(0.05) < inside(0.1) < inside(0.3)


def test_another_release_meets_other_keys_first() -> None:
    both = [place(key, 1, 2) < 0.1 and place(key, 2, 3) < 0.1 for key in KEYS]
    assert 0.005 < np.mean(both) < 0.015  # 0.1 * 0.1, as of independent draws


def test_places_are_uniform() -> None:
    stats = pytest.importorskip("scipy.stats")
    for keys in (KEYS, [str(i) for i in range(20_000)]):
        assert stats.kstest([place(key, 1, 2) for key in keys], "uniform").pvalue > 1e-3


def test_the_place_is_the_hash_and_nothing_else() -> None:
    digest = hashlib.blake2b(b"1:2:ada", digest_size=8).digest()
    assert place("ada", 1, 2) == (int.from_bytes(digest) >> 11) / 2**53


@pytest.mark.parametrize("key", ["", "\ud800", "ä" * 1000, "\x00"])
def test_any_key_has_a_place(key: str) -> None:
    assert 0 <= place(key, 1, 2) < 1
