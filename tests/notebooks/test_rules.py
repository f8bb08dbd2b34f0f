"""Each rule is proved: a tiny lesson that breaks exactly it, and a tiny lesson that breaks none."""

from collections.abc import Callable
from pathlib import Path

import pytest
import samples
from changes import (
    Change,
    add,
    both,
    cell,
    drop,
    one_image,
    one_result,
    recounted,
    source,
    stores,
    swap,
    tagged,
)
from nbformat import NotebookNode
from proofs import (
    CLAIMS_FILES,
    FOLDING,
    GOOD,
    GOOD_CLAIMS_FILES,
    SHOWN,
    SITTINGS,
    SPOKEN,
    pairs,
    unfolded,
)
from rules import EVERY, LESSON, broken
from rules.reading import read
from samples import put


def lines(count: int) -> str:
    return "\n".join(f"x{n} = {n}" for n in range(count))


def stale_format(nb: NotebookNode) -> None:
    nb.nbformat_minor = 4


def no_id(nb: NotebookNode) -> None:
    del cell(nb, "reading")["id"]


def few_words(nb: NotebookNode) -> None:
    for one in nb.cells:
        one.source = one.source.replace(samples.WORDS, "Read these five words first.")


PLAIN = samples.text("more", samples.WORDS * 4)
LONG = "def far(x):\n" + "\n".join(f"    y{n} = x" for n in range(15))
EXTRA_CODE = [samples.code(f"extra-{n}", "x = 1") for n in range(8)]

STORED: list[tuple[str, Change]] = [
    ("notebook_format", stale_format),
    ("notebook_format", lambda nb: put(cell(nb, "look"), colour="red")),
    ("notebook_metadata", lambda nb: put(nb.metadata["mlops_lab"], lesson="4.6")),
    ("notebook_metadata", lambda nb: put(nb.metadata, papermill={})),
    ("notebook_metadata", lambda nb: put(nb.metadata["kernelspec"], name="conda")),
    ("notebook_metadata", lambda nb: put(nb.metadata["language_info"], version="3.11.7")),
    ("cell_ids", lambda nb: put(cell(nb, "reading"), id="3f2a9c1b")),
    ("cell_ids", lambda nb: put(cell(nb, "reading"), id="Reading_It")),
    ("cell_ids", lambda nb: put(cell(nb, "reading"), id="claim")),
    ("cell_ids", no_id),
    ("cell_metadata", lambda nb: put(cell(nb, "look").metadata, collapsed=True)),
    ("cell_metadata", lambda nb: put(cell(nb, "look").metadata, nbgrader={"grade": True})),
    ("tags_known", tagged("look", "remove-cell")),
    ("tags_known", tagged("look", "nbval-skip")),
    ("tags_known", tagged("reading", "nbval-check-output")),
    ("tags_known", source("far", "# NBVAL_SKIP\nfar = 1")),
    ("outputs_stripped", stores("look", one_result(None), count=None)),
    ("outputs_stripped", stores("summary")),
    ("check_outputs_are_text", stores("summary", one_image())),
    (
        "check_outputs_are_text",
        stores("summary", samples.output("stream", name="stderr", text="!")),
    ),
    ("execution_counts", lambda nb: put(cell(nb, "look"), execution_count=3)),
    ("execution_counts", lambda nb: put(cell(nb, "summary"), execution_count=None)),
    ("execution_counts", stores("summary", one_result(7))),
]

CELLS: list[tuple[str, Change]] = [
    ("cell_length", source("far", lines(26))),
    ("plain_python", source("alarm", "%time x = 1")),
    ("plain_python", source("alarm", "!ls")),
    ("plain_python", source("alarm", "kit?")),
    ("plain_python", source("alarm", "get_ipython().system('ls')")),
    ("no_network", source("alarm", "load('https://example.org/data.csv')")),
    ("no_absolute_paths", source("alarm", "open('/home/ann/data.csv')")),
    ("no_absolute_paths", source("alarm", "open('~/data.csv')")),
    ("no_absolute_paths", source("alarm", "open('C:\\\\data.csv')")),
    ("no_absolute_paths", source("alarm", "Path.home()")),
    ("no_warning_filters", source("alarm", "warnings.filterwarnings('ignore')")),
    ("no_warning_filters", source("alarm", "warnings.simplefilter('ignore')")),
    ("no_process_state", source("alarm", "os.chdir('..')")),
    ("no_process_state", source("alarm", "sys.path.append('..')")),
    ("generator_randomness", source("alarm", "np.random.seed(0)")),
    ("generator_randomness", source("alarm", "numpy.random.rand()")),
    ("generator_randomness", source("alarm", "from numpy.random import normal")),
    ("plain_voice", swap("reading", "Each", "Simply put, each")),
    ("plain_voice", swap("reading", "Each", "\N{ROCKET} Each")),
    ("plain_voice", swap("claim", "shift-seen", "shift-seen \N{PARTY POPPER}")),
    ("figures_shown", swap("look", "kit.show(", "plt.show(); kit.show(")),
    ("figures_shown", source("alarm", "fig, ax = plt.subplots()")),
    ("saves_only_when_asked", source("alarm", "plt.gcf().savefig('a.png')")),
    (
        "most_cells_short",
        both(source("far", lines(16)), source("when", lines(16))),
    ),
    ("no_long_definition", source("alarm", LONG)),
    ("enough_text_cells", add("claim", *EXTRA_CODE)),
    ("enough_prose", recounted(both(few_words, add("look", *pairs(6, "A few words.", 14))))),
    ("text_before_code", swap("look-question", samples.WORDS, "")),
]

LESSON_ORDER: list[tuple[str, Change]] = [
    ("title_and_promise", swap("title", "4.5", "4.6")),
    ("title_and_promise", source("title", "# 4.5 Drift")),
    ("title_and_promise", swap("reading", "Each", "# More\n\nEach")),
    ("card", swap("card", "| Minutes | 20 |\n", "")),
    ("prerequisites_named", swap("card", "None", "The one before")),
    ("prerequisites_named", swap("card", "None", "4.1 Serving")),
    ("prerequisites_named", swap("card", "None", "4.5 Drift")),
    ("prerequisites_named", swap("card", "None", "None; 4.1 Serving")),
    (
        "card",
        both(
            swap("card", "see a shift; ", ""),
            swap("recap", "1. A shift is seen in a picture.\n2.", "1."),
            swap("recap", "3.", "2."),
        ),
    ),
    ("set_up", swap("set-up", "kit.style()", "kit")),
    ("set_up", add("parameters", samples.code("other", "x = 1"))),
    ("section_order", drop("far-question")),
    ("section_order", swap("far-question", "moved?", "moved")),
    (
        "section_order",
        add("far", samples.text("more", f"## More\n\n{samples.WORDS}"), samples.code("x", "x = 1")),
    ),
    ("section_order", drop("failure")),
    (
        "section_order",
        both(swap("failure", "## Failure on purpose: a silent alarm", "## Is it silent?")),
    ),
    ("sections_have_code", drop("alarm")),
    ("recap_answers", swap("recap", "3. An alarm", "An alarm")),
    ("recap_sources", swap("recap", "**Sources**", "Sources")),
    ("recap_sources", swap("recap", "(2014)", "")),
    ("next_left_to_the_page", swap("recap", "**Sources**", "**Next:** 4.6\n\n**Sources**")),
    ("next_left_to_the_page", lambda nb: put(cell(nb, "reading"), id="navigation-top")),
    ("lessons_named_are_there", swap("reading", "Each", "As in lesson 4.1, each")),
    ("asks_the_reader", recounted(both(drop("guess", "ask-far", "ask-when"), add("look", PLAIN)))),
    ("explorer", swap("panel", "kit.explore", "print")),
    ("explorer", both(swap("panel", "kit.explore", "print"), source("alarm", samples.EXPLORE))),
    ("explorer", swap("panel", ', still={"low": None, "high": 3}', "")),
    ("explorer", swap("panel", ', "high": 3', "")),
    ("explorer", swap("panel", '"high": 3', '"size": 3')),
    ("findings_counted", source("claim", "x = 1")),
    ("findings_named", swap("claim", f'"{samples.FINDINGS[0]}"', "name")),
    ("findings_named", swap("claim", *samples.FINDINGS[:2])),
    ("findings_bound", swap("claim", ", at_least=0.1", "")),
    ("findings_bound", swap("claim", "at_least=0.1", "at_least=0.1, at_most=2")),
    ("findings_summary", source("summary", "print()")),
    ("findings_summary", both(tagged("summary"), stores("summary", count=None))),
    ("findings_summary", add("summary", samples.code("after", "x = 1"))),
    ("pictures_described", swap("look", ', alt="A noisy line that moves up."', "")),
    ("pictures_described", swap("look", "A noisy line that moves up.", "Line")),
    (
        "pictures_described",
        swap("look", '"A noisy line that moves up."', 'f"A noisy line: {seed}."'),
    ),
    ("pictures_described", both(source("look", "x = 1"), unfolded("look"))),
]

PARAMETERS: list[tuple[str, Change]] = [
    ("parameter_cell", tagged("parameters")),
    ("parameter_cell", tagged("look", "parameters")),
    ("parameter_cell", add("card", samples.code("early", "x = 1"))),
    ("parameter_lines", swap("parameters", "shift: float = 0.5", "shift = 0.5")),
    (
        "parameter_lines",
        swap("parameters", "  # how far the stream moves, in standard deviations; 0 to 2", ""),
    ),
    ("parameter_lines", swap("parameters", "shift: float", "shift: None | float")),
    ("parameter_lines", swap("parameters", "0 to 2", "not much")),
    ("parameter_defaults", swap("parameters", "= 0.5", "= 3.5")),
    ("parameter_defaults", swap("parameters", "float = 0.5", "float = 1")),
    ("parameter_defaults", swap("parameters", '= "transactions"', '= "bakery"')),
    ("parameter_defaults", swap("parameters", "= 0.5", "= 1 / 2")),
    ("parameters_always", swap("parameters", "seed: int = 0", "seed: int = 1")),
    ("parameters_always", swap("parameters", "output_dir", "folder")),
]

CASES = [*STORED, *CELLS, *LESSON_ORDER, *PARAMETERS, *SITTINGS, *SHOWN, *FOLDING, *SPOKEN]


def stored(nb: NotebookNode, folder: Path) -> Path:
    return samples.store_lesson(nb, folder / samples.LESSON_PLACE)


def test_the_good_lesson_keeps_every_rule(tmp_path: Path) -> None:
    path = stored(samples.good_lesson(), tmp_path)
    assert {name: rule(read(path), path) for name, rule in (EVERY | LESSON).items()} == {
        name: [] for name in EVERY | LESSON
    }


@pytest.mark.parametrize(
    ("name", "change"), CASES, ids=[f"{n}-{i}" for i, (n, _) in enumerate(CASES)]
)
def test_a_change_breaks_exactly_its_rule(name: str, change: Change, tmp_path: Path) -> None:
    nb = samples.good_lesson()
    change(nb)
    path = stored(nb, tmp_path)
    assert broken(read(path), path) == {name}


@pytest.mark.parametrize(
    "place", ["notebooks/05_drift.ipynb", "4_deployment/drift.ipynb", "4_serving/05_drift.ipynb"]
)
def test_a_misplaced_file_breaks_its_rule(place: str, tmp_path: Path) -> None:
    nb = samples.good_lesson()
    path = samples.store(nb, tmp_path / place)
    assert "file_name" in broken(read(path), path)


@pytest.mark.parametrize(
    "spoil",
    [lambda text: text[:-1], lambda text: text.replace("\n ", "\n  "), lambda text: text + "\n"],
    ids=["newline", "indent", "lines"],
)
def test_other_bytes_break_the_canonical_form(spoil: Callable[[str], str], tmp_path: Path) -> None:
    path = stored(samples.good_lesson(), tmp_path)
    path.write_text(spoil(path.read_text()))
    assert broken(read(path), path) == {"canonical_json"}


@pytest.mark.parametrize("change", GOOD)
def test_a_good_change_breaks_no_rule(change: Change, tmp_path: Path) -> None:
    nb = samples.good_lesson()
    change(nb)
    path = stored(nb, tmp_path)
    assert broken(read(path), path) == set()


@pytest.mark.parametrize("claims", CLAIMS_FILES)
def test_a_claims_file_breaks_its_rule(claims: str, tmp_path: Path) -> None:
    path = stored(samples.good_lesson(), tmp_path)
    path.with_suffix(".claims.yaml").write_text(claims, encoding="utf-8")
    assert broken(read(path), path) == {"claims_named"}


@pytest.mark.parametrize("claims", GOOD_CLAIMS_FILES)
def test_a_good_claims_file_breaks_no_rule(claims: str, tmp_path: Path) -> None:
    path = stored(samples.good_lesson(), tmp_path)
    path.with_suffix(".claims.yaml").write_text(claims, encoding="utf-8")
    assert broken(read(path), path) == set()


@pytest.mark.parametrize("names", [samples.FINDINGS[1:], [*samples.FINDINGS, "shift-old"], []])
def test_results_of_other_findings_break_their_rule(names: list[str], tmp_path: Path) -> None:
    path = stored(samples.good_lesson(), tmp_path)
    path.with_suffix(".claims.csv").write_text(samples.measured(names), encoding="utf-8")
    assert broken(read(path), path) == {"claims_measured"}


@pytest.mark.parametrize(
    ("suffix", "name"), [(".claims.yaml", "claims_named"), (".claims.csv", "claims_measured")]
)
def test_a_missing_claims_file_breaks_its_rule(suffix: str, name: str, tmp_path: Path) -> None:
    path = stored(samples.good_lesson(), tmp_path)
    path.with_suffix(suffix).unlink()
    assert broken(read(path), path) == {name}


def test_every_rule_of_a_lesson_is_proved() -> None:
    elsewhere = {"file_name", "canonical_json", "claims_named", "claims_measured"}
    assert {name for name, _ in CASES} | elsewhere == set(EVERY | LESSON)
