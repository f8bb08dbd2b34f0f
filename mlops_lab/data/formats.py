"""Read files of the formats that data sets come in, refusing damaged ones."""

import gzip
import hashlib
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mlops_lab.data.cards import Column
from mlops_lab.data.errors import DamageError

__all__ = [
    "check_hash",
    "content",
    "read_idx",
    "read_npy",
    "read_npz",
    "read_table",
    "refuse_web_page",
]

_IDX_BYTES = 0x08  # the format's code for unsigned bytes


def refuse_web_page(path: Path) -> None:
    """Refuse a file that is a web page, such as a network's login page.

    Raises
    ------
    DamageError
        The file begins as HTML does.
    """
    with path.open("rb") as stream:
        start = stream.read(512).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<?xml")):
        raise DamageError(path.name, "is a web page (HTML), not data")


def content(path: Path) -> bytes:
    """Read a file's bytes, decompressed where the name ends in ``.gz``.

    Raises
    ------
    DamageError
        The compressed bytes are damaged or cut short.
    """
    if path.suffix != ".gz":
        return path.read_bytes()
    try:
        return gzip.decompress(path.read_bytes())
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DamageError(path.name, f"is damaged or cut short ({error})") from error


def check_hash(path: Path, sha256: str | None) -> None:
    """Compare a file with the hash its card names; no hash, no check.

    Raises
    ------
    DamageError
        The hash is another one.
    """
    if sha256 is None:
        return
    found = hashlib.sha256(content(path)).hexdigest()
    if found != sha256:
        said = f"is not the file its card names (its sha256 begins {found[:12]}, not {sha256[:12]})"
        raise DamageError(path.name, said)


def read_table(path: Path, columns: Mapping[str, Column]) -> pd.DataFrame:
    """Read a CSV file, plain or gzipped.

    Parameters
    ----------
    path : Path
        The file.
    columns : mapping of str to Column
        The card's columns: those with dates as bounds are read as datetimes.

    Raises
    ------
    DamageError
        It is not CSV, or a date is not one.
    """
    try:
        # In one piece: read in chunks, a damaged column would give a warning, not an error.
        frame = pd.read_csv(path, low_memory=False)
        for name in columns.keys() & set(frame.columns):
            if columns[name].dated:
                frame[name] = pd.to_datetime(frame[name], format="ISO8601")
    except (ValueError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        said = " ".join(str(error).split())
        raise DamageError(path.name, f"is damaged or cut short ({said})") from error
    return frame


def read_npy(path: Path) -> npt.NDArray[Any]:
    """Read one array in numpy's own format; pickled objects are refused.

    Raises
    ------
    DamageError
        It is not such a file, or it is cut short.
    """
    try:
        array = np.load(path, allow_pickle=False)
    except (ValueError, EOFError) as error:
        said = " ".join(str(error).split())
        raise DamageError(path.name, f"is damaged or cut short ({said})") from error
    if not isinstance(array, np.ndarray):
        raise DamageError(path.name, "holds several arrays where one is expected")
    return array


def read_npz(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Read named arrays in numpy's own archive; pickled objects are refused.

    Raises
    ------
    DamageError
        It is not such a file, or it is cut short.
    """
    try:
        with path.open("rb") as stream:  # ours to close: a damaged archive would stay open
            archive = np.load(stream, allow_pickle=False)
            if isinstance(archive, np.ndarray):
                raise ValueError("one array, without a name")
            return {name: archive[name] for name in archive.files}
    except (ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        said = " ".join(str(error).split())
        raise DamageError(path.name, f"is damaged or cut short ({said})") from error


def read_idx(path: Path) -> npt.NDArray[np.uint8]:
    """Read an array of bytes in the IDX format of MNIST, gzipped.

    Two zero bytes, a type code, the number of axes, the size of each axis as a big-endian
    32-bit number, then the values (LeCun, Cortes and Burges, the MNIST page).

    Raises
    ------
    DamageError
        The header is not IDX, or the length does not fit it.
    """
    raw = content(path)
    if len(raw) < 4 or raw[:2] != b"\0\0" or raw[2] != _IDX_BYTES:
        raise DamageError(path.name, "is not an IDX file of bytes")
    start = 4 + 4 * raw[3]
    if len(raw) < start:
        raise DamageError(path.name, "is cut short in its header")
    shape = tuple(int(size) for size in np.frombuffer(raw[4:start], dtype=">u4"))
    found, expected = len(raw) - start, int(np.prod(shape, dtype=np.int64))
    if found != expected:
        raise DamageError(path.name, f"holds {found:,} values where its header says {expected:,}")
    return np.frombuffer(raw, dtype=np.uint8, offset=start).reshape(shape).copy()
