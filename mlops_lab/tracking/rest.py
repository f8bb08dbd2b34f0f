"""A client of MLflow's REST interface, version 2.0: what a team's scripts need of it."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

__all__ = ["Client", "Run"]

Run = dict[str, Any]
"""A run as `Client.search` gives it: id, name, status, and params, metrics, tags as mappings."""

_API = "/api/2.0/mlflow"


class Client:
    """A connection to a tracking server; also a context manager.

    Parameters
    ----------
    url : str
        Such as ``http://127.0.0.1:5000``.
    timeout : float
        Seconds that an answer may take; the first one may have to wait for the server's start.
    """

    def __init__(self, url: str, timeout: float = 90.0) -> None:
        import httpx  # with the extra `track`

        self.url = url
        self._http: httpx.Client = httpx.Client(base_url=url, timeout=timeout, trust_env=False)

    def post(self, path: str, **body: Any) -> Any:  # noqa: ANN401  JSON
        """Post a JSON body to ``/api/2.0/mlflow/<path>``; give the answer.

        Raises
        ------
        ValueError
            If the server refuses, with its own words; KeyError where it has no such thing.
        """
        answer = self._http.post(f"{_API}/{path}", json=body)
        return _json(answer)

    def experiment(self, name: str) -> str:
        """Return the id of the experiment of this name; it is made if there is none."""
        found = self._http.get(f"{_API}/experiments/get-by-name", params={"experiment_name": name})
        if found.status_code == 404:
            return str(self.post("experiments/create", name=name)["experiment_id"])
        return str(_json(found)["experiment"]["experiment_id"])

    def log(
        self,
        experiment: str,
        name: str,
        *,
        params: Mapping[str, object] | None = None,
        metrics: Mapping[str, float] | None = None,
        tags: Mapping[str, object] | None = None,
        artifacts: Mapping[str, bytes] | None = None,
    ) -> str:
        """Record one finished run; give its id.

        Parameters
        ----------
        experiment : str
            The experiment's id.
        name : str
            What people call the run; the id is the server's.
        params, metrics, tags : mappings
            What went in, what was measured, and what it is known by. MLflow keeps params and tags
            as text.
        artifacts : mapping of str to bytes
            Files of the run by their path.
        """
        now = round(1000 * time.time())
        run = self.post("runs/create", experiment_id=experiment, run_name=name, start_time=now)
        number = str(run["run"]["info"]["run_id"])
        measured = [
            {"key": key, "value": float(value), "timestamp": now, "step": 0}
            for key, value in (metrics or {}).items()
        ]
        self.post(
            "runs/log-batch",
            run_id=number,
            params=_pairs(params),
            tags=_pairs(tags),
            metrics=measured,
        )
        for path, content in (artifacts or {}).items():
            self.put(experiment, number, path, content)
        end = round(1000 * time.time())
        self.post("runs/update", run_id=number, status="FINISHED", end_time=end)
        return number

    def search(
        self, experiment: str, where: str = "", *, by: str = "", most: int = 1000
    ) -> list[Run]:
        """Return the runs for which a filter holds, deleted ones left out.

        Parameters
        ----------
        experiment : str
            The experiment's id.
        where : str
            MLflow's filter, such as ``metrics.accuracy > 0.8 and tags.`model.sha256` = 'ab12'``.
        by : str
            What they are ordered by, such as ``metrics.accuracy DESC``; by default, newest first.
        most : int
            How many at most.
        """
        found = self.post(
            "runs/search",
            experiment_ids=[experiment],
            filter=where,
            order_by=[by] if by else [],
            max_results=most,
        )
        return [_run(one) for one in found.get("runs", [])]

    def put(self, experiment: str, run: str, path: str, content: bytes) -> None:
        """Store a file of a run, through the server."""
        _json(self._http.put(_place(experiment, run, path), content=content))

    def get(self, experiment: str, run: str, path: str) -> bytes:
        """Return a file of a run."""
        answer = self._http.get(_place(experiment, run, path))
        if answer.status_code != 200:
            _json(answer)
        return bytes(answer.content)

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _place(experiment: str, run: str, path: str) -> str:
    return f"/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/{path}"


def _pairs(given: Mapping[str, object] | None) -> list[dict[str, str]]:
    return [{"key": key, "value": str(value)} for key, value in (given or {}).items()]


def _run(found: dict[str, Any]) -> Run:
    info, kept = found["info"], found.get("data", {})
    parts = {
        part: {one["key"]: one["value"] for one in kept.get(part, [])}
        for part in ("params", "metrics", "tags")
    }
    return {
        "id": info["run_id"],
        "name": info.get("run_name", ""),
        "status": info.get("status", ""),
        **parts,
    }


def _json(answer: "httpx.Response") -> Any:  # noqa: ANN401  JSON
    if answer.status_code == 404:
        raise KeyError(f"{answer.request.url.path}: {answer.text[:300]}")
    if answer.is_error:
        raise ValueError(f"{answer.request.url.path}: {answer.status_code} {answer.text[:300]}")
    return answer.json() if answer.content else {}
