"""The `mlops-lab` command. Thin: it reads words, calls the workbench and prints.

Every import that needs Jupyter, pandas or papermill is inside the command that uses it, so that
`mlops-lab --help` answers at once.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlops_lab.workbench.runs import lighter  # noqa: F401  before anything imports nbformat
from mlops_lab.workbench.runs.commands import Commands, example, print_json, told
from mlops_lab.workbench.runs.options import COURSE, CWD, JOBS, JSON, MEMORY, TIMEOUT
from mlops_lab.workbench.runs.tracked.command import MLFLOW, RunLog

if TYPE_CHECKING:
    from mlops_lab.workbench.runs.lesson import Lesson
    from mlops_lab.workbench.runs.many import Lost
    from mlops_lab.workbench.runs.run import Run

__all__ = ["main"]


@click.group(
    cls=Commands,
    elsewhere={
        "check": (
            "mlops_lab.workbench.classroom.command_check:check_command",
            "Check your own answers with the visible tests.",
        ),
        "claims": (
            "mlops_lab.workbench.runs.claims.command:claims",
            "Try where the claims of lessons hold.",
        ),
        "class": ("mlops_lab.workbench.classroom.command:classroom", "Release, collect, grade."),
        "data": ("mlops_lab.data.command:data", "List, fetch and show the data sets."),
        "lab": ("mlops_lab.workbench.study.command:lab", "Open your lessons in JupyterLab."),
        "serve": ("mlops_lab.serving.command:serve", "Serve models over HTTP."),
        "report": (
            "mlops_lab.workbench.runs.site.command:report",
            "Make a static site of what runs and sweeps have kept.",
        ),
        "reset": (
            "mlops_lab.workbench.study.command:reset_command",
            "Give a lesson afresh; yours is kept.",
        ),
        "submit": (
            "mlops_lab.workbench.hub.command_submit:submit_command",
            "Submit an assignment to your class on a hub.",
        ),
        "sweep": (
            "mlops_lab.workbench.runs.sweeps.command:sweep",
            "Run a notebook at many points, in one table.",
        ),
        "update": (
            "mlops_lab.workbench.study.command:update_command",
            "Bring new versions of the lessons into your copies.",
        ),
    },
    epilog=example("mlops-lab run 4.5 -p label_delay 500 -o out/")
    + "\n\nExit codes: 0 good, 1 something failed, 2 wrong use, 130 stopped by Ctrl-C.",
)
@click.version_option(package_name="mlops-lab", prog_name="mlops-lab")
def main() -> None:
    """Run the lessons of MLOps Lab, and look after what they need."""


@main.command("list", epilog=example("mlops-lab list"))
@COURSE
@JSON
def list_command(course: Path | None, as_json: bool) -> None:
    """List the lessons of the course."""
    from mlops_lab.workbench.runs.claims.status import claims_status
    from mlops_lab.workbench.runs.course import find_course, lessons, misnamed

    with told():
        folder = find_course(course)
        found = lessons(folder)
        known = {lesson.id: claims_status(lesson.path) for lesson in found}
    if as_json:
        print_json([{**vars(lesson), "claims": known[lesson.id]} for lesson in found])
    else:
        _print_lessons(found, {name: str(one) for name, one in known.items()})
    for path in misnamed(folder):
        click.echo(f"{path} is left out: a lesson is called NN_name.ipynb.", err=True)
    if not found:
        click.echo(f"{folder} holds no lessons.", err=True)
        sys.exit(1)


def _print_lessons(found: "list[Lesson]", claims: dict[str, str]) -> None:
    width = max((len(lesson.title) for lesson in found), default=0)
    wide = max(map(len, claims.values()), default=0)
    for lesson in found:
        minutes = f"{lesson.minutes} min" if lesson.minutes else ""
        click.echo(
            f"{lesson.id:<5} {lesson.title:<{width}}  {minutes:>7}  {claims[lesson.id]:<{wide}}  "
            f"{lesson.path}"
        )


@main.command("params", epilog=example("mlops-lab params 4.5"))
@click.argument("lesson")
@COURSE
@JSON
def params_command(lesson: str, course: Path | None, as_json: bool) -> None:
    """Show the parameters of a LESSON: an id, a name, or the path of any notebook."""
    from mlops_lab.workbench.runs.course import find_notebook
    from mlops_lab.workbench.runs.notebook import read_notebook
    from mlops_lab.workbench.runs.parameters import allowed, declared

    with told():
        known = list(declared(read_notebook(find_notebook(lesson, course))).values())
    if as_json:
        print_json(known)
        return
    for each in known:
        click.echo(f"{each.name} = {each.source}  ({allowed(each)})")
        if each.help:
            click.echo(f"    {each.help}")


@main.command("run", epilog=example("mlops-lab run 4.5 -p label_delay 500 -f params.yaml -o out/"))
@click.argument("lessons", nargs=-1, required=True, metavar="LESSON...")
@click.option(
    "-p", "--parameter", "texts", nargs=2, multiple=True, metavar="NAME VALUE",
    help="Set a parameter; may be repeated, the last of the same name wins.",
)  # fmt: skip
@click.option(
    "-f", "--file", "files", multiple=True, metavar="FILE", type=click.Path(path_type=Path),
    help="Read parameters from a YAML file; -p wins over it.",
)  # fmt: skip
@click.option(
    "-o", "--out", metavar="DIR", type=click.Path(path_type=Path),
    help="Keep the executed notebooks in this folder, also those that failed.",
)  # fmt: skip
@CWD
@click.option(
    "--stills", is_flag=True,
    help="Draw the states of the explorers, too, which move on the course site.",
)  # fmt: skip
@MLFLOW
@JOBS
@TIMEOUT
@MEMORY
@COURSE
@JSON
def run_command(
    lessons: tuple[str, ...],
    texts: tuple[tuple[str, str], ...],
    files: tuple[Path, ...],
    out: Path | None,
    cwd: str,
    stills: bool,
    mlflow: str | None,
    workers: int | None,
    timeout: int | None,
    memory: float | None,
    course: Path | None,
    as_json: bool,
) -> None:
    """Run LESSONs: ids, names, patterns such as "4.*", or paths of notebooks with parameters.

    Several run at once, the longest first. Without -o nothing is written. With --json the results
    go to standard output; progress and what went wrong always go to standard error.
    """
    from mlops_lab.workbench.runs.course import find_notebooks
    from mlops_lab.workbench.runs.live import with_progress
    from mlops_lab.workbench.runs.many import (
        Limits,
        longest_first,
        prepare_jobs,
        run_many,
        usual_workers,
    )
    from mlops_lab.workbench.runs.parameter_file import read_parameter_file
    from mlops_lab.workbench.runs.report import complaint, line, summary
    from mlops_lab.workbench.runs.run import run

    with told():
        paths = find_notebooks(lessons, course)
        typed = {key: value for file in files for key, value in read_parameter_file(file).items()}
        jobs = prepare_jobs(paths, typed, texts, out=out, course=course)
        log = RunLog(mlflow, jobs, out, course)
        ceiling = None if memory is None else int(memory * 2**30)
        limits = Limits(timeout=timeout, ceiling=ceiling, course=course, cwd=cwd, stills=stills)
        if len(jobs) == 1:
            done = run(paths[0], jobs[0].parameters, out=out, progress=True, **limits)
            print_json(done) if as_json else click.echo(summary(done))
            results: list[Run | Lost] = [done]
            log.take(done)
        else:
            results = []
            coming = run_many(jobs, workers=workers, **limits)
            for each in with_progress(coming, longest_first(jobs), workers or usual_workers()):
                results.append(each)
                click.echo(line(each), err=as_json)
                log.take(each)
            if as_json:
                print_json(results)
    failed = [each for each in results if getattr(each, "state", "lost") != "passed"]
    for each in failed:
        whose = f"{_notebook_of(each)}: " if len(results) > 1 and hasattr(each, "state") else ""
        click.echo(f"\n{whose}{complaint(each, color=sys.stderr.isatty())}", err=True)
    sys.exit(0 if log.finish() and not failed else 1)


def _notebook_of(done: "Run | Lost") -> Path:
    return done.job.notebook if hasattr(done, "job") else done.notebook


@main.command("store", epilog=example("mlops-lab store 4.5"))
@click.argument("notebooks", nargs=-1, required=True, metavar="NOTEBOOK...")
@COURSE
def store_command(notebooks: tuple[str, ...], course: Path | None) -> None:
    """Bring notebooks into the form they are stored in.

    Outputs go, except in cells tagged nbval-check-output: for these the notebook is run. One that
    fails is left as it was.
    """
    from mlops_lab.workbench.runs.course import find_notebook
    from mlops_lab.workbench.runs.failure import show
    from mlops_lab.workbench.runs.stored import store

    failed = False
    for name in notebooks:
        with told():
            failure = store(find_notebook(name, course))
        if failure:
            failed = True
            click.echo(f"\n{name}: {show(failure, color=sys.stderr.isatty())}", err=True)
        else:
            click.echo(f"stored {name}")
    sys.exit(1 if failed else 0)


@main.command("doctor", epilog=example("mlops-lab doctor --deep"))
@click.option("--deep", is_flag=True, help="Also import TensorFlow, torch and snorkel.")
@COURSE
@JSON
def doctor_command(deep: bool, course: Path | None, as_json: bool) -> None:
    """Check that this machine can run the lessons, and say what to do where it cannot."""
    from mlops_lab.workbench.runs.doctor import examine

    checks = []
    for check in examine(course, deep=deep):
        checks.append(check)
        if not as_json:
            click.echo(f"{'ok     ' if check.ok else 'problem'}  {check.name}: {check.detail}")
            if check.fix:
                click.echo(f"         {check.fix}")
    if as_json:
        print_json(checks)
    sys.exit(0 if all(check.ok for check in checks) else 1)


if __name__ == "__main__":
    main()
