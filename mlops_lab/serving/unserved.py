"""What lies in a model folder and is not served: why, and where it would have to be."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from mlops_lab.serving.folder import FILES, is_name, is_version

__all__ = ["EXPECTED", "nothing_served", "unserved"]

EXPECTED = "<name>/<version>/model.tflite or model.keras, such as digits/1/model.tflite"
"""Where a model is looked for."""
_FORMS = (".tflite", ".keras")
_OTHERS = (".h5", ".hdf5", ".joblib", ".onnx", ".pb", ".pkl", ".pt", ".pth", ".safetensors")
_DEEPEST = 5
_MOST = 500
"""Most folders that are looked into."""
_CONVERT = "convert it to LiteRT or Keras and put it there with `mlops_lab.serving.save_model`"


def unserved(folder: Path) -> list[str]:
    """Say of each file that looks like a model, and is not served, what would have to be otherwise.

    Parameters
    ----------
    folder : Path
        The model folder. Hidden files and what is very deep in it are left out.

    Returns
    -------
    list of str
        A sentence a file, in the order of their names; empty when all are served.
    """
    said = (_wrong(folder, path.relative_to(folder)) for path in _models(folder))
    return [sentence for sentence in said if sentence]


def nothing_served(folder: Path) -> str:
    """Say what a folder that holds no model holds instead, and what is expected."""
    wrong = unserved(folder) or [_holds(folder)]
    return " ".join([f"{folder} holds no model that can be served.", *wrong[:5], _expected()])


def _expected() -> str:
    return f"Expected is {EXPECTED}; what is put there is picked up while the server runs."


def _holds(folder: Path) -> str:
    try:
        names = sorted(one.name for one in folder.iterdir() if not one.name.startswith("."))
    except OSError as error:
        return f"It cannot be read: {error.strerror}."
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"It holds {', '.join(names[:5])}{more}." if names else "It is empty."


def _models(folder: Path) -> Iterator[Path]:
    for looked, (place, below, files) in enumerate(os.walk(folder), 1):
        deep = len(Path(place).relative_to(folder).parts)
        below[:] = sorted(name for name in below if not name.startswith("."))
        if "saved_model.pb" in files or deep == _DEEPEST or looked == _MOST:
            below.clear()  # what else a SavedModel consists of is no model
        yield from (Path(place, name) for name in _alike(files))
        if looked == _MOST:
            return


def _alike(files: list[str]) -> list[str]:
    # What lies beside a model, such as a pickled scaler, is the model's own business.
    alike = {name for name in files if Path(name).suffix in (*_FORMS, *_OTHERS)}
    return sorted(alike & {*FILES} or (name for name in alike if not name.startswith(".")))


def _wrong(folder: Path, path: Path) -> str:
    if path.name == "saved_model.pb":
        place = path.parent if len(path.parts) > 1 else folder
        return f"{place} is a TensorFlow SavedModel, which is not served: {_CONVERT}."
    if path.suffix not in _FORMS:
        return f"{path} is in a form that is not served: {_CONVERT}."
    if path.name not in FILES:
        return f"{path} is to be called model{path.suffix}."
    return _misplaced(folder, path)


def _misplaced(folder: Path, path: Path) -> str:
    *above, model, version = ("", "", *path.parts[:-1])
    if any(above):
        return f"{path} is too deep: serve {folder.joinpath(*above)}, or move it up."
    if model:
        return _misnamed(path, model, version)
    if version and is_version(version):
        return f"{path} makes this the folder of one model: serve {folder.parent}."
    if version:
        return f"{path} is in no folder of a version: move it to {version}/1/{path.name}."
    if is_version(folder.name):
        return f"{path} makes this the folder of one version: serve {folder.parents[1]}."
    return f"{path} is in no folder of a model: move it to {folder.name}/1/{path}."


def _misnamed(path: Path, model: str, version: str) -> str:
    if not is_version(version):
        digits = re.search(r"[1-9][0-9]{0,17}", version)
        rename = f": rename it to {digits[0]}" if digits else ""
        return f"{path}: the version {version!r} is not a whole number from 1 on{rename}."
    if not is_name(model):
        return f"{path}: the name {model!r} is not of letters, digits, _, - and . alone."
    return ""
