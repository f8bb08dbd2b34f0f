"""Make parcels: two months of a courier firm, and how likely each parcel was to come late.

Run `python datasets/parcels/make.py` to write the two files beside this script again. The law is
in `mlops_lab.data.parcels`, because lessons draw other days and other streets by it too.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mlops_lab.data.parcels import simulate

SEED = 2030
DAYS = 60
PER_DAY = 400
PACKED = {"method": "gzip", "mtime": 0}  # no time stamp, so that bytes repeat


def main(folder: Path) -> None:
    """Write parcels.csv.gz and truth.csv.gz into `folder`."""
    frame, truth = simulate(DAYS, PER_DAY, seed=SEED)
    for name, table in (("parcels", frame), ("truth", truth)):
        path = folder / f"{name}.csv.gz"
        table.to_csv(path, index=False, lineterminator="\n", compression=PACKED)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
