"""The real public data: through a mirror, through the archive, and damaged."""

import gzip
import io
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mlops_lab.data.errors import DataError
from mlops_lab.data.public import load_public
from mlops_lab.data.registry import card
from mlops_lab.data.transport import Patience

PUBLIC_NAMES = ["cifar10h", "electricity", "mnist", "youtube_spam"]


def serve(server: Any, answers: Any, folder: Path) -> None:
    """Let the server mirror a folder that is laid out as the cache is."""
    for path in folder.glob("*/*"):
        server.answers[f"/{path.relative_to(folder)}"] = [answers.good(path.read_bytes())]


@pytest.mark.parametrize("name", PUBLIC_NAMES)
def test_a_served_cache_is_a_mirror(
    server: Any,
    answers: Any,
    real_data: Path,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    serve(server, answers, real_data)
    monkeypatch.setenv("MLOPS_LAB_MIRROR", server.url)
    downloaded = load_public(card(name))
    for file in card(name).files:
        assert (cache / name / file.name).read_bytes() == (
            real_data / name / file.name
        ).read_bytes()
    server.answers.clear()
    assert load_public(card(name)).frame.equals(downloaded.frame)


def test_the_real_youtube_archive(
    server: Any, answers: Any, real_data: Path, patience: Patience
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((real_data / "youtube_spam").glob("*.csv")):
            archive.write(path, path.name)
    server.answers["/spam.zip"] = [answers.good(packed.getvalue())]
    real = card("youtube_spam")
    here = tuple(replace(file, url=f"{server.url}/spam.zip") for file in real.files)
    assert len(load_public(replace(real, files=here), patience=patience).frame) == 1956
    assert server.asked == ["/spam.zip"]  # one archive, asked for once


def test_mnist_may_be_compressed_again_but_not_altered(
    real_data: Path, cache: Path, patience: Patience
) -> None:
    shutil.copytree(real_data / "mnist", cache / "mnist", copy_function=shutil.copyfile)
    images = cache / "mnist" / "t10k-images-idx3-ubyte.gz"
    raw = bytearray(gzip.decompress(images.read_bytes()))
    images.unlink()
    images.write_bytes(gzip.compress(bytes(raw), compresslevel=1))
    assert load_public(card("mnist"), patience=patience).arrays["images"].shape == (10000, 28, 28)
    raw[5000] ^= 1
    images.write_bytes(gzip.compress(bytes(raw), compresslevel=1))
    with pytest.raises(DataError, match=r"t10k-images.* is not the file its card names"):
        load_public(card("mnist"), patience=patience)
    images.write_bytes(gzip.compress(bytes(raw))[:-100])
    with pytest.raises(DataError, match=r"t10k-images.* is damaged or cut short"):
        load_public(card("mnist"), patience=patience)


def test_cifar10h_of_another_shape(cache: Path, real_data: Path) -> None:
    (cache / "cifar10h").mkdir(parents=True)
    file = cache / "cifar10h" / "cifar10h-counts.npy"
    counts = np.load(real_data / "cifar10h" / "cifar10h-counts.npy")
    for bad, said in (
        (counts[:, :9], "has the shape"),
        (counts[:500], "500 rows where its card says 10,000"),
        (counts.astype(float), "has float64 for 'counts'"),
        (counts + 60, "in column 'airplane', row 3, allowed is at most 63"),
    ):
        np.save(file, bad)
        with pytest.raises(DataError, match=said):
            load_public(card("cifar10h"))


def swap_lines(raw: bytes) -> bytes:
    head, one, other, rest = raw.split(b"\n", 3)
    return b"\n".join((head, other, one, rest))


def change_digit(raw: bytes) -> bytes:
    at = raw.index(b"2013-") + len("2013-11-07T06:20:4")
    return raw[:at] + (b"1" if raw[at : at + 1] != b"1" else b"2") + raw[at + 1 :]


def flip_bit(raw: bytes) -> bytes:
    at = raw.index(b"\n") + 3  # in the mark of the first comment
    return raw[:at] + bytes([raw[at] ^ 2]) + raw[at + 1 :]


@pytest.mark.parametrize("alter", [swap_lines, change_digit, flip_bit])
def test_an_altered_youtube_file_is_refused_in_the_cache_and_in_the_archive(
    server: Any,
    answers: Any,
    real_data: Path,
    cache: Path,
    patience: Patience,
    alter: Callable[[bytes], bytes],
) -> None:
    real = card("youtube_spam")
    name = real.files[0].name
    raws = {f.name: (real_data / real.name / f.name).read_bytes() for f in real.files}
    assert alter(raws[name]) != raws[name]
    raws[name] = alter(raws[name])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for key, raw in raws.items():
            archive.writestr(key, raw)
    server.answers["/spam.zip"] = [answers.good(packed.getvalue())]
    here = tuple(replace(file, url=f"{server.url}/spam.zip") for file in real.files)
    with pytest.raises(DataError, match=f"{name} is not the file its card names"):
        load_public(replace(real, files=here), patience=patience)
    assert list(cache.iterdir()) == []
    (cache / real.name).mkdir()
    for key, raw in raws.items():
        (cache / real.name / key).write_bytes(raw)
    with pytest.raises(DataError, match=f"{name} is not the file its card names"):
        load_public(real)


def test_cifar10h_in_another_order_is_refused(cache: Path, real_data: Path) -> None:
    (cache / "cifar10h").mkdir(parents=True)
    counts = np.load(real_data / "cifar10h" / "cifar10h-counts.npy")
    np.save(cache / "cifar10h" / "cifar10h-counts.npy", counts[::-1])
    with pytest.raises(DataError, match="is not the file its card names"):
        load_public(card("cifar10h"))


@pytest.mark.parametrize("name", PUBLIC_NAMES)
def test_every_file_of_every_public_card_has_a_hash(name: str) -> None:
    assert all(file.sha256 for file in card(name).files)
