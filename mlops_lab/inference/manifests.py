"""What a cluster is told about a service, and what can be wrong with it before it runs."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mlops_lab.kit import extra

__all__ = ["MISTAKES", "VERSION", "link_errors", "planted", "reader", "schema_errors"]

VERSION = "1.37"
"""The version of Kubernetes whose schemas are used."""

Manifest = dict[str, Any]

MEMORY = {"": 1, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}
"""What a unit of memory multiplies by: `m` is a thousandth of a byte."""


def reader() -> list[Manifest]:
    """Return a correct set: a deployment of two pods, its autoscaler, and a service before them."""
    probe = {"httpGet": {"path": "/v2/health/ready", "port": "http"}, "periodSeconds": 5}
    server = {
        "name": "server",
        "image": "registry.example/reader@sha256:" + "0" * 64,
        "ports": [{"name": "http", "containerPort": 8501}],
        "resources": {
            "requests": {"cpu": "500m", "memory": "256Mi"},
            "limits": {"memory": "512Mi"},
        },
        "readinessProbe": probe,
        "livenessProbe": {"httpGet": {"path": "/v2/health/live", "port": "http"}},
    }
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "reader"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "reader"}},
            "template": {
                "metadata": {"labels": {"app": "reader"}},
                "spec": {"containers": [server]},
            },
        },
    }
    busy = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}
    scaler = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "reader"},
        "spec": {
            "minReplicas": 2,
            "maxReplicas": 10,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "reader"},
            "metrics": [{"type": "Resource", "resource": busy}],
        },
    }
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "reader"},
        "spec": {"selector": {"app": "reader"}, "ports": [{"port": 80, "targetPort": "http"}]},
    }
    return [deployment, scaler, service]


SERVER = (0, "spec", "template", "spec", "containers", 0)

MISTAKES: Mapping[str, tuple[tuple[Any, ...], Any]] = {
    "unknown field: replica": ((0, "spec", "replica"), 2),
    "replicas: two": ((0, "spec", "replicas"), "two"),
    "container without a name": ((*SERVER, "name"), None),
    "deployment without selector": ((0, "spec", "selector"), None),
    "deployment of apiVersion v1": ((0, "apiVersion"), "v1"),
    "target: 70%": (
        (1, "spec", "metrics", 0, "resource", "target", "averageUtilization"),
        "70%",
    ),
    "selector is not the label": ((0, "spec", "selector", "matchLabels", "app"), "raeder"),
    "service selects no pod": ((2, "spec", "selector", "app"), "raeder"),
    "service port nobody listens on": ((2, "spec", "ports", 0, "targetPort"), 8500),
    "probe port of unknown name": ((*SERVER, "readinessProbe", "httpGet", "port"), "htpp"),
    "scaler of another name": ((1, "spec", "scaleTargetRef", "name"), "raeder"),
    "scaler on CPU, none requested": ((*SERVER, "resources", "requests", "cpu"), None),
    "no readiness probe": ((*SERVER, "readinessProbe"), None),
    "memory in thousandths: 512m": ((*SERVER, "resources", "limits", "memory"), "512m"),
    "limit below request": ((*SERVER, "resources", "limits", "memory"), "128Mi"),
    "least pods above most": ((1, "spec", "minReplicas"), 20),
    "image that may change: latest": ((*SERVER, "image"), "reader:latest"),
}
"""Mistakes that teams make, one at a time: the place in `reader()`, and what stands there instead,
or None where the entry is left out."""


def planted(mistake: str) -> list[Manifest]:
    """Return the set of `reader` with one of `MISTAKES` in it."""
    if mistake not in MISTAKES:
        raise ValueError(f"mistake must be one of {', '.join(MISTAKES)}; got {mistake!r}")
    documents = copy.deepcopy(reader())
    (*path, last), value = MISTAKES[mistake]
    place: Any = documents
    for step in path:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return documents


def schema_errors(documents: Sequence[Manifest]) -> list[str]:
    """Check each manifest by itself against the schema of its kind, without a cluster.

    Unknown fields are errors, too: a cluster would drop them.

    Returns
    -------
    list of str, an entry for each manifest that is wrong: its kind, and what the schema says
    """
    with extra("cluster"):
        import kubernetes_validate

    found = []
    for one in documents:
        try:
            kubernetes_validate.validate(one, VERSION, strict=True)
        except kubernetes_validate.ValidationError as error:
            found.append(f"{one.get('kind')}: {error.message}")
        except (
            kubernetes_validate.InvalidSchemaError,
            kubernetes_validate.SchemaNotFoundError,
        ) as error:
            found.append(f"{one.get('kind')}: no schema, {type(error).__name__}")
    return found


def link_errors(documents: Sequence[Manifest]) -> list[str]:
    """Check what no schema can see: whether manifests fit each other, and what they leave open.

    Takes one deployment with one container, one autoscaler and one service, in any order, each of
    them valid by its schema.

    Returns
    -------
    list of str, one entry a fault
    """
    kinds = {one["kind"]: one for one in documents}
    wanted = {"Deployment", "HorizontalPodAutoscaler", "Service"}
    if set(kinds) != wanted or len(documents) != len(wanted):
        raise ValueError(f"need one each of {', '.join(sorted(wanted))}; got {', '.join(kinds)}")
    deployment, service = kinds["Deployment"], kinds["Service"]
    scaler = kinds["HorizontalPodAutoscaler"]
    return [
        text
        for rule in (_labels, _ports, _scaler, _container)
        for text in rule(deployment, scaler, service)
    ]


def _labels(deployment: Manifest, _: Manifest, service: Manifest) -> Iterator[str]:
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    if not deployment["spec"]["selector"]["matchLabels"].items() <= labels.items():
        yield f"the deployment selects other labels than {labels}"
    if not service["spec"]["selector"].items() <= labels.items():
        yield f"the service selects other labels than {labels}"


def _ports(deployment: Manifest, _: Manifest, service: Manifest) -> Iterator[str]:
    container = _server(deployment)
    open_ports = {one["containerPort"] for one in container["ports"]}
    open_ports |= {one["name"] for one in container["ports"] if "name" in one}
    for one in service["spec"]["ports"]:
        if one.get("targetPort", one["port"]) not in open_ports:
            yield f"the service's target port {one.get('targetPort', one['port'])} is not open"
    for name in ("readinessProbe", "livenessProbe"):
        port = container.get(name, {}).get("httpGet", {}).get("port")
        if port is not None and port not in open_ports:
            yield f"the port {port} of {name} is not open"


def _scaler(deployment: Manifest, scaler: Manifest, _: Manifest) -> Iterator[str]:
    spec = scaler["spec"]
    if spec["scaleTargetRef"]["name"] != deployment["metadata"]["name"]:
        yield f"the scaler's target {spec['scaleTargetRef']['name']} does not exist"
    if spec.get("minReplicas", 1) > spec["maxReplicas"]:
        yield f"at least {spec['minReplicas']} pods, but at most {spec['maxReplicas']}"
    asked = _server(deployment).get("resources", {}).get("requests", {})
    for one in spec["metrics"]:
        name = one.get("resource", {}).get("name")
        if name is not None and name not in asked:
            yield f"scaler on a share of {name}; none is requested"


def _container(deployment: Manifest, _: Manifest, __: Manifest) -> Iterator[str]:
    container = _server(deployment)
    if "readinessProbe" not in container:
        yield "no readiness probe: requests come too early"
    if "@sha256:" not in container["image"]:
        yield f"image {container['image']} may change"
    resources = container.get("resources", {})
    memory = {
        name: _bytes(resources[name]["memory"])
        for name in ("requests", "limits")
        if "memory" in resources.get(name, {})
    }
    for name, size in memory.items():
        if size < 2**20:
            yield f"memory in {name}: {size:g} bytes"
    if memory.get("limits", float("inf")) < memory.get("requests", 0):
        yield "the memory limit is below the request"


def _server(deployment: Manifest) -> Manifest:
    found: Manifest = deployment["spec"]["template"]["spec"]["containers"][0]
    return found


def _bytes(text: str | int) -> float:
    number = str(text).rstrip("mkMGKi")
    return float(number) * MEMORY[str(text)[len(number) :]]
