"""A report of sweeps: figures, comparison and points, whatever the sweep came to."""

import re
from html.parser import HTMLParser
from pathlib import Path

from mlops_lab.workbench.runs.site import build_site
from mlops_lab.workbench.runs.sweeps.table import Done, write_table

VALUE = "loss & <cost>, %"


def write(folder: Path, states: tuple[str, ...] = ("passed",)) -> Path:
    """Write a sweep of two parameters; the states are given to its points in turn."""
    rows = list[tuple[int, Done, bool]]()
    for shift in (0.0, 1.0):
        for seed in range(3):
            number = len(rows)
            state = states[number % len(states)]
            measured = {VALUE: shift + seed, f"{VALUE} holds": state == "passed", "same": 1.0}
            done = Done(
                state, 1.0, 1, "boom <b>" if state == "failed" else None,
                {"seed": seed, "shift": shift, "fixed": "f"}, measured, (VALUE,),
            )  # fmt: skip
            rows.append((number + 1, done, False))
    folder.mkdir(parents=True)
    write_table(folder, rows)
    return folder


class Found(HTMLParser):
    """Links, pictures and the headings of columns."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.pictures: list[dict[str, str | None]] = []
        self.cells: list[str] = []
        self._open = ""
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self._open = tag
        self.links += [told["href"] or ""] if "href" in told else []
        self.pictures += [told] if tag == "img" else []

    def handle_data(self, data: str) -> None:
        if self._open in ("th", "td"):
            self.cells.append(data.strip())


def test_a_sweep_is_a_page_with_a_figure_for_each_value_that_moved(tmp_path: Path) -> None:
    folder = write(tmp_path / "out", ("passed", "finding failed", "failed"))
    site = build_site(folder).parent
    index = Found(site / "index.html")
    assert "sweep.html" in index.links
    assert "What came of the sweep" in (site / "index.html").read_text()
    page = Found(site / "sweep.html")
    (picture,) = page.pictures
    assert picture["alt"] == (
        "loss & <cost>, % by shift: means of 2 runs with their 95 % intervals (Student's t), from "
        "0.5 at shift 0.0 to 1.5 at shift 1.0."
    )
    for link in [*page.links, picture["src"] or ""]:
        assert not re.match("https?:|//", link)
        assert (site / link).is_file(), link
    text = (site / "sweep.html").read_text(encoding="utf-8")
    assert "6 points, 2 failed, 2 with a finding that does not hold." in text
    assert "not moved by shift, and left out: same" in text
    assert "boom &lt;b&gt;" in text
    assert "fixed" not in page.cells
    assert page.cells.count("finding failed") == 2
    assert len((site / "sweep.csv").read_text().splitlines()) == 7
    assert not list(site.glob(".*"))


def test_sweeps_in_folders_have_a_page_each_beside_the_notebooks(tmp_path: Path) -> None:
    write(tmp_path / "4.5 drift")
    write(tmp_path / "other")
    index = Found(build_site(tmp_path))
    assert index.links[1:] == ["sweep_4.5%20drift.html", "sweep_other.html"]
    assert (tmp_path / "site" / "sweep_4.5 drift.html").is_file()


def test_a_sweep_whose_every_point_failed_says_why(tmp_path: Path) -> None:
    site = build_site(write(tmp_path / "out", ("failed",))).parent
    text = (site / "sweep.html").read_text(encoding="utf-8")
    assert "No point of this sweep came to its end" in text
    assert Found(site / "sweep.html").pictures == []
    assert text.count("boom") == 6


def test_a_table_that_cannot_be_read_is_named_and_the_others_are_shown(tmp_path: Path) -> None:
    write(tmp_path / "good")
    write(tmp_path / "bad")
    (tmp_path / "bad" / "results.parquet").write_bytes(b"no table")
    site = build_site(tmp_path).parent
    assert "results.parquet cannot be read" in (site / "sweep_bad.html").read_text()
    assert len(Found(site / "sweep_good.html").pictures) == 1
