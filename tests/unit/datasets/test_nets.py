"""The nets: retrained for some steps they come near the stored curves; the table is complete."""

import hashlib
import itertools
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mlops_lab import data

FOLDER = Path(__file__).parents[3] / "datasets" / "nets"


@pytest.fixture(scope="module")
def law() -> dict[str, Any]:
    return runpy.run_path(str(FOLDER / "make.py"), run_name="law")


@pytest.fixture(scope="module")
def nets() -> data.Dataset:
    return data.load("nets")


def test_the_table_is_what_the_script_lists(law: dict[str, Any], nets: data.Dataset) -> None:
    assert nets.frame.equals(law["table"]())
    combinations = list(itertools.product(*law["CHOICES"].values()))
    assert nets.frame[list(law["CHOICES"])].apply(tuple, axis="columns").to_list() == combinations


@pytest.mark.parametrize("number", [0, 215, 431])
def test_sizes_are_those_of_the_weights(law: dict[str, Any], number: int) -> None:
    import torch

    net = law["nets"]()[number]
    weights = law["start"](net, torch.Generator().manual_seed(0))
    assert sum(one.numel() for one in weights) == law["TRAININGS"] * law["size"](net)[0]
    first, *_ = weights
    pixels = 100 * first[0].numel() * net["width"]
    deeper = sum(25 * one[0].numel() * net["width"] for one in weights[2:-2:2])
    assert law["size"](net)[1] == pixels + deeper + weights[-2][0].numel()


@pytest.mark.parametrize("number", [17, 204, 430])
def test_trained_again_it_comes_near_the_stored_curve(
    law: dict[str, Any], nets: data.Dataset, number: int
) -> None:
    valid, test = law["train"](number, law["pictures"](), steps=40)
    assert valid.shape == (5, 2)
    assert test.shape == (5,)
    # Another processor adds in another order, and 40 steps let that grow a little.
    assert np.abs(valid / 1000 - nets.arrays["valid"][number, :, :2] / 1000).max() < 0.03


def test_the_files_are_those_that_the_card_names() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for name in ("nets.csv.gz", "nets.npz"):
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() in text, name
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 100_000


def test_it_stops_when_the_time_is_up_and_keeps_nothing_half_done(tmp_path: Path) -> None:
    words = [sys.executable, str(FOLDER / "make.py"), str(tmp_path), "--seconds", "0"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("0 of 432 nets")
    assert [path.name for path in tmp_path.iterdir()] == ["trained"]
    assert not list((tmp_path / "trained").iterdir())


def test_luck_alone_makes_two_names_of_one_net_differ(nets: data.Dataset) -> None:
    # With one convolution there is nothing to skip: such nets stand in the table twice.
    frame, test = nets.frame, nets.arrays["test"] / 1500
    one, two = (
        ((frame["depth"] == 1) & (frame["skip"] == skip)).to_numpy() for skip in ("no", "yes")
    )
    luck = (test[one].var(axis=1, ddof=1) + test[two].var(axis=1, ddof=1)) / test.shape[1]
    z = (test[one].mean(axis=1) - test[two].mean(axis=1)) / np.sqrt(luck.mean())
    assert abs(z.mean()) < 3 / len(z) ** 0.5
    assert 0.7 < z.std() < 1.3


def test_accuracies_are_as_the_card_says(nets: data.Dataset) -> None:
    test = nets.arrays["test"] / 1500
    means = test.mean(axis=1)
    text = " ".join((FOLDER / "README.md").read_text(encoding="utf-8").split())
    best = np.argsort(-means)[:20]
    for said in (
        f"from {means.min():.3f} to {means.max():.3f}, their median is {np.median(means):.3f}",
        f"{np.median(test.std(axis=1, ddof=1)):.3f} for the median net",
        f"{test[best].std(axis=1, ddof=1).mean():.3f} among the best 20",
        f"{(means > means.max() - 0.01).sum()} nets lie within 0.01 of the best",
    ):
        assert said in text, said
