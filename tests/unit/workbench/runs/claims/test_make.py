"""A notebook run over the ranges of its claims: what the table says, against the runs."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from mlops_lab.workbench.runs import past
from mlops_lab.workbench.runs.claims.make import COLUMNS, make_claims, unneeded
from mlops_lab.workbench.runs.claims.report import report
from mlops_lab.workbench.runs.claims.status import ClaimsStatus, claims_status, code_digest
from mlops_lab.workbench.runs.errors import RefusedError, UnfinishedError
from mlops_lab.workbench.runs.many import Job, Lost
from mlops_lab.workbench.runs.run import Run

Make = Callable[..., Path]
PLAN = "parameters:\n  shift: [0.25, 0.5, 1]\n  sizes: [[1, 2], [1], [2]]\n"
CLAIM = (
    "from mlops_lab import kit\nkit.finding('far', shift + seed, at_most=2.5)\n"
    "kit.finding('calm', len(dataset), at_least=1)"
)


@pytest.fixture(autouse=True)
def no_past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "_file", lambda: tmp_path / "past" / "seconds.json")


@pytest.fixture
def notebook(make_notebook: Make) -> Path:
    path = make_notebook(CLAIM)
    path.with_suffix(".claims.yaml").write_text(PLAN)
    return path


Broken = Callable[[Mapping[str, object]], bool]


def pretend(broken: Broken = lambda _: False) -> Callable[[Sequence[Job]], Iterator[Run | Lost]]:
    """Measure what `CLAIM` measures, without any kernel."""

    def run_jobs(jobs: Sequence[Job]) -> Iterator[Run | Lost]:
        for job in jobs:
            known = {"seed": 0, "shift": 0.5, "dataset": "made", "fast": False, "sizes": [1, 2]}
            at = {**known, **job.parameters}
            if broken(at):
                yield Lost(job, "its process was killed")
                continue
            far = float(str(at["shift"])) + int(str(at["seed"]))
            findings = (
                {"kind": "finding", "name": "far", "value": far, "holds": far <= 2.5},
                {"kind": "finding", "name": "calm", "value": 4, "holds": True},
            )
            state = "passed" if far <= 2.5 else "finding failed"
            yield Run(job.notebook, None, state, 1.0, 1, at, None, findings, (), None)  # type: ignore[arg-type]

    return run_jobs


def read(notebook: Path) -> pd.DataFrame:
    return pd.read_csv(
        notebook.with_suffix(".claims.csv"),
        dtype={"parameter": str, "value": str},
        keep_default_na=False,
    )


def test_the_table_says_where_each_claim_held_and_what_was_measured(
    notebook: Path, tmp_path: Path
) -> None:
    last = list(make_claims(notebook, tmp_path / "out", runner=pretend()))[-1]
    assert (last.total, last.failed, last.refuted) == (2 * 3 * 5, 0, 2)
    table = read(notebook)
    assert tuple(table.columns) == COLUMNS
    assert len(table) == 2 * 2 * 6  # findings, data sets, values
    far = table[(table["finding"] == "far") & (table["data"] == "real")].set_index("value")
    assert list(far.index) == ["0.25", "0.5", "1", "[1, 2]", "[1]", "[2]"]
    assert list(far["default"].astype(str)) == ["False", "True", "False", "True", "False", "False"]
    assert list(far["held"]) == [3, 3, 2, 3, 3, 3]
    assert set(far["runs"]) == {3}
    assert list(far.loc["1", ["min", "median", "max"]]) == [1.0, 2.0, 3.0]
    assert unneeded(table) == ["sizes"]
    assert claims_status(notebook) == ClaimsStatus("current", claims=2, throughout=1, values=12)
    said = report(notebook.with_suffix(".claims.csv"))
    assert "far   10 of 12 values" in said
    assert "2 of 3 runs at shift = 1 on real, measured 1 to 3" in said
    assert "No finding depends on sizes." in said


def test_claims_made_again_run_nothing_and_say_the_same(notebook: Path, tmp_path: Path) -> None:
    list(make_claims(notebook, tmp_path / "out", runner=pretend()))
    first = notebook.with_suffix(".claims.csv").read_bytes()
    last = list(make_claims(notebook, tmp_path / "out", runner=pretend(lambda _: True)))[-1]
    assert last.known == last.total
    assert notebook.with_suffix(".claims.csv").read_bytes() == first


def test_claims_of_a_new_plan_are_of_its_own_points_alone(notebook: Path, tmp_path: Path) -> None:
    list(make_claims(notebook, tmp_path / "out", runner=pretend()))
    plan = notebook.with_suffix(".claims.yaml")
    plan.write_text(PLAN.replace("[0.25, 0.5, 1]", "[0.125, 0.5, 2]"))
    last = list(make_claims(notebook, tmp_path / "out", runner=pretend()))[-1]
    assert (last.total, last.known) == (30, 18)
    table = read(notebook)
    far = table[(table["finding"] == "far") & (table["data"] == "real")].set_index("value")
    assert list(far.index) == ["0.125", "0.5", "2", "[1, 2]", "[1]", "[2]"]
    assert list(far["held"]) == [3, 3, 1, 3, 3, 3]


def test_a_run_that_did_not_end_counts_as_one_where_nothing_held(
    notebook: Path, tmp_path: Path
) -> None:
    runner = pretend(lambda at: at["shift"] == 1.0 and at["seed"] == 0)
    list(make_claims(notebook, tmp_path / "out", runner=runner))
    table = read(notebook)
    row = table[(table["finding"] == "calm") & (table["value"] == "1")]
    assert list(row["held"]) == [2, 2]
    assert list(row["runs"]) == [3, 3]


def test_without_the_defaults_there_is_no_table(notebook: Path, tmp_path: Path) -> None:
    runner = pretend(lambda at: at["dataset"] == "real")
    with pytest.raises(UnfinishedError, match=r"lost at its defaults, \{'dataset': 'real'"):
        list(make_claims(notebook, tmp_path / "out", runner=runner))
    assert not notebook.with_suffix(".claims.csv").exists()
    assert not list(notebook.parent.glob("*.part"))


def test_what_fails_at_its_defaults_is_run_nowhere_else(notebook: Path, tmp_path: Path) -> None:
    tried = []

    def broken(at: Mapping[str, object]) -> bool:
        tried.append((at["shift"], at["sizes"]))
        return at["dataset"] == "real"

    with pytest.raises(UnfinishedError, match="at its defaults"):
        list(make_claims(notebook, tmp_path / "out", runner=pretend(broken)))
    assert len(tried) == 2 * 3  # choices of data, seeds
    assert len(set(map(str, tried))) == 1


def test_forced_each_point_runs_again_once(notebook: Path, tmp_path: Path) -> None:
    for _ in range(2):
        tried: list[str] = []

        def seen(at: Mapping[str, object], tried: list[str] = tried) -> bool:
            tried.append(str(sorted(at.items(), key=str)))
            return False

        list(make_claims(notebook, tmp_path / "out", force=True, runner=pretend(seen)))
        assert len(tried) == len(set(tried)) == 2 * 3 * 5


def test_a_notebook_without_a_finding_has_no_claims(notebook: Path, tmp_path: Path) -> None:
    def run_jobs(jobs: Sequence[Job]) -> Iterator[Run | Lost]:
        for run in pretend()(jobs):
            assert isinstance(run, Run)
            yield Run(run.notebook, None, "passed", 1.0, 1, run.parameters, None, (), (), None)

    with pytest.raises(UnfinishedError, match="makes no finding"):
        list(make_claims(notebook, tmp_path / "out", runner=run_jobs))


def test_code_and_plan_make_a_table_stale_and_words_do_not(notebook: Path, tmp_path: Path) -> None:
    assert claims_status(notebook).state == "untried"
    list(make_claims(notebook, tmp_path / "out", runner=pretend()))
    nb = nbformat.read(notebook, as_version=4)
    nb.cells.append(nbformat.v4.new_markdown_cell("More words."))
    nbformat.write(nb, notebook)
    plan = notebook.with_suffix(".claims.yaml")
    plan.write_text("# why\n" + PLAN)
    assert claims_status(notebook).state == "current"
    plan.write_text(PLAN.replace("0.25", "0.125"))
    assert claims_status(notebook).state == "stale"
    assert str(claims_status(notebook)).endswith("; stale")
    plan.write_text(PLAN)
    nb.cells.append(nbformat.v4.new_code_cell("1"))
    nbformat.write(nb, notebook)
    assert claims_status(notebook).state == "stale"
    plan.unlink()
    assert claims_status(notebook) == ClaimsStatus("unplanned")


ASKED = "guess = kit.predict('How far?', tolerance=1, why='So.')\n"


@pytest.mark.parametrize("asked", [ASKED, "kit.choose('Which?', {}, answer='a')\n"])
@pytest.mark.parametrize("told", ["guess.verdict(1)\n", "\n# only words\n"])
def test_what_measures_nothing_makes_no_table_stale(notebook: Path, asked: str, told: str) -> None:
    before = code_digest(notebook)
    nb = nbformat.read(notebook, as_version=4)
    last = nb.cells[-1].source
    nb.cells.insert(0, nbformat.v4.new_code_cell(asked))
    nb.cells[-1].source = f"{last}\n{told}"
    nbformat.write(nb, notebook)
    assert code_digest(notebook) == before
    for more in ("shift = guess.verdict(1)", "verdict(1)", "kit.finding('a', 1, at_least=0)", "%x"):
        nb.cells[-1].source = f"{last}\n{more}"
        nbformat.write(nb, notebook)
        assert code_digest(notebook) != before, more


def test_a_table_of_something_else_is_told(notebook: Path) -> None:
    notebook.with_suffix(".claims.csv").write_text("a,b\n1,2\n")
    with pytest.raises(RefusedError, match="is no table of claims"):
        claims_status(notebook)
    with pytest.raises(RefusedError, match="is no table of claims"):
        unneeded(pd.DataFrame({"a": [1]}))


def test_the_command_runs_real_kernels_and_prints_where_claims_turn(
    make_notebook: Make, tmp_path: Path
) -> None:
    parameters = "seed: int = 0\nshift: float = 2.0  # how far; 0 to 4"
    text = "parameters: {shift: [1, 2, 4]}\nseeds: [0, 1]"
    for name, cells in {"broken": ["1 / 0"], "whole": [CLAIM.replace("len(dataset)", "1")]}.items():
        path = make_notebook(*cells, name=f"{name}.ipynb", parameters=(parameters,))
        path.with_suffix(".claims.yaml").write_text(text)
    quiet = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}

    def run(name: str) -> "subprocess.CompletedProcess[str]":
        words = [sys.executable, "-m", "mlops_lab.cli", "claims", str(tmp_path / f"{name}.ipynb")]
        out = ["-o", str(tmp_path / "out")]
        return subprocess.run(
            [*words, *out], env=quiet, capture_output=True, text=True, check=False
        )

    broken, whole = run("broken"), run("whole")
    assert broken.returncode == 1
    assert "broken.ipynb failed at its defaults, {'seed': 0}: ZeroDivisionError" in broken.stderr
    assert whole.returncode == 0, whole.stderr
    assert "far   1 of 3 values" in whole.stdout
    assert "1 of 2 runs at shift = 2, measured 2 to 3" in whole.stdout
    assert len(list((tmp_path / "out" / "whole" / "points").iterdir())) == 6
    assert list(read(path)["held"]) == [2, 1, 0, 2, 2, 2]
