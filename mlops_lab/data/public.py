"""Public data: downloaded on first use, verified then and on every load."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

import pandas as pd

from mlops_lab.data.address import MIRROR_VARIABLE, mirror, without_login
from mlops_lab.data.cards import Card, File
from mlops_lab.data.checks import check_dataset, check_rows
from mlops_lab.data.dataset import Dataset
from mlops_lab.data.errors import DamageError, DataError
from mlops_lab.data.folders import cache_folder
from mlops_lab.data.formats import check_hash, read_idx, read_npy, read_table, refuse_web_page
from mlops_lab.data.staging import install, staging
from mlops_lab.data.transport import Patience, fetch

__all__ = ["PUBLIC", "get_public", "is_cached", "load_public"]

_ARCHIVE = "archive.zip"


def is_cached(card: Card) -> bool:
    """Say whether all files of a data set are in the cache, without looking into them."""
    try:
        return all((cache_folder() / card.name / file.name).is_file() for file in card.files)
    except OSError:
        return False  # a folder that may not be read has nothing for us


def load_public(
    card: Card, *, patience: Patience | None = None, progress: bool | None = None
) -> Dataset:
    """Load a public data set from the cache, downloading it first where it is missing.

    Parameters
    ----------
    card : Card
        A card of kind public.
    patience, progress
        As for `mlops_lab.data.transport.fetch`.

    Raises
    ------
    DataError
        The download failed, or what is in the cache is damaged. A damaged file is left as it
        is: `get_public` replaces it.
    """
    folder = cache_folder() / card.name
    if not is_cached(card):
        return _download(card, patience, progress)
    try:
        return _read(card, folder)
    except DamageError as error:
        place = folder / error.what if error.what != card.name else folder
        raise DataError(
            f"{place} {error.reason}; delete it and run `mlops-lab data get {card.name}` "
            "to download it again."
        ) from error
    except OSError as error:
        said = f"{error.filename or folder} cannot be read ({error.strerror or error})"
        raise DataError(f"{said}; check who may read it.") from error


def get_public(
    card: Card, *, patience: Patience | None = None, progress: bool | None = None
) -> bool:
    """Bring a public data set into the cache, replacing what is damaged there.

    Parameters
    ----------
    card : Card
        A card of kind public.
    patience, progress
        As for `mlops_lab.data.transport.fetch`.

    Returns
    -------
    bool
        True if it was downloaded, False if a good copy was there already.

    Raises
    ------
    DataError
        It could not be downloaded, verified or written; the cache is as it was.
    """
    if _is_good(card):
        return False
    _download(card, patience, progress)
    return True


def _is_good(card: Card) -> bool:
    try:
        return is_cached(card) and bool(_read(card, cache_folder() / card.name))
    except (DamageError, OSError):
        return False


def _download(card: Card, patience: Patience | None, progress: bool | None) -> Dataset:
    folder = cache_folder() / card.name
    sources = _sources(card)
    with staging(cache_folder(), card.name) as stage:
        try:
            for url, files in sources.items():
                _bring(url, files, stage, folder, patience, progress)
            data = _read(card, stage)
        except DamageError as error:
            hosts = ", ".join(sorted({urlsplit(without_login(url)[0]).netloc for url in sources}))
            raise DataError(
                f"What {hosts} sent is not {card.name}: {error}; nothing was kept, so try again "
                "later, log in to the network if it asks for that, or set "
                f"{MIRROR_VARIABLE} to a server that has it."
            ) from error
        install(stage, folder, [file.name for file in card.files])
    return data


def _sources(card: Card) -> dict[str, list[File]]:
    """Group the files by the address that holds them: an archive holds several."""
    instead = mirror()
    sources: dict[str, list[File]] = {}
    for file in card.files:
        url = f"{instead}/{card.name}/{quote(file.name)}" if instead else file.url
        sources.setdefault(url, []).append(file)
    return sources


def _bring(
    url: str,
    files: list[File],
    stage: Path,
    folder: Path,
    patience: Patience | None,
    progress: bool | None,
) -> None:
    zipped = files[0].member is not None and url == files[0].url
    target = stage / (_ARCHIVE if zipped else files[0].name)
    by_hand = f"unpack it into {folder}" if zipped else f"put it at {folder / files[0].name}"
    fetch(url, target, by_hand, patience=patience, progress=progress)
    refuse_web_page(target)
    if zipped:
        _unpack(target, files, stage)


def _unpack(archive: Path, files: list[File], stage: Path) -> None:
    try:
        with zipfile.ZipFile(archive) as zipped:
            for file in files:
                (stage / file.name).write_bytes(zipped.read(file.member or file.name))
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        said = str(error).strip("'\"")
        raise DamageError("the archive", f"is damaged or another one ({said})") from error


def _read(card: Card, folder: Path) -> Dataset:
    """Read the files of a data set and hold them against the card."""
    for file in card.files:
        refuse_web_page(folder / file.name)
    data = PUBLIC[card.name](card, folder)
    check_dataset(data, card.files[0].name if len(card.files) == 1 else card.name)
    # Last, since what is wrong with the content says more than that the hash differs.
    for file in card.files:
        check_hash(folder / file.name, file.sha256)
    return data


def _electricity(card: Card, folder: Path) -> Dataset:
    return Dataset(card, read_table(folder / card.files[0].name, card.columns))


def _youtube_spam(card: Card, folder: Path) -> Dataset:
    frames = []
    for file in card.files:
        frame = read_table(folder / file.name, card.columns)
        if file.rows is not None:
            check_rows(file.name, len(frame), file.rows)
        frames.append(frame.assign(VIDEO=Path(file.name).stem.partition("-")[2]))
    return Dataset(card, pd.concat(frames, ignore_index=True))


def _mnist(card: Card, folder: Path) -> Dataset:
    images, labels = (read_idx(folder / file.name) for file in card.files)
    if labels.ndim != 1:
        raise DamageError(card.files[1].name, f"has the shape {labels.shape}, not a list of labels")
    frame = pd.DataFrame({"label": labels.astype("int64")})
    return Dataset(card, frame, {"images": images})


def _cifar10h(card: Card, folder: Path) -> Dataset:
    file = card.files[0]
    counts = read_npy(folder / file.name)
    classes = list(card.columns)
    if counts.ndim != 2 or counts.shape[1] != len(classes):
        raise DamageError(file.name, f"has the shape {counts.shape}, not rows of {len(classes)}")
    return Dataset(card, pd.DataFrame(counts, columns=classes), {"counts": counts})


PUBLIC: dict[str, Callable[[Card, Path], Dataset]] = {
    "cifar10h": _cifar10h,
    "electricity": _electricity,
    "mnist": _mnist,
    "youtube_spam": _youtube_spam,
}
"""The reader of each public data set: it takes the card and the folder of the files."""
