"""Read parameters from a YAML file."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from mlops_lab.workbench.runs.errors import RefusedError

__all__ = ["read_parameter_file"]


def read_parameter_file(path: Path) -> dict[str, object]:
    """Read parameters from a YAML file.

    Parameters
    ----------
    path : Path
        A YAML mapping from names to values. An empty file gives no parameters.

    Returns
    -------
    dict
        Values typed as YAML types them: ``1`` is an int, ``"1"`` a str.

    Raises
    ------
    RefusedError
        When the file cannot be read, is not YAML, or is not a mapping from names.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedError(f"The parameter file {path} cannot be read: {error}.") from error
    except (yaml.YAMLError, ValueError) as error:  # a date such as 2026-13-01 is a ValueError
        where = " ".join(str(error).split())
        raise RefusedError(f"The parameter file {path} is not valid YAML: {where}.") from error
    except RecursionError as error:
        raise RefusedError(f"The parameter file {path} is nested too deeply.") from error
    if content is None:
        return {}
    if isinstance(content, dict):
        _require_names(path, content)
        return content
    raise RefusedError(
        f"The parameter file {path} holds a {type(content).__name__}; "
        "it takes one `name: value` a line."
    )


def _require_names(path: Path, content: Mapping[object, object]) -> None:
    for key in content:
        if not isinstance(key, str):
            raise RefusedError(
                f"The parameter file {path} has the name {key!r}, which YAML reads as "
                f"{type(key).__name__}; names must be text."
            )
