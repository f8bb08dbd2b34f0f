"""Where data lives: the folders that ship with the project, and the cache of downloads."""

import os
from pathlib import Path

import platformdirs

from mlops_lab.data.errors import DataError

__all__ = ["CACHE_VARIABLE", "cache_folder", "datasets_folder", "obstacle", "shipped_folder"]

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
    if folder := shipped_folder("datasets", package):
        return folder
    raise DataError(
        f"The data sets are missing: neither {package / '_shipped' / 'datasets'} nor "
        f"{package.parent / 'datasets'} in a checkout exists; install mlops-lab again, or restore "
        "the folder `datasets` with git."
    )


def shipped_folder(name: str, package: Path = _PACKAGE) -> Path | None:
    """Find a folder that ships with the project: ``datasets`` or ``notebooks``.

    Parameters
    ----------
    name : str
    package : Path
        The folder of the `mlops_lab` package.

    Returns
    -------
    Path or None
        ``_shipped/<name>`` inside an installed package, else ``<name>`` beside the package in a
        checkout; None where there is neither.
    """
    shipped, beside = package / "_shipped" / name, package.parent / name
    if shipped.is_dir():
        return shipped
    # Beside an installed package there may be another project's package of this name:
    # only a project folder counts as a checkout.
    in_checkout = beside.is_dir() and (package.parent / "pyproject.toml").is_file()
    return beside if in_checkout else None


def cache_folder() -> Path:
    """Name the folder that keeps downloads; nothing is created.

    Returns
    -------
    Path
        What the environment variable ``MLOPS_LAB_DATA`` says; unset or empty, the user's own
        cache folder, for example ``~/.cache/mlops_lab``.

    Raises
    ------
    DataError
        The variable names the home of nobody, or a path that begins nowhere: the shell and a
        lesson's kernel work in different folders and would each have a cache of their own.
    """
    named = os.environ.get(CACHE_VARIABLE, "").strip()
    if not named:
        return platformdirs.user_cache_path("mlops_lab", appauthor=False)
    try:
        folder = Path(named).expanduser()
    except RuntimeError as error:
        user = named.split("/")[0]
        raise DataError(
            f"{CACHE_VARIABLE} is {named!r}, but {user!r} is nobody's home here; "
            "set it to the whole path of a folder."
        ) from error
    if not folder.is_absolute():
        raise DataError(
            f"{CACHE_VARIABLE} is {named!r}, which is another folder for each program that reads "
            f"it; set it to {os.path.realpath(folder)!r} if that is the one."
        )
    return folder


def obstacle(folder: Path) -> str | None:
    """Say what stands where a folder is to be, or to be made.

    Parameters
    ----------
    folder : Path
        An absolute path.

    Returns
    -------
    str or None
        Half a sentence about a file or a broken link at the path or on the way to it; None
        where nothing is in the way.
    """
    # `exists` would look through a broken link and see nothing there.
    nearest = next(each for each in (folder, *folder.parents) if os.path.lexists(each))
    if os.path.isdir(nearest):  # noqa: PTH112  # Path.is_dir raises where it may not look
        return None
    if nearest.is_symlink():
        return f"{nearest} is a link to {nearest.readlink()}, where there is no folder"
    return f"{nearest} is a file, not a folder"
