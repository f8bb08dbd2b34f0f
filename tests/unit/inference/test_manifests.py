"""Manifests: the schemas find what each alone shows, the rules what none alone can."""

import pytest

from mlops_lab.inference import MISTAKES, link_errors, planted, reader, schema_errors


def test_the_correct_set_has_no_fault() -> None:
    assert schema_errors(reader()) == []
    assert link_errors(reader()) == []


def test_each_mistake_is_found_once_by_one_of_both() -> None:
    by_schema = [name for name in MISTAKES if schema_errors(planted(name))]
    assert by_schema == list(MISTAKES)[:6]
    for name in list(MISTAKES)[6:]:
        assert link_errors(planted(name)), name


def test_a_mistake_leaves_the_correct_set_alone() -> None:
    planted("no readiness probe")
    assert link_errors(reader()) == []


def test_numbers_are_read_as_a_cluster_reads_them() -> None:
    documents = planted("limit below request")
    server = documents[0]["spec"]["template"]["spec"]["containers"][0]
    for limit, faults in (("0.25Gi", 0), (2**28, 0), ("268435455", 1), ("268M", 1), ("269M", 0)):
        server["resources"]["limits"]["memory"] = limit
        assert len(link_errors(documents)) == faults, limit


def test_bad_input_is_named() -> None:
    with pytest.raises(ValueError, match="got 'none'"):
        planted("none")
    with pytest.raises(ValueError, match="got Deployment"):
        link_errors(reader()[:1])
