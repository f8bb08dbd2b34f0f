"""Make transcripts: what people said to a car, and how ten transcribers and a model wrote it down.

Run `python datasets/transcripts/make.py` to write the three files beside this script again. The law
is all here. A request is spoken, at times with an "um", at times with a word lost in traffic. Seven
transcribers write by one convention, two by another, one by a third. All of them, and the model,
mishear a word now and then. The model is the worst listener, and it writes as the seven do.
"""

from __future__ import annotations

import gzip
import io
import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 2029
CLIPS = 800
READERS = 3  # transcribers that each clip is given to
PEOPLE = [f"t{i}" for i in range(10)]
CONVENTIONS = ["words"] * 7 + ["marks"] * 2 + ["clean"]  # of each of them
MISHEARD = 0.015  # chance that a transcriber gets one word wrong
MODEL_MISHEARD = 0.03  # and that the model does
UM, LOST = 0.45, 0.12  # shares of clips with an "um", and with a word lost in traffic
REQUESTS = (
    "nearest {place}",
    "find the nearest {place} on the way",
    "set a timer for {n} minutes",
    "call {name} at {h} {n}",
    "turn the heating up to {n} degrees",
    "play the song from {name}",
    "how far is the {place} from here",
    "remind {name} of the train in {n} minutes",
    "drive to the {place} and stop there",
    "read the last {h} messages from {name}",
)
SLOTS = {
    "place": ["gas station", "bakery", "car park", "library", "hospital", "market", "harbour"],
    "name": ["anna", "peter", "maria", "yusuf", "claire", "tom"],
    "h": ["two", "three", "five", "six", "seven", "eight"],
    "n": ["ten", "fifteen", "twenty", "twenty five", "thirty", "forty five"],
}
DIGITS = {
    "twenty five": "25", "forty five": "45", "ten": "10", "fifteen": "15", "twenty": "20",
    "thirty": "30", "two": "2", "three": "3", "five": "5", "six": "6", "seven": "7", "eight": "8",
}  # fmt: skip


def spoken(rng: np.random.Generator) -> pd.DataFrame:
    """Draw what was said: the words, whether an "um" came first, and which word was lost if any."""
    rows = []
    for clip in range(CLIPS):
        pattern = REQUESTS[rng.integers(len(REQUESTS))]
        words = pattern.format(**{slot: rng.choice(some) for slot, some in SLOTS.items()})
        n = len(words.split())
        lost = int(rng.integers(n)) if rng.random() < LOST else -1
        rows.append((clip, words, int(rng.random() < UM), lost))
    return pd.DataFrame(rows, columns=["clip", "words", "um", "lost_word"])


def heard(words: str, lost: int, rate: float, rng: np.random.Generator) -> list[str]:
    """Draw the words as somebody hears them: some wrong, the lost one right half of the time."""
    other = [word for some in SLOTS.values() for phrase in some for word in phrase.split()]
    found = words.split()
    for i in range(len(found)):
        if rng.random() < (0.5 if i == lost else rate):
            found[i] = str(rng.choice([word for word in other if word != found[i]]))
    return found


def written(words: list[str], um: int, lost: int, convention: str) -> str:
    """Write words by a convention.

    "words" spells everything out, "marks" prefers signs, "clean" leaves the "um" out and does not
    guess at a lost word.
    """
    text = " ".join(words)
    if convention == "clean":
        return " ".join("[unintelligible]" if i == lost else word for i, word in enumerate(words))
    if convention == "words":
        return f"Um, {text}." if um else f"{text}."
    for phrase, digits in DIGITS.items():
        text = f" {text} ".replace(f" {phrase} ", f" {digits} ").strip()
    return f"... {text}" if um else text


def make(seed: int = SEED) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Draw the transcripts, what was truly said, and who follows which convention."""
    rng = np.random.default_rng(seed)
    said = spoken(rng)
    convention = dict(zip(PEOPLE, CONVENTIONS, strict=True))
    rows = []
    for clip, words, um, lost in said.itertuples(index=False):
        for name in rng.choice(PEOPLE, READERS, replace=False):
            text = written(heard(words, lost, MISHEARD, rng), um, lost, convention[name])
            rows.append((clip, name, text))
        text = written(heard(words, lost, MODEL_MISHEARD, rng), um, lost, "words")
        rows.append((clip, "model", text))
    people = pd.DataFrame({"transcriber": [*PEOPLE, "model"]})
    people["convention"] = [*CONVENTIONS, "words"]
    people["misheard"] = [MISHEARD] * len(PEOPLE) + [MODEL_MISHEARD]
    return pd.DataFrame(rows, columns=["clip", "transcriber", "text"]), said, people


def _write(frame: pd.DataFrame, path: Path) -> None:
    """Write one table; the time stamp is left out of the gzip so that bytes repeat."""
    text = frame.to_csv(index=False, lineterminator="\n").encode()
    if path.suffix == ".gz":
        buffer = io.BytesIO()
        with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as stream:
            stream.write(text)
        text = buffer.getvalue()
    path.write_bytes(text)


def main(folder: Path) -> None:
    """Write transcripts.csv.gz, spoken.csv.gz and transcribers.csv into `folder`."""
    names = ("transcripts.csv.gz", "spoken.csv.gz", "transcribers.csv")
    for name, frame in zip(names, make(), strict=True):
        _write(frame, folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
