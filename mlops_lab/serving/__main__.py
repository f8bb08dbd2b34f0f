"""A server as a child process, for `serving.start`: settings, socket and parent as arguments."""

import json
import os
import socket
import sys

from mlops_lab.serving.host import run
from mlops_lab.serving.settings import Settings

__all__: list[str] = []


def _main(document: str) -> None:
    given = json.loads(document)
    os.set_inheritable(given["socket"], False)
    listener = socket.socket(fileno=given["socket"])
    run(Settings.of(given["settings"]), listener, given["parent"])


if __name__ == "__main__":
    _main(sys.argv[1])
