"""Make the transactions stream: orders of an online shop and whether they came back.

Run `python datasets/transactions/make.py` to write the three files beside this script again.
The law of the stream is all here: how an order is drawn, how likely it is to be returned, and
what changes when. Nothing in it is a real customer.
"""

from __future__ import annotations

import gzip
import io
import math
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SEED = 2026
WEEKS = 104
ORDERS_PER_WEEK = 260
CAMPAIGNS = ((22, 24), (46, 49), (74, 76), (98, 101))  # first week, week after the last
APP_RELEASE = (30, 42)  # the new app rolls out between these weeks
FREE_RETURNS = 60  # the shop makes returns free from this week on
RESELLERS = (84, 96)  # a new kind of customer arrives between these weeks

Floats = NDArray[np.float64]


def _ramp(week: Floats, first: float, last: float) -> Floats:
    """Grow from 0 before `first` to 1 after `last`, in a straight line."""
    ramp: Floats = np.clip((week - first) / (last - first), 0.0, 1.0)
    return ramp


def _in_campaign(week: Floats) -> Floats:
    inside = [(week >= first) & (week < last) for first, last in CAMPAIGNS]
    return np.asarray(np.any(inside, axis=0), dtype=np.float64)


def arrivals(rng: np.random.Generator) -> Floats:
    """Draw when orders come in, in weeks since the start, with busier campaign weeks."""
    weeks = np.arange(WEEKS, dtype=float)
    counts = rng.poisson(ORDERS_PER_WEEK * (1 + 0.6 * _in_campaign(weeks)))
    return np.sort(np.repeat(weeks, counts) + rng.random(counts.sum()))


def orders(week: Floats, rng: np.random.Generator) -> pd.DataFrame:
    """Draw what is in each order: seasons and campaigns move these, the return rule does not."""
    n = len(week)
    winter = 0.5 * (1 + np.cos(2 * math.pi * week / 52))
    campaign = _in_campaign(week)
    items = 1 + rng.poisson(1.1 + 0.5 * campaign)
    amount = np.exp(rng.normal(3.4 + 0.35 * winter, 0.6, n)) * np.sqrt(items)
    on_sale = rng.random(n) < 0.25 + 0.45 * campaign
    discount = np.where(on_sale, rng.beta(2.5, 4, n) * (0.7 + 0.2 * campaign), 0.0)
    loyal = rng.random(n) < 0.65
    last_order = np.where(loyal, rng.gamma(2.0, 22.0, n), rng.gamma(4.0, 60.0, n))
    mobile = rng.random(n) < 0.35 + 0.4 * _ramp(week, *APP_RELEASE)
    hour = np.where(mobile, rng.normal(20, 3.2, n), rng.normal(14.5, 4.0, n)) % 24
    return pd.DataFrame(
        {
            "week": week,
            "hour": hour,
            "amount": np.clip(amount, 5, 900),
            "items": items,
            "discount": discount,
            "days_since_last": np.clip(last_order, 0, 720),
            "mobile": mobile.astype(int),
        }
    )


def return_chance(frame: pd.DataFrame) -> Floats:
    """Return true chance that an order comes back; the rule changes once, when returns are free.

    Before, people send back what disappointed them: dear things, bought at full price by somebody
    who hardly knows the shop. After, they order to try: many items, on sale, and regulars most.
    """
    dear = np.log(frame["amount"].to_numpy() / 35)
    many = frame["items"].to_numpy() - 2.1
    sale = frame["discount"].to_numpy() * 5 - 0.6
    stranger = np.log1p(frame["days_since_last"].to_numpy()) - 3.9
    careful = -1.5 + 2.0 * dear - 0.2 * many - 0.9 * sale + 1.5 * stranger
    trying = -0.8 + 0.9 * dear + 1.2 * many + 1.1 * sale - 0.6 * stranger
    free = frame["week"].to_numpy() >= FREE_RETURNS
    return np.asarray(1 / (1 + np.exp(-np.where(free, trying, careful))))


def resell(frame: pd.DataFrame, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Turn some late orders into bulk orders of resellers, in place, and say which ones."""
    share = 0.08 * _ramp(frame["week"].to_numpy(), *RESELLERS)
    chosen = rng.random(len(frame)) < share
    k = int(chosen.sum())
    frame.loc[chosen, "items"] = 8 + rng.poisson(4, k)
    frame.loc[chosen, "amount"] = np.clip(rng.normal(420, 90, k), 150, 900)
    frame.loc[chosen, "hour"] = rng.normal(4, 1.0, k) % 24
    frame.loc[chosen, "days_since_last"] = rng.gamma(2.0, 2.0, k)
    return np.asarray(chosen)


def events(week: Floats) -> pd.DataFrame:
    """List what truly happened, by week and by the first and last row it touches."""
    rows = [
        ("seasons", "covariate", "incremental", 0, WEEKS),
        *(("campaign", "covariate", "recurring", first, last) for first, last in CAMPAIGNS),
        ("new app", "covariate", "gradual", *APP_RELEASE),
        ("free returns", "concept", "sudden", FREE_RETURNS, WEEKS),
        ("resellers", "covariate", "incremental", RESELLERS[0], WEEKS),
    ]
    frame = pd.DataFrame(rows, columns=["event", "kind", "form", "first_week", "end_week"])
    frame["first_row"] = np.searchsorted(week, frame["first_week"])
    frame["end_row"] = np.searchsorted(week, frame["end_week"])
    return frame.sort_values("first_week", kind="stable")


def make(seed: int = SEED) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Draw the stream, its hidden truth by row, and its events."""
    rng = np.random.default_rng(seed)
    week = arrivals(rng)
    frame = orders(week, rng)
    chance = return_chance(frame)
    reseller = resell(frame, rng)
    chance = np.where(reseller, 0.93, chance)
    frame["returned"] = (rng.random(len(frame)) < chance).astype(int)
    digits = {"week": 4, "hour": 2, "amount": 2, "discount": 3, "days_since_last": 1}
    truth = pd.DataFrame({"chance": chance.round(4), "reseller": reseller.astype(int)})
    frame = frame.round(digits)
    frame["hour"] %= 24  # 23.996 rounds up to midnight
    return frame, truth, events(week)


def _write(frame: pd.DataFrame, path: Path) -> None:
    """Write one table; the time stamp is left out of the gzip so that bytes repeat."""
    text = frame.to_csv(index=False, lineterminator="\n").encode()
    if path.suffix == ".gz":
        buffer = io.BytesIO()
        with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as stream:
            stream.write(text)
        text = buffer.getvalue()
    path.write_bytes(text)


def main(folder: Path) -> None:
    """Write transactions.csv.gz, truth.csv.gz and events.csv into `folder`."""
    for name, frame in zip(
        ("transactions.csv.gz", "truth.csv.gz", "events.csv"), make(), strict=True
    ):
        _write(frame, folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
