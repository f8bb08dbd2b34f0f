"""What the package offers."""

import subprocess
import sys

import pytest

import mlops_lab.data


def test_exported_names() -> None:
    assert mlops_lab.data.__all__ == [
        *("Card", "DataError", "Dataset", "available", "card", "load"),
    ]
    for name in mlops_lab.data.__all__:
        assert callable(getattr(mlops_lab.data, name))


def test_a_misspelt_attribute() -> None:
    name = "lode"
    with pytest.raises(AttributeError, match="has no attribute 'lode'"):
        getattr(mlops_lab.data, name)


def test_loading_shipped_tables_imports_no_network_and_no_deep_learning() -> None:
    code = (
        "import sys; from mlops_lab.data import available, card; [card(n) for n in available()]; "
        "print({'sklearn', 'requests', 'torch', 'tensorflow', 'mlflow'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
