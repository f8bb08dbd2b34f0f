"""YAML as it is typed on a command line: values, or words whose type is declared elsewhere."""

import re
import reprlib

import yaml

__all__ = ["read_values", "read_words", "write_value"]

_EXPONENT = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)[eE][-+]?\d+$")


class _Values(yaml.SafeLoader):
    """YAML 1.1, except that 1e-3 is a number, as YAML 1.2 and Python have it."""


_Values.add_implicit_resolver("tag:yaml.org,2002:float", _EXPONENT, list("-+0123456789."))


def read_values(text: str) -> object:
    """Read YAML; ValueError says that it is none.

    Examples
    --------
    >>> read_values("[1e-3, 2, no]")
    [0.001, 2, False]
    """
    return _read(text, _Values)


def read_words(text: str) -> object:
    """Read YAML without guessing types: lists and mappings of texts.

    Examples
    --------
    >>> read_words("[1e-3, 2, no]")
    ['1e-3', '2', 'no']
    """
    return _read(text, yaml.BaseLoader)


def write_value(value: object) -> str:
    """Write a number or a bool so that every YAML reader takes it for that.

    Examples
    --------
    >>> write_value(1e-5), write_value(True)
    ('1.0e-05', 'true')
    """
    return yaml.safe_dump(value).splitlines()[0]


def _read(text: str, loader: type[yaml.BaseLoader | yaml.SafeLoader]) -> object:
    try:
        return yaml.load(text, loader)
    except (yaml.YAMLError, ValueError):
        raise ValueError(f"{reprlib.repr(text)} is not valid YAML.") from None
    except RecursionError:
        raise ValueError("the value is nested too deeply.") from None
