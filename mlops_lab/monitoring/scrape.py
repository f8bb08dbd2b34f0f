"""The smallest scraper that does what Prometheus does in the lesson: look, subtract, compare."""

import re
from collections.abc import Collection, Mapping
from typing import Self
from urllib.request import urlopen

from mlops_lab.monitoring.exporter import Exporter
from mlops_lab.monitoring.prometheus import Prometheus, installed
from mlops_lab.monitoring.rules import rules
from mlops_lab.monitoring.stations import METRICS, Metric

__all__ = ["Scraper", "Watched", "parse", "watch"]

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]
_LINE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (NaN|[-+]?Inf|[-+.0-9eE]+)(?: \d+)?$")
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')
_PATIENCE = 60.0


def parse(text: str) -> Series:
    """Read a page in Prometheus' text format.

    Parameters
    ----------
    text : str
        Lines ``name{label="value"} number``; those that begin with # are left out.

    Returns
    -------
    dict of (name, labels) to value

    Raises
    ------
    ValueError
        For a line of another form.

    Examples
    --------
    >>> parse('clips_total{sent="yes"} 3.0')
    {('clips_total', frozenset({('sent', 'yes')})): 3.0}
    """
    found: Series = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        parts = _LINE.match(line)
        if parts is None:
            raise ValueError(f"no line of Prometheus' text format: {line!r}")
        labels = frozenset((key, _plain(value)) for key, value in _LABEL.findall(parts[2] or ""))
        found[parts[1], labels] = float(parts[3])
    return found


def _plain(value: str) -> str:
    return re.sub(r"\\(.)", lambda one: "\n" if one[1] == "n" else one[1], value)


class Scraper:
    """Looks at a page when it is told to, and keeps all looks; also a context manager.

    Parameters
    ----------
    url : str
        A page in Prometheus' text format.
    limits : mapping of a metric's name to (low, high)
        Outside of them its alert fires.
    """

    name = "our own scraper"

    def __init__(self, url: str, limits: Mapping[str, tuple[float, float]]) -> None:
        self.url, self.limits = url, dict(limits)
        self.looks: list[Series] = []
        self.settle()

    def settle(self) -> None:
        """Look once more."""
        with urlopen(self.url, timeout=_PATIENCE) as answer:
            self.looks.append(parse(answer.read().decode()))

    def increase(self, selector: str) -> float:
        """Return by how much counts have grown from look to look, all that match together.

        Parameters
        ----------
        selector : str
            A name, and maybe labels: ``vad_clips_total{sent="yes"}``. A count that has fallen was
            reset by a restart, and has grown by what it is now.
        """
        name, _, inside = selector.partition("{")
        wanted = set(_LABEL.findall(inside))
        total = 0.0
        for before, now in zip(self.looks, self.looks[1:], strict=False):
            for key, value in now.items():
                if key[0] == name and wanted <= set(key[1]):
                    old = before.get(key, 0.0)
                    total += value - old if value >= old else value
        return total

    def value(self, metric: Metric) -> float:
        """Return a metric's value over all looks; missing where its lower count has not grown."""
        below = self.increase(metric.bottom)
        return self.increase(metric.top) / below if below else float("nan")

    def firing(self) -> list[str]:
        """Return the names of the alerts whose metric is outside of its limits, in order."""
        found = []
        for metric in METRICS:
            low, high = self.limits.get(metric.name, (-float("inf"), float("inf")))
            value = self.value(metric)
            if value < low or value > high:
                found.append(metric.alert)
        return sorted(found)

    def wait_firing(self, expected: Collection[str]) -> list[str]:
        """Look, and give the alerts that fire; there is nobody to wait for.

        Raises
        ------
        TimeoutError
            If others fire, or not all of them.
        """
        self.settle()
        if self.firing() != sorted(expected):
            raise TimeoutError(f"expected {sorted(expected)} to fire; found {self.firing()}")
        return self.firing()

    def stop(self) -> None:
        """Do nothing: a scraper holds nothing open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class Watched(Prometheus):
    """A Prometheus that watches one exporter by rules; it has the methods of `Scraper`, too.

    Parameters
    ----------
    exporter : Exporter
    limits : mapping of a metric's name to (low, high)
        Become alerting rules, with ``for: 1s``.
    """

    name = "Prometheus"

    def __init__(self, exporter: Exporter, limits: Mapping[str, tuple[float, float]]) -> None:
        super().__init__({"voice": exporter.url}, rules(limits, hold="1s"))
        self._exporter = exporter

    def settle(self) -> None:
        """Wait until it has scraped all that is on the page now."""
        self._exporter.wait()

    def value(self, metric: Metric) -> float:
        """Return a metric's value over the last five minutes, as PromQL computes it."""
        found = self.query(metric.expr())
        return found[0][1] if found else float("nan")

    def wait_firing(self, expected: Collection[str]) -> list[str]:
        """Wait until just these alerts fire, and give their names.

        Raises
        ------
        TimeoutError
            If others do, or not all of them.
        """
        self.settle()
        self.wait_until(lambda: self.firing() == sorted(expected))
        return self.firing()


def watch(exporter: Exporter, limits: Mapping[str, tuple[float, float]]) -> Watched | Scraper:
    """Watch an exporter with a real Prometheus, or with our own scraper where it is missing.

    Parameters
    ----------
    exporter : Exporter
    limits : mapping of a metric's name to (low, high)
        Outside of them its alert fires.
    """
    return Watched(exporter, limits) if installed() else Scraper(exporter.url, limits)
