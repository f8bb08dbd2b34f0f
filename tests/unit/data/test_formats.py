"""Files of each format, and damaged ones."""

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mlops_lab.data.errors import DamageError
from mlops_lab.data.formats import (
    check_hash,
    read_idx,
    read_npy,
    read_npz,
    read_table,
    refuse_web_page,
)

IDX = b"\0\0\x08\x02" + (2).to_bytes(4, "big") + (3).to_bytes(4, "big") + bytes(range(6))


def test_idx(tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(IDX))
    array = read_idx(path)
    assert array.tolist() == [[0, 1, 2], [3, 4, 5]]
    array[0, 0] = 9  # it may be changed


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (gzip.compress(IDX)[:-9], "is damaged or cut short"),
        (IDX, "is damaged or cut short"),
        (gzip.compress(b"\0\0\x0d" + IDX[3:]), "is not an IDX file of bytes"),
        (gzip.compress(b""), "is not an IDX file of bytes"),
        (gzip.compress(IDX[:8]), "is cut short in its header"),
        (gzip.compress(IDX[:-1]), "holds 5 values where its header says 6"),
    ],
    ids=["cut", "not gzip", "floats", "empty", "cut header", "cut values"],
)
def test_damaged_idx(tmp_path: Path, raw: bytes, said: str) -> None:
    path = tmp_path / "x.gz"
    path.write_bytes(raw)
    with pytest.raises(DamageError, match=said):
        read_idx(path)


def test_npz(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    np.savez_compressed(path, first=np.arange(5), second=np.zeros((2, 2), np.uint8))
    assert {name: array.tolist() for name, array in read_npz(path).items()} == {
        "first": [0, 1, 2, 3, 4],
        "second": [[0, 0], [0, 0]],
    }
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[60] ^= 0xFF  # inside the first array's compressed bytes
    for damaged in (whole[:-30], whole[:9], b"", b"text", bytes(flipped)):
        path.write_bytes(damaged)
        with pytest.raises(DamageError, match="is damaged or cut short"):
            read_npz(path)


def test_npz_is_not_a_single_array_nor_pickled_objects(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    with path.open("wb") as stream:
        np.save(stream, np.arange(3))
    with pytest.raises(DamageError, match="is damaged or cut short"):
        read_npz(path)
    np.savez(path, first=np.array([{}], dtype=object))
    with pytest.raises(DamageError, match="allow_pickle=False"):
        read_npz(path)


def test_npy(tmp_path: Path) -> None:
    path = tmp_path / "x.npy"
    np.save(path, np.arange(5))
    assert read_npy(path).tolist() == [0, 1, 2, 3, 4]
    for damaged in (path.read_bytes()[:-3], path.read_bytes()[:9], b"", b"text"):
        path.write_bytes(damaged)
        with pytest.raises(DamageError, match="is damaged or cut short"):
            read_npy(path)


def test_npy_runs_no_code(tmp_path: Path) -> None:
    path = tmp_path / "x.npy"
    np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(DamageError, match="allow_pickle"):
        read_npy(path)


def test_npz_is_not_npy(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", a=np.arange(2))
    path = (tmp_path / "x.npz").rename(tmp_path / "x.npy")
    with pytest.raises(DamageError, match="several arrays"):
        read_npy(path)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_table(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / ("x.csv" if pack is bytes else "x.csv.gz")
    path.write_bytes(pack(b"a,b\n1,x\n2,y\n"))
    assert read_table(path, {}).to_dict("list") == {"a": [1, 2], "b": ["x", "y"]}


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("x.csv", b'a,b\n1,"x\n2,y\n'),
        ("x.csv", b"a,b\n1,2,3,4\n5,6\n1,2,3,4,5,6\n"),
        ("x.csv", b"a\n\xff\xfe\n"),
        ("x.csv", b""),
        ("x.csv.gz", gzip.compress(b"a,b\n" + b"1,2\n" * 99)[:-20]),
        ("x.csv.gz", b"a,b\n1,2\n"),
    ],
    ids=["open quote", "ragged", "not UTF-8", "empty", "cut gzip", "not gzip"],
)
def test_damaged_table(tmp_path: Path, name: str, raw: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    with pytest.raises(DamageError, match="is damaged or cut short"):
        read_table(path, {})


@pytest.mark.parametrize(
    "page",
    [b"<!DOCTYPE html>", b"\n <HTML>", b"\xef\xbb\xbf<html lang=x>", b"<?xml version='1.0'?>"],
)
def test_web_pages_are_refused(tmp_path: Path, page: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n<html>,1\n")
    refuse_web_page(path)
    path.write_bytes(page)
    with pytest.raises(DamageError, match="web page"):
        refuse_web_page(path)


def test_hash_of_gz_is_that_of_its_content(tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    digest = hashlib.sha256(b"data").hexdigest()
    for level in (1, 9):
        path.write_bytes(gzip.compress(b"data", level))
        check_hash(path, digest)
    check_hash(path, None)
    with pytest.raises(DamageError, match=f"begins {digest[:12]}, not 000000000000"):
        check_hash(path, "0" * 64)
