"""Votes: held against Snorkel's analysis and its majority voter."""

import warnings

import numpy as np
import pytest
from numpy.typing import NDArray

from mlops_lab import weak_supervision as ws

Votes = NDArray[np.int64]


def some_votes(classes: int, seed: int = 0, rows: int = 300, functions: int = 5) -> Votes:
    return np.random.default_rng(seed).integers(-1, classes, (rows, functions))


@pytest.mark.parametrize("classes", [2, 3])
def test_the_majority_is_snorkels_ties_and_silence_included(classes: int) -> None:
    from snorkel.labeling.model import MajorityLabelVoter

    votes = some_votes(classes)
    votes[:5] = -1
    shares = ws.majority_vote(votes, classes)
    assert ((shares > 0).sum(axis=1) > 1).sum() > 20  # there are ties to speak of
    np.testing.assert_allclose(shares, MajorityLabelVoter(classes).predict_proba(votes))


def test_the_analysis_is_snorkels() -> None:
    from snorkel.labeling import LFAnalysis

    votes = some_votes(3)
    votes[:, 0][votes[:, 0] != 1] = -1  # a one-sided rule
    votes[:, 1] = -1  # one that never votes
    labels = np.random.default_rng(1).integers(0, 3, len(votes))
    ours = ws.analyse(votes, labels, list("abcde"), classes=3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it divides by no votes
        theirs = LFAnalysis(votes).lf_summary(labels)
    same = {"coverage": "Coverage", "overlap": "Overlaps", "conflict": "Conflicts"}
    for here, there in (same | {"right": "Correct", "wrong": "Incorrect"}).items():
        np.testing.assert_allclose(ours[here], theirs[there], err_msg=here)
    assert ours["votes"].tolist() == theirs["Polarity"].tolist()
    known = ours.index != "b"
    np.testing.assert_allclose(ours["accuracy"][known], theirs["Emp. Acc."][known])
    assert ours["accuracy"].isna().tolist() == [False, True, False, False, False]


def test_an_analysis_by_hand() -> None:
    votes = [[1, 0], [1, -1], [-1, -1], [0, 0]]
    table = ws.analyse(votes, [1, 0, 1, 0])
    assert table["coverage"].tolist() == [0.75, 0.5]
    assert table["overlap"].tolist() == [0.5, 0.5]
    assert table["conflict"].tolist() == [0.25, 0.25]
    assert table["accuracy"].tolist() == [2 / 3, 0.5]
    assert "accuracy" not in ws.analyse(votes)


@pytest.mark.parametrize(
    ("votes", "said"),
    [
        ([1, 0], "shape"),
        (np.empty((0, 2)), "shape"),
        (np.empty((2, 0)), "shape"),
        ([[2, 0]], "got 2|got np.int64\\(2\\)"),
        ([[-2, 0]], "-2"),
        ([[float("nan"), 0]], "nan"),
        ([[0.5, 0]], "0.5"),
        ([["spam", "ham"]], "spam"),
    ],
)
def test_bad_votes_are_refused(votes: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ws.majority_vote(votes)  # type: ignore[arg-type]  # that is the point
    with pytest.raises(ValueError, match=said):
        ws.analyse(votes)  # type: ignore[arg-type]  # that is the point


def test_other_wrong_inputs_are_refused() -> None:
    with pytest.raises(ValueError, match="3 names"):
        ws.analyse([[1, 0]], names=["a", "b", "c"])
    with pytest.raises(ValueError, match="labels of shape"):
        ws.analyse([[1, 0]], [1, 0])
    with pytest.raises(ValueError, match="two classes"):
        ws.majority_vote([[0]], classes=1)


@pytest.mark.parametrize("votes", [[[True, False]], np.array([[1, 0]], dtype=object), [["1"]]])
def test_votes_that_are_no_numbers(votes: object) -> None:
    with pytest.raises(ValueError, match="votes must be whole numbers"):
        ws.majority_vote(votes)  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize("labels", [[-1, 0], [1, 2], [1, np.nan], ["1", "0"]])
def test_labels_that_are_no_class(labels: list[object]) -> None:
    with pytest.raises(ValueError, match="a label is a class from 0 to 1"):
        ws.analyse([[1], [-1]], labels)  # type: ignore[arg-type]  # on purpose
