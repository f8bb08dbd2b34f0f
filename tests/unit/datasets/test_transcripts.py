"""The transcripts: their truth is the truth."""

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mlops_lab import data

FOLDER = Path(__file__).parents[3] / "datasets" / "transcripts"
PEOPLE = [f"t{i}" for i in range(10)]


@pytest.fixture(scope="module")
def law() -> dict[str, Any]:
    return runpy.run_path(str(FOLDER / "make.py"), run_name="law")


@pytest.fixture(scope="module")
def speech() -> data.Dataset:
    return data.load("transcripts")


def test_another_seed_is_another_set(law: dict[str, Any], speech: data.Dataset) -> None:
    texts, spoken, _ = law["make"](1)
    assert len(texts) == len(speech.frame)
    assert (spoken["words"] != speech.truth["spoken"]["words"]).any()


def test_three_people_and_the_model_wrote_each_clip(speech: data.Dataset) -> None:
    for _, clip in speech.frame.groupby("clip"):
        who = clip["transcriber"].tolist()
        assert len(set(who)) == 4
        assert who[-1] == "model"
        assert set(who[:3]) <= set(PEOPLE)


def test_each_writes_by_their_convention(speech: data.Dataset) -> None:
    convention = dict(
        zip(
            speech.truth["transcribers"]["transcriber"],
            speech.truth["transcribers"]["convention"],
            strict=True,
        )
    )
    um = speech.truth["spoken"].set_index("clip")["um"]
    for clip, who, text in speech.frame.to_numpy().tolist():
        how = convention[who]
        assert text.endswith(".") == (how == "words"), text
        assert text.startswith("Um, ") == (how == "words" and um[clip] == 1), text
        assert text.startswith("... ") == (how == "marks" and um[clip] == 1), text
        assert any(letter.isdigit() for letter in text) <= (how == "marks"), text
        assert ("[unintelligible]" in text) <= (how == "clean"), text


@pytest.mark.parametrize(
    ("convention", "text"),
    [
        ("words", "Um, set a timer for twenty five minutes."),
        ("marks", "... set a timer for 25 minutes"),
        ("clean", "set a timer for twenty [unintelligible] minutes"),
    ],
)
def test_one_clip_by_each_convention(law: dict[str, Any], convention: str, text: str) -> None:
    words = ["set", "a", "timer", "for", "twenty", "five", "minutes"]
    assert law["written"](words, 1, 5, convention) == text


def test_mishearing_is_as_frequent_as_told(law: dict[str, Any], speech: data.Dataset) -> None:
    spoken = speech.truth["spoken"].set_index("clip")
    assert spoken["um"].mean() == pytest.approx(law["UM"], abs=4 * (0.25 / 800) ** 0.5)
    words = spoken.loc[spoken["lost_word"] == -1, "words"]
    model = speech.frame[speech.frame["transcriber"] == "model"].set_index("clip")["text"].to_dict()
    wrong = [
        given != said
        for clip, text in words.to_dict().items()
        for given, said in zip(
            model[clip].removeprefix("Um, ").removesuffix(".").split(), text.split(), strict=True
        )
    ]
    rate = law["MODEL_MISHEARD"]
    assert np.mean(wrong) == pytest.approx(rate, abs=4 * (rate / len(wrong)) ** 0.5)
