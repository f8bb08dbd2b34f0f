"""The command `mlops-lab serve`: serve a model folder until Ctrl-C or SIGTERM."""

from pathlib import Path
from typing import Any

import click

__all__ = ["serve"]

_EXAMPLE = """\b
Example:
  mlops-lab serve models/ --port 8501 --log requests.jsonl

\b
  curl -d '{"instances": [[1.0, 2.0]]}' http://127.0.0.1:8501/v1/models/NAME:predict"""


@click.command("serve", epilog=_EXAMPLE)
@click.argument("model_dir", type=click.Path(path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8501, show_default=True, help="Port; 0 takes any that is free.")
@click.option("--batch-size", default=32, show_default=True, help="Most instances in one call.")
@click.option("--batch-window", default=0.002, show_default=True, help="Seconds a batch waits.")
@click.option("--queue-size", default=256, show_default=True, help="Most instances that wait.")
@click.option("--timeout", default=2.0, show_default=True, help="Seconds to an answer.")
@click.option("--max-bytes", default=4 * 2**20, show_default=True, help="Largest body.")
@click.option("--threads", default=1, show_default=True, help="Threads inside a model.")
@click.option("--log", default="", metavar="FILE", help="Write one JSON line a request here.")
def serve(model_dir: Path, host: str, port: int, **settings: Any) -> None:  # noqa: ANN401
    """Serve the models in MODEL_DIR: <name>/<version>/model.tflite or model.keras.

    A new version is picked up while it runs. What lies there and cannot be served is told, and
    /v2/health/ready answers 503 as long as no model can answer. Ctrl-C and SIGTERM
    stop it: it takes no new requests and finishes those that it has.
    """
    from mlops_lab.serving.host import listen, run
    from mlops_lab.serving.settings import Settings
    from mlops_lab.threads import set_threads

    try:
        wanted = Settings(folder=model_dir.absolute(), **settings)
        listener = listen(host, port)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.ClickException(str(error.strerror)) from error
    place = f"[{host}]" if ":" in host else host
    address = f"http://{place}:{listener.getsockname()[1]}"
    click.echo(f"Serving {model_dir} on {address}; Ctrl-C stops it.")
    set_threads(wanted.threads)
    try:
        run(wanted, listener)
    except ImportError as error:
        hint = "install the extra: pip install 'mlops-lab[serve]'"
        raise click.ClickException(f"{error.name} is missing; {hint}") from error
    click.echo("Stopped: every request that was begun is answered.")
