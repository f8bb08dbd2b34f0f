"""What MLflow reads from the environment: nothing is sent elsewhere, and nothing waits for long."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["settings"]

_SETTINGS = {  # for calls from here only; what the user has set in the environment wins
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_ALLOW_FILE_STORE": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}
_ALWAYS = ("MLFLOW_DISABLE_TELEMETRY", "DO_NOT_TRACK")


@contextmanager
def settings() -> Iterator[None]:
    """Set, in the block, what MLflow reads from the environment; afterwards all is as it was."""
    before = dict(os.environ)
    for name, value in _SETTINGS.items():
        if name in _ALWAYS or name not in before:
            os.environ[name] = value
    try:
        yield
    finally:
        for name in {*before, *os.environ}:
            if "MLFLOW" in name or name in _SETTINGS:  # its import sets some of its own
                os.environ.pop(name, None)
                if name in before:
                    os.environ[name] = before[name]
