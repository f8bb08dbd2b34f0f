"""Put what came of a run into words for the terminal."""

from mlops_lab.workbench.runs.failure import show
from mlops_lab.workbench.runs.run import Run, not_holding
from mlops_lab.workbench.runs.terminal import clean

__all__ = ["complaint", "summary"]


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


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def complaint(done: Run, *, color: bool = False) -> str:
    """Say why a run did not pass: the cell it stopped at, or the findings that do not hold."""
    if done.error:
        return show(done.error, color=color)
    names = ", ".join(not_holding(done.findings))
    return clean(f"The run failed: these findings do not hold: {names}.")
