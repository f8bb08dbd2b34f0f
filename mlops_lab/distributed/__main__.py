"""The host of worker processes, for `Pool`: socket, owner and folder as arguments."""

import sys
from pathlib import Path

from mlops_lab.distributed.host import main

__all__: list[str] = []

if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
