"""A model registry in one file, without a server: MLflow on SQLite."""

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.kit import extra

if TYPE_CHECKING:
    from mlflow import MlflowClient

__all__ = ["open_registry"]

_SILENT = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}


def open_registry(folder: str | Path) -> "MlflowClient":
    """Open the registry in a folder, and make it if there is none.

    It is a file, ``registry.db``, which this process writes by itself: nothing runs beside it, and
    whoever opens the file later finds each change that had returned. MLflow is told to send
    nothing anywhere, and to report problems only.

    Parameters
    ----------
    folder : str or Path
        Made if it is not there.

    Returns
    -------
    mlflow.MlflowClient
        With its methods for models, versions, tags and aliases.

    Raises
    ------
    ModuleNotFoundError
        Without the extra ``track``.
    """
    os.environ.update(_SILENT)  # read when mlflow is imported
    with extra("track"):
        from mlflow import MlflowClient
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    place = Path(folder).absolute()
    place.mkdir(parents=True, exist_ok=True)
    address = f"sqlite:///{place / 'registry.db'}"
    return MlflowClient(tracking_uri=address, registry_uri=address)
