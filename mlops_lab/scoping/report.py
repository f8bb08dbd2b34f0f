"""The worksheet's decisions as a page of Markdown."""

from collections.abc import Mapping
from os import PathLike
from pathlib import Path

import pandas as pd

from mlops_lab.core import write_whole
from mlops_lab.scoping.decide import best_way, ranking, tornado
from mlops_lab.scoping.simulate import advantage, build_cost, draw, values
from mlops_lab.scoping.worksheet import Project, Worksheet

__all__ = ["replace_text", "report", "simulate_all", "write_report"]


def simulate_all(worksheet: Worksheet, draws: int, seed: int) -> dict[str, pd.DataFrame]:
    """Draw the inputs of every project of a worksheet, each with a stream of its own."""
    return {
        name: draw(project, draws, seed + 1_000_003 * i)
        for i, (name, project) in enumerate(worksheet.projects.items())
    }


def report(
    worksheet: Worksheet,
    *,
    horizon: float = 3.0,
    discount: float = 0.08,
    draws: int = 10_000,
    seed: int = 0,
) -> str:
    """Compute a worksheet's decisions and write them down, as Markdown.

    Parameters
    ----------
    worksheet : Worksheet
    horizon : float, years, above 0
    discount : float, a year, 0 or more
    draws : int, at least 1
    seed : int

    Returns
    -------
    str
        The ranking, then for each project what to do, the budget, and its three main drivers.
    """
    inputs = simulate_all(worksheet, draws, seed)
    worth = {
        name: advantage(inputs[name], horizon=horizon, discount=discount)
        for name, one in worksheet.projects.items()
        if one.approved
    }
    currency = _line(worksheet.currency)
    lines = [
        "# Scoping report",
        "",
        f"Values in {currency} over {horizon:g} years, discounted at {discount:.0%} a "
        f"year, from {draws:,} draws. A model's advantage is what it is worth beyond the best way "
        "without one.",
        "",
        *_ranked(worth),
    ]
    for name, project in worksheet.projects.items():
        lines += _part(project, inputs[name], currency, horizon, discount)
    return "\n".join(lines) + "\n"


def _ranked(worth: Mapping[str, object]) -> list[str]:
    if not worth:
        return ["No project is approved."]
    table = ranking(pd.DataFrame(worth))
    head = "| project | mean advantage | 5 % | 95 % | chance of a loss | chance to be the best |"
    rows = [
        f"| {_line(str(row.Index))} | {row.mean:,.0f} | {row.p5:,.0f} | {row.p95:,.0f} "
        f"| {row.p_loss:.0%} | {row.p_best:.0%} |"
        for row in table.itertuples()
    ]
    return [head, "|---|---:|---:|---:|---:|---:|", *rows]


def _line(text: str) -> str:
    """Keep a text of the reader's on one line, and from opening table columns or HTML tags."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _part(
    project: Project, inputs: pd.DataFrame, currency: str, horizon: float, discount: float
) -> list[str]:
    way = best_way(project, inputs, horizon=horizon, discount=discount)
    means = values(inputs, horizon=horizon, discount=discount).mean()
    budget = pd.Series(build_cost(inputs))

    def measure(one: Mapping[str, float]) -> float:
        return float(advantage(one, horizon=horizon, discount=discount))

    drivers = tornado(project, measure).head(3)
    return [
        "",
        f"## {_line(project.title)}",
        "",
        f"- Decision: {_line(project.decision)}",
        f"- Who can come to harm: {_line(project.harm)}",
        f"- Approved: {'yes' if project.approved else 'no, so nothing is done'}",
        f"- Best: **{way}** (model {means['model']:,.0f}, rule {means['rule']:,.0f} {currency})",
        f"- Budget to build, kept in 8 of 10 draws: {budget.quantile(0.8):,.0f} {currency} (mean "
        f"{budget.mean():,.0f})",
        *(
            f"- {name}: advantage {row['at_low']:,.0f} at its low, {row['at_high']:,.0f} at its "
            "high"
            for name, row in drivers.iterrows()
        ),
    ]


def write_report(text: str, path: str | PathLike[str]) -> Path:
    """Write a report to a file and give its path; the folder must exist."""
    return replace_text(path, text)


def replace_text(path: str | PathLike[str], text: str) -> Path:
    """Write a file beside the old one, then put it in its place, so that no half of it is seen.

    Raises
    ------
    FileNotFoundError
        Where the folder does not exist.
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {target.parent}; make it first")
    write_whole(target, text)
    return target
