"""What breaks the rules on sittings, claims, folding and words, each change exactly one rule."""

from changes import Change, add, both, cell, move, recounted, source, swap
from nbformat import NotebookNode
from samples import CLAIMS, WORDS, code, put, text

__all__ = [
    "CLAIMS_FILES",
    "FOLDING",
    "GOOD",
    "GOOD_CLAIMS_FILES",
    "SHOWN",
    "SITTINGS",
    "SPOKEN",
    "pairs",
    "unfolded",
]

FOLDED = {"source_hidden": True}
EARLY = code("early", "guess.verdict(fired)")


def folded(name: str, metadata: object) -> Change:
    return lambda nb: put(cell(nb, name).metadata, jupyter=metadata)


def unfolded(name: str) -> Change:
    return lambda nb: cell(nb, name).metadata.clear()


def pairs(count: int, words: str, size: int, name: str = "more") -> list[NotebookNode]:
    """Return cells of text and of code, in turn."""
    lines = "\n".join(f"x{n} = {n}" for n in range(size))
    return [
        one
        for n in range(count)
        for one in (text(f"{name}-text-{n}", words), code(f"{name}-{n}", lines))
    ]


def claims(count: int) -> str:
    """Make claims, each with a name of its own."""
    return "\n".join(f'kit.finding("claim-{n}", shift, at_least=0.1)' for n in range(count))


STOP = "This is a good place\nto stop."
FIRST = f"## Recap of the first sitting\n\n1. A shift is seen in a picture.\n\n{STOP}"
SECOND = "## Second sitting: the alarm\n\nAfter it you can set an alarm."
MORE = "## How often does it fire?\n\nOne more question, asked of the same data."
FAILS = "## Failure on purpose: another alarm\n\nIt fires, and nobody is there."
SHORT = "See what moves, and when."

two_sittings = recounted(
    both(
        add("look", text("long", WORDS * 8), *pairs(4, "A few words for it.", 14)),
        add("step-2", text("first-recap", FIRST), text("second", SECOND)),
        add("when", text("often", MORE + WORDS * 6), code("fires", "x = 1")),
        add("alarm", *pairs(4, "A few words for it.", 14, "late")),
        swap("recap", "1. A shift is seen in a picture.\n", ""),
    )
)
"""The lesson in two sittings: two questions, and a recap, in each."""


def of_two(*changes: Change) -> Change:
    return both(two_sittings, *changes)


def third_sitting(nb: NotebookNode) -> None:
    again = text("third", SECOND.replace("Second", "Third"))
    add("fires", text("again-recap", STOP), again)(nb)


def early_explorer(nb: NotebookNode) -> None:
    """Move the explorer to the first sitting; what it measures is then no prediction."""
    place = nb.cells.index(cell(nb, "first-recap"))
    for shift, name in enumerate(("explore", "panel-text", "panel")):
        move(name, place + shift)(nb)
    for name, bound, asked in (("guess", "guess", "fire?"), ("ask-dial", "dial", "of 3?")):
        swap(name, f"{bound} = ", "")(nb)
        swap(name, f'{asked}"', f'{asked}",\n    3')(nb)
        swap("panel", f"\n{bound}.verdict", "\nprint")(nb)


def plotting(call: str, imports: str) -> Change:
    """Fold the first picture's cell, which then calls what the set-up imports."""
    imported = swap("set-up", "import kit\n", f"import kit\n{imports}\n")
    return both(folded("look", FOLDED), swap("look", "ax.plot", f"{call}\nax.plot"), imported)


GOOD: list[Change] = [
    two_sittings,
    recounted(of_two(early_explorer)),
    plotting("plots.line(ax)", "from mlops_lab.drift import plots"),
    plotting("drift.plots.line(ax)", "from mlops_lab import drift"),
    plotting("line(ax)", "from mlops_lab.drift.plots import line"),
    plotting("kit.label_lines(ax)", ""),
    both(
        unfolded("look"), swap("look", "ax.plot", "rate = 3\nax.plot"), source("far", "far = rate")
    ),
    both(unfolded("look"), swap("look", "ax.plot", "kit.record('rate', 1)\nax.plot")),
    source("alarm", "def draw():\n    fig = [ax for ax in range(3)]\n    return fig"),
    swap("ask-far", "2)", "answer=-2.5)"),
    swap("panel", "guess.verdict(fired)", "guess.verdict(far * fired)"),
    swap("reading", "Each", "It is no line worth that, `the exam`: each"),
    swap("reading", "Each", "A ring buffer, a ring all-reduce: each"),
    swap("alarm", "print(error)", 'print(error, "exam", "a test", shift)  # a test'),
    swap("set-up", "kit.style()", "kit.style()\nrng = kit.set_seed(seed)"),
    swap("set-up", "kit.style()", "with kit.extra('label'):\n    import cleanlab\nkit.style()"),
]
"""Changes that break no rule."""

SITTINGS: list[tuple[str, Change]] = [
    ("lines_fit", swap("far", "far = abs(shift)", f"far = abs(shift)  # {'very ' * 15}far")),
    ("minutes_counted", swap("card", "20", "25")),
    ("minutes_counted", swap("card", "20", "20 minutes")),
    ("minutes_counted", of_two(swap("card", " + ", " and "))),
    (
        "minutes_counted",
        recounted(both(*(swap(name, WORDS, SHORT) for name in ("failure", "explore", "findings")))),
    ),
    ("sitting_size", recounted(add("look", text("more", WORDS * 8)))),
    ("sitting_size", recounted(add("look", *pairs(15, "A few words for it.", 1)))),
    (
        "sitting_size",
        recounted(add("look", *pairs(17, "A few words for it, not more than that.", 14))),
    ),
    ("sitting_size", recounted(of_two(add("alarm", text("more", WORDS * 8))))),
    ("sittings_marked", swap("reading", "Each", "This is a good place to stop. Each")),
    ("sittings_marked", of_two(swap("reading", "Each", "A Good Place to Stop. Each"))),
    ("sittings_marked", of_two(swap("first-recap", "place\nto stop", "place to go on"))),
    ("sittings_marked", of_two(swap("second", "After it you can set an alarm.", ""))),
    ("section_order", of_two(add("step-2", text("fails", FAILS), code("failing", "x = 1")))),
    ("section_order", of_two(swap("often", "fire?", "fire"))),
    ("recap_answers", of_two(swap("first-recap", "1. A shift", "A shift"))),
    ("recap_answers", swap("recap", "2. It", "1. It")),
    ("findings_counted", source("claim", claims(5))),
    ("findings_counted", source("claim", claims(9))),
]

SHOWN: list[tuple[str, Change]] = [
    ("claims_shown", swap("claims", "4.5", "4.6")),
    ("claims_shown", swap("claims", '"4.5"', "")),
    ("claims_shown", swap("claims", "kit.claims", "print")),
    ("claims_shown", swap("claims", ")", ')\nkit.claims("4.5")')),
    ("claims_shown", both(swap("alarm", "1 / 0", 'kit.claims("4.5")'), source("claims", "1"))),
    ("section_order", both(move("where", 99), move("claims", 99))),
    ("data_offered", swap("card", "a market", "or `mnist`, a market")),
    ("data_offered", swap("card", "`electricity`", "electricity")),
    ("set_up", swap("set-up", "kit.style()", "kit.style()\nrate = 0.1")),
    ("set_up", swap("set-up", "kit.style()", "with quiet():\n    kit.style()")),
    ("set_up", swap("set-up", "kit.style()", "with kit.extra('label'):\n    a = 1\nkit.style()")),
    ("tags_known", lambda nb: put(cell(nb, "alarm").metadata, tags=["raises-exception"])),
]

FOLDING: list[tuple[str, Change]] = [
    ("cell_metadata", folded("far", {"source_hidden": False})),
    ("cell_metadata", folded("look", FOLDED | {"outputs_hidden": True})),
    ("cell_metadata", folded("reading", FOLDED)),
    ("self_checks_folded", unfolded("guess")),
    ("self_checks_folded", unfolded("ask-when")),
    ("self_checks_folded", swap("ask-when", ",\n    [", ", [")),
    ("self_checks_folded", swap("ask-far", ",\n    2", ", answer=2")),
    ("self_checks_folded", swap("guess", "guess", "much = 2\nguess")),
    ("self_checks_folded", swap("ask-when", "kit", "print(seed)\nkit")),
    ("folded_only_plots", folded("set-up", FOLDED)),
    ("folded_only_plots", folded("step-1", FOLDED)),
    ("folded_only_plots", plotting("drift.count(ax)", "from mlops_lab import drift")),
    ("folded_only_plots", plotting("count(ax)", "from mlops_lab.drift import count")),
    ("folded_only_plots", plotting("drift.count(ax)", "import mlops_lab.drift as drift")),
    ("folded_only_plots", plotting("kit.record('rate', 1)", "")),
    (
        "folded_only_plots",
        both(plotting("count(1)", ""), source("step-2", "def count(x):\n    return x")),
    ),
    ("folded_only_plots", both(plotting("rate = 3", ""), source("far", "far = abs(rate)"))),
    ("plots_folded", unfolded("look")),
    ("plots_folded", both(unfolded("look"), swap("look", "ax.plot", "kit.interval([1])\nax.plot"))),
    ("predictions_first", swap("panel", "guess.verdict(fired)", "guess.verdict(far)")),
    ("predictions_first", swap("panel", "guess.verdict(fired)", "guess.verdict(shift > 1)")),
    ("predictions_first", swap("panel", "guess.verdict(fired)", "guess.verdict(abs(far))")),
    ("predictions_first", swap("panel", "guess.verdict(fired)", "guess.verdict(0.31)")),
    ("predictions_answered", swap("panel", "guess.verdict(fired)", "print(guess)")),
    ("predictions_answered", swap("panel", "guess.verdict(fired)", "guess.verdict(fired)\n" * 2)),
    ("predictions_answered", both(swap("panel", "\nguess", "\nprint"), add("look", EARLY))),
    ("predictions_answered", swap("guess", "guess = ", "")),
    ("predictions_answered", swap("guess", "guess = ", "kit.guess = ")),
    ("predictions_answered", swap("ask-dial", "dial", "guess")),
    ("predictions_answered", swap("ask-far", "2)", "lambda: fired)")),
    ("predictions_answered", swap("ask-far", "2)", "answer=far)")),
    ("predictions_answered", swap("ask-far", "2)", "answer=None)")),
]

SPOKEN: list[tuple[str, Change]] = [
    *(
        ("fields_words", swap("reading", "Each", f"It {said}. Each"))
        for said in (
            "rings",
            "Rang",
            "was the exam",
            "is foretold",
            "is dear",
            "has sisters",
            "is mended",
            "is worth two of them",
            "is held\nagainst it",
            "is so and so",
        )
    ),
    ("fields_words", swap("ask-when", "When does it matter?", "When does it ring?")),
    ("fields_words", swap("claim", "kit", "# in the exam\nkit")),
    ("fields_words", swap("alarm", "print(error)", 'print(f"{error} in the exam")')),
    ("worth_once", swap("reading", "Each", "No worth, no worth: each")),
    (
        "worth_once",
        both(swap("reading", "Each", "No worth:"), swap("where", "Each", "Worth:")),
    ),
]


def named(old: str, new: str) -> str:
    assert old in CLAIMS, f"the sample's claims have no {old!r}"
    return CLAIMS.replace(old, new)


ROWS = "[250, 500, 1000, 2000]"
CLAIMS_FILES: list[str] = [
    "",
    "parameters: [",
    "parameters: {}",
    "parameters: [rows]",
    CLAIMS + "title: claims\n",
    named("rows:", "row:"),
    named(ROWS, "500"),
    named(ROWS, "[250, 500]"),
    named(ROWS, "[100, 250, 500, 1000, 2000, 4000]"),
    named(ROWS, "[250, 500, 1000.5]"),
    named(ROWS, '[250, 500, "1000"]'),
    named(ROWS, "[50, 500, 1000]"),
    named(ROWS, "[250, 1000, 2000]"),
    named(ROWS, "[500, 500, 1000]"),
    named("data:", "  dataset: [transactions, bakery]  # another stream\ndata:"),
    named("data:", "  shift: [0.5, 1, 2]\ndata:"),
    named("  # how long it is was chosen by eye\n", ""),
    named("data: [dataset]", "data: dataset"),
    named("data: [dataset]", "data: [rows]"),
    named("seeds: [0, 1, 2]", "seeds: 3"),
    named("seeds: [0, 1, 2]", "seeds: []"),
]
"""Claims files that break `claims_named`."""

GOOD_CLAIMS_FILES: list[str] = [
    "parameters:\n  rows: [500, 1000, 2000]  # it was chosen by eye\n",
    named("data:", "  # 2 is much\n  shift: [0, 0.25, 0.5, 1, 2]\ndata:"),
]
