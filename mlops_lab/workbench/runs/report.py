"""Put what came of a run into words for the terminal."""

import re
from pathlib import Path

from mlops_lab.workbench.runs.failure import Failure, headline, show
from mlops_lab.workbench.runs.many import Lost
from mlops_lab.workbench.runs.run import Run, not_holding
from mlops_lab.workbench.runs.terminal import clean

__all__ = ["complaint", "line", "reason", "summary"]


def summary(done: Run) -> str:
    """Say how a run ended, what it found and where its copy is; no newline at the end."""
    name = f"{done.lesson} ({done.notebook.name})" if done.lesson else done.notebook.name
    lines = [f"{name} {done.state} after {done.seconds:.1f} s"]
    for finding in done.findings:
        verdict = "holds" if finding.get("holds") is True else "does not hold"
        bound = f", {finding['bound']}" if finding.get("bound") else ""
        lines.append(f"  {finding.get('name')} {verdict}: {_short(finding.get('value'))}{bound}")
    if done.output:
        lines.append(f"  kept as {done.output}")
    return "\n".join(map(clean, lines))


def line(done: Run | Lost) -> str:
    """Say in one line how a run ended, with its seconds, its memory and its findings."""
    if isinstance(done, Lost):
        return clean(f"{done.job.notebook.name:<32} lost")
    holding = len(done.findings) - len(not_holding(done.findings))
    name = f"{done.lesson} {done.notebook.stem}" if done.lesson else done.notebook.name
    memory = f"{done.memory / 2**20:,.0f} MB" if done.memory else "memory not seen"
    return clean(
        f"{name:<32} {done.state:<13} {done.seconds:6.1f} s  {memory:>9}  "
        f"{holding} of {len(done.findings)} findings hold"
    )


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def complaint(done: Run | Lost, *, color: bool = False) -> str:
    """Say why a run did not pass: the cell it stopped at, or the findings that do not hold."""
    if isinstance(done, Run) and done.error:
        return show(done.error, color=color) + _lies_beside(done.notebook, done.error)
    return reason(done)


def _lies_beside(notebook: Path, error: Failure) -> str:
    """Say where a file that was not found is, if that is beside the notebook."""
    named = re.search(r"'([^']+)'", error.evalue)
    if error.ename != "FileNotFoundError" or not named:
        return ""
    file = notebook.parent / named[1]
    if Path(named[1]).is_absolute() or not file.exists():
        return ""
    return clean(f"\n\n{file} is beside the notebook: `--cwd notebook` starts the kernel there.")


def reason(done: Run | Lost) -> str:
    """Say the same in one line."""
    if isinstance(done, Lost):
        return clean(f"{done.job.notebook}: {done.reason}.")
    if done.error:
        return headline(done.error)
    names = ", ".join(not_holding(done.findings))
    return clean(f"These findings do not hold: {names}.")
