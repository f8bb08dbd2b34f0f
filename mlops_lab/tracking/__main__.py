"""The server's own process, for `tracking.start`: socket and parent as arguments."""

import gc
import json
import os
import socket
import sys

from mlops_lab.serving.host import end_with

__all__: list[str] = []


def _main(document: str) -> None:
    given = json.loads(document)
    os.set_inheritable(given["socket"], False)
    listener = socket.socket(fileno=given["socket"])
    end_with(given["parent"], given["grace"])  # before the seconds that the imports take

    gc.disable()  # nothing that imports leave behind is garbage; looking for it takes a tenth
    import uvicorn

    config = uvicorn.Config(
        "mlflow.server.fastapi_app:app",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        timeout_graceful_shutdown=round(given["grace"]),
    )
    config.load()
    gc.enable()
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    _main(sys.argv[1])
