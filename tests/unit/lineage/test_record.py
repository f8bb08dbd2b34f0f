"""Events in OpenLineage's format, written by its own client and read back."""

import json
import re
from pathlib import Path

import pytest

from mlops_lab.lineage import column_edges, emit, read_events, table_edges

pytest.importorskip("openlineage.client", reason="the extra lineage is not installed")


def write(path: Path) -> None:
    emit(
        path,
        "nightly",
        "rates",
        {"rate": [("parcels", "late"), ("parcels", "day")], "name": [("couriers", "name")]},
        opened=["holidays"],
        versions={"parcels": "a1"},
    )


def test_an_event_has_what_the_specification_asks_for(tmp_path: Path) -> None:
    write(tmp_path / "events.jsonl")
    (event,) = read_events(tmp_path / "events.jsonl")
    assert {"eventTime", "producer", "schemaURL", "run", "job"} <= set(event)
    assert event["eventType"] == "COMPLETE"
    assert event["job"]["name"] == "nightly"
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", event["run"]["runId"])
    versions = {one["name"]: one["facets"].get("version") for one in event["inputs"]}
    assert versions.pop("parcels")["datasetVersion"] == "a1"
    assert versions == {"couriers": None, "holidays": None}
    facet = event["outputs"][0]["facets"]["columnLineage"]
    assert facet["_schemaURL"].endswith("ColumnLineageDatasetFacet")
    assert [one["field"] for one in facet["fields"]["rate"]["inputFields"]] == ["day", "late"]


def test_events_are_appended_and_each_run_has_its_own_number(tmp_path: Path) -> None:
    for _ in range(3):
        write(tmp_path / "events.jsonl")
    runs = [event["run"]["runId"] for event in read_events(tmp_path / "events.jsonl")]
    assert len(set(runs)) == 3


def test_edges_by_column_and_by_table(tmp_path: Path) -> None:
    write(tmp_path / "events.jsonl")
    events = read_events(tmp_path / "events.jsonl")
    assert column_edges(events) == {
        (("parcels", "late"), ("rates", "rate")),
        (("parcels", "day"), ("rates", "rate")),
        (("couriers", "name"), ("rates", "name")),
    }
    assert table_edges(events) == {
        ("parcels", "rates"),
        ("couriers", "rates"),
        ("holidays", "rates"),
    }


def test_an_event_of_others_without_facets_has_no_edges_by_column() -> None:
    event = json.loads('{"inputs": [{"name": "a"}], "outputs": [{"name": "b"}, {"name": "c"}]}')
    assert column_edges([event, {}]) == set()
    assert table_edges([event, {}]) == {("a", "b"), ("a", "c")}


def test_what_is_no_event_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with pytest.raises(ValueError, match="got '', 'rates'"):
        emit(path, "", "rates", {"rate": [("parcels", "late")]})
    with pytest.raises(ValueError, match="columns; got 'nightly', 'rates'"):
        emit(path, "nightly", "rates", {})
    with pytest.raises(ValueError, match=re.escape("['parcels']; got ['orders']")):
        emit(path, "nightly", "rates", {"rate": [("parcels", "late")]}, versions={"orders": "1"})
    assert not path.exists()
    with pytest.raises(FileNotFoundError):
        read_events(path)
