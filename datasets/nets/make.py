"""Make nets: every net of a small search space, trained five times on glyphs, as one table.

Run `python datasets/nets/make.py` to write the two files beside this script again: some nine
minutes of one core. With `--seconds 170` it stops after that time, and goes on where it stopped
when it is run again. The law is all here. A net reads a glyph of 10 by 10 pixels by one, two or
three convolutions and one dense layer. Its five trainings differ in their first weights and in
the order of the pictures, and run side by side, as groups of one convolution.
"""

from __future__ import annotations

import argparse
import gzip
import io
import itertools
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Generator, Tensor

SEED = 2031
CHOICES: dict[str, tuple[Any, ...]] = {
    "depth": (1, 2, 3),  # convolutions
    "width": (4, 8, 12),  # channels of each
    "kernel": (1, 3, 5),  # side of each, in pixels
    "pool": ("max", "mean"),  # of 2 by 2 pixels, after the first convolution
    "skip": ("no", "yes"),  # from the second convolution on, its input is added to its output
    "activation": ("relu", "tanh"),
    "head": ("flat", "rows"),  # the dense layer sees each pixel, or the mean of each row of pixels
}
TRAININGS = 5  # of each net
STEPS, EVERY = 240, 20  # steps of a training, and from one look at the validation set to the next
BATCH, RATE = 40, 5e-3
LEARN, VALIDATE = 3500, 1000  # pictures of the train part; the test part has 1,500
SIDE, CLASSES = 10, 14

Part = tuple["Tensor", "Tensor"]
Net = dict[str, Any]


def nets() -> list[Net]:
    """List the nets: every combination of the choices, the last one fastest."""
    return [
        dict(zip(CHOICES, picked, strict=True)) for picked in itertools.product(*CHOICES.values())
    ]


def size(net: Net) -> tuple[int, int]:
    """Count the parameters of a net, and its multiplications for one picture."""
    width, taps, more = net["width"], net["kernel"] ** 2, net["depth"] - 1
    small = (SIDE // 2) ** 2
    seen = width * (small if net["head"] == "flat" else SIDE // 2)
    kernels = taps * width + more * taps * width**2
    weights = kernels + net["depth"] * width + seen * CLASSES + CLASSES
    work = SIDE**2 * taps * width + small * more * taps * width**2 + seen * CLASSES
    return weights, work


def pictures() -> tuple[Part, Part, Part]:
    """Return the pictures and labels to learn from, to validate with, and to test with."""
    import torch

    from mlops_lab import data

    glyphs = data.load("glyphs")
    images = glyphs.arrays["images"].astype(np.float32) / 255
    images = images.reshape(-1, SIDE, 2, SIDE, 2).mean(axis=(2, 4))
    train = (glyphs.frame["part"] == "train").to_numpy()
    images = (images - images[train].mean()) / images[train].std()
    x, y = torch.tensor(images), torch.tensor(glyphs.frame["label"].to_numpy())
    rows, test = np.flatnonzero(train), np.flatnonzero(~train)
    parts = rows[:LEARN], rows[LEARN : LEARN + VALIDATE], test
    return (x[parts[0]], y[parts[0]]), (x[parts[1]], y[parts[1]]), (x[parts[2]], y[parts[2]])


def start(net: Net, draws: Generator) -> list[Tensor]:
    """Draw the first weights of all trainings, as He and others (2015) do; biases are 0."""
    import torch

    width, side = net["width"], net["kernel"]
    drawn, seen = [], 1
    for _ in range(net["depth"]):
        shape = (TRAININGS * width, seen, side, side)
        drawn.append(torch.randn(*shape, generator=draws) * (2 / (seen * side**2)) ** 0.5)
        drawn.append(torch.zeros(TRAININGS * width))
        seen = width
    inputs = width * ((SIDE // 2) ** 2 if net["head"] == "flat" else SIDE // 2)
    drawn.append(torch.randn(TRAININGS, inputs, CLASSES, generator=draws) * (1 / inputs) ** 0.5)
    drawn.append(torch.zeros(TRAININGS, 1, CLASSES))
    return [one.requires_grad_() for one in drawn]


def logits(net: Net, weights: list[Tensor], x: Tensor) -> Tensor:
    """Return logits, shape (TRAININGS, n, CLASSES); x has the shape (n, TRAININGS, 10, 10)."""
    import torch
    from torch.nn import functional

    act = torch.relu if net["activation"] == "relu" else torch.tanh
    pool = functional.max_pool2d if net["pool"] == "max" else functional.avg_pool2d
    for layer in range(net["depth"]):
        kernel, bias = weights[2 * layer], weights[2 * layer + 1]
        new = functional.conv2d(x, kernel, bias, padding=net["kernel"] // 2, groups=TRAININGS)
        new = act(new)
        if layer == 0:
            new = pool(new, 2)
        x = new + x if layer and net["skip"] == "yes" else new
    maps = x.view(len(x), TRAININGS, net["width"], *x.shape[2:])
    flat = maps.flatten(2) if net["head"] == "flat" else maps.mean(4).flatten(2)
    return torch.baddbmm(weights[-1], flat.transpose(0, 1), weights[-2])


def hits(net: Net, weights: list[Tensor], part: Part) -> list[int]:
    """Count the pictures that each training gets right."""
    x = part[0][:, None].expand(-1, TRAININGS, -1, -1).contiguous()
    right = logits(net, weights, x).argmax(-1) == part[1]
    return [int(one) for one in right.sum(1)]


def train(
    number: int, parts: tuple[Part, Part, Part], steps: int = STEPS
) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """Train the net of a number by Adam, its rate falling to 0 along half a cosine.

    Fewer than `STEPS` steps are the first ones of the full training. Give the pictures right in
    the validation set every `EVERY` steps, shape (TRAININGS, steps / EVERY), and in the test part
    at the end, shape (TRAININGS,).
    """
    import torch
    from torch.nn import functional

    net, draws = nets()[number], torch.Generator().manual_seed(SEED + number)
    weights = start(net, draws)
    mean, square = ([torch.zeros_like(one) for one in weights] for _ in range(2))
    x, y = parts[0]
    seen = []
    for step in range(1, steps + 1):
        rows = torch.randint(len(x), (BATCH, TRAININGS), generator=draws)
        found = logits(net, weights, x[rows]).reshape(-1, CLASSES)
        loss = functional.cross_entropy(found, y[rows].T.reshape(-1), reduction="sum") / BATCH
        rate = RATE * 0.5 * (1 + np.cos(np.pi * step / STEPS))
        slopes = torch.autograd.grad(loss, weights)
        with torch.no_grad():
            for w, slope, m, s in zip(weights, slopes, mean, square, strict=True):
                m.mul_(0.9).add_(slope, alpha=0.1)
                s.mul_(0.999).addcmul_(slope, slope, value=0.001)
                down = (s / (1 - 0.999**step)).sqrt_().add_(1e-8)
                w.addcdiv_(m / (1 - 0.9**step), down, value=-rate)
            if step % EVERY == 0:
                seen.append(hits(net, weights, parts[1]))
    with torch.no_grad():
        return np.array(seen, np.uint16).T, np.array(hits(net, weights, parts[2]), np.uint16)


def table() -> pd.DataFrame:
    """Return the choices and sizes of all nets, one a row."""
    sizes = [size(net) for net in nets()]
    return pd.DataFrame(nets()).assign(
        parameters=[one[0] for one in sizes], multiplications=[one[1] for one in sizes]
    )


def _go_on(kept: Path, seconds: float) -> bool:
    """Train what is not there yet, until the time is up; say whether all is there."""
    import torch

    torch.set_num_threads(1)  # so that sums come in one order
    kept.mkdir(parents=True, exist_ok=True)
    parts, until = pictures(), time.monotonic() + seconds
    for number in range(len(nets())):
        path = kept / f"{number:03}.npz"
        if path.exists():
            continue
        if time.monotonic() > until:
            return False
        valid, test = train(number, parts)
        np.savez(path.with_suffix(".new.npz"), valid=valid, test=test)
        path.with_suffix(".new.npz").rename(path)
    return True


def main(folder: Path, seconds: float = float("inf")) -> None:
    """Write nets.csv.gz and nets.npz into `folder`; what is trained waits in `folder/trained`."""
    kept = folder / "trained"
    if not _go_on(kept, seconds):
        print(f"{len(list(kept.glob('???.npz')))} of {len(nets())} nets; run it again to go on")
        return
    found = [dict(np.load(kept / f"{number:03}.npz")) for number in range(len(nets()))]
    valid, test = (np.stack([one[name] for one in found]) for name in ("valid", "test"))
    np.savez_compressed(folder / "nets.npz", valid=valid, test=test)  # its entries bear no date
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as stream:  # no time stamp either
        stream.write(table().to_csv(index=False, lineterminator="\n").encode())
    (folder / "nets.csv.gz").write_bytes(buffer.getvalue())
    shutil.rmtree(kept)


if __name__ == "__main__":
    words = argparse.ArgumentParser(description="Train all nets, and write their table.")
    words.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    words.add_argument("--seconds", type=float, default=float("inf"), help="stop after these")
    main(**vars(words.parse_args()))
