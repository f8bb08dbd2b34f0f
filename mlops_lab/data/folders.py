"""Where data lives: the shipped folder of cards, and the cache of downloads."""

import os
from pathlib import Path

import platformdirs

from mlops_lab.data.errors import DataError

__all__ = ["CACHE_VARIABLE", "cache_folder", "datasets_folder"]

CACHE_VARIABLE = "MLOPS_LAB_DATA"
_PACKAGE = Path(__file__).parents[1]


def datasets_folder(package: Path = _PACKAGE) -> Path:
    """Find the folder with one folder a data set.

    Parameters
    ----------
    package : Path
        The folder of the `mlops_lab` package.

    Returns
    -------
    Path
        ``_shipped/datasets`` inside an installed package, else ``datasets`` beside the package
        in a checkout.

    Raises
    ------
    DataError
        Neither is there.
    """
    shipped = package / "_shipped" / "datasets"
    if shipped.is_dir():
        return shipped
    beside = package.parent / "datasets"
    # Beside an installed package there may be another project's package of this name:
    # only a project folder counts as a checkout.
    if beside.is_dir() and (package.parent / "pyproject.toml").is_file():
        return beside
    raise DataError(
        f"The data sets are missing: neither {shipped} nor {beside} in a checkout exists; "
        "install mlops-lab again, or restore the folder `datasets` with git."
    )


def cache_folder() -> Path:
    """Name the folder that keeps downloads; nothing is created.

    Returns
    -------
    Path
        What the environment variable ``MLOPS_LAB_DATA`` says; unset or empty, the user's own
        cache folder, for example ``~/.cache/mlops_lab``.
    """
    named = os.environ.get(CACHE_VARIABLE, "").strip()
    if named:
        return Path(named).expanduser()
    return platformdirs.user_cache_path("mlops_lab", appauthor=False)
