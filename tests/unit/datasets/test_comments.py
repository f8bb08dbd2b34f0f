"""The comments: files are what their script writes, and the truth is what the card says."""

import re
import runpy
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from scipy import stats

from mlops_lab import data

FOLDER = Path(__file__).parents[3] / "datasets" / "comments"


@pytest.fixture(scope="module")
def law() -> dict[str, Any]:
    return runpy.run_path(str(FOLDER / "make.py"), run_name="law")


@pytest.fixture(scope="module")
def comments() -> pd.DataFrame:
    """Return texts, marks and truth side by side; the true class is called `truly`."""
    loaded = data.load("comments")
    return loaded.frame.assign(**loaded.truth["truth"].rename(columns={"spam": "truly"}))


def test_another_seed_gives_other_comments(law: dict[str, Any], comments: pd.DataFrame) -> None:
    other, _ = law["make"](1)
    assert set(other["text"]).isdisjoint(comments["text"]) is False  # the same short phrases
    assert len(set(other["text"]) & set(comments["text"])) < 0.2 * len(comments)


def test_no_two_texts_are_the_same(comments: pd.DataFrame) -> None:
    plain = comments["text"].map(lambda text: " ".join(re.findall(r"\w+", text.lower())))
    assert plain.is_unique


def test_marks_are_wrong_as_often_as_the_card_says(comments: pd.DataFrame) -> None:
    wrong = comments["spam"] != comments["truly"]
    for ambiguous, share in ((0, 0.02), (1, 0.16)):
        some = wrong[comments["ambiguous"] == ambiguous]
        assert stats.binomtest(int(some.sum()), len(some), share).pvalue > 1e-3
    assert f"{wrong.mean():.1%}".replace("%", " %") in (FOLDER / "README.md").read_text()


def test_kinds_belong_to_their_class(comments: pd.DataFrame) -> None:
    spam = {"promo", "shop", "money", "giveaway", "scam", "chain", "bait"}
    assert set(comments.loc[comments["truly"] == 1, "kind"]) == spam
    assert spam.isdisjoint(comments.loc[comments["truly"] == 0, "kind"])
    ambiguous = comments["kind"].isin(["bait", "irony", "quote"])
    assert (comments["ambiguous"] == ambiguous).all()


def test_bait_says_only_what_praise_says(law: dict[str, Any], comments: pd.DataFrame) -> None:
    def words(kind: str) -> set[str]:
        return set(re.findall(r"[a-z]+", " ".join(law["PHRASES"][kind])))

    topics = {word for topic, _ in law["VIDEOS"].values() for word in topic.split()}
    allowed = words("praise") | topics | {"and"}
    bait = comments.loc[comments["kind"] == "bait", "text"].str.lower()
    known = bait.map(lambda text: [w in allowed for w in re.findall(r"[a-z]+", text)])
    assert (
        known.map(lambda found: sum(not w for w in found)).max() <= 5
    )  # typos, and words hidden from filters
    assert known.map(all).mean() > 0.6


def test_words_of_spam_occur_in_both_classes(comments: pd.DataFrame) -> None:
    for word in ("subscribe", "channel", "free", "click", "http"):
        has = comments["text"].str.lower().str.contains(word)
        assert 0.1 < comments.loc[has, "truly"].mean() < 1, word


def test_each_video_draws_its_own_kind_of_spam(law: dict[str, Any], comments: pd.DataFrame) -> None:
    spam = comments[comments["truly"] == 1]
    for video, (_, kind) in law["VIDEOS"].items():
        under = spam["video"] == video
        assert (spam[under]["kind"] == kind).mean() > (spam[~under]["kind"] == kind).mean()
    assert comments["video"].value_counts().min() > 400


def test_a_plain_classifier_is_far_from_perfect_and_from_guessing(comments: pd.DataFrame) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    held = comments["video"].isin(["ballad", "chess", "gravel"])
    train, test = comments[~held], comments[held]
    for rows, low, high in ((100, 0.70, 0.88), (len(train), 0.90, 0.96)):
        model = make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression(C=5))
        model.fit(train["text"][:rows], train["spam"][:rows])
        assert low < model.score(test["text"], test["spam"]) < high, rows
