"""What a request can be refused with: one status, one kind for the metrics, one sentence."""

__all__ = ["RequestError"]


class RequestError(Exception):
    """A request that gets a 4xx or 5xx answer.

    Parameters
    ----------
    status : int
        HTTP status, 400 to 504.
    kind : str
        One word for metrics and logs, such as "shape", "full", "unknown-model".
    message : str
        One sentence for the caller: what came, what was allowed.
    field : str
        Where in the request it is, such as ``instances[3][0]`` or ``Content-Length``.
    headers : dict of str to str
        Headers of the answer besides the usual ones.
    place : str, optional
        What the log says for `field`, where that holds a name of the caller's making.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        message: str,
        field: str = "",
        headers: dict[str, str] | None = None,
        *,
        place: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.message = message
        self.field = field
        self.headers = headers or {}
        self.place = field if place is None else place
